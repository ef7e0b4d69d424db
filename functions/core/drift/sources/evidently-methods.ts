import type { DriftFeature, Evidence } from "../drift-report";
import { P_VALUE } from "../judge-feature";
import { nameOf } from "./source-report";

/** What a report of Evidently holds, of whichever generation. */
export interface EvidentlyFindings {
  readonly columns: readonly DriftFeature[];
  /** The share of columns that drift, and that from which on Evidently calls the whole drifted. */
  readonly dataset: { readonly share: number; readonly limit: number } | undefined;
}

/** What is known of one column's drift. */
export interface MeasuredDrift {
  /** As Evidently names it, in either of its ways: "Jensen-Shannon distance", "jensenshannon". */
  readonly method: string;
  readonly score: number;
  readonly threshold?: number | undefined;
  /** What Evidently itself concluded. */
  readonly isDetected?: boolean | undefined;
}

/** Evidently's Jensen-Shannon distance has natural logarithms, ours base 2. */
const NATURAL_TO_BINARY = 1 / Math.sqrt(Math.LN2);

/** What each method's score is; those that yield a p-value are below. A factor turns its units into ours. */
const SCORES = new Map<string, { metric: string; factor?: number }>([
  ["psi", { metric: "psi" }],
  ["kl_div", { metric: "kullback-leibler-of-reference" }],
  ["kullback-leibler divergence", { metric: "kullback-leibler-of-reference" }],
  ["jensenshannon", { metric: "jensen-shannon-distance", factor: NATURAL_TO_BINARY }],
  ["jensen-shannon distance", { metric: "jensen-shannon-distance", factor: NATURAL_TO_BINARY }],
  ["wasserstein", { metric: "wasserstein-normed" }],
  ["wasserstein distance (normed)", { metric: "wasserstein-normed" }],
  ["hellinger", { metric: "hellinger-distance" }],
  ["hellinger distance", { metric: "hellinger-distance" }],
  ["ed", { metric: "energy-distance" }],
  ["energy-distance", { metric: "energy-distance" }],
]);

/** Methods whose score is a p-value, by both of their names; also total variation, whose distance Evidently turns into one. */
const P_VALUES = new Set([
  ...["ks", "k-s p_value", "chisquare", "chi-square p_value", "z", "z-test p_value", "anderson", "anderson-darling", "tvd"],
  ...["total-variation-distance", "cramer_von_mises", "cramer-von mises", "es", "epps-singleton", "fisher_exact"],
  ...["fisher's exact test", "g_test", "mannw", "mann-whitney u-rank test", "t_test", "empirical_mmd"],
]);

/**
 * The evidence in a score of Evidently, by https://docs.evidentlyai.com/metrics/customize_data_drift. A method that is not known, as one
 * of a team's own, keeps its name; where Evidently's conclusion fits a p-value only, its score is one.
 */
export function evidenceOf({ method, score, threshold, isDetected }: MeasuredDrift): Evidence {
  const name = method.toLowerCase();
  const isInverse = isDetected !== undefined && threshold !== undefined && isDetected !== score >= threshold;
  const known = SCORES.get(name);
  const isPValue = P_VALUES.has(name) || (known === undefined && isInverse);
  const { metric, factor = 1 } = isPValue ? { metric: P_VALUE } : (known ?? { metric: nameOf(name) });
  return { type: "score", metric, score: score * factor, ...(threshold !== undefined && { threshold: threshold * factor }) };
}
