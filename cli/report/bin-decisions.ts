import { type DecisionColumns, OUTCOMES } from "../../functions/core/replay/simulation-result";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Lengths of the periods of a table, milliseconds. */
const PERIODS_MS = [1, 3, 6, 12, 24, 48, 168, 336, 672, 1344].map((hours) => hours * HOUR_MS);

/** Spans of equal length, one after the other. */
export interface Bins {
  /** Start of the first, epoch milliseconds. */
  readonly from: number;
  readonly stepMs: number;
  readonly count: number;
}

/** `count` bins over a time, whatever its length; epoch milliseconds. */
export function evenBins(from: number, to: number, count: number): Bins {
  return { from, stepMs: Math.max(1, (to - from) / count), count };
}

/** Whole hours, days or weeks over a time, `most` or fewer; of a very long time, parts of equal length. */
export function calendarBins(from: number, to: number, most: number): Bins {
  const fitting = PERIODS_MS.map((stepMs) => {
    const edge = Math.min(stepMs, DAY_MS);
    const start = Math.floor(from / edge) * edge;
    return { from: start, stepMs, count: Math.max(1, Math.ceil((to - start) / stepMs)) };
  });
  return fitting.find(({ count }) => count <= most) ?? evenBins(from, to, most);
}

/** The bin that a time is in; the first or the last one of a time before or after them all. */
export function binOf(at: number, { from, stepMs, count }: Bins): number {
  return Math.min(count - 1, Math.max(0, Math.floor((at - from) / stepMs)));
}

/**
 * How many decisions of each outcome are in each bin: a bin's counts follow each other, in the order of `OUTCOMES`.
 * Every decision is counted once, those before and after the bins in the first and the last one.
 */
export function binDecisions({ at, outcome }: DecisionColumns, bins: Bins): Uint32Array {
  const counts = new Uint32Array(bins.count * OUTCOMES.length);
  for (let index = 0; index < at.length; index++) {
    const place = binOf(at[index] ?? 0, bins) * OUTCOMES.length + (outcome[index] ?? 0);
    counts[place] = (counts[place] ?? 0) + 1;
  }
  return counts;
}
