import type { Histogram } from "../drift/distribution";
import type { Baseline, BaselineFeature } from "./baseline";
import type { CaptureWindow } from "./capture-windows";
import { type FeatureTally, typeOf } from "./feature-tally";
import type { SketchBin } from "./ports";
import type { WindowSummary } from "./window-summary";

/** Characters of names, as JSON writes them, over all features: a report holds them twice, and must stay readable. */
const MAX_NAME_CHARS = 2_000_000;

/** The baseline that a window's rows make; its features stand in code-unit order. */
export function makeBaseline(model: string, window: CaptureWindow, { rows, features }: WindowSummary): Baseline {
  const sorted = features.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  let charsLeft = MAX_NAME_CHARS;
  const isRoom = (name: string) => {
    charsLeft -= JSON.stringify(name).length;
    return charsLeft >= 0;
  };
  return {
    version: 1,
    model,
    window: { start: window.start, end: window.end },
    rows,
    features: sorted.map((tally) => featureOf(tally, isRoom)),
  };
}

function featureOf(tally: FeatureTally, isRoom: (name: string) => boolean): BaselineFeature {
  const { name, kind, isCode, texts, numbers, numericTexts, names, sketch } = tally;
  if (typeOf(tally) === "categories") {
    const counts = frequentNames(names).filter(([category]) => isRoom(category));
    return { name, kind, type: "categories", isCode, present: texts + numericTexts, counts };
  }
  const histogram = referenceBins(sketch?.bins() ?? []);
  if (histogram === undefined) return { name, kind, type: "empty", present: 0 };
  return { name, kind, type: "numbers", present: numbers, histogram };
}

/** Into so many bins of equal counts a reference is cut; values that are alone as many as that get bins of their own. */
const QUANTILES = 40;

/**
 * Bins of a sketch put together to a histogram: about 40 bins of as many values each, at most 81, of which every edge is a limit of
 * the sketch's. Undefined when there are no bins.
 */
export function referenceBins(bins: readonly SketchBin[]): Histogram | undefined {
  const [first] = bins;
  if (first === undefined) return undefined;
  const share = bins.reduce((sum, { count }) => sum + count, 0) / QUANTILES;
  const edges = [first.lower];
  const counts: number[] = [];
  let held = 0;
  let reached = first.lower;
  const cut = (edge: number) => {
    edges.push(edge);
    counts.push(held);
    held = 0;
  };
  for (const { lower, upper, count } of bins) {
    if (held > 0 && count >= share) cut(lower);
    held += count;
    reached = upper;
    if (held >= share) cut(upper);
  }
  if (held > 0) cut(reached);
  return { type: "histogram", edges, counts };
}

/** Two sides of a feature over the same bins. */
export interface HistogramPair {
  readonly reference: Histogram;
  readonly current: Histogram;
}

/** A sketch's bins counted over a reference's edges, with one bin more on each end that they exceed. */
export function binnedLike({ edges, counts }: Histogram, bins: readonly SketchBin[]): HistogramPair {
  const [first = 0, last = 0] = [edges[0], edges.at(-1)];
  const inner = counts.map(() => 0);
  let [below, above, least, most] = [0, 0, first, last];
  let index = 0;
  for (const { lower, upper, count } of bins) {
    // The middle, since edges that another machine wrote may differ from limits in their last digit.
    const middle = lower / 2 + upper / 2;
    while (index < inner.length && middle > (edges[index + 1] ?? last)) index++;
    if (middle < first) {
      below += count;
      least = Math.min(least, lower);
    } else if (middle > last) {
      above += count;
      most = Math.max(most, upper);
    } else inner[index] = (inner[index] ?? 0) + count;
  }
  const start = below > 0 ? [least] : [];
  const end = above > 0 ? [most] : [];
  const wide = [...start, ...edges, ...end];
  return {
    reference: { type: "histogram", edges: wide, counts: [...start.map(() => 0), ...counts, ...end.map(() => 0)] },
    current: { type: "histogram", edges: [...wide], counts: [...start.map(() => below), ...inner, ...end.map(() => above)] },
  };
}

/** What all names count as that are not kept; a column's own name of this text counts with them. */
const OTHER = "(other)";

/** Names of one feature that a baseline keeps. */
const MAX_KEPT = 500;

/** A feature of no more names keeps all of them. */
const FEW_NAMES = 20;

/**
 * A name seen less often says more of the window than of the feature: of many rare names each window has others, so that kept names
 * would look lost in the next.
 */
const LEAST_COUNT = 20;

/**
 * The names that a baseline keeps, the most frequent first, those of equal frequency by code units: all of a feature that has few,
 * otherwise the 500 most frequent ones of at least 20 values. Windows after it count these exactly, and all others as `(other)`.
 */
function frequentNames(names: ReadonlyMap<string, { readonly count: number }>): [string, number][] {
  const least = names.size <= FEW_NAMES ? 1 : LEAST_COUNT;
  const kept = [...names].map(([name, { count }]): [string, number] => [name, count]).filter(([, count]) => count >= least);
  return kept.sort(([a, first], [b, second]) => second - first || (a < b ? -1 : 1)).slice(0, MAX_KEPT);
}

/** Counts by name with the rest as `(other)`, where there is one. */
export function withRest(counts: readonly (readonly [string, number])[], total: number): Map<string, number> {
  const all = new Map(counts);
  const rest = total - counts.reduce((sum, [, count]) => sum + count, 0);
  if (rest > 0) all.set(OTHER, (all.get(OTHER) ?? 0) + rest);
  return all;
}
