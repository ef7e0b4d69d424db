import { METRIC_NAMESPACE } from "../../functions/core/log/metric-list";
import { CLOUDWATCH_METRICS } from "../../modules/aws/observability/time-series";
import type { WatchedResources } from "../../modules/watched";
import { SERVICE_METRICS } from "../../operations/service-metric";
import type { CollectedSeries } from "./collect-metrics";
import type { MetricSlots } from "./metric-slots";

/** A series under the names that it has in CloudWatch. */
export interface CloudWatchSeries {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly slots: MetricSlots;
}

/** What a deployment on AWS would have published; what has no resource there is left out. */
export function cloudWatchSeries(
  collected: readonly CollectedSeries[],
  environment: string,
  resources: WatchedResources,
): CloudWatchSeries[] {
  return collected.flatMap(({ name, dimensions, slots }) => {
    const service = SERVICE_METRICS.find((metric) => metric.name === name);
    if (service === undefined)
      return [{ namespace: METRIC_NAMESPACE, metricName: name, dimensions: { environment, ...dimensions }, slots }];
    const { namespace, metricName, dimension } = CLOUDWATCH_METRICS[service.name];
    const resource = resources[service.of][dimensions.role ?? ""];
    return resource === undefined ? [] : [{ namespace, metricName, dimensions: { [dimension]: resource }, slots }];
  });
}
