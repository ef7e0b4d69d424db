import { RARE, UNSEEN } from "../drift/distributions/category-bins";

/** Takes the numbers of a feature. */
export interface NumberSink {
  /** Takes a finite number. */
  add(value: number): void;
}

/** Takes the names of a feature. */
export interface NameSink {
  add(name: string): void;
}

/** Numbers counted over bins: below the first edge, one bin between each two edges, above the last edge. */
export interface NumberCounter extends NumberSink {
  readonly counts: readonly number[];
  /** Infinity and -Infinity before the first number. */
  readonly least: number;
  readonly most: number;
}

/** Edges that are looked through in six steps without a branch, which no processor could predict: more than any baseline has. */
const FEW = 63;

/** Counts over bins of which bin i reaches from above edge i − 1 to edge i. */
export function createNumberCounter(edges: readonly number[]): NumberCounter {
  const depth = Math.max(6, Math.ceil(Math.log2(edges.length + 1)));
  const padded = new Float64Array(2 ** depth).fill(Number.POSITIVE_INFINITY);
  padded.set(edges);
  const binOf = edges.length <= FEW ? binOfFew : binOfMany;
  const counts = new Float64Array(edges.length + 1);
  const range = Float64Array.of(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
  return {
    get counts() {
      return [...counts];
    },
    get least() {
      return range[0] ?? 0;
    },
    get most() {
      return range[1] ?? 0;
    },
    add(value) {
      const bin = binOf(padded, value);
      counts[bin] = (counts[bin] ?? 0) + 1;
      if (value < (range[0] ?? 0)) range[0] = value;
      if (value > (range[1] ?? 0)) range[1] = value;
    },
  };
}

/** How many of 64 padded edges are less than a value. */
function binOfFew(edges: Float64Array, value: number): number {
  let bin = +((edges[31] ?? 0) < value) << 5;
  bin += +((edges[bin + 15] ?? 0) < value) << 4;
  bin += +((edges[bin + 7] ?? 0) < value) << 3;
  bin += +((edges[bin + 3] ?? 0) < value) << 2;
  bin += +((edges[bin + 1] ?? 0) < value) << 1;
  return bin + +((edges[bin] ?? 0) < value);
}

/** The same of more, of which there are a power of two. */
function binOfMany(edges: Float64Array, value: number): number {
  let bin = 0;
  for (let step = edges.length / 2; step >= 1; step /= 2) bin += (edges[bin + step - 1] ?? 0) < value ? step : 0;
  return bin;
}

/** Names counted: those with a bin of their own in their order, then other known names, then those that are not known. */
export interface NameCounter extends NameSink {
  readonly counts: number[];
}

/** @param isKnown true for a name that the reference holds, though too rarely for a bin of its own */
export function createNameCounter(names: readonly string[], isKnown: (name: string) => boolean): NameCounter {
  const counts = new Array<number>(names.length + 2).fill(0);
  const places = new Map(names.map((name, place) => [name, place]));
  const [rare, unseen] = [names.length, names.length + 1];
  return {
    counts,
    add(name) {
      const place = places.get(name) ?? (isKnown(name) ? rare : unseen);
      counts[place] = (counts[place] ?? 0) + 1;
    },
  };
}

/** The names of the bins of a name counter. */
export function nameBins(names: readonly string[]): readonly string[] {
  return [...names, RARE, UNSEEN];
}

/** A 32-bit hash of a name, FNV-1a over its code units: many names are kept as that alone. http://www.isthe.com/chongo/tech/comp/fnv/ */
export function nameHash(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
