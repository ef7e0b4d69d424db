// Rules that others roll out by, played on the same traffic: one hour a stage, two hours of bake, errors only.
import { normalQuantile, normalSurvival } from "../../functions/core/drift/measures/special-functions";
import type { CountedWindow } from "../../functions/core/promotion/rollout/evidence/counted-window";
import { SHARES } from "../../test/simulation/rollout/scenarios";
import type { RolloutEnd } from "../../test/simulation/rollout/simulate-rollout";
import type { DrawnWindow, SimulatedTraffic } from "../../test/simulation/rollout/traffic";

/** Requests and errors of both models. */
type Counts = Pick<CountedWindow, "nA" | "nB" | "xA" | "xB">;

interface Looked {
  /** Of this stage, oldest first. */
  readonly windows: readonly Counts[];
  /** Of all stages in which both served. */
  readonly sums: Counts;
  /** Of the champion before the rollout. */
  readonly historyRate: number;
  readonly isBake: boolean;
  readonly isStageEnd: boolean;
}

/** A rule that says at a window whether the candidate is to be rolled back. */
export interface Comparator {
  readonly what: string;
  readonly isWorse: (looked: Looked) => boolean;
}

const STAGE_WINDOWS = 12;
const BAKE_WINDOWS = 24;

/** Probability by which the tests that look at every window mean to be wrong. */
const ALPHA = 0.05;

export const COMPARATORS: readonly Comparator[] = [
  { what: "three in a row > 2x (as in Argo Rollouts)", isWorse: isThriceAbove },
  { what: "Mann–Whitney per stage, 1.25x, p < 0.01 (as in Kayenta)", isWorse: isRankedAbove },
  { what: "z, cumulative, every window", isWorse: ({ sums }) => zOf(sums) > normalQuantile(ALPHA) },
  { what: "mSPRT, cumulative, every window", isWorse: isMixtureAbove },
  { what: "bake time only", isWorse: () => false },
];

/** A rollout on a fixed plan, as it goes to its end where nothing rolls it back. */
export interface PlannedRollout {
  readonly historyRate: number;
  readonly stages: readonly { readonly share: number; readonly drawn: readonly DrawnWindow[] }[];
}

export function planRollout(traffic: SimulatedTraffic): PlannedRollout {
  const history = traffic.history.reduce((sum, { nA, xA }) => ({ nA: sum.nA + nA, xA: sum.xA + xA }), { nA: 0, xA: 0 });
  return {
    historyRate: history.xA / Math.max(1, history.nA),
    stages: SHARES.map((share) => ({
      share,
      drawn: Array.from({ length: share === 1 ? BAKE_WINDOWS : STAGE_WINDOWS }, () => traffic.next(share)),
    })),
  };
}

/** How the rollout ends by the rule alone. */
export function endByComparator({ isWorse }: Comparator, { historyRate, stages }: PlannedRollout): RolloutEnd {
  let sums: Counts = { nA: 0, nB: 0, xA: 0, xB: 0 };
  let [total, excess] = [0, 0];
  for (const { share, drawn } of stages) {
    const isBake = share === 1;
    const windows: Counts[] = [];
    for (const seen of drawn) {
      windows.push(seen.window);
      if (!isBake) sums = added(sums, seen.window);
      total++;
      excess += seen.excess;
      if (isWorse({ windows, sums, historyRate, isBake, isStageEnd: windows.length === drawn.length })) {
        return { end: "rolled back", share, windows: total, excess };
      }
    }
  }
  return { end: "done", share: 1, windows: total, excess };
}

function added(one: Counts, other: Counts): Counts {
  return { nA: one.nA + other.nA, nB: one.nB + other.nB, xA: one.xA + other.xA, xB: one.xB + other.xB };
}

/** Against a fixed limit, as conditions of measurements are written: twice the champion's rate before the rollout. */
function isThriceAbove({ windows, historyRate }: Looked): boolean {
  const newest = windows.slice(-3);
  return newest.length === 3 && newest.every(({ nB, xB }) => xB / nB > 2 * historyRate);
}

/** Error rates of a stage's windows, once at its end; with the correction for ties. https://doi.org/10.1214/aoms/1177730491 */
function isRankedAbove({ windows, isBake, isStageEnd }: Looked): boolean {
  if (isBake || !isStageEnd) return false;
  const candidate = windows.flatMap(({ nB, xB }) => (nB > 0 ? [xB / nB] : []));
  const champion = windows.flatMap(({ nA, xA }) => (nA > 0 ? [(1.25 * xA) / nA] : []));
  const [n, m] = [candidate.length, champion.length];
  let above = 0;
  for (const rate of candidate) for (const other of champion) above += rate > other ? 1 : rate === other ? 1 / 2 : 0;
  const counts = new Map<number, number>();
  for (const rate of [...candidate, ...champion]) counts.set(rate, (counts.get(rate) ?? 0) + 1);
  const ties = [...counts.values()].reduce((sum, count) => sum + count ** 3 - count, 0);
  const variance = ((n * m) / 12) * (n + m + 1 - ties / ((n + m) * (n + m - 1)));
  return variance > 0 && (above - (n * m) / 2 - 1 / 2) / Math.sqrt(variance) > normalQuantile(0.01);
}

/** Difference of the pooled error rates in standard errors; 0 where nothing can be said. */
function zOf(sums: Counts): number {
  const { difference, variance } = pooled(sums);
  return variance > 0 ? difference / Math.sqrt(variance) : 0;
}

/**
 * One-sided mixture sequential probability ratio test, of a half-normal mixture with the champion's rate as its deviation.
 * Johari, Pekelis and Walsh, https://arxiv.org/abs/1512.04922
 */
function isMixtureAbove({ sums, historyRate }: Looked): boolean {
  const { difference, variance } = pooled(sums);
  if (!(variance > 0)) return false;
  const tau2 = historyRate ** 2;
  const spread = variance * (variance + tau2);
  const likelihood = Math.sqrt(variance / (variance + tau2)) * Math.exp((tau2 * difference ** 2) / (2 * spread));
  return likelihood * 2 * normalSurvival((-difference * historyRate) / Math.sqrt(spread)) >= 1 / ALPHA;
}

function pooled({ nA, nB, xA, xB }: Counts): { readonly difference: number; readonly variance: number } {
  const rate = (xA + xB) / (nA + nB);
  return { difference: xB / nB - xA / nA, variance: rate * (1 - rate) * (1 / nA + 1 / nB) };
}
