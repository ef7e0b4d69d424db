// The section `drift` of a model in retrigger.yaml: how the reports of whatever monitor there is are judged and answered.
import * as z from "zod";
import { DEFAULT_DRIFT_POLICY, type DriftPolicy } from "../../functions/core/drift/drift-policy";
import { METRICS } from "../../functions/core/drift/measures/metrics";
import { DRIFT_SEVERITIES } from "../../functions/core/drift/severity";
import { boundedText, durationMs, durationWithin } from "./fields";

const { thresholds, metrics, minSampleSize, falseAlarmRate, persistence, hysteresis, responses } = DEFAULT_DRIFT_POLICY;

const METRIC_EXPECTATION = `expected one of ${METRICS.join(", ")}`;
const metricSchema = z.enum(METRICS, { error: METRIC_EXPECTATION });
const columnSchema = boundedText(256, true);

const limitSchema = z.number({ error: "expected a number above 0, such as 0.3" }).gt(0, { error: "expected a number above 0" });

/** Thresholds that rise, each of the metric's own units. */
const thresholdsSchema = z
  .strictObject({
    low: limitSchema.describe("From this score on a drift is low"),
    medium: limitSchema.describe("From this score on it is medium"),
    high: limitSchema.describe("From this score on it is high"),
    critical: limitSchema.describe("From this score on it is critical"),
  })
  .refine(({ low, medium, high, critical }) => low <= medium && medium <= high && high <= critical, {
    error: "expected thresholds that rise from low to critical",
  });

const featureSchema = z.strictObject({
  metric: metricSchema.optional().describe("Computed from its distributions instead of the metric of its kind"),
  thresholds: thresholdsSchema.optional().describe("Of this column alone"),
  minSampleSize: z.int().min(0).optional().describe("Of this column alone"),
  ignore: z.boolean().default(false).describe("Drift of this column does not count"),
});

/** The whole of a response: what is left out of it does not happen. */
function responseSchema(severity: (typeof DRIFT_SEVERITIES)[number]) {
  const { request, notify, block } = responses[severity];
  return z
    .strictObject({
      priority: z
        .union([z.int().min(1).max(5), z.literal("none")], { error: "expected a priority from 1 to 5, or none, for no training" })
        .default(request?.priority ?? "none")
        .describe("Asks for a training of this priority, 1 (highest) to 5; none asks for no training"),
      approval: z
        .boolean()
        .default(request?.needsApproval ?? false)
        .describe("A person must approve that training"),
      notify: z.boolean().default(notify).describe("Tells people when this severity is reached, not again while it lasts"),
      block: z
        .boolean()
        .default(block)
        .describe("Nothing starts by itself until a person approves a training or clears it; needs a priority"),
    })
    .refine(({ priority, block }) => !block || priority !== "none", {
      error: "got block without a training to approve; expected a priority from 1 to 5 beside it, or block: false",
    });
}

const persistenceSchema = z
  .strictObject({
    k: z.int().min(1).max(20).default(persistence.k).describe("So many windows must drift, the newest among them"),
    n: z.int().min(1).max(20).default(persistence.n).describe("Of so many of the newest"),
  })
  .refine(({ k, n }) => k <= n, { error: "expected k of at most n, or no drift would ever be detected" });

export const driftSchema = z.strictObject({
  thresholds: thresholdsSchema
    .default(thresholds)
    .describe("Scores from which on a drift has each severity, of every metric that metricThresholds does not name"),
  metricThresholds: z
    .record(columnSchema, thresholdsSchema)
    .default({})
    .describe("By metric: other thresholds; also of one that only a monitor knows"),
  features: z.record(columnSchema, featureSchema).default({}).describe("By column: what differs from the rest"),
  metrics: z
    .strictObject({
      data: metricSchema.default(metrics.data).describe("Of the model's inputs"),
      prediction: metricSchema.default(metrics.prediction).describe("Of its answers"),
      label: metricSchema.default(metrics.label).describe("Of what was true"),
      concept: metricSchema.default(metrics.concept).describe("Of how well the answers fit, where a monitor gives distributions"),
    })
    .prefault({})
    .describe(`What is computed from distributions: ${METRICS.join(", ")}`),
  labels: z.array(columnSchema).default([]).describe("Columns that hold what was true"),
  predictions: z.array(columnSchema).default([]).describe("Columns that hold the model's answers"),
  minSampleSize: z
    .int()
    .min(0)
    .default(minSampleSize)
    .describe("Fewer values on either side than this tell neither drift nor recovery"),
  falseAlarmRate: z
    .number()
    .gt(0)
    .max(0.1)
    .default(falseAlarmRate)
    .describe("Probability that a report without drift holds a score above its noise; up to 0.1"),
  persistence: persistenceSchema.prefault({}).describe("A drift is suspected by one window, and detected by k of n"),
  hysteresis: z
    .number()
    .min(0)
    .lt(1)
    .default(hysteresis)
    .describe("A drift lasts until its score is below (1 - hysteresis) of what it had to reach; 0 to 1"),
  forget: durationWithin("1h", "3650d", "30d").default("30d").describe("What was not measured for so long is forgotten"),
  unknownSize: z
    .enum(DRIFT_SEVERITIES, { error: `expected one of ${DRIFT_SEVERITIES.join(", ")}` })
    .default(DEFAULT_DRIFT_POLICY.unknownSize)
    .describe("Severity of a broken rule without a number, of a p-value, and of a metric without thresholds"),
  responses: z
    .strictObject({
      low: responseSchema("low").prefault({}).describe("What follows from low drift; by default its record alone"),
      medium: responseSchema("medium").prefault({}).describe("By default a training of priority 3"),
      high: responseSchema("high")
        .prefault({})
        .describe("By default a training of priority 2 that a person approves, and word to people"),
      critical: responseSchema("critical")
        .prefault({})
        .describe(
          "By default nothing starts by itself any more, a person is asked for a training of priority 1, and people are told",
        ),
    })
    .prefault({})
    .describe("What follows from each severity, beside its record"),
});

export type DriftConfig = z.output<typeof driftSchema>;

/** What the functions must know of a model's drift. */
export function driftPolicy(config: DriftConfig): DriftPolicy {
  const { labels, predictions, forget, features, responses, ...same } = config;
  return {
    ...same,
    features: Object.fromEntries(Object.entries(features).map(([column, feature]) => [column, featurePolicy(feature)])),
    columns: { labels, predictions },
    forgetMs: durationMs(forget),
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
