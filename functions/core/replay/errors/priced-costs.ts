import { seededRandom } from "../../capture/seeded-random";
import type { PricedCost } from "../simulation-result";
import type { ErrorSeries } from "./served-errors";

const RESAMPLES = 400;
const SEED = "bands of costs";
/** 95 % of the resampled costs lie between these places. */
const BAND = [0.025, 0.975] as const;

/** What a policy costs at a price, and what it costs on each resampling of the steps; of equal lengths, the same steps. */
export interface ResampledCost extends Omit<PricedCost, "low" | "high" | "minus"> {
  readonly resampled: Float64Array;
}

/**
 * What a policy costs at a price, with a bootstrap of moving blocks: blocks of about the square root of the steps are drawn
 * again and again, so that steps that belong together stay together. Undefined where an error is not known.
 */
export function resampledCost({ errors, trainings }: ErrorSeries, price: number): ResampledCost | undefined {
  const sums = new Float64Array(errors.length + 1);
  let count = 0;
  for (const [step, error] of errors.entries()) {
    const started = trainings[step] ?? 0;
    count += started;
    sums[step + 1] = (sums[step] ?? 0) + error + price * started;
  }
  const cost = sums.at(-1) ?? Number.NaN;
  return Number.isNaN(cost) ? undefined : { price, trainings: count, cost, resampled: resampled(sums) };
}

function resampled(sums: Float64Array): Float64Array {
  const steps = sums.length - 1;
  const length = Math.max(1, Math.round(Math.sqrt(steps)));
  const random = seededRandom(SEED);
  return Float64Array.from({ length: RESAMPLES }, () => {
    let [sum, left] = [0, steps];
    while (left > 0) {
      const taken = Math.min(length, left);
      const begin = Math.floor(random() * (steps - taken + 1));
      sum += (sums[begin + taken] ?? 0) - (sums[begin] ?? 0);
      left -= taken;
    }
    return sum;
  });
}

/**
 * The costs of a policy with their bands, and with those of their differences to others by name, where these have the price too.
 */
export function bandedCosts(
  own: readonly ResampledCost[],
  others: ReadonlyMap<string, readonly ResampledCost[]>,
): readonly PricedCost[] {
  return own.map(({ resampled, ...cost }) => {
    const [low, high] = bandOf(resampled);
    const minus = [...others].flatMap(([name, costs]) => {
      const other = costs.find(({ price }) => price === cost.price);
      if (other === undefined) return [];
      const [least, most] = bandOf(resampled.map((sum, place) => sum - (other.resampled[place] ?? 0)));
      return [[name, { low: least, high: most }]] as const;
    });
    return { ...cost, low, high, ...(minus.length > 0 && { minus: Object.fromEntries(minus) }) };
  });
}

function bandOf(sums: Float64Array): [low: number, high: number] {
  const sorted = sums.toSorted();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  return [at(BAND[0]), at(BAND[1])];
}
