import * as z from "zod/mini";
import { ownValue } from "../json-path";
import { amountSchema, ordinalSchema } from "../numbers";
import { METRIC_BANDS } from "./measures/metric-bands";
import { METRICS, type Metric } from "./measures/metrics";
import { DRIFT_SEVERITIES, type Thresholds, thresholdsSchema } from "./severity";

const shareSchema = z.number().check(z.minimum(0), z.lt(1));

/** A metric; also by the name that an earlier program wrote into settings, when ours and a monitor's Cramér's V had one name. */
const metricSchema = z.pipe(
  z.enum([...METRICS, "cramers-v"]),
  z.transform((metric): Metric => (metric === "cramers-v" ? "cramers-v-balanced" : metric)),
);
const columnsSchema = z.array(z.string());

/** What follows from a severity, beside its record. */
const responseSchema = z.object({
  /** Asks for a training. */
  request: z.exactOptional(z.object({ priority: z.int().check(z.minimum(1), z.maximum(5)), needsApproval: z.boolean() })),
  /** Tells people when the drift asks for a training or, where the severity asks for none, when the severity is reached. */
  notify: z.boolean(),
  /** With its request, nothing of the model starts by itself any more until a person approves a training or clears it. */
  block: z.boolean(),
});

/** Probabilities of a false alarm that noise can be told for; of a smaller one the quantiles are lost in rounding. */
export const FALSE_ALARM_RATES = { least: 1e-9, most: 0.1 } as const;

/** How a model's drift reports are judged and answered, as it reaches the functions. */
export const driftPolicySchema = z.object({
  /** Of PSI; those of another metric that `metricThresholds` does not name mean the same shift. */
  thresholds: thresholdsSchema,
  /** `thresholds` are of every metric instead. */
  areForEveryMetric: z.exactOptional(z.literal(true)),
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
    .object({
      k: ordinalSchema,
      n: ordinalSchema.check(z.maximum(20)),
      /** Of a feature that wanders, so many windows in a row. @default - a day's, at least 7 and at most 24 */
      wandering: z.exactOptional(ordinalSchema.check(z.maximum(48))),
    })
    .check(z.refine(({ k, n }) => k <= n, { error: "k is more than n: no drift would ever be detected" })),
  /** A drifted feature stays so until its score is below (1 − hysteresis) of what it had to reach. */
  hysteresis: shareSchema,
  /** What was not measured for so long is forgotten, milliseconds. */
  forgetMs: ordinalSchema,
  /**
   * A drift that lasts asks for no other training until so long after the end of the one that it asked for, unless it gets worse,
   * milliseconds; absent in settings that an earlier version wrote, which mean `DEFAULT_PAUSE_MS`.
   */
  pauseMs: z.exactOptional(ordinalSchema),
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

/** Thresholds of a column, or else of its metric; undefined where the policy names none. */
export function thresholdsOf({ features, metricThresholds }: DriftPolicy, column: string, metric: string): Thresholds | undefined {
  return ownValue(features, column)?.thresholds ?? ownValue(metricThresholds, metric);
}

/** Thresholds of a metric that the policy does not name. */
export function usualThresholds(
  { thresholds, areForEveryMetric }: Pick<DriftPolicy, "thresholds" | "areForEveryMetric">,
  metric: string,
): Thresholds {
  return areForEveryMetric ? thresholds : (ownValue(METRIC_BANDS, metric) ?? thresholds);
}

const DAY_MS = 86_400_000;

export const DEFAULT_PAUSE_MS = 30 * DAY_MS;

/** The policy of a model whose configuration says nothing else. */
export const DEFAULT_DRIFT_POLICY: DriftPolicy = {
  thresholds: METRIC_BANDS.psi,
  metricThresholds: {},
  features: {},
  metrics: { data: "psi", prediction: "jensen-shannon-distance", label: "jensen-shannon-distance", concept: "psi" },
  columns: { labels: [], predictions: [] },
  minSampleSize: 100,
  falseAlarmRate: 0.001,
  persistence: { k: 2, n: 3 },
  hysteresis: 0.2,
  forgetMs: 30 * DAY_MS,
  pauseMs: DEFAULT_PAUSE_MS,
  unknownSize: "medium",
  responses: {
    low: { notify: false, block: false },
    medium: { request: { priority: 3, needsApproval: false }, notify: false, block: false },
    high: { request: { priority: 2, needsApproval: true }, notify: true, block: false },
    critical: { request: { priority: 1, needsApproval: true }, notify: true, block: true },
  },
};
