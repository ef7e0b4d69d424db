import { ENVIRONMENT } from "../../core/environment";
import { type Log, type LogEvent, messageOf } from "../../core/log/log";
import { essentialMetricsOf, metricsOf } from "../../core/log/metrics-of";
import { metricEnvironment } from "../../core/state-layout";
import type { MetricLine } from "./metrics.lazy";

export interface ConsoleLogOptions {
  /** Called by the first event that holds a metric: to load what writes them takes time, and many cold starts need none. */
  readonly loadMetrics: () => MetricLine;
  /** What a line says in metrics. @default - every metric of METRICS */
  readonly metricsIn?: typeof metricsOf;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Takes a line with its end. @default - standard output, which Lambda sends to CloudWatch Logs */
  readonly write?: (line: string) => void;
}

/**
 * `Log` of a deployed function: one JSON line per event, which is an embedded metric as well where the event holds one. What keeps
 * the metrics from being written is told in a line of its own, and the event is written without them.
 */
export function consoleLog({ loadMetrics, metricsIn = metricsOf, now, write = writeOut }: ConsoleLogOptions): Log {
  let embed: MetricLine | undefined;
  function withMetrics(event: LogEvent): object[] {
    try {
      const values = metricsIn(event);
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

/** The log of a deployed function. A missing name of the environment keeps no function from its work. */
export function deployedLog(): Log {
  const isEssential = process.env[ENVIRONMENT.watch] === "essential";
  return consoleLog({ loadMetrics, metricsIn: isEssential ? essentialMetricsOf : metricsOf, now: Date.now });
}

/** Without a promise, which could be pending when the function returns, and lose the line. */
function loadMetrics(): MetricLine {
  const { metricLine }: typeof import("./metrics.lazy.js") = require("./metrics.lazy.js");
  const { [ENVIRONMENT.environment]: environment, [ENVIRONMENT.namePrefix]: namePrefix } = process.env;
  return metricLine(metricEnvironment(environment || "unnamed", namePrefix || undefined));
}
