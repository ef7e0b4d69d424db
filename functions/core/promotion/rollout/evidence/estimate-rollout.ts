import type { ChampionHistory } from "./champion-history";
import { type EvidencePolicy, errorMargin } from "./evidence-policy";
import { growthOfFewErrors, isRare } from "./rare-errors";

/** How long a stage takes at the champion's usual traffic. */
interface StageEstimate {
  /** Whole percent of requests that go to the candidate. */
  readonly percent: number;
  /** Windows of five minutes, the settling ones among them; undefined where no number would decide. */
  readonly windows: number | undefined;
  /** False where the stage alone, with the bake, takes longer than the deadline allows. */
  readonly isInTime: boolean;
}

/** What a rollout takes, before it starts. */
export type RolloutEstimate = {
  /** Of all percents that were asked for. */
  readonly stages: readonly StageEstimate[];
  readonly bakeWindows: number;
  readonly deadlineWindows: number;
} & (
  | {
      readonly is: "possible";
      /** Those of the percents that are to be used: lower ones that would not decide in time are left out. */
      readonly percents: readonly number[];
      /** Windows of all of these stages and the bake. */
      readonly windows: number;
    }
  | {
      readonly is: "impossible";
      /** Windows of the highest percent alone and the bake; undefined where no number would decide. */
      readonly windows: number | undefined;
    }
);

/** Beyond the threshold: what evidence loses by the mixture of ratios and by the last window; it fits the simulation. */
const OVERSHOOT = 1.5;

/**
 * How many windows an equal candidate takes in each stage until it is accepted, (ln(1/β) + 1.5) / (n·p·KL(q(1)‖q(m))): n requests
 * of a window, p the champion's error rate, q(ρ) the candidate's part of errors at this share, m the margin. That is the median;
 * where errors vary beyond chance it takes longer. Where all stages together take longer than the deadline allows, the lowest are
 * left out first: they are the slowest. A champion without errors can never be compared by them, so that no rollout is possible.
 * @param percents whole percent of the stages, ascending
 */
export function estimateRollout(policy: EvidencePolicy, history: ChampionHistory, percents: readonly number[]): RolloutEstimate {
  const { deadlineWindows, business } = policy;
  const bakeWindows = policy.bake.windows;
  const stages = percents.map((percent, place): StageEstimate => {
    const dwell = place === percents.length - 1 ? business.dwellWindows : 0;
    const needed = Math.max(dwell, windowsOfStage(policy, history, percent / 100));
    const isInTime = needed + bakeWindows <= deadlineWindows;
    return { percent, windows: Number.isFinite(needed) ? needed : undefined, isInTime };
  });
  const numbers = { stages, bakeWindows, deadlineWindows };
  for (let first = 0; first < stages.length; first++) {
    const used = stages.slice(first);
    const windows = windowsOf(used, bakeWindows);
    if (windows === undefined || windows > deadlineWindows) continue;
    return { is: "possible", percents: used.map(({ percent }) => percent), windows, ...numbers };
  }
  return { is: "impossible", windows: windowsOf(stages.slice(-1), bakeWindows), ...numbers };
}

function windowsOf(stages: readonly StageEstimate[], bakeWindows: number): number | undefined {
  let sum = bakeWindows;
  for (const { windows } of stages) {
    if (windows === undefined) return undefined;
    sum += windows;
  }
  return sum;
}

/** Infinity without requests. */
function windowsOfStage(policy: EvidencePolicy, { rate, requests }: ChampionHistory, share: number): number {
  const growth = isRare(policy, rate)
    ? requests * share * growthOfFewErrors(policy, rate)
    : requests * rate * divergence(share, errorMargin(policy, rate));
  const ofErrors = (Math.log(1 / policy.beta) + OVERSHOOT) / growth;
  const ofRequests = policy.minRequests / (requests * share);
  return policy.settlingWindows + Math.ceil(Math.max(policy.minWindows, ofErrors, ofRequests));
}

/**
 * Kullback and Leibler's divergence of the labels of errors where both models have one rate from those where the candidate's is
 * `margin` times the champion's.
 */
function divergence(share: number, margin: number): number {
  const all = margin * share + 1 - share;
  return Math.log(all) - share * Math.log(margin);
}
