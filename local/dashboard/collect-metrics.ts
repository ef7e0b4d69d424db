import type { LogRecord } from "../../functions/core/log/log";
import { METRICS } from "../../functions/core/log/metric-list";
import { type MetricValue, metricsOf } from "../../functions/core/log/metrics-of";
import type { ServiceMetricName } from "../../operations/service-metric";
import { type MetricSlots, metricSlots } from "./metric-slots";

/** Lines of each event that are kept for tables. */
const NEWEST = 50;
const DISTRIBUTIONS: ReadonlySet<string> = new Set(METRICS.filter(({ kind }) => kind === "distribution").map(({ name }) => name));

/** A metric that no event tells, but the clouds by themselves, under its name in SERVICE_METRICS. */
export interface ServiceValue {
  readonly name: ServiceMetricName;
  /** Role of the queue or function. */
  readonly dimensions: { readonly role: string };
  readonly value: number;
}

/** All values of a metric with the same dimensions. */
export interface CollectedSeries {
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly slots: MetricSlots;
}

/** A line of the log, and when it was written; epoch milliseconds. */
export interface LoggedLine {
  readonly at: number;
  readonly record: LogRecord;
}

/** The metrics of a replay, in memory that grows with its length and the number of series, and not with the number of events. */
export interface CollectedMetrics {
  /** Takes from a line of the log what it says in metrics; `at`: epoch milliseconds of virtual time. */
  log(record: LogRecord, at: number): void;
  measure(value: ServiceValue, at: number): void;
  /** In the order of their first values. */
  series(): CollectedSeries[];
  /** Lines with an event, the newest first, 50 at most. */
  newest(event: string): LoggedLine[];
}

/** Metrics of nothing yet. */
export function collectMetrics(): CollectedMetrics {
  const series = new Map<string, CollectedSeries>();
  const newest = new Map<string, LoggedLine[]>();

  function add({ name, dimensions, value }: Pick<MetricValue, "name" | "dimensions" | "value">, at: number): void {
    // Names and values are printable, and a metric has the same dimensions always.
    const key = `${name}\0${Object.values(dimensions).join("\0")}`;
    const known = series.get(key) ?? { name, dimensions, slots: metricSlots(DISTRIBUTIONS.has(name)) };
    series.set(key, known);
    known.slots.add(at, value);
  }

  return {
    log(record, at) {
      for (const value of metricsOf(record)) add(value, at);
      const lines = newest.get(record.event) ?? [];
      lines.push({ at, record });
      if (lines.length > NEWEST) lines.shift();
      newest.set(record.event, lines);
    },
    measure: ({ name, dimensions, value }, at) => add({ name, dimensions: { ...dimensions }, value }, at),
    series: () => [...series.values()],
    newest: (event) => [...(newest.get(event) ?? [])].reverse(),
  };
}

/** What a cloud would see of the replay's queues and functions by itself. */
export interface Services {
  readonly queues: Readonly<
    Record<(typeof QUEUE_ROLES)[number], { readonly deadLetters: readonly unknown[]; oldestSentAt(): number | undefined }>
  >;
  /** The promoter, where models are promoted. */
  readonly functions: Readonly<Record<(typeof FUNCTION_ROLES)[number], KillCounts> & { readonly promoter?: KillCounts }>;
}

interface KillCounts {
  readonly counts: { readonly killed: number };
}

/** Measures, at each call, what a cloud would since the last one: of functions the kills, as simulated ones are never throttled. */
export function measureServices({ queues, functions }: Services): (now: number) => ServiceValue[] {
  const killedBefore = new Map<string, number>();
  const value = (name: ServiceMetricName, role: string, amount: number): ServiceValue => ({
    name,
    dimensions: { role },
    value: amount,
  });
  return (now) => [
    ...Object.entries(queues).flatMap(([role, { deadLetters, oldestSentAt }]) => [
      value("DeadLetters", role, deadLetters.length),
      value("QueueAge", role, (now - (oldestSentAt() ?? now)) / 1000),
    ]),
    ...Object.entries(functions).flatMap(([role, { counts }]) => {
      const killed = counts.killed - (killedBefore.get(role) ?? 0);
      killedBefore.set(role, counts.killed);
      return [value("FunctionErrors", role, killed), value("FunctionThrottles", role, 0)];
    }),
  ];
}

/** The queues and functions of the replay, by role. */
export const QUEUE_ROLES = ["data", "requests", "drift"] as const;

export const FUNCTION_ROLES = ["batcher", "sweeper", "coordinator", "drift-evaluator"] as const;
