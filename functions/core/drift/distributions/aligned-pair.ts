import { sumOf } from "../measures/special-functions";
import type { Categories, Distribution, Histogram } from "./distribution";

/** Two sides over the same bins, as shares that sum to 1 on each side. */
export interface AlignedPair {
  readonly reference: readonly number[];
  readonly current: readonly number[];
  /** Limits of the bins, one more than there are bins; absent for categories, which have no order. */
  readonly edges?: readonly number[];
  /** Of the bins; absent for a histogram. */
  readonly names?: readonly string[];
  /** Values behind each side; above 0. */
  readonly referenceSize: number;
  readonly currentSize: number;
}

/** Values behind the two sides, where the counts are weights or shares and do not tell. */
export interface Sizes {
  readonly referenceSize?: number | undefined;
  readonly currentSize?: number | undefined;
}

/**
 * Both sides over the union of their categories, or over the reference's edges, with one bin more on each end that the current side
 * exceeds. Where the current side has other edges, nobody knows where its values lie within a bin: they are taken to lie where they
 * fit the reference best. Spread evenly instead, two samples of one skewed feature differ for no other reason than their edges.
 * @throws RangeError when a side is empty, or the sides differ in type
 */
export function alignDistributions(reference: Distribution, current: Distribution, sizes: Sizes = {}): AlignedPair {
  if (reference.type === "categories" && current.type === "categories")
    return withSizes(alignCategories(reference, current), sizes);
  if (reference.type === "histogram" && current.type === "histogram") return withSizes(alignHistograms(reference, current), sizes);
  throw new RangeError(
    `got a reference of ${reference.type} and a current side of ${current.type}, expected the same on both sides`,
  );
}

/** Edges that differ by less than this share of the whole range are one: monitors round them. */
const EQUAL_EDGES = 1e-9;

/** Weight of a bin that the reference leaves empty, so that the current side gets as little there as it may. */
const EMPTY_BIN = 1e-12;

/** How many values a distribution counts, or the sum of its weights. */
export function totalOf({ counts }: Distribution): number {
  return sumOf(Array.isArray(counts) ? counts : Object.values(counts));
}

/** The share of values up to each edge, from 0 at the first to 1 at the last. */
export function cumulated(shares: readonly number[]): number[] {
  let sum = 0;
  return [0, ...shares.map((share) => (sum += share))];
}

interface Aligned {
  readonly reference: readonly number[];
  readonly current: readonly number[];
  readonly edges?: readonly number[];
  readonly names?: readonly string[];
}

function alignCategories(reference: Categories, current: Categories): Aligned {
  const [then, now] = [reference, current].map(({ counts }) => new Map(Object.entries(counts)));
  // In one order, so that the last digit of a score does not depend on that of the report.
  const names = [...new Set([...Object.keys(reference.counts), ...Object.keys(current.counts)])].sort();
  return { names, reference: names.map((name) => then?.get(name) ?? 0), current: names.map((name) => now?.get(name) ?? 0) };
}

function alignHistograms(reference: Histogram, current: Histogram): Aligned {
  if (hasEdges(reference, current.edges)) return { reference: reference.counts, current: current.counts, edges: reference.edges };
  const [first = 0, last = 0] = [reference.edges[0], reference.edges.at(-1)];
  const [least = first, most = last] = [current.edges[0], current.edges.at(-1)];
  const range = Math.max(last, most) - Math.min(first, least);
  const tolerance = Math.min(EQUAL_EDGES * range, narrowest(reference) / 4, narrowest(current) / 4);
  const below = least < first - tolerance ? [least] : [];
  const above = most > last + tolerance ? [most] : [];
  const edges = [...below, ...reference.edges, ...above];
  const counts = [...below.map(() => 0), ...reference.counts, ...above.map(() => 0)];
  return { reference: counts, current: fitted(current, edges, sharesOf(counts, "reference"), tolerance), edges };
}

/** True where a histogram's bins are these. */
export function hasEdges({ edges }: Histogram, others: readonly number[]): boolean {
  return edges.length === others.length && edges.every((edge, index) => edge === others[index]);
}

function narrowest({ edges }: Histogram): number {
  return edges.slice(1).reduce((least, edge, bin) => Math.min(least, edge - (edges[bin] ?? edge)), Number.POSITIVE_INFINITY);
}

/** Counts over `edges` that fit the shares of `reference` there best, of those that the histogram allows. */
function fitted(
  { edges: own, counts }: Histogram,
  edges: readonly number[],
  reference: readonly number[],
  tolerance: number,
): number[] {
  const below = cumulated(counts);
  const total = below.at(-1) ?? 0;
  let bin = 0;
  let at = 0;
  const gates = edges.map((edge, index) => {
    while (bin < counts.length && (own[bin + 1] ?? edge) <= edge + tolerance) bin++;
    const isKnown = (own[bin] ?? edge) >= edge - tolerance || bin === counts.length;
    const least = below[bin] ?? total;
    at += (reference[index - 1] ?? 0) + EMPTY_BIN;
    return { at, least, most: isKnown ? least : (below[bin + 1] ?? total) };
  });
  const heights = tautString(gates);
  return heights.slice(1).map((height, index) => Math.max(0, height - (heights[index] ?? 0)));
}

function withSizes({ reference, current, edges, names }: Aligned, sizes: Sizes): AlignedPair {
  return {
    reference: sharesOf(reference, "reference"),
    current: sharesOf(current, "current"),
    ...(edges && { edges }),
    ...(names && { names }),
    referenceSize: sizes.referenceSize ?? sumOf(reference),
    currentSize: sizes.currentSize ?? sumOf(current),
  };
}

function sharesOf(counts: readonly number[], side: string): number[] {
  const total = sumOf(counts);
  if (!(total > 0))
    throw new RangeError(`the ${side} side is empty: got ${counts.length} bins without a value, expected at least one value`);
  return counts.map((count) => count / total);
}

/** A gate that a string passes: at `at` it must be between `least` and `most`. */
export interface Gate {
  readonly at: number;
  readonly least: number;
  readonly most: number;
}

/**
 * Heights, gate by gate, of a string that is pulled taut from (0, 0) through gates whose `at` rises and whose limits do not fall;
 * the last gate is where it ends, so its limits are equal. Among all paths through the gates it is the straightest: it has the
 * least sum of w f(h / w) over its steps of width w and height h, for every convex f at once. P. L. Davies, A. Kovac, Local
 * extremes, runs, strings and multiresolution, https://doi.org/10.1214/aos/996986501
 */
export function tautString(gates: readonly Gate[]): number[] {
  const heights: number[] = [];
  let anchor = { at: 0, height: 0 };
  while (heights.length < gates.length) {
    const { index, height } = nextBend(gates, heights.length, anchor);
    const bend = gates[index] ?? { at: anchor.at };
    const slope = (height - anchor.height) / (bend.at - anchor.at);
    for (let gate = heights.length; gate < index; gate++) {
      heights.push(anchor.height + slope * ((gates[gate]?.at ?? bend.at) - anchor.at));
    }
    heights.push(height);
    anchor = { at: bend.at, height };
  }
  return heights;
}

/** The gate, from `first` on, at whose limit a straight line from the anchor must turn to pass those behind it. */
function nextBend(gates: readonly Gate[], first: number, anchor: { readonly at: number; readonly height: number }) {
  let floor = { slope: Number.NEGATIVE_INFINITY, index: first };
  let ceiling = { slope: Number.POSITIVE_INFINITY, index: first };
  for (let index = first; index < gates.length; index++) {
    const { at, least, most } = gates[index] ?? { at: anchor.at, least: 0, most: 0 };
    const [lower, upper] = [least, most].map((limit) => (limit - anchor.height) / (at - anchor.at)) as [number, number];
    if (lower > ceiling.slope) return { index: ceiling.index, height: gates[ceiling.index]?.most ?? 0 };
    if (upper < floor.slope) return { index: floor.index, height: gates[floor.index]?.least ?? 0 };
    // Of equal slopes the later gate, up to which the string is straight.
    if (lower >= floor.slope) floor = { slope: lower, index };
    if (upper <= ceiling.slope) ceiling = { slope: upper, index };
  }
  return { index: gates.length - 1, height: gates.at(-1)?.least ?? 0 };
}
