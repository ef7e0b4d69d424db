import * as z from "zod/mini";
import { PoisonMessageError } from "../../errors";
import { isMapping, ownValue } from "../../json-path";
import type { DriftFeature, DriftReport } from "../drift-report";
import { momentOf, nameOf, reportOf, type SourceContext, unmeasuredOf } from "./source-report";

const MONITOR = "sagemaker-model-quality";

/** Where the metrics of each type of problem stand. */
const GROUPS = ["binary_classification_metrics", "multiclass_classification_metrics", "regression_metrics"] as const;

/** Metrics of how well a model does; those of the best constant classifier are the baseline's, and no model's. */
const HIGHER_IS_BETTER: ReadonlySet<string> = new Set([
  ...["accuracy", "precision", "recall", "true_positive_rate", "true_negative_rate", "auc", "au_prc", "f0_5", "f1", "f2", "r2"],
  ...["weighted_precision", "weighted_recall", "weighted_f0_5", "weighted_f1", "weighted_f2"],
]);
const LOWER_IS_BETTER: ReadonlySet<string> = new Set(["false_positive_rate", "false_negative_rate", "mae", "mse", "rmse"]);

/** How far the accuracy that is told may be from that of the confusion matrix. */
const ROUNDING = 1e-3;

const datasetSchema = z.object({
  dataset: z.object({ item_count: z.number(), start_time: z.optional(z.unknown()), end_time: z.optional(z.unknown()) }),
});

/** True for what looks like the `statistics.json` of a model quality monitor; an evaluation of a training has no `dataset`. */
export function isModelQuality(document: unknown): boolean {
  return datasetSchema.safeParse(document).success && metricsOf(document) !== undefined;
}

/**
 * How well the model does by the `statistics.json` of Model Monitor's model quality, which joins answers with their labels. It has
 * nothing to compare with: whether a model does worse than before, the violations of its constraints tell.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-model-quality-metrics.html
 * @throws PoisonMessageError when none of its metrics is known
 */
export function modelQualityReport(document: unknown, context: SourceContext): DriftReport {
  const { start_time, end_time } = datasetSchema.safeParse(document).data?.dataset ?? {};
  const [start, end] = [momentOf(start_time), momentOf(end_time)];
  const features = modelQualityFeatures(document);
  if (features.length === 0) {
    throw new PoisonMessageError(
      "got statistics.json of a model quality monitor without a metric that is known, such as accuracy, auc or rmse",
    );
  }
  const window = start !== undefined && end !== undefined && start <= end ? { window: { start, end } } : {};
  return reportOf(context, { monitor: MONITOR, ...window, features });
}

/**
 * Each metric of such a file with a value. The accuracy is that of the confusion matrix, where there is one: of classes that are
 * numbers and texts at once the file tells 0 for every metric beside a matrix that is right, and then no other metric is read.
 */
export function modelQualityFeatures(document: unknown): DriftFeature[] {
  const metrics = metricsOf(document) ?? {};
  const items = datasetSchema.safeParse(document).data?.dataset.item_count;
  const matrix = matrixOf(ownValue(metrics, "confusion_matrix"));
  const told = metricValue(ownValue(metrics, "accuracy"));
  const accuracy = matrix === undefined ? undefined : matrix.right / matrix.rows;
  const isContradicted = accuracy !== undefined && told !== undefined && Math.abs(accuracy - told) > ROUNDING;
  const rows = matrix?.rows ?? (Number.isSafeInteger(items) && items !== undefined && items >= 0 ? items : undefined);
  const values = Object.entries(metrics)
    .filter(([name]) => !isContradicted || name === "accuracy")
    .map(([name, metric]) => [name, (name === "accuracy" ? accuracy : undefined) ?? metricValue(metric)] as const);
  const features = values.flatMap(([name, value]) => (value === undefined ? [] : featureOf(name, value, rows)));
  return isContradicted ? [...features, contradicted(told, accuracy)] : features;
}

function featureOf(name: string, current: number, rows: number | undefined): DriftFeature[] {
  const higherIsBetter = HIGHER_IS_BETTER.has(name);
  if (!higherIsBetter && !LOWER_IS_BETTER.has(name)) return [];
  const metric = name.replaceAll("_", "-");
  const labelled = rows === undefined ? {} : { rows };
  return [{ name: metric, kind: "concept", evidence: { type: "performance", metric, current, higherIsBetter, ...labelled } }];
}

function contradicted(told: number, accuracy: number): DriftFeature {
  const why = `the file tells an accuracy of ${told}, its confusion matrix one of ${accuracy}: its other metrics are not read`;
  return { name: nameOf("(metrics)"), kind: "concept", evidence: unmeasuredOf("accuracy", why) };
}

function metricsOf(document: unknown): Readonly<Record<string, unknown>> | undefined {
  if (!isMapping(document)) return undefined;
  return GROUPS.map((group) => ownValue(document, group)).find(isMapping);
}

function metricValue(metric: unknown): number | undefined {
  const value = isMapping(metric) ? ownValue(metric, "value") : undefined;
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

const matrixSchema = z.record(z.string(), z.record(z.string(), z.int().check(z.nonnegative())));

/** Rows of a confusion matrix, and those that were answered right; undefined for what is none, or is empty. */
function matrixOf(value: unknown): { readonly rows: number; readonly right: number } | undefined {
  const matrix = Object.entries(matrixSchema.safeParse(value).data ?? {});
  const rows = matrix.flatMap(([, counts]) => Object.values(counts)).reduce((sum, count) => sum + count, 0);
  const right = matrix.reduce((sum, [label, counts]) => sum + (ownValue(counts, label) ?? 0), 0);
  return rows > 0 && Number.isSafeInteger(rows) ? { rows, right } : undefined;
}
