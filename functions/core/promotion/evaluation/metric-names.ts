// Pipelines name one metric in many ways; those that mean the same are found under one name too.
import type { RowMetric } from "../promotion-settings";

/** Spellings of the metrics that are computed from rows as well, in small letters, with `_` for whatever is no letter or digit. */
const SPELLINGS: Readonly<Record<RowMetric, readonly string[]>> = {
  accuracy: ["accuracy", "acc", "accuracy_score"],
  auc: ["auc", "roc_auc", "auc_roc", "auroc", "roc_auc_score", "area_under_roc", "area_under_the_roc_curve"],
  f1: ["f1", "f1_score"],
  rmse: ["rmse", "root_mean_squared_error", "root_mean_square_error"],
};

const METRIC_OF: ReadonlyMap<string, RowMetric> = new Map(
  (Object.keys(SPELLINGS) as RowMetric[]).flatMap((metric) => SPELLINGS[metric].map((spelling) => [spelling, metric] as const)),
);

/** Data that a model was not trained on. What was measured on training data, `train:auc`, says nothing of a candidate. */
const HELD_OUT = /^(?:validation|valid|val|test|testing|eval|evaluation|holdout|golden)[^a-z0-9]+/;

/**
 * The metric that a name means, such as `auc` for `roc_auc`, `validation:auc` and `test_AUC`; undefined for any other name, of
 * another average (`weighted_f1`) or of training data too.
 */
export function metricMeant(name: string): RowMetric | undefined {
  const spelling = name
    .toLowerCase()
    .replace(HELD_OUT, "")
    .replaceAll(/[^a-z0-9]+/g, "_");
  return METRIC_OF.get(spelling);
}
