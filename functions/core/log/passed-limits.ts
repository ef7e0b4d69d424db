import type { ModelLimit } from "../model-settings";
import type { Log, LogEvent, LogRecord } from "./log";
import { metricsOf } from "./metrics-of";

/** What is asked of a model's settings. */
interface Limited {
  readonly model: string;
  readonly limits?: readonly ModelLimit[];
}

/**
 * A log that also tells, after a line with a gauge of one of these models, each of the model's limits that it is beyond: alarms
 * that know no models count those lines. It is the log itself where no model has such limits.
 */
export function limitsLog(log: Log, models: readonly Limited[]): Log {
  const limits = new Map(models.flatMap(({ model, limits = [] }) => (limits.length === 0 ? [] : [[model, limits] as const])));
  if (limits.size === 0) return log;
  return (event) => {
    log(event);
    const own = "model" in event ? limits.get(event.model) : undefined;
    if (own !== undefined) for (const passed of passedLimits(event, own)) log(passed);
  };
}

/** The limits that the gauges of a line are beyond, in the order of the gauges. */
function passedLimits(record: LogRecord, limits: readonly ModelLimit[]): LogEvent[] {
  return metricsOf(record).flatMap(({ name, value, dimensions: { model } }) =>
    limits.flatMap(({ alarm, metric, comparison, threshold }): LogEvent[] => {
      if (metric !== name || model === undefined || !isBeyond(value, comparison, threshold)) return [];
      return [{ level: "warn", event: "limit-passed", model, alarm, metric, value, limit: threshold }];
    }),
  );
}

function isBeyond(value: number, comparison: string, threshold: number): boolean {
  if (comparison === "above") return value > threshold;
  if (comparison === "at-least") return value >= threshold;
  return comparison === "below" && value < threshold;
}
