import type { Evidence } from "../drift-report";
import { P_VALUE } from "../scores/judge-score";
import { nameOf, unmeasuredOf, violationOf } from "./source-report";

/** What is known of one drift. */
export interface MeasuredDrift {
  /** As Evidently names it, in either of its ways: "Jensen-Shannon distance", "jensenshannon". */
  readonly method: string;
  /** Undefined where it is NaN, or left out. */
  readonly score: number | undefined;
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
 * Of a text column the score is the area under the curve of a classifier that tells its two sides apart, but the threshold is the
 * quantile of a random one's area that it is compared with: that area is not told, and about this.
 */
const QUANTILE_METHODS = new Set(["perc_text_content_drift", "percentile text content drift"]);
const RANDOM_AREA = 0.55;

/** The thresholds of the methods for embeddings, which a report names only where they were set. */
const EMBEDDINGS_THRESHOLDS = new Map([
  ["model", 0.55],
  ["distance", 0.2],
  ["ratio", 0.2],
  ["mmd", 0.015],
]);

/**
 * The evidence in a column's score, by https://docs.evidentlyai.com/metrics/customize_data_drift. A method that is not known, as
 * one of a team's own, keeps its name; where Evidently's conclusion fits a p-value only, its score is one.
 */
export function evidenceOf({ method, score, threshold, isDetected }: MeasuredDrift): Evidence {
  if (score === undefined) return withoutScore(method, isDetected);
  const name = method.toLowerCase();
  if (QUANTILE_METHODS.has(name)) return concluded(nameOf(name), score, RANDOM_AREA, isDetected);
  const isInverse = isDetected !== undefined && threshold !== undefined && isDetected !== score >= threshold;
  const known = SCORES.get(name);
  const isPValue = P_VALUES.has(name) || (known === undefined && isInverse);
  const { metric, factor = 1 } = isPValue ? { metric: P_VALUE } : (known ?? { metric: nameOf(name) });
  return { type: "score", metric, score: score * factor, ...(threshold !== undefined && { threshold: threshold * factor }) };
}

/**
 * The evidence in a score of embeddings, by the method that is one of model, distance, ratio and mmd:
 * https://docs.evidentlyai.com/metrics/customize_embedding_drift
 */
export function embeddingsEvidence({ method, score, threshold, isDetected }: MeasuredDrift): Evidence {
  const metric = nameOf(`embeddings-${method.toLowerCase()}`);
  if (score === undefined) return withoutScore(metric, isDetected);
  return concluded(metric, score, threshold ?? EMBEDDINGS_THRESHOLDS.get(method.toLowerCase()), isDetected);
}

/** Constant columns have no p-value by some tests. */
function withoutScore(method: string, isDetected: boolean | undefined): Evidence {
  if (isDetected === true) return violationOf(method, "no score, but Evidently detects drift");
  return unmeasuredOf(method, "no score: Evidently could not compute it");
}

/** A score whose threshold is only supposed: Evidently may have drawn it from the data. Its conclusion counts for more. */
function concluded(metric: string, score: number, limit: number | undefined, isDetected: boolean | undefined): Evidence {
  if (limit !== undefined && [undefined, score > limit].includes(isDetected))
    return { type: "score", metric, score, threshold: limit };
  if (isDetected === undefined) return unmeasuredOf(metric, "the report tells neither its threshold nor what Evidently concludes");
  if (isDetected) return violationOf(metric, `Evidently detects drift at a score of ${score}`);
  return { type: "score", metric, score, threshold: score };
}
