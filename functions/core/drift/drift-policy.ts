import * as z from "zod/mini";
import { amountSchema, ordinalSchema } from "../numbers";
import { METRICS } from "./measures/metrics";
import { DRIFT_SEVERITIES, thresholdsSchema } from "./severity";

const shareSchema = z.number().check(z.minimum(0), z.lt(1));
const metricSchema = z.enum(METRICS);
const columnsSchema = z.array(z.string());

/** What follows from a severity, beside its record. */
const responseSchema = z.object({
  /** Asks for a training. */
  request: z.exactOptional(z.object({ priority: z.int().check(z.minimum(1), z.maximum(5)), needsApproval: z.boolean() })),
  /** Tells people when the severity is reached, not again while it lasts. */
  notify: z.boolean(),
  /** With its request, nothing of the model starts by itself any more until a person approves a training or clears it. */
  block: z.boolean(),
});

/** Probabilities of a false alarm that noise can be told for; of a smaller one the quantiles are lost in rounding. */
export const FALSE_ALARM_RATES = { least: 1e-9, most: 0.1 } as const;

/** How a model's drift reports are judged and answered, as it reaches the functions. */
export const driftPolicySchema = z.object({
  /** Of every metric that `metricThresholds` does not name. */
  thresholds: thresholdsSchema,
  /** By metric; also by one that only a monitor knows. */
  metricThresholds: z.record(z.string(), thresholdsSchema),
  /** By column; what is left out is as for every column. */
  features: z.record(
    z.string(),
    z.object({
      metric: z.exactOptional(metricSchema),
      thresholds: z.exactOptional(thresholdsSchema),
      minSampleSize: z.exactOptional(amountSchema),
      isIgnored: z.exactOptional(z.boolean()),
    }),
  ),
  /** Computed from the distributions of each kind, where the column names none. */
  metrics: z.object({ data: metricSchema, prediction: metricSchema, label: metricSchema, concept: metricSchema }),
  /** Columns of these names are labels, and predictions, whatever the monitor took them for. */
  columns: z.object({ labels: columnsSchema, predictions: columnsSchema }),
  /** Fewer values on either side than this are neither drift nor recovery. */
  minSampleSize: amountSchema,
  /** Probability that one report without drift holds a score above its noise; shared evenly among the report's features. */
  falseAlarmRate: z.number().check(z.minimum(FALSE_ALARM_RATES.least), z.maximum(FALSE_ALARM_RATES.most)),
  /** A drift is detected when `k` of a feature's last `n` windows drift, the newest among them. */
  persistence: z
    .object({ k: ordinalSchema, n: ordinalSchema.check(z.maximum(20)) })
    .check(z.refine(({ k, n }) => k <= n, { error: "k is more than n: no drift would ever be detected" })),
  /** A drifted feature stays so until its score is below (1 − hysteresis) of what it had to reach. */
  hysteresis: shareSchema,
  /** What was not measured for so long is forgotten, milliseconds. */
  forgetMs: ordinalSchema,
  /** Of a broken rule without a number, a p-value, and a score of a metric without thresholds. */
  unknownSize: z.enum(DRIFT_SEVERITIES),
  responses: z.object({ low: responseSchema, medium: responseSchema, high: responseSchema, critical: responseSchema }),
});

export type DriftPolicy = z.infer<typeof driftPolicySchema>;

/**
 * What the policy says that a column is; undefined where it says nothing. Monitors do not agree on the case of letters, so it does
 * not count: a report in our own format and one of SageMaker are of the same column.
 */
export function kindOfColumn({ labels, predictions }: DriftPolicy["columns"], name: string): "label" | "prediction" | undefined {
  const isAmong = (names: readonly string[]) => names.some((other) => other.toLowerCase() === name.toLowerCase());
  if (isAmong(labels)) return "label";
  return isAmong(predictions) ? "prediction" : undefined;
}

const DAY_MS = 86_400_000;

/** The policy of a model whose configuration says nothing else. */
export const DEFAULT_DRIFT_POLICY: DriftPolicy = {
  thresholds: { low: 0.05, medium: 0.1, high: 0.3, critical: 0.5 },
  metricThresholds: {},
  features: {},
  metrics: { data: "psi", prediction: "jensen-shannon-distance", label: "jensen-shannon-distance", concept: "psi" },
  columns: { labels: [], predictions: [] },
  minSampleSize: 100,
  falseAlarmRate: 0.001,
  persistence: { k: 2, n: 3 },
  hysteresis: 0.2,
  forgetMs: 30 * DAY_MS,
  unknownSize: "medium",
  responses: {
    low: { notify: false, block: false },
    medium: { request: { priority: 3, needsApproval: false }, notify: false, block: false },
    high: { request: { priority: 2, needsApproval: true }, notify: true, block: false },
    critical: { request: { priority: 1, needsApproval: true }, notify: true, block: true },
  },
};
