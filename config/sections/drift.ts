// The section `drift` of a model: how drift reports are judged, whichever monitor wrote them, and what follows from them.
import * as z from "zod";
import { DEFAULT_DRIFT_POLICY, type DriftPolicy, FALSE_ALARM_RATES } from "../../functions/core/drift/drift-policy";
import { METRICS } from "../../functions/core/drift/measures/metrics";
import { DRIFT_SEVERITIES } from "../../functions/core/drift/severity";
import { boundedText, durationMs, durationWithin } from "./fields";

const { metrics, minSampleSize, falseAlarmRate, persistence, hysteresis, responses } = DEFAULT_DRIFT_POLICY;

const METRIC_EXPECTATION = `expected one of ${METRICS.join(", ")}`;
const metricSchema = z.enum(METRICS, {
  error: ({ input }) =>
    input === "cramers-v"
      ? "expected cramers-v-balanced, which is what Retrigger computes; cramers-v is the name of a monitor's own score"
      : METRIC_EXPECTATION,
});
const columnSchema = boundedText(256, true);

const limitSchema = z.number({ error: "expected a number above 0, such as 0.3" }).gt(0, { error: "expected a number above 0" });

/** Thresholds that rise, in the units of the metric. */
const thresholdsSchema = z
  .strictObject({
    low: limitSchema.describe("Drift is low from this score on; more than 0"),
    medium: limitSchema.describe("Drift is medium from this score on; at least low"),
    high: limitSchema.describe("Drift is high from this score on; at least medium"),
    critical: limitSchema.describe("Drift is critical from this score on; at least high"),
  })
  .refine(({ low, medium, high, critical }) => low <= medium && medium <= high && high <= critical, {
    error: "expected thresholds that rise from low to critical",
  });

const featureSchema = z.strictObject({
  metric: metricSchema.optional().describe("Metric to compute for this column, instead of the one in drift.metrics"),
  thresholds: thresholdsSchema.optional().describe("Thresholds of this column, instead of drift.thresholds"),
  minSampleSize: z
    .int()
    .min(0)
    .optional()
    .describe("Minimum sample size of this column, instead of drift.minSampleSize; 0 or more"),
  ignore: z.boolean().default(false).describe("Whether drift of this column is ignored"),
});

/** What follows from a severity; each key that is left out keeps the default of that severity. */
function responseSchema(severity: (typeof DRIFT_SEVERITIES)[number]) {
  const { request, notify, block } = responses[severity];
  return z
    .strictObject({
      priority: z
        .union([z.int().min(1).max(5), z.literal("none")], { error: "expected a priority from 1 to 5, or none, for no training" })
        .default(request?.priority ?? "none")
        .describe("Priority of the training to request, 1 (highest) to 5; none requests no training"),
      approval: z
        .boolean()
        .default(request?.needsApproval ?? false)
        .describe("Whether a person must approve that training"),
      notify: z
        .boolean()
        .default(notify)
        .describe(
          "Whether people are told when this severity asks for a training, or is reached where it asks for none; where the training waits for approval, they are asked for that instead",
        ),
      block: z
        .boolean()
        .default(block)
        .describe("Whether automatic trainings stop until a person approves a training or clears the block; needs a priority"),
    })
    .refine(({ priority, block }) => !block || priority !== "none", {
      error: "got block without a training to approve; expected a priority from 1 to 5 beside it, or block: false",
    });
}

const persistenceSchema = z
  .strictObject({
    k: z
      .int()
      .min(1)
      .max(20)
      .default(persistence.k)
      .describe("Number of windows that must drift, including the newest; 1 to 20, at most n"),
    n: z.int().min(1).max(20).default(persistence.n).describe("Number of newest windows that are looked at; 1 to 20"),
    wandering: z
      .int()
      .min(1)
      .max(48)
      .optional()
      .describe(
        "Number of windows in a row that must drift of a feature that moves slowly by itself; 1 to 48; a day of them by default, at least 7 and at most 24",
      ),
  })
  .refine(({ k, n }) => k <= n, { error: "expected k of at most n, or no drift would ever be detected" });

/** How the drift reports of a model are judged and answered. */
export const driftSchema = z.strictObject({
  thresholds: thresholdsSchema
    .optional()
    .describe(
      "Score from which drift has each severity, for every metric that metricThresholds does not name; default: those of each metric in docs/drift.md, which mean the same shift",
    ),
  metricThresholds: z
    .record(columnSchema, thresholdsSchema)
    .default({})
    .describe(
      "Thresholds by metric, instead of drift.thresholds or the default ones; also for metrics that only a monitor computes",
    ),
  features: z
    .record(columnSchema, featureSchema)
    .default({})
    .describe("Settings by column, where a column differs from the others"),
  metrics: z
    .strictObject({
      data: metricSchema.default(metrics.data).describe("Metric for the inputs of the model"),
      prediction: metricSchema.default(metrics.prediction).describe("Metric for the predictions of the model"),
      label: metricSchema.default(metrics.label).describe("Metric for the labels"),
      concept: metricSchema
        .default(metrics.concept)
        .describe("Metric for how well predictions fit the labels, where the monitor reports distributions"),
    })
    .prefault({})
    .describe(`Metric to compute where the monitor reports distributions: ${METRICS.join(", ")}`),
  labels: z.array(columnSchema).default([]).describe("Columns that hold labels, whatever the monitor calls them"),
  predictions: z.array(columnSchema).default([]).describe("Columns that hold predictions, whatever the monitor calls them"),
  minSampleSize: z
    .int()
    .min(0)
    .default(minSampleSize)
    .describe("Fewest values in the window and in the baseline that can show drift, or its end; 0 or more"),
  falseAlarmRate: z
    .number()
    .min(FALSE_ALARM_RATES.least)
    .max(FALSE_ALARM_RATES.most)
    .default(falseAlarmRate)
    .describe("Probability that a report without drift shows drift by chance; 1e-9 to 0.1"),
  persistence: persistenceSchema
    .prefault({})
    .describe("How many windows must drift before drift is detected: k of the newest n; one alone makes it suspected"),
  hysteresis: z
    .number()
    .min(0)
    .lt(1)
    .default(hysteresis)
    .describe("Drift ends when its score falls below (1 - hysteresis) times the threshold that it had reached; 0 to less than 1"),
  forget: durationWithin("1h", "3650d", "30d")
    .default("30d")
    .describe("Drift of a feature that has not been measured for this long is forgotten; 1h to 3650d"),
  pause: durationWithin("1d", "365d", "30d")
    .default("30d")
    .describe(
      "How long a drift that lasts asks for no other training, unless it gets worse, once the one that it asked for has ended; also after a refusal, and after the third training that failed; after 1 and 2 days for the first two trainings where monitoring.capture.reference is last-training; 1d to 365d",
    ),
  unknownSize: z
    .enum(DRIFT_SEVERITIES, { error: `expected one of ${DRIFT_SEVERITIES.join(", ")}` })
    .default(DEFAULT_DRIFT_POLICY.unknownSize)
    .describe(
      "Severity of drift whose size is unknown: a violated constraint without a number, a p-value, or a metric without thresholds",
    ),
  responses: z
    .strictObject({
      low: responseSchema("low").prefault({}).describe("Response to low drift; by default nothing, beyond its record"),
      medium: responseSchema("medium").prefault({}).describe("Response to medium drift; by default a training of priority 3"),
      high: responseSchema("high")
        .prefault({})
        .describe("Response to high drift; by default a training of priority 2 that a person must approve, and people are told"),
      critical: responseSchema("critical")
        .prefault({})
        .describe(
          "Response to critical drift; by default automatic trainings stop, a person must approve a training of priority 1, and people are told",
        ),
    })
    .prefault({})
    .describe("What follows from each severity, in addition to its record"),
});

export type DriftConfig = z.output<typeof driftSchema>;

/** The policy by which the functions judge a model's drift reports, and answer them. */
export function driftPolicy(config: DriftConfig): DriftPolicy {
  const { thresholds, metricThresholds, labels, predictions, forget, pause, features, responses, persistence, ...same } = config;
  const { k, n, wandering } = persistence;
  return {
    ...same,
    thresholds: thresholds ?? DEFAULT_DRIFT_POLICY.thresholds,
    ...(thresholds !== undefined && { areForEveryMetric: true }),
    metricThresholds,
    persistence: { k, n, ...(wandering !== undefined && { wandering }) },
    features: Object.fromEntries(Object.entries(features).map(([column, feature]) => [column, featurePolicy(feature)])),
    columns: { labels, predictions },
    forgetMs: durationMs(forget),
    pauseMs: durationMs(pause),
    responses: {
      low: responsePolicy(responses.low),
      medium: responsePolicy(responses.medium),
      high: responsePolicy(responses.high),
      critical: responsePolicy(responses.critical),
    },
  };
}

function featurePolicy({
  metric,
  thresholds,
  minSampleSize,
  ignore,
}: DriftConfig["features"][string]): DriftPolicy["features"][string] {
  return {
    ...(metric !== undefined && { metric }),
    ...(thresholds !== undefined && { thresholds }),
    ...(minSampleSize !== undefined && { minSampleSize }),
    ...(ignore && { isIgnored: true }),
  };
}

function responsePolicy({ priority, approval, notify, block }: DriftConfig["responses"]["low"]): DriftPolicy["responses"]["low"] {
  return {
    ...(priority !== "none" && { request: { priority, needsApproval: approval } }),
    notify,
    block,
  };
}
