// What is known of the metrics by which models are usually evaluated: which of two values is better, and which values there are.
import { closest, distance } from "fastest-levenshtein";
import { metricMeant } from "../../functions/core/promotion/evaluation/metric-names";

/** A metric of evaluations. */
export interface KnownMetric {
  readonly name: string;
  /** Which of two values is the better one. */
  readonly direction: "higher" | "lower";
  /** The values that it can have, both included. */
  readonly least: number;
  readonly most: number;
}

function metrics(direction: KnownMetric["direction"], [least, most]: readonly [number, number], names: readonly string[]) {
  return names.map((name): KnownMetric => ({ name, direction, least, most }));
}

/** The names are those of scikit-learn and of the reports of SageMaker. */
const KNOWN: readonly KnownMetric[] = [
  ...metrics(
    "higher",
    [0, 1],
    [
      ...["accuracy", "balanced_accuracy", "auc", "roc_auc", "au_prc", "pr_auc", "average_precision", "ndcg"],
      ...["f0_5", "f1", "f2", "f1_score", "precision", "recall", "true_positive_rate", "true_negative_rate", "specificity"],
      ...["weighted_f0_5", "weighted_f1", "weighted_f2", "weighted_precision", "weighted_recall"],
    ],
  ),
  ...metrics("lower", [0, 1], ["false_positive_rate", "false_negative_rate", "error_rate", "brier_score"]),
  ...metrics("higher", [-1, 1], ["mcc", "cohen_kappa", "gini"]),
  ...metrics("higher", [-Infinity, 1], ["r2", "r2_score"]),
  ...metrics("lower", [0, Infinity], ["rmse", "mse", "mae", "mape", "smape", "wape", "rmsle", "msle", "log_loss", "logloss"]),
  ...metrics("lower", [-Infinity, Infinity], ["loss"]),
];

/** What is known of a metric; of `validation:auc`, as training jobs name it, what is known of `auc`. */
export function knownMetric(name: string): KnownMetric | undefined {
  const plain = metricMeant(name) ?? plainName(name);
  return KNOWN.find((metric) => metric.name === plain);
}

/** Whether a metric was measured on the data that the model was trained on, which says nothing of a candidate. */
export function isOfTraining(name: string): boolean {
  return /^train(?:ing)?[^a-z0-9]/i.test(name);
}

/** The known metric whose name is so near to this one that this one is likely a misspelling. */
export function likelyMetric(name: string): string | undefined {
  const plain = plainName(name);
  const candidate = closest(
    plain,
    KNOWN.map((metric) => metric.name),
  );
  const edits = distance(plain, candidate);
  // Short names are near to too many others.
  return edits > 0 && edits <= Math.min(2, Math.floor(plain.length / 3)) ? candidate : undefined;
}

function plainName(name: string): string {
  return name.replace(/^.*:/s, "").toLowerCase().replaceAll("-", "_");
}
