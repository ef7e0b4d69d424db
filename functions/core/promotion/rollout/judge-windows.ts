import type { ChampionHistory } from "./champion-history";
import type { CountedWindow } from "./counted-window";
import type { EvidencePolicy } from "./evidence-policy";

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
  /** `verify`: the champion is put back to half of the traffic. `ask`: a person must say. */
  readonly decision: "hold" | "advance" | "rollback" | "give-up" | "verify" | "done" | "ask";
  /** What a rollback is for. */
  readonly by?: "errors" | "latency" | "business" | "gross";
  readonly errors?: MetricScore;
  readonly latency?: MetricScore;
  readonly business?: { readonly z: number; readonly bound: number };
  /** Of a bake: lower limit of the candidate's error rate in the newest window. */
  readonly lower?: number;
}

/** Judges a stage at its newest window. */
export type JudgeWindows = (policy: EvidencePolicy, evidence: StageEvidence) => WindowVerdict;
