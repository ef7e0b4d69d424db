import { LoggingMetric, type LoggingMetricConfig } from "@cdktf/provider-google/lib/logging-metric";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { ESSENTIAL_METRICS, type WatchLevel } from "../../../functions/core/log/essential-metrics";
import type { EventName } from "../../../functions/core/log/events";
import { eventsOf, METRIC_NAMESPACE, type Metric, type MetricUnit } from "../../../functions/core/log/metric";
import { METRICS } from "../../../functions/core/log/metric-list";
import { PROMOTION_METRICS } from "../../../functions/core/log/promotion-metrics";
import { ROLLOUT_METRICS } from "../../../functions/core/log/rollout-metrics";
import { metricEnvironment } from "../../../functions/core/state-layout";
import { literalText } from "../../terraform-text";
import type { DeploymentNames, GcpDeployment } from "../deployment";
import { functionName } from "../functions/handler-function";

/** https://ucum.org/ucum */
const UNITS: Readonly<Record<MetricUnit, string>> = { Count: "1", Seconds: "s", Milliseconds: "ms", None: "1" };

/**
 * Lowest bound and growth of the buckets, 64 of them, so that scores and shares, USD, seconds and objects all have their place:
 * from 0.001 to 4 million, each 1.41 times the one before. Means are exact whatever the buckets are.
 */
const BUCKETS = { numFiniteBuckets: 64, growthFactor: Math.SQRT2, scale: 0.001 };

/** True where Cloud Monitoring has numbers of a metric, and not only how often it was told: it knows no log-based gauges. */
export function isDistribution({ value }: Metric): boolean {
  return value !== undefined;
}

/** Type of a log-based metric in Cloud Monitoring. */
export function logMetricType(deployment: DeploymentNames, name: string): string {
  return `logging.googleapis.com/user/${logMetricName(deployment, name)}`;
}

function logMetricName({ environment, namePrefix }: DeploymentNames, name: string): string {
  return `${METRIC_NAMESPACE}/${metricEnvironment(environment, namePrefix)}/${name}`;
}

/** Filter of Cloud Logging for the lines of these events. `services`: name of a function in quotes, or `anyOf` several. */
export function eventFilter(services: string, ...events: readonly EventName[]): string {
  return [
    'resource.type="cloud_run_revision"',
    `resource.labels.service_name=${services}`,
    `jsonPayload.event=${events.length === 1 ? JSON.stringify(events[0]) : anyOf(events)}`,
  ].join(" AND ");
}

/** One of some values, in a filter of Cloud Logging; there is one at least. */
export function anyOf(values: readonly string[]): string {
  return `(${values.map((value) => JSON.stringify(value)).join(" OR ")})`;
}

/** Labels that take their values from the fields of the same names. */
export function labelExtractors(fields: readonly string[]): Record<string, string> {
  return Object.fromEntries(fields.map((field) => [field, `EXTRACT(jsonPayload.${field})`]));
}

export interface LogMetricsProps {
  readonly deployment: GcpDeployment;
  readonly watch: WatchLevel;
  /** Of the functions that write the entries. */
  readonly roles: readonly string[];
}

/** The metrics that functions of these roles write: those of promotion and of rollouts where there is a function of it. */
function metricsOf(watch: WatchLevel, roles: readonly string[]): readonly Metric[] {
  const unwritten: readonly Metric[] = [
    ...(roles.includes("promoter") ? [] : PROMOTION_METRICS),
    ...(roles.includes("rollout") ? [] : ROLLOUT_METRICS),
  ];
  const isWritten = ({ name }: Metric) => !unwritten.some((metric) => name === metric.name || name === `All${metric.name}`);
  return (watch === "essential" ? ESSENTIAL_METRICS : METRICS).filter(isWritten);
}

/**
 * Every metric of METRICS, or of ESSENTIAL_METRICS where the essential is watched, but those of promotion and rollouts where no
 * model has one, taken from the functions' log: a counter where entries are counted, a distribution where a number is read.
 *
 * The first 150 MiB of values a month are free, then about 0.26 USD each (list price, approximate, November 2026); a gauge is 80
 * bytes each time it is told, so that a model is about 50 MiB a month where it is told of every minute, and 3 MiB of 300 models.
 * https://cloud.google.com/products/observability/pricing
 */
export class LogMetrics extends Construct {
  private readonly metrics: ReadonlyMap<string, LoggingMetric>;

  constructor(scope: Construct, id: string, { deployment, watch, roles }: LogMetricsProps) {
    super(scope, id);
    const dependsOn = deployment.apis.enabled("logging");
    // By their names, not by reference: the metrics are made before the functions, so that alert policies find them.
    const services = anyOf(roles.map((role) => functionName(deployment, role)));
    this.metrics = new Map(
      metricsOf(watch, roles).map((metric) => {
        const config = logMetricOf(metric, deployment, services);
        return [metric.name, new LoggingMetric(this, metric.name, { project: deployment.project, ...config, dependsOn })];
      }),
    );
  }

  /** What must exist before something uses a metric: itself, or nothing for one that is not here. */
  ready(name: string): ITerraformDependable[] {
    const metric = this.metrics.get(name);
    return metric === undefined ? [] : [metric];
  }
}

function logMetricOf(metric: Metric, deployment: DeploymentNames, services: string): LoggingMetricConfig {
  const { name, unit, value, dimensions, description } = metric;
  return {
    name: logMetricName(deployment, name),
    description: literalText(description),
    filter: eventFilter(services, ...eventsOf(metric)),
    ...(dimensions.length === 0 ? {} : { labelExtractors: labelExtractors(dimensions) }),
    metricDescriptor: {
      metricKind: "DELTA",
      valueType: isDistribution(metric) ? "DISTRIBUTION" : "INT64",
      unit: UNITS[unit],
      labels: dimensions.map((key) => ({ key, valueType: "STRING" })),
    },
    ...(value === undefined
      ? {}
      : { valueExtractor: `EXTRACT(jsonPayload.${value})`, bucketOptions: { exponentialBuckets: BUCKETS } }),
  };
}
