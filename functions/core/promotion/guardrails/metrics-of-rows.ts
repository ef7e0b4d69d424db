import type { PredictionTable } from "../evaluation/prediction-table";
import { ROW_METRICS, type RowMetric } from "../promotion-settings";
import { overClass, placementsOf, rankScores } from "../statistics/auc";
import { type ConfusionCell, f1 } from "../statistics/f1";
import { hasScores } from "./pair-rows";

/** True for a metric that is computed from rows where there are some. */
export function isRowMetric(metric: string): metric is RowMetric {
  return ROW_METRICS.some((name) => name === metric);
}

/**
 * A metric of predictions, in its units: accuracy and F1 of classes, the area under the ROC curve of the scores of two classes, the
 * root mean squared error of numbers. Undefined where these rows have none, such as the area of a regression, or of one class; not
 * finite where they have one that no number can hold, as that of errors too large to be squared.
 */
export function metricOfRows(table: PredictionTable, metric: RowMetric): number | undefined {
  if (table.rows === 0) return undefined;
  return METRICS[metric](table);
}

const METRICS: Readonly<Record<RowMetric, (table: PredictionTable) => number | undefined>> = {
  accuracy: ({ classes, labels, predictions, rows }) =>
    classes === undefined ? undefined : countRight(labels, predictions) / rows,
  auc(table) {
    if (!hasScores(table)) return undefined;
    const isPositive = (row: number) => table.labels[row] === 1;
    const positives = table.labels.reduce((sum, label) => sum + label, 0);
    if (positives === 0 || positives === table.rows) return undefined;
    return overClass(placementsOf(rankScores(table.scores, isPositive)), isPositive).mean;
  },
  f1({ classes = [], labels, predictions }) {
    if (classes.length < 2) return undefined;
    const { cells, counts } = confusionOf(labels, predictions, classes.length);
    return f1(cells, counts, classes.length);
  },
  rmse({ classes, labels, predictions, rows }) {
    if (classes !== undefined) return undefined;
    return Math.sqrt(labels.reduce((sum, label, row) => sum + (label - (predictions[row] ?? Number.NaN)) ** 2, 0) / rows);
  },
};

/** Rows whose prediction is their label. */
export function countRight(labels: Float64Array, predictions: Float64Array): number {
  let right = 0;
  for (let row = 0; row < labels.length; row++) if (labels[row] === predictions[row]) right++;
  return right;
}

/** Rows by their label and prediction, in ascending order of both. */
function confusionOf(labels: Float64Array, predictions: Float64Array, classes: number) {
  const counted = new Map<number, number>();
  for (let row = 0; row < labels.length; row++) {
    const cell = (labels[row] ?? 0) * classes + (predictions[row] ?? 0);
    counted.set(cell, (counted.get(cell) ?? 0) + 1);
  }
  const sorted = [...counted].sort(([a], [b]) => a - b);
  const cells = sorted.map(([cell]): ConfusionCell => ({ label: Math.floor(cell / classes), prediction: cell % classes }));
  return { cells, counts: sorted.map(([, count]) => count) };
}
