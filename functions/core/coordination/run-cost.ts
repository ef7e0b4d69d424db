import { sumUsd, toMicros } from "../numbers";
import type { TrainingRequest } from "../training-request";
import type { CoordinatorState, Run } from "./coordinator-state";
import type { CoordinatorPolicy } from "./policy";
import { utcDay, utcMonth } from "./utc-calendar";

const BYTES_PER_GB = 1e9;

/** Weight of the newest run in the smoothed ratio of actual to estimated cost. */
const NEWEST_WEIGHT = 0.3;
/** One run that cost nothing, or a fortune, must not make every later estimate useless. */
const RATIO_BOUNDS = { least: 0.1, most: 10 } as const;

/** What a request would cost by configuration: base, plus its bytes and objects; USD. */
export function configuredCost(policy: CoordinatorPolicy, request: TrainingRequest): number {
  const { baseUsd, perGbUsd, perObjectUsd } = policy.cost;
  const { objects, bytes } = newData(request);
  return sumUsd([baseUsd + (perGbUsd * bytes) / BYTES_PER_GB + perObjectUsd * objects]);
}

/** What a run will cost, as far as the model's history tells; USD. */
export function estimatedCost(policy: CoordinatorPolicy, { costRatio }: CoordinatorState, request: TrainingRequest): number {
  return sumUsd([configuredCost(policy, request) * costRatio]);
}

/** True for a request that no day can pay for: its estimate exceeds a whole budget, which only priority 1 passes. */
export function isOverWholeBudget(policy: CoordinatorPolicy, state: CoordinatorState, request: TrainingRequest): boolean {
  const { dailyUsd, monthlyUsd } = policy.budget;
  return request.priority > 1 && toMicros(estimatedCost(policy, state, request)) > toMicros(Math.min(dailyUsd, monthlyUsd));
}

/** Objects and bytes of all manifests of a request. */
export function newData({ manifests }: Pick<TrainingRequest, "manifests">): { objects: number; bytes: number } {
  const sum = { objects: 0, bytes: 0 };
  for (const { objects, bytes } of manifests) {
    sum.objects += objects;
    sum.bytes += bytes;
  }
  return sum;
}

/** Spent and reserved on the state's day; USD. */
export function committedToday({ day, runs }: CoordinatorState): number {
  return sumUsd([day.spentUsd, ...reservedBy(runs, ({ startedAt }) => utcDay(startedAt) === day.date)]);
}

/** Spent and reserved in the state's month; USD. */
export function committedThisMonth({ month, runs }: CoordinatorState): number {
  return sumUsd([month.spentUsd, ...reservedBy(runs, ({ startedAt }) => utcMonth(startedAt) === month.date)]);
}

/** The ratio of actual to estimated cost after one more run; unchanged by a run that cost nothing or was estimated at nothing. */
export function correctedRatio(ratio: number, { estimatedUsd }: Run, actualUsd: number): number {
  if (estimatedUsd === 0 || actualUsd === 0) return ratio;
  const smoothed = ratio + NEWEST_WEIGHT * (actualUsd / estimatedUsd - ratio);
  return Math.min(RATIO_BOUNDS.most, Math.max(RATIO_BOUNDS.least, smoothed));
}

function reservedBy(runs: readonly Run[], isCounted: (run: Run) => boolean): number[] {
  return runs.filter(isCounted).map(({ reservedUsd }) => reservedUsd);
}
