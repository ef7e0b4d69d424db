import type { RolloutSettings } from "../rollout-settings";

/** Two values of a kind, of errors and of requests above the frozen latency. */
interface OfMetrics {
  readonly errors: number;
  readonly latency: number;
}

/**
 * By which evidence a stage is left. The values of `EVIDENCE_POLICY` were proved together by simulation, so that changing one
 * changes what the others promise; docs/promotion.md has the table.
 */
export interface EvidencePolicy {
  /** Ratio to the champion's rate up to which a candidate is not worse. */
  readonly tolerance: OfMetrics;
  /** Ratio that is to be ruled out before a stage is left forward; of errors the least one. */
  readonly margin: OfMetrics;
  /**
   * Of errors: share of all requests that the candidate's rate may be above the champion's, where that is more than the ratio.
   */
  readonly marginPoints: number;
  /** Probability to roll back an equal candidate, of the whole rollout. */
  readonly alpha: OfMetrics & { readonly business: number };
  /** Stages that compare, and the verification, among which `alpha` is divided; `business` is not. */
  readonly parts: number;
  /** Probability to leave a stage forward with a candidate at the margin. */
  readonly beta: number;
  /** First windows of a stage that only the rule of gross failure reads. */
  readonly settlingWindows: number;
  /** Windows of evidence, and requests of the candidate in them, before a stage is left forward. */
  readonly minWindows: number;
  readonly minRequests: number;
  /** Windows before evidence says anything. */
  readonly minEvidence: number;
  /** A score of worse that keeps a stage, though it could be left forward. */
  readonly holdScore: number;
  readonly gross: { readonly gap: number; readonly z: number; readonly requests: number; readonly span: number };
  readonly bake: {
    readonly windows: number;
    /** Times the highest usual error rate of the champion that are an alarm. */
    readonly alarmFactor: number;
    /** Alarms in a row after which the champion is put back to verify. */
    readonly alarmWindows: number;
    readonly maxVerifies: number;
  };
  /** Windows of the rollout after which it is given up. */
  readonly deadlineWindows: number;
  readonly business: {
    /** Requests of each side in a block. */
    readonly blockRequests: number;
    readonly minBlocks: number;
    readonly rho2: number;
    /** Least windows of the last comparing stage, so that it is seen at all. */
    readonly dwellWindows: number;
  };
  /** Windows of the time scales at which the champion's noise is known. */
  readonly noiseScales: readonly number[];
}

/** The policy as it was proved. */
export const EVIDENCE_POLICY: EvidencePolicy = {
  tolerance: { errors: 1.25, latency: 1.5 },
  margin: { errors: 2, latency: 2 },
  marginPoints: 0.005,
  alpha: { errors: 0.012, latency: 0.004, business: 0.004 },
  parts: 4,
  beta: 0.02,
  settlingWindows: 1,
  minWindows: 6,
  minRequests: 100,
  minEvidence: 3,
  holdScore: 1.4,
  gross: { gap: 0.2, z: 2, requests: 10, span: 48 },
  bake: { windows: 24, alarmFactor: 1.5, alarmWindows: 2, maxVerifies: 3 },
  deadlineWindows: 2016,
  business: { blockRequests: 50, minBlocks: 10, rho2: 0.05, dwellWindows: 0 },
  noiseScales: [1, 2, 3, 6, 12, 24, 36],
};

/** Scores, logarithms of evidence, from which on something follows. */
export interface EvidenceLimits {
  /** Of evidence that the candidate is worse than tolerated: the stage is not left forward. */
  readonly waits: number;
  /** Of evidence that the candidate fails more often than tolerated, and that it is slow more often: it is taken back. */
  readonly worse: number;
  readonly slower: number;
  /** Of evidence that it is better than the margin: it may go forward. */
  readonly notWorse: number;
}

/** The limits of each stage: ln(1/α) of the part of α that it may spend, ln(1/β), and the policy's `holdScore`. */
export function evidenceLimits({ alpha, beta, parts, holdScore: waits }: EvidencePolicy): EvidenceLimits {
  return { waits, worse: Math.log(parts / alpha.errors), slower: Math.log(parts / alpha.latency), notWorse: Math.log(1 / beta) };
}

/** Above this ratio to the champion's rate no margin lies, however rare its errors are. */
export const MOST_MARGIN = 10;

/** The policy of a rollout with these settings: `EVIDENCE_POLICY`, and what people may choose of it. */
export function evidencePolicy(settings: RolloutSettings): EvidencePolicy {
  const { bake, business, tolerance } = EVIDENCE_POLICY;
  return {
    ...EVIDENCE_POLICY,
    tolerance: { ...tolerance, errors: settings.tolerance },
    parts: settings.percents.length + 1,
    bake: { ...bake, windows: settings.bakeWindows },
    deadlineWindows: settings.deadlineWindows,
    business: { ...business, dwellWindows: settings.business?.dwellWindows ?? 0 },
  };
}

/**
 * Ratio of error rates that is to be ruled out before a stage is left forward: where errors are rare, the one that means
 * `marginPoints` more errors of all requests.
 * @param rate the champion's error rate, 0 to 1
 */
export function errorMargin({ margin, marginPoints }: EvidencePolicy, rate: number): number {
  return Math.min(MOST_MARGIN, Math.max(margin.errors, rate > 0 ? 1 + marginPoints / rate : MOST_MARGIN));
}
