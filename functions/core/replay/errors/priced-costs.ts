import { bandOf, drawnSums } from "../block-bootstrap";
import type { PricedCost } from "../simulation-result";
import type { ErrorSeries } from "./served-errors";

/** Of all policies, so that they are resampled by the same blocks. */
const SEED = "bands of costs";

/** What a policy costs at a price, and what it costs on each resampling of the steps. */
export interface ResampledCost extends Omit<PricedCost, "low" | "high" | "minus"> {
  /** Of policies with equally many steps, from the same blocks in the same order. */
  readonly resampled: readonly number[];
}

/** What a policy costs at a price, and resampled. Undefined where an error is not known. */
export function resampledCost({ errors, trainings }: ErrorSeries, price: number): ResampledCost | undefined {
  const costs = Array.from(errors, (error, step) => error + price * (trainings[step] ?? 0));
  const cost = costs.reduce((sum, one) => sum + one, 0);
  const count = trainings.reduce((sum, started) => sum + started, 0);
  return Number.isNaN(cost) ? undefined : { price, trainings: count, cost, resampled: drawnSums(costs, SEED) };
}

/**
 * The costs of a policy with their bands, and with those of their differences to others by name, where these have the price too.
 */
export function bandedCosts(
  own: readonly ResampledCost[],
  others: ReadonlyMap<string, readonly ResampledCost[]>,
): readonly PricedCost[] {
  return own.map(({ resampled, ...cost }) => {
    const minus = [...others].flatMap(([name, costs]) => {
      const other = costs.find(({ price }) => price === cost.price);
      if (other === undefined) return [];
      return [[name, bandOf(inOrder(resampled.map((sum, place) => sum - (other.resampled[place] ?? 0))))]] as const;
    });
    return { ...cost, ...bandOf(inOrder(resampled)), ...(minus.length > 0 && { minus: Object.fromEntries(minus) }) };
  });
}

/** Typed arrays are sorted as numbers, and several times as fast. */
function inOrder(sums: readonly number[]): readonly number[] {
  return [...Float64Array.from(sums).sort()];
}
