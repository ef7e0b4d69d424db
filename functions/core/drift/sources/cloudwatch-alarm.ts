import * as z from "zod/mini";
import { PoisonMessageError } from "../../errors";
import type { DriftReport, Evidence } from "../drift-report";
import { SAGEMAKER_DISTANCE } from "./sagemaker-violations";
import { momentOf, nameOf, reportOf, type SourceContext, sentenceOf, sourceKind, violationOf } from "./source-report";

/** A change of an alarm's state, however it came. */
export interface MetricAlarm {
  readonly name: string;
  readonly state: "ALARM" | "OK" | "INSUFFICIENT_DATA";
  /** Of the change, epoch milliseconds. */
  readonly changedAt: number;
  readonly metric: { readonly namespace: string; readonly name: string; readonly periodMs: number };
  /** Such as `Endpoint` and `MonitoringSchedule`. */
  readonly dimensions: ReadonlyMap<string, string>;
  /** The largest of the datapoints that the alarm names, and what it compared them with; undefined where it names none. */
  readonly value?: number;
  readonly threshold?: number;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
const MAX_METRICS = 100;
const MAX_DIMENSIONS = 30;

const METRIC_PREFIX = "feature_baseline_drift_";
const LONGEST_ID = 256;

const stateSchema = z.enum(["ALARM", "OK", "INSUFFICIENT_DATA"]);

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html */
const eventSchema = z.object({
  source: z.literal("aws.cloudwatch"),
  "detail-type": z.literal("CloudWatch Alarm State Change"),
  detail: z.object({
    alarmName: z.string(),
    state: z.object({ value: stateSchema, reason: z.string(), timestamp: z.string() }),
    configuration: z.object({
      metrics: z
        .array(
          z.object({
            metricStat: z.optional(
              z.object({
                metric: z.object({
                  namespace: z.string(),
                  name: z.string(),
                  dimensions: z.optional(z.record(z.string(), z.string())),
                }),
                period: z.number().check(z.positive()),
              }),
            ),
          }),
        )
        .check(z.maxLength(MAX_METRICS)),
    }),
  }),
});

/** Of the same alarm through SNS: github.com/aws/aws-lambda-go, events/testdata/cloudwatch-alarm-sns-payload-single-metric.json */
const notificationSchema = z.object({
  AlarmName: z.string(),
  NewStateValue: stateSchema,
  NewStateReason: z.string(),
  StateChangeTime: z.string(),
  Trigger: z.object({
    Namespace: z.string(),
    MetricName: z.string(),
    Period: z.number().check(z.positive()),
    Dimensions: z._default(z.array(z.object({ name: z.string(), value: z.string() })).check(z.maxLength(MAX_DIMENSIONS)), []),
  }),
});

/** The envelopes of SNS: as Lambda gets it, and as a queue does. */
const envelopeSchema = z.union([
  z.object({ Records: z.tuple([z.object({ Sns: z.object({ Message: z.string() }) })]) }),
  z.object({ Type: z.literal("Notification"), Message: z.string() }),
]);

/**
 * Text of the reason that both forms have alike: "… datapoints [0.85 (28/07/21 06:00:00)] was greater than the threshold (0.4) …".
 */
const DATAPOINTS = /datapoints? \[([^\]]*?)(?:\]| was )/;
const THRESHOLD = /threshold \(([^)\s]+)\)/;

/**
 * The change of a metric alarm's state, equal for the event of EventBridge and the message of SNS; undefined for anything else.
 * @throws PoisonMessageError when such a message has no readable time
 */
export function parseAlarm(message: unknown): MetricAlarm | undefined {
  const event = eventSchema.safeParse(message).data?.detail;
  const stat = event?.configuration.metrics.find(({ metricStat }) => metricStat !== undefined)?.metricStat;
  if (event !== undefined && stat !== undefined) {
    const { value: state, reason, timestamp } = event.state;
    const dimensions = new Map(Object.entries(stat.metric.dimensions ?? {}));
    const { namespace, name } = stat.metric;
    return alarmOf(event.alarmName, state, reason, timestamp, { namespace, name, periodMs: stat.period * 1000 }, dimensions);
  }
  const notification = notificationSchema.safeParse(unwrapped(message)).data;
  if (notification === undefined) return undefined;
  const { AlarmName, NewStateValue, NewStateReason, StateChangeTime, Trigger } = notification;
  const metric = { namespace: Trigger.Namespace, name: Trigger.MetricName, periodMs: Trigger.Period * 1000 };
  const dimensions = new Map(Trigger.Dimensions.map(({ name, value }) => [name, value]));
  return alarmOf(AlarmName, NewStateValue, NewStateReason, StateChangeTime, metric, dimensions);
}

/**
 * The report of an alarm on a feature's drift; undefined for a state that is no drift. It has the same id by whichever way the
 * alarm came. Each alarm is a monitor of its own: its windows say nothing of other features.
 * @throws PoisonMessageError when the alarm is on another metric
 */
export function alarmReport(alarm: MetricAlarm, context: SourceContext): DriftReport | undefined {
  const { name: alarmName, metric, changedAt: end } = alarm;
  if (!metric.name.startsWith(METRIC_PREFIX)) {
    throw new PoisonMessageError(`got alarm "${alarmName}" on ${metric.name}, expected one on ${METRIC_PREFIX}<feature>`);
  }
  if (alarm.state !== "ALARM") return undefined;
  const name = metric.name.slice(METRIC_PREFIX.length);
  return reportOf(context, {
    id: `${new Date(end).toISOString()} ${alarmName}`.slice(0, LONGEST_ID),
    monitor: `cloudwatch ${alarmName}`.slice(0, LONGEST_ID),
    window: { start: Math.max(0, end - metric.periodMs), end },
    lists: "drift",
    features: [{ name: nameOf(name), kind: sourceKind(context, name), evidence: evidenceOf(alarm) }],
  });
}

/** An alarm is never no drift: without numbers that say so, its size is unknown. */
function evidenceOf({ value: score, threshold }: MetricAlarm): Evidence {
  if (score === undefined || threshold === undefined || score <= threshold) return violationOf("cloudwatch-alarm");
  return { type: "score", metric: SAGEMAKER_DISTANCE, score, threshold };
}

function alarmOf(
  name: string,
  state: MetricAlarm["state"],
  reason: string,
  time: string,
  metric: MetricAlarm["metric"],
  dimensions: MetricAlarm["dimensions"],
): MetricAlarm {
  const changedAt = momentOf(time);
  if (changedAt === undefined)
    throw new PoisonMessageError(`got alarm "${name}" at ${time.slice(0, 40)}, expected an ISO 8601 time`);
  const points = (DATAPOINTS.exec(sentenceOf(reason))?.[1] ?? "").replace(/\([^)]*\)/g, "").split(",");
  const values = points.flatMap((point) => numberOf(point) ?? []);
  const threshold = numberOf(THRESHOLD.exec(sentenceOf(reason))?.[1] ?? "");
  const value = values.length === 0 ? undefined : Math.max(...values);
  return {
    name,
    state,
    changedAt,
    metric,
    dimensions,
    ...(value !== undefined && { value }),
    ...(threshold !== undefined && { threshold }),
  };
}

function numberOf(text: string): number | undefined {
  const number = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : undefined;
}

/** The message of SNS, out of its envelope if it is in one. */
function unwrapped(message: unknown): unknown {
  const envelope = envelopeSchema.safeParse(message).data;
  if (envelope === undefined) return message;
  const text = "Records" in envelope ? envelope.Records[0].Sns.Message : envelope.Message;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The report of an alarm's change: a drift when it is raised, calm when it is over, undefined when CloudWatch cannot tell.
 * @throws PoisonMessageError when the alarm is on another metric than a feature's drift
 */
export function alarmChange(alarm: MetricAlarm, context: SourceContext): DriftReport | undefined {
  if (alarm.state !== "OK") return alarmReport(alarm, context);
  const raised = alarmReport({ ...alarm, state: "ALARM" }, context);
  return raised && { ...raised, unlisted: "calm", features: [] };
}
