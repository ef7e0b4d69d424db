import { Metrics } from "@aws-lambda-powertools/metrics";
import type { LogRecord } from "../../core/log/log";
import { METRIC_NAMESPACE } from "../../core/log/metric";
import type { MetricValue } from "../../core/log/metrics-of";

/**
 * The object of an embedded metric:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
type EmbeddedMetric = ReturnType<Metrics["serializeMetrics"]>;

const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** One object of an event and its metrics, of which there is at least one, at a time in epoch milliseconds. */
export type MetricLine = (event: LogRecord, values: readonly MetricValue[], at: number) => object;

/**
 * Makes one object of an event and its metrics, which CloudWatch Logs keeps as the event and takes the metrics from. Metrics with
 * the same dimensions are one directive; `environment` is a dimension of all.
 */
export function metricLine(environment: string): MetricLine {
  const metrics = new Metrics({ namespace: METRIC_NAMESPACE, logger: SILENT });
  // Or every metric would have a dimension `service` as well.
  metrics.clearDefaultDimensions();
  metrics.setDefaultDimensions({ environment });

  function embed(values: readonly MetricValue[], at: number): EmbeddedMetric {
    try {
      for (const { name, unit, value, dimensions } of values) {
        for (const [dimension, text] of Object.entries(dimensions)) metrics.addDimension(dimension, text);
        metrics.addMetric(name, unit, value);
      }
      metrics.setTimestamp(at);
      return metrics.serializeMetrics();
    } finally {
      metrics.clearMetrics();
      metrics.clearDimensions();
    }
  }

  return (event, values, at) => {
    const names = new Set(values.map(namesOf));
    const groups = [...names].map((group) => values.filter((value) => namesOf(value) === group));
    const embedded = groups.map((group) => embed(group, at));
    const CloudWatchMetrics = embedded.flatMap(({ _aws }) => _aws.CloudWatchMetrics);
    return Object.assign({}, event, ...embedded, { _aws: { Timestamp: at, CloudWatchMetrics } });
  };
}

function namesOf({ dimensions }: MetricValue): string {
  return Object.keys(dimensions).join();
}

function ignore(): void {}
