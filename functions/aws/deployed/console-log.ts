import { Metrics } from "@aws-lambda-powertools/metrics";
import { ENVIRONMENT } from "../../core/environment";
import { type Log, type LogEvent, type LogRecord, messageOf } from "../../core/log/log";
import { METRIC_NAMESPACE } from "../../core/log/metric-list";
import { type MetricValue, metricsOf } from "../../core/log/metrics-of";

export interface ConsoleLogOptions {
  /** Called by the first event that holds a metric: to load what writes them takes time, and many cold starts need none. */
  readonly loadMetrics: () => MetricLine;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Takes a line with its end. @default - standard output, which Lambda sends to CloudWatch Logs */
  readonly write?: (line: string) => void;
}

/**
 * `Log` of a deployed function: one JSON line per event, which is an embedded metric as well where the event holds one. What keeps
 * the metrics from being written is told in a line of its own, and the event is written without them.
 */
export function consoleLog({ loadMetrics, now, write = writeOut }: ConsoleLogOptions): Log {
  let embed: MetricLine | undefined;
  function withMetrics(event: LogEvent): object[] {
    try {
      const values = metricsOf(event);
      if (values.length === 0) return [event];
      embed ??= loadMetrics();
      return [embed(event, values, now())];
    } catch (error) {
      const failed: LogEvent = { level: "error", event: "metrics-not-told", of: event.event, error: messageOf(error) };
      return [event, failed];
    }
  }
  return (event) => {
    for (const line of withMetrics(event)) write(`${JSON.stringify(line)}\n`);
  };
}

function writeOut(line: string): void {
  process.stdout.write(line);
}

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

/** The log of a deployed function. A missing name of the environment keeps no function from its work. */
export function deployedLog(): Log {
  return consoleLog({ loadMetrics, now: Date.now });
}

/** Without a promise, which could be pending when the function returns, and lose the line. */
function loadMetrics(): MetricLine {
  const { metricLine }: typeof import("./metrics.lazy.js") = require("./metrics.lazy.js");
  return metricLine(process.env[ENVIRONMENT.environment] || "unnamed");
}
