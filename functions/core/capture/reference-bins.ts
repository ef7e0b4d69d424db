import type { Histogram } from "../drift/distribution";
import type { SketchBin } from "./quantile-sketch";

/** Into so many bins of equal counts a reference is cut; values that are alone as many as that get bins of their own. */
const QUANTILES = 40;

/**
 * Bins of a sketch put together to a histogram: about 40 bins of as many values each, at most 81, of which every edge is a limit of the
 * sketch's. Undefined when there are no bins.
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
