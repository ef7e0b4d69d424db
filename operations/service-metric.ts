import { SUMMED_METRICS, type SummedMetricName } from "../functions/core/log/essential-metrics";
import type { Metric, MetricUnit } from "../functions/core/log/metric";
import { METRICS, type MetricName } from "../functions/core/log/metric-list";
import type { Cause } from "../functions/core/training-request";

/** Kinds of resources that a cloud measures by itself: queues that functions read, queues of what failed, and functions. */
export type MeasuredResource = "queue" | "dead-letter-queue" | "function";

/**
 * A metric that a cloud publishes by itself, under our name for it; modules/<cloud>/observability/time-series.ts says what it is
 * there.
 */
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

/** Name of any metric: of METRICS, of SUMMED_METRICS or of SERVICE_METRICS. */
export type NamedMetricName = OwnMetricName | ServiceMetricName;
type OwnMetricName = MetricName | SummedMetricName;

/** Values of a metric's `type`: every type of cause. */
export const CAUSE_TYPES = ["data", "schedule", "drift", "event", "quality", "manual"] as const satisfies readonly Cause["type"][];

/** One of our own metrics, or one of the cloud's. */
export type NamedMetric =
  | { readonly origin: "own"; readonly metric: Metric & { readonly name: OwnMetricName } }
  | { readonly origin: "service"; readonly metric: ServiceMetric & { readonly name: ServiceMetricName } };

/**
 * The metric of a name.
 * @throws Error when none of METRICS, SUMMED_METRICS and SERVICE_METRICS has it
 */
export function metricNamed(name: NamedMetricName): NamedMetric {
  const own = [...METRICS, ...SUMMED_METRICS].find((metric) => metric.name === name);
  if (own !== undefined) return { origin: "own", metric: own };
  const service = SERVICE_METRICS.find((metric) => metric.name === name);
  if (service !== undefined) return { origin: "service", metric: service };
  throw new Error(
    `got the metric ${name}; expected one of METRICS, SUMMED_METRICS or SERVICE_METRICS; add it there, or correct the name`,
  );
}
