import type { Metric } from "../metrics/metric";
import { METRICS, type MetricName } from "../metrics/metric-list";
import type { Cause } from "../training-request";
import { SERVICE_METRICS, type ServiceMetric, type ServiceMetricName } from "./service-metric";

/** Values of a metric's `type`: every type of cause. */
export const CAUSE_TYPES = ["data", "schedule", "drift", "event", "manual"] as const satisfies readonly Cause["type"][];

/** One of our own metrics, or one of the cloud's. */
export type NamedMetric =
  | { readonly origin: "own"; readonly metric: Metric & { readonly name: MetricName } }
  | { readonly origin: "service"; readonly metric: ServiceMetric & { readonly name: ServiceMetricName } };

/**
 * The metric of a name.
 * @throws Error when neither METRICS nor SERVICE_METRICS has it
 */
export function metricNamed(name: MetricName | ServiceMetricName): NamedMetric {
  const own = METRICS.find((metric) => metric.name === name);
  if (own !== undefined) return { origin: "own", metric: own };
  const service = SERVICE_METRICS.find((metric) => metric.name === name);
  if (service !== undefined) return { origin: "service", metric: service };
  throw new Error(`got the metric ${name}; expected one of METRICS or SERVICE_METRICS; add it there, or correct the name`);
}
