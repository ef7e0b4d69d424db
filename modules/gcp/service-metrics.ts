import type { ServiceMetricName } from "../../functions/core/operations/service-metric";

/** What a metric of SERVICE_METRICS is in Cloud Monitoring. */
export interface MonitoringMetric {
  readonly type: string;
  readonly resource: "pubsub_subscription" | "cloud_run_revision";
  /** The resource's label that names it. */
  readonly label: "subscription_id" | "service_name";
  /** What else a filter must say. */
  readonly filter?: string;
}

const PUBSUB = { resource: "pubsub_subscription", label: "subscription_id" } as const;
const CLOUD_RUN = {
  type: "run.googleapis.com/request_count",
  resource: "cloud_run_revision",
  label: "service_name",
} as const;

/**
 * A function that fails on a message answers 500 to the push, and one that has no instance for it answers 429.
 * https://cloud.google.com/monitoring/api/metrics_gcp_p_z#gcp-pubsub and https://cloud.google.com/run/docs/troubleshooting#429
 */
export const MONITORING_METRICS: Readonly<Record<ServiceMetricName, MonitoringMetric>> = {
  DeadLetters: { ...PUBSUB, type: "pubsub.googleapis.com/subscription/num_undelivered_messages" },
  QueueAge: { ...PUBSUB, type: "pubsub.googleapis.com/subscription/oldest_unacked_message_age" },
  FunctionErrors: { ...CLOUD_RUN, filter: 'metric.label.response_code_class="5xx"' },
  FunctionThrottles: { ...CLOUD_RUN, filter: 'metric.label.response_code="429"' },
};
