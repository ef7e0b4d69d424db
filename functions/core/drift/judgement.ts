import type { DriftPolicy } from "./drift-policy";
import type { CalmLevel, Lesson } from "./scores/learned-scores";
import { DRIFT_SEVERITIES, rankOf, rankOfScore, severityOf, type Thresholds } from "./severity";

/** What one window says of one feature. Ranks are places in SEVERITIES, 0 for none. */
export interface Judgement {
  /** `insufficient`: nothing can be told, neither drift nor recovery. */
  readonly outcome: "drift" | "calm" | "insufficient";
  /** What was scored, or the rule that was broken. */
  readonly metric: string;
  /** In the metric's units; absent where the size of the drift is unknown. */
  readonly score?: number;
  /** What the score reached, or the least that it had to reach: the policy's threshold, or the noise where that is more. */
  readonly threshold?: number;
  /** What the score exceeds by chance at the policy's `falseAlarmRate`; absent where it cannot be told. */
  readonly noise?: number;
  readonly rank: number;
  /** The rank with every threshold lowered by the policy's hysteresis: what a drift that was detected may keep. */
  readonly heldRank: number;
  /** The rank that the window and the two before it reach together, where it is one. */
  readonly togetherRank?: number;
  readonly why: string;
  /** What later windows are compared with, where a score's noise can only be learned. */
  readonly lesson?: Lesson;
}

/** A score, and what to compare it with. */
export interface Measured {
  readonly metric: string;
  readonly score: number;
  readonly thresholds: Thresholds;
  readonly noise?: number | undefined;
  /** The score without what chance adds to it on average, which the severity goes by. @default score */
  readonly unbiased?: number | undefined;
  /** Of the monitor itself, whose alarm is a low drift where the policy sees none. */
  readonly monitorThreshold?: number | undefined;
}

/** A score counts when it is more than noise explains, and reaches a threshold even without what chance adds on average. */
export function judgementOfScore({ hysteresis }: DriftPolicy, measured: Measured): Judgement {
  const { metric, score, thresholds, noise, unbiased = score, monitorThreshold } = measured;
  const isAlarm = monitorThreshold !== undefined && score > Math.max(monitorThreshold, noise ?? 0);
  const rankAbove = (share: number) => (score >= (noise ?? 0) * share ? rankOfScore(unbiased, thresholds, share) : 0);
  const rank = Math.max(rankAbove(1), isAlarm ? rankOf("low") : 0);
  const heldRank = Math.max(rank, rankAbove(1 - hysteresis));
  const own = thresholds[DRIFT_SEVERITIES[Math.max(0, rank - 1)] ?? "low"];
  const threshold = isAlarm && score < own ? monitorThreshold : Math.max(own, noise ?? 0);
  const net = threeDigits(unbiased) === threeDigits(score) ? "" : ` (${threeDigits(unbiased)} without what chance adds)`;
  const compared = `${metric} ${threeDigits(score)}${net} ${rank === 0 ? "is below" : "reaches"} ${threeDigits(threshold)}`;
  const chance = noise === undefined ? "its noise is unknown" : `chance explains up to ${threeDigits(noise)}`;
  const why = `${compared}${rank === 0 ? "" : ` (${severityOf(rank)})`}; ${chance}`;
  const outcome = rank === 0 ? "calm" : "drift";
  return { outcome, metric, score, threshold, ...(noise !== undefined && { noise }), rank, heldRank, why };
}

/** A score whose noise is not known, with what the monitor's calm windows had; see learned-scores.ts. */
export interface MeasuredAlone {
  readonly metric: string;
  readonly score: number;
  /** Undefined of a metric without any: the size of its drift is unknown. */
  readonly thresholds: Thresholds | undefined;
  readonly monitorThreshold: number | undefined;
  readonly calm: CalmLevel;
}

/**
 * A score counts when it exceeds all that is known: the monitor's own threshold, that of the policy, and the calm windows. A drift
 * that was detected lasts while the score is above each of them less the hysteresis, which is a share of what lies above the mean
 * of the calm windows: of a score that is never small a share of the whole would never let go.
 */
export function judgementOfScoreAlone(policy: DriftPolicy, measured: MeasuredAlone): Judgement {
  const { metric, score, thresholds, monitorThreshold = Number.NEGATIVE_INFINITY, calm } = measured;
  const rankAbove = (share: number) => {
    const least = Math.max(calm.mean + (calm.floor - calm.mean) * share, monitorThreshold * share);
    if (score <= least) return 0;
    return thresholds === undefined ? rankOf(policy.unknownSize) : rankOfScore(score, thresholds, share);
  };
  const rank = rankAbove(1);
  const own = thresholds?.[DRIFT_SEVERITIES[Math.max(0, rank - 1)] ?? "low"] ?? Number.NEGATIVE_INFINITY;
  const threshold = Math.max(own, monitorThreshold, calm.floor);
  const compared = `${metric} ${threeDigits(score)} ${rank === 0 ? "is not above" : "reaches"} ${threeDigits(threshold)}`;
  const usual = `calm windows had ${threeDigits(calm.mean)} on average and up to ${threeDigits(calm.floor)}`;
  return {
    outcome: rank === 0 ? "calm" : "drift",
    metric,
    ...(thresholds !== undefined && { score, threshold, noise: calm.floor }),
    rank,
    heldRank: Math.max(rank, rankAbove(1 - policy.hysteresis)),
    why: `${compared}${rank === 0 ? "" : ` (${severityOf(rank)})`}; ${usual}`,
  };
}

/** A drift that is known to be there or not, but not how large it is. */
export function judgementOfUnknownSize({ unknownSize }: DriftPolicy, metric: string, isDrift: boolean, why: string): Judgement {
  const rank = isDrift ? rankOf(unknownSize) : 0;
  return { outcome: isDrift ? "drift" : "calm", metric, rank, heldRank: rank, why };
}

export function insufficientJudgement(metric: string, why: string): Judgement {
  return { outcome: "insufficient", metric, rank: 0, heldRank: 0, why };
}

/** A number as a person reads it: three digits. */
export function threeDigits(value: number): string {
  return String(Number(value.toPrecision(3)));
}
