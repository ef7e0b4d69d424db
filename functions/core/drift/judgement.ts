import type { DriftPolicy } from "./drift-policy";
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
  readonly why: string;
}

/** A score, and what to compare it with. */
export interface Measured {
  readonly metric: string;
  readonly score: number;
  readonly thresholds: Thresholds;
  readonly noise?: number | undefined;
  /** Of the monitor itself, whose alarm is a low drift where the policy sees none. */
  readonly monitorThreshold?: number | undefined;
}

/** A score counts from a threshold on that is also more than noise explains. */
export function judgementOfScore({ hysteresis }: DriftPolicy, measured: Measured): Judgement {
  const { metric, score, thresholds, noise, monitorThreshold } = measured;
  const isAlarm = monitorThreshold !== undefined && score > Math.max(monitorThreshold, noise ?? 0);
  const rank = Math.max(rankOfScore(score, thresholds, noise ?? 0), isAlarm ? rankOf("low") : 0);
  const heldRank = Math.max(rank, rankOfScore(score, thresholds, noise ?? 0, 1 - hysteresis));
  const own = thresholds[DRIFT_SEVERITIES[Math.max(0, rank - 1)] ?? "low"];
  const threshold = isAlarm && score < own ? monitorThreshold : Math.max(own, noise ?? 0);
  const compared = `${metric} ${threeDigits(score)} ${rank === 0 ? "is below" : "reaches"} ${threeDigits(threshold)}`;
  const chance = noise === undefined ? "its noise is unknown" : `chance explains up to ${threeDigits(noise)}`;
  const why = `${compared}${rank === 0 ? "" : ` (${severityOf(rank)})`}; ${chance}`;
  const outcome = rank === 0 ? "calm" : "drift";
  return { outcome, metric, score, threshold, ...(noise !== undefined && { noise }), rank, heldRank, why };
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
