import type { LogEvent } from "./log";
import type { Metric, MetricUnit } from "./metric";
import { dimensionValue } from "./metric";
import { METRICS } from "./metric-list";

/** One value of a metric. */
export interface MetricValue {
  readonly name: string;
  readonly unit: MetricUnit;
  /** Finite. */
  readonly value: number;
  /** Values of the metric's dimensions, by their names and in their order. */
  readonly dimensions: Readonly<Record<string, string>>;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html */
const MAX_VALUE = 2 ** 360;

const METRICS_BY_EVENT: ReadonlyMap<string, readonly Metric[]> = new Map(
  METRICS.map(({ event }) => [event, METRICS.filter((metric) => metric.event === event)]),
);

/** What an entry says in metrics, in the order of METRICS. Never throws: what a metric cannot be read from says nothing. */
export function metricsOf(entry: LogEvent): MetricValue[] {
  return (METRICS_BY_EVENT.get(entry.event) ?? []).flatMap((metric) => {
    const value = numberOf(entry, metric.value);
    const dimensions = dimensionsOf(entry, metric.dimensions);
    if (value === undefined || dimensions === undefined) return [];
    return [{ name: metric.name, unit: metric.unit, value, dimensions }];
  });
}

function numberOf(entry: LogEvent, field: string | undefined): number | undefined {
  if (field === undefined) return 1;
  const value = Object.hasOwn(entry, field) ? entry[field] : undefined;
  // `+ 0` makes 0 of -0, which JSON would not tell from it either.
  return typeof value === "number" && Math.abs(value) <= MAX_VALUE ? value + 0 : undefined;
}

function dimensionsOf(entry: LogEvent, fields: readonly string[]): Record<string, string> | undefined {
  const dimensions: Record<string, string> = {};
  for (const field of fields) {
    const value = Object.hasOwn(entry, field) ? dimensionValue(entry[field]) : undefined;
    if (value === undefined) return undefined;
    dimensions[field] = value;
  }
  return dimensions;
}
