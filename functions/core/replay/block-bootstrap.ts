import { seededRandom } from "../capture/seeded-random";

/** Resamples of a band: its ends, at 2.5 % and 97.5 %, rest on 25 of them each. */
const RESAMPLES = 1_000;

/**
 * Sums of a series by the circular moving-block bootstrap, as they were drawn. Errors of neighbouring steps are alike, so blocks of
 * about the root of the length are drawn, which keep that: https://doi.org/10.1214/aos/1176347265, circular as in
 * https://doi.org/10.1080/01621459.1994.10476870. The same seed draws the same blocks, so that the sums of two series of one
 * length, less each other, are those of their differences.
 * @param series one number for each step
 */
export function drawnSums(series: readonly number[], seed: string): readonly number[] {
  const { length } = series;
  if (length === 0) return [0];
  const random = seededRandom(seed);
  const block = Math.max(1, Math.round(Math.sqrt(length)));
  const upTo = prefixSums(series);
  return Array.from({ length: RESAMPLES }, () => {
    let sum = 0;
    for (let left = length; left > 0; left -= block) {
      const from = Math.floor(random() * length);
      sum += circularSum(upTo, from, Math.min(block, left));
    }
    return sum;
  });
}

/** The drawn sums of a series in rising order. @param series one number for each step */
export function resampledSums(series: readonly number[], seed: string): readonly number[] {
  return drawnSums(series, seed).toSorted((a, b) => a - b);
}

/** The 95 % of a sorted list of resampled sums that lie in the middle. */
export function bandOf(sorted: readonly number[]): { readonly low: number; readonly high: number } {
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  return { low: at(0.025), high: at(0.975) };
}

function prefixSums(series: readonly number[]): readonly number[] {
  let sum = 0;
  return [0, ...series.map((value) => (sum += value))];
}

function circularSum(upTo: readonly number[], from: number, count: number): number {
  const last = upTo.length - 1;
  const until = from + count;
  const sumTo = (index: number) => upTo[index] ?? 0;
  return until <= last ? sumTo(until) - sumTo(from) : sumTo(last) - sumTo(from) + sumTo(until - last);
}
