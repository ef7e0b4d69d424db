import { METRIC_NAMESPACE } from "../../../functions/core/log/metric";
import type { ConfiguredAlarm, Statistic } from "../../../operations/alarm";
import { CAUSE_TYPES, metricNamed, type ServiceMetricName } from "../../../operations/service-metric";
import type { WatchedResources } from "../../watched";

/** A series of CloudWatch. */
export interface Series {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/**
 * The series that an alarm looks at; several are added up. CloudWatch's alarms take no search, so each is named.
 * @throws Error when the alarm's subject is no watched resource, or its metric has a dimension whose values are not known
 */
export function alarmSeries(environment: string, resources: WatchedResources, { alarm, subject }: ConfiguredAlarm): Series[] {
  const named = metricNamed(alarm.metric);
  if (named.origin === "service") {
    const { name, of } = named.metric;
    const { namespace, metricName, dimension } = CLOUDWATCH_METRICS[name];
    const value = resources[of][subject ?? ""];
    if (value === undefined) throw new Error(`alarm ${alarm.name} watches the ${of} ${subject}, which is not in the deployment`);
    return [{ namespace, metricName, dimensions: { [dimension]: value } }];
  }
  const { name: metricName, dimensions } = named.metric;
  const own = { ...(subject !== undefined && { [alarm.per]: subject }), ...alarm.only };
  const open = dimensions.filter((dimension) => !Object.hasOwn(own, dimension));
  if (open.length === 0) return [{ namespace: METRIC_NAMESPACE, metricName, dimensions: { environment, ...own } }];
  if (open.join() !== "type")
    throw new Error(`alarm ${alarm.name} cannot name the series of ${open.join(", ")}; use another metric`);
  return CAUSE_TYPES.map((type) => ({ namespace: METRIC_NAMESPACE, metricName, dimensions: { environment, ...own, type } }));
}

/** How CloudWatch spells the statistics. */
export const STATISTICS: Readonly<Record<Statistic, string>> = {
  sum: "Sum",
  average: "Average",
  minimum: "Minimum",
  maximum: "Maximum",
};

/** What a metric of SERVICE_METRICS is in CloudWatch. */
export interface CloudWatchMetric {
  readonly namespace: string;
  readonly metricName: string;
  /** The dimension that names the resource. */
  readonly dimension: "QueueName" | "FunctionName";
}

/**
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html and
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
export const CLOUDWATCH_METRICS: Readonly<Record<ServiceMetricName, CloudWatchMetric>> = {
  DeadLetters: { namespace: "AWS/SQS", metricName: "ApproximateNumberOfMessagesVisible", dimension: "QueueName" },
  QueueAge: { namespace: "AWS/SQS", metricName: "ApproximateAgeOfOldestMessage", dimension: "QueueName" },
  FunctionErrors: { namespace: "AWS/Lambda", metricName: "Errors", dimension: "FunctionName" },
  FunctionThrottles: { namespace: "AWS/Lambda", metricName: "Throttles", dimension: "FunctionName" },
};
