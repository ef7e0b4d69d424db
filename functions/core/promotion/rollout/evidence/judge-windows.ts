import { type BusinessEvidence, businessEvidence, hasBusiness } from "./business-evidence";
import { type ChampionHistory, usualLow } from "./champion-history";
import type { CountedWindow } from "./counted-window";
import { dispersionOf, noiseOver } from "./dispersion";
import { type ComparedMetric, comparableWindows, evidenceOf, studentScore } from "./evidence";
import { type EvidencePolicy, errorMargin, evidenceLimits } from "./evidence-policy";
import { isGrossFailure } from "./gross-failure";
import { evidenceOfFewErrors, isRare } from "./rare-errors";

/** What a stage has counted. */
export interface StageEvidence {
  /** `compare`: both serve. `verify`: both serve again, after alarms of the bake. `bake`: the candidate serves alone. */
  readonly kind: "compare" | "verify" | "bake";
  /** True for the stage after which the candidate serves alone. */
  readonly isLast: boolean;
  /** Since the traffic was seen at the stage's share, oldest first, the settling ones among them. One at least. */
  readonly windows: readonly CountedWindow[];
  readonly history: ChampionHistory;
  /** `history.high`, or what the champion's errors were when it last served beside the candidate. */
  readonly high: number;
  /** Of earlier stages, a list each, without the settling ones; what they say of the business value goes on. */
  readonly earlier: readonly (readonly CountedWindow[])[];
  /** Verifications that there have been. */
  readonly verifies: number;
  /** Windows of the whole rollout, these included. */
  readonly total: number;
}

/** What is known of one metric: logarithms of evidence, corrected for dispersion and few windows. */
export interface MetricScore {
  /** Evidence that the candidate is worse than tolerated; undefined where there are too few windows. */
  readonly worse: number | undefined;
  /** Evidence that it is better than the margin; undefined as `worse`. */
  readonly notWorse: number | undefined;
  /** Dispersion of the windows; 1 for chance alone. */
  readonly phi: number;
}

/** What the newest window of a stage leads to, with the numbers behind it. */
export interface WindowVerdict {
  /** `verify`: the champion is put back to compare. `ask`: a person must say. */
  readonly decision: "hold" | "advance" | "rollback" | "give-up" | "verify" | "done" | "ask";
  /** What a rollback is for. */
  readonly by?: "errors" | "latency" | "business" | "gross";
  readonly errors?: MetricScore;
  readonly latency?: MetricScore;
  readonly business?: BusinessEvidence;
  /** Of a bake: lower limit of the candidate's error rate in the newest window. */
  readonly lower?: number;
}

/** Judges a stage at its newest window. */
export type JudgeWindows = (policy: EvidencePolicy, evidence: StageEvidence) => WindowVerdict;

/**
 * By the policy in docs/promotion.md. A score that is not there is no evidence, and never lets a stage be left forward; a metric
 * that no window of the stage has is not waited for.
 */
export const judgeWindows: JudgeWindows = (policy, evidence) =>
  evidence.kind === "bake" ? judgeBake(policy, evidence) : judgeComparison(policy, evidence);

/** What the windows of a comparing stage say. */
type Scores = Pick<WindowVerdict, "errors" | "latency" | "business">;

function judgeComparison(policy: EvidencePolicy, stage: StageEvidence): WindowVerdict {
  if (isGrossFailure(policy.gross, stage.windows, stage.high)) return { decision: "rollback", by: "gross" };
  const isLate = stage.total >= policy.deadlineWindows;
  const windows = stage.windows.slice(policy.settlingWindows);
  if (windows.length === 0) return { decision: isLate ? "give-up" : "hold" };
  const comparable = comparableWindows("errors", windows);
  const timed = comparableWindows("latency", windows);
  const business = businessEvidence(policy, [...stage.earlier, windows]);
  const scores: Scores = {
    errors: scoreOf("errors", policy, stage.history, comparable),
    ...(timed.length > 0 && { latency: scoreOf("latency", policy, stage.history, timed) }),
    ...(business !== undefined && { business }),
  };
  const by = worseBy(policy, scores);
  if (by !== undefined) return { decision: "rollback", by, ...scores };
  if (isLate) return { decision: "give-up", ...scores };
  return { decision: isAccepted(policy, stage, comparable, scores) ? "advance" : "hold", ...scores };
}

function scoreOf(
  metric: ComparedMetric,
  policy: EvidencePolicy,
  history: ChampionHistory,
  windows: readonly CountedWindow[],
): MetricScore {
  // The champion's noise is known of its errors only.
  const noise = metric === "errors" ? noiseOver(windows.length, policy.noiseScales, history.noise) : 0;
  const { phi, freedom } = dispersionOf(metric, windows, noise);
  const margin = metric === "errors" ? errorMargin(policy, history.rate) : policy.margin.latency;
  const { worse, notWorse } = evidenceOf(metric, windows, { tolerance: policy.tolerance[metric], margin });
  const score = (evidence: number) => studentScore(evidence, phi, freedom, windows.length >= policy.minEvidence);
  const ofRatio = score(notWorse);
  if (metric === "latency" || !isRare(policy, history.rate)) return { worse: score(worse), notWorse: ofRatio, phi };
  const ofRequests = evidenceOfFewErrors(policy, history.rate, windows);
  return { worse: score(worse), notWorse: Math.max(ofRatio ?? ofRequests, ofRequests), phi };
}

function worseBy(policy: EvidencePolicy, { errors, latency, business }: Scores): WindowVerdict["by"] {
  const limits = evidenceLimits(policy);
  if (errors?.worse !== undefined && errors.worse >= limits.worse) return "errors";
  if (latency?.worse !== undefined && latency.worse >= limits.slower) return "latency";
  if (business !== undefined && business.z < -business.bound) return "business";
  return undefined;
}

function isAccepted(
  policy: EvidencePolicy,
  stage: StageEvidence,
  windows: readonly CountedWindow[],
  { errors, latency }: Scores,
): boolean {
  if (windows.length < policy.minWindows) return false;
  if (windows.reduce((requests, { nB }) => requests + nB, 0) < policy.minRequests) return false;
  const dwells = stage.kind === "compare" && stage.isLast && stage.windows.some(hasBusiness);
  if (dwells && stage.windows.length < policy.business.dwellWindows) return false;
  const { notWorse, waits } = evidenceLimits(policy);
  return [errors, latency].every(
    (score) => score === undefined || ((score.notWorse ?? Number.NEGATIVE_INFINITY) >= notWorse && (score.worse ?? 0) < waits),
  );
}

/**
 * Without a champion beside it an outage cannot be told from a bad model, so that alarms only put the champion back to compare. A
 * window without requests says nothing, neither for nor against.
 */
function judgeBake({ bake, deadlineWindows }: EvidencePolicy, stage: StageEvidence): WindowVerdict {
  const windows = stage.windows.filter(({ nB }) => nB > 0);
  const newest = windows.slice(-bake.alarmWindows).map(({ xB, nB }) => usualLow(xB, nB));
  const lower = newest.at(-1) ?? 0;
  const isAlarmed = newest.length === bake.alarmWindows && newest.every((low) => low > bake.alarmFactor * stage.high);
  if (isAlarmed && stage.verifies >= bake.maxVerifies) return { decision: "ask", lower };
  if (!isAlarmed && windows.length >= bake.windows) return { decision: "done", lower };
  if (stage.total >= deadlineWindows) return { decision: "give-up", lower };
  return { decision: isAlarmed ? "verify" : "hold", lower };
}
