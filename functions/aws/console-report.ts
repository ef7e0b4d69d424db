import { metricsOf } from "../core/metrics/metrics-of";
import { messageOf, type ReportEntry, type Reporter } from "../core/report";
import type { MetricLine } from "./metric-line";

export interface ConsoleReportOptions {
  /** Called by the first entry that holds a metric: to load what writes them takes time, and many cold starts need none. */
  readonly loadMetrics: () => MetricLine;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Takes a line with its end. @default - standard output, which Lambda sends to CloudWatch Logs */
  readonly write?: (line: string) => void;
}

/**
 * `Reporter` of a deployed function: one JSON line per entry, which is an embedded metric as well where the entry holds one. What keeps
 * the metrics from being written is told in a line of its own, and the entry is written without them.
 */
export function consoleReport({ loadMetrics, now, write = writeOut }: ConsoleReportOptions): Reporter {
  let embed: MetricLine | undefined;
  function withMetrics(entry: ReportEntry): object[] {
    try {
      const values = metricsOf(entry);
      if (values.length === 0) return [entry];
      embed ??= loadMetrics();
      return [embed(entry, values, now())];
    } catch (error) {
      return [entry, { level: "error", event: "metrics-not-told", of: entry.event, error: messageOf(error) }];
    }
  }
  return (entry) => {
    for (const told of withMetrics(entry)) write(`${JSON.stringify(told)}\n`);
  };
}

function writeOut(line: string): void {
  process.stdout.write(line);
}
