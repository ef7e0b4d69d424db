import { METRIC_NAMESPACE } from "../../functions/core/log/metric-list";
import { MONITORING_METRICS } from "../../modules/gcp/observability/time-series";
import type { WatchedResources } from "../../modules/watched";
import { SERVICE_METRICS, type ServiceMetricName } from "../../operations/service-metric";
import type { CollectedSeries } from "./collect-metrics";
import type { MetricSlots } from "./metric-slots";

/** `counter`: how often. `gauge`: a number now and then. `distribution`: numbers, of which statistics are taken. */
export type SeriesKind = "counter" | "gauge" | "distribution";

/** A series under the names that it has in Cloud Monitoring. */
export interface MonitoringSeries {
  readonly kind: SeriesKind;
  /** By `metric.type`, `resource.type`, `metric.label.<name>` and `resource.label.<name>`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly slots: MetricSlots;
}

/** Names of log-based metrics, `INT64` or `DISTRIBUTION`. */
export type LogMetricTypes = ReadonlyMap<string, string>;

/** What the labels of a response tell, which a service metric is counted by. https://cloud.google.com/monitoring/api/metrics_gcp_p_z#gcp-run */
const RESPONSES: Partial<Record<ServiceMetricName, Readonly<Record<string, string>>>> = {
  FunctionErrors: { "metric.label.response_code_class": "5xx", "metric.label.response_code": "500" },
  FunctionThrottles: { "metric.label.response_code_class": "4xx", "metric.label.response_code": "429" },
};

/** What a deployment on Google Cloud would have measured; what has no log-based metric or no resource there is left out. */
export function monitoringSeries(
  collected: readonly CollectedSeries[],
  environment: string,
  resources: WatchedResources,
  logMetrics: LogMetricTypes,
): MonitoringSeries[] {
  return collected.flatMap(({ name, dimensions, slots }): MonitoringSeries[] => {
    const service = SERVICE_METRICS.find((metric) => metric.name === name);
    if (service !== undefined) {
      const { type, resource, label } = MONITORING_METRICS[service.name];
      const physical = resources[service.of][dimensions.role ?? ""];
      if (physical === undefined) return [];
      const labels = { "metric.type": type, "resource.type": resource, [`resource.label.${label}`]: physical };
      return [{ kind: service.kind === "count" ? "counter" : "gauge", labels: { ...labels, ...RESPONSES[service.name] }, slots }];
    }
    const logMetric = `${METRIC_NAMESPACE}/${environment}/${name}`;
    const valueType = logMetrics.get(logMetric);
    if (valueType === undefined) return [];
    const own = Object.entries(dimensions).map(([key, value]) => [`metric.label.${key}`, value]);
    const labels = { "metric.type": `logging.googleapis.com/user/${logMetric}`, "resource.type": "cloud_run_revision" };
    return [
      { kind: valueType === "DISTRIBUTION" ? "distribution" : "counter", labels: { ...labels, ...Object.fromEntries(own) }, slots },
    ];
  });
}
