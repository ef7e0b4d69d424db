import type { ServiceMetricName } from "../../functions/core/operations/service-metric";

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
