import { readFileSync } from "node:fs";
import { join } from "node:path";

const KINDS = ["bins", "categories", "floor", "dispersion", "metrics", "score", "episode"] as const;
type Kind = (typeof KINDS)[number];

/** A case that was computed apart, by another program in another language. */
interface Vector {
  readonly name: string;
  readonly kind: Kind;
  readonly note: string;
  // biome-ignore lint/suspicious/noExplicitAny: each kind has its own shape
  readonly input: any;
  // biome-ignore lint/suspicious/noExplicitAny: each kind has its own shape
  readonly expected: any;
}

const FILE = join(__dirname, "fixtures", "vectors.json");

/** The cases of one kind; throws when there is none, or when the file has cases of a kind that no test asks for. */
export function vectors(kind: Kind): readonly Vector[] {
  const all: { readonly vectors: readonly Vector[] } = JSON.parse(readFileSync(FILE, "utf8"));
  const strange = all.vectors.find((vector) => !KINDS.includes(vector.kind));
  if (strange !== undefined)
    throw new Error(`got the vector ${strange.name} of kind ${strange.kind}, expected ${KINDS.join(", ")}`);
  const found = all.vectors.filter((vector) => vector.kind === kind);
  if (found.length === 0) throw new Error(`there are no vectors of kind ${kind}`);
  return found;
}
