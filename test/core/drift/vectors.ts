import { readFileSync } from "node:fs";
import { join } from "node:path";

type Numbers = readonly number[];
type Counts = Readonly<Record<string, number>>;

/** What cases of each kind are given, and what is right. */
interface Forms {
  readonly bins: {
    readonly input: { readonly reference: Numbers; readonly current: Numbers; readonly bins: number };
    readonly expected: Record<"edges" | "referenceCounts" | "currentCounts", Numbers> & { readonly psi: number };
  };
  readonly categories: {
    readonly input: Record<"reference" | "current", Counts> & { readonly designEffect: number; readonly alpha: number };
    readonly expected: Record<"reference" | "current", Numbers> & Record<"psi" | "noise", number> & { readonly bins: string[] };
  };
  readonly floor: {
    readonly input: Record<"falseAlarmRate" | "features" | "k" | "n" | "degrees" | "current" | "reference", number>;
    readonly expected: Record<"alphaOne" | "alphaK" | "chiOne" | "chiK" | "noiseOne" | "noiseK", number>;
  };
  readonly dispersion: SliceForm | ScoresForm;
  readonly metrics: {
    readonly input: string;
    readonly expected: Readonly<Record<string, number | null>>;
  };
  readonly score: {
    readonly input: Record<"history" | "scores", Numbers> & { readonly threshold: number };
    readonly expected: Record<"mean" | "sd" | "floor" | "detectedAt", number> & { readonly drifts: readonly boolean[] };
  };
  readonly episode: { readonly input: readonly (readonly unknown[])[]; readonly expected: readonly string[] };
}

interface SliceForm {
  readonly input: { readonly slices: readonly Numbers[] };
  readonly expected: Record<"x2" | "phi", number>;
}

interface ScoresForm {
  readonly input: { readonly scores: Numbers } & Record<"degrees" | "current" | "reference" | "alpha", number>;
  readonly expected: Record<"mean" | "variance" | "nu" | "floor", number>;
}

type Kind = keyof Forms;

/** A case that was computed apart, by another program in another language. */
type Vector<K extends Kind> = Forms[K] & { readonly name: string; readonly note: string };

const KINDS: Readonly<Record<Kind, true>> = {
  bins: true,
  categories: true,
  floor: true,
  dispersion: true,
  metrics: true,
  score: true,
  episode: true,
};

const FILE = join(__dirname, "fixtures", "vectors.json");

/** The cases of one kind; throws when there is none, or when the file has cases of a kind that no test asks for. */
export function vectors<K extends Kind>(kind: K): readonly Vector<K>[] {
  const all: { readonly vectors: readonly (Vector<K> & { readonly kind: string })[] } = JSON.parse(readFileSync(FILE, "utf8"));
  const strange = all.vectors.find((vector) => !Object.hasOwn(KINDS, vector.kind));
  if (strange !== undefined) {
    throw new Error(`got the vector ${strange.name} of kind ${strange.kind}, expected ${Object.keys(KINDS).join(", ")}`);
  }
  const found = all.vectors.filter((vector) => vector.kind === kind);
  if (found.length === 0) throw new Error(`there are no vectors of kind ${kind}`);
  return found;
}

/** True for a case of slices of counts; the others are of the scores of calm slices. */
export function isOfSlices<V extends Forms["dispersion"]>(vector: V): vector is V & SliceForm {
  return "slices" in vector.input;
}

export function isOfScores<V extends Forms["dispersion"]>(vector: V): vector is V & ScoresForm {
  return "scores" in vector.input;
}
