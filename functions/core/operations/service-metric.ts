import type { MetricUnit } from "../metrics/metric";

/** Kinds of resources that a cloud measures by itself: queues that functions read, queues of what failed, and functions. */
export type MeasuredResource = "queue" | "dead-letter-queue" | "function";

/** A metric that a cloud publishes by itself, under our name for it; modules/<cloud>/service-metrics.ts says what it is there. */
export interface ServiceMetric {
  /** PascalCase, unique, and none of METRICS. */
  readonly name: string;
  readonly unit: MetricUnit;
  readonly kind: "count" | "gauge";
  /** What has one series each. */
  readonly of: MeasuredResource;
  readonly description: string;
}

/** Every metric of the clouds that an alarm or the dashboard shows. */
export const SERVICE_METRICS = [
  {
    name: "DeadLetters",
    unit: "Count",
    kind: "gauge",
    of: "dead-letter-queue",
    description: "messages that failed, and wait for a person",
  },
  { name: "QueueAge", unit: "Seconds", kind: "gauge", of: "queue", description: "age of the oldest message that waits" },
  { name: "FunctionErrors", unit: "Count", kind: "count", of: "function", description: "invocations that failed as a whole" },
  {
    name: "FunctionThrottles",
    unit: "Count",
    kind: "count",
    of: "function",
    description: "invocations that were refused for want of an instance",
  },
] as const satisfies readonly ServiceMetric[];

/** Name of a metric of SERVICE_METRICS. */
export type ServiceMetricName = (typeof SERVICE_METRICS)[number]["name"];
