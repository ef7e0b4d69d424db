import { seededRandom } from "../../../functions/core/capture/seeded-random";
import type { PlayedStream } from "./played-streams";
import type { PolicyName } from "./policies";
import { PRICES } from "./scene";
import { STREAM_NAMES, type StreamName } from "./stream-laws";

const { floor, log, sqrt } = Math;

/** Of the area under a cost over the logarithm of the price, by the trapezium rule. */
const PRICE_WEIGHTS = PRICES.map((price, place) => log((PRICES[place + 1] ?? price) / (PRICES[place - 1] ?? price)) / 2);

const RESAMPLES = 2_000;

/** Mean cost over the prices, each counted once. */
export function meanCost(runs: readonly PlayedStream[], policy: PolicyName): number {
  return mean(runs.map((run) => mean(run.played.map((played) => played[policy].cost))));
}

/** Area under the cost over the logarithm of the price, of all runs together, as a multiple of another policy's. */
export function areaRatio(runs: readonly PlayedStream[], policy: PolicyName, other: PolicyName): number {
  return areaOf(runs, policy) / areaOf(runs, other);
}

function areaOf(runs: readonly PlayedStream[], policy: PolicyName): number {
  let area = 0;
  for (const { played } of runs) for (const [place, at] of played.entries()) area += (PRICE_WEIGHTS[place] ?? 0) * at[policy].cost;
  return area;
}

/** Standard error of the ratio of two areas when the seeds of each stream are drawn again. */
export function areaError(runs: readonly PlayedStream[], policy: PolicyName, other: PolicyName): number {
  const streams = byStream(runs);
  const drawn = resampled(`area ${policy}, ${other}`, (draw) => {
    const again = streams.flatMap((ofStream) => ofStream.map(() => draw(ofStream)));
    return areaRatio(again, policy, other);
  });
  const middle = mean(drawn);
  return sqrt(mean(drawn.map((value) => (value - middle) ** 2)));
}

/** How much more a policy costs than another, and the middle 95 % of that when streams and their seeds are drawn again. */
export interface PairedDifference {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export function pairedDifference(runs: readonly PlayedStream[], policy: PolicyName, other: PolicyName): PairedDifference {
  const streams = byStream(runs).map((ofStream) => ofStream.map((run) => meanCost([run], policy) - meanCost([run], other)));
  const drawn = resampled(`${policy} against ${other}`, (draw) => {
    const means = streams.map(() => {
      const ofStream = draw(streams);
      return mean(ofStream.map(() => draw(ofStream)));
    });
    return mean(means);
  }).toSorted((a, b) => a - b);
  return { mean: mean(streams.flat()), low: quantile(drawn, 0.025), high: quantile(drawn, 0.975) };
}

/** A stream at a price, over all seeds. */
export interface ComparedCell {
  readonly stream: StreamName;
  readonly price: number;
  /** The cost of one policy by that of another. */
  readonly ratio: number;
  /** Standard error of it. */
  readonly error: number;
}

export function comparedCells(runs: readonly PlayedStream[], policy: PolicyName, other: PolicyName): ComparedCell[] {
  return byStream(runs).flatMap((ofStream) =>
    PRICES.map((price, place) => {
      const costs = (name: PolicyName) => ofStream.map(({ played }) => played[place]?.[name].cost ?? Number.NaN);
      const [mine, theirs] = [costs(policy), costs(other)];
      const ratio = mean(mine) / mean(theirs);
      const squares = mine.map((cost, run) => (cost - ratio * (theirs[run] ?? Number.NaN)) ** 2);
      const error = sqrt(mean(squares) / (squares.length - 1)) / mean(theirs);
      return { stream: (ofStream[0] as PlayedStream).stream, price, ratio, error };
    }),
  );
}

export function byStream(runs: readonly PlayedStream[]): PlayedStream[][] {
  return STREAM_NAMES.map((name) => runs.filter(({ stream }) => stream === name)).filter((ofStream) => ofStream.length > 0);
}

function resampled(seed: string, statistic: (draw: <T>(items: readonly T[]) => T) => number): number[] {
  const random = seededRandom(seed);
  const draw = <T>(items: readonly T[]) => items[floor(random() * items.length)] as T;
  return Array.from({ length: RESAMPLES }, () => statistic(draw));
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[floor(share * sorted.length)] ?? Number.NaN;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
