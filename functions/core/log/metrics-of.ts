import { ESSENTIAL_METRICS } from "./essential-metrics";
import { dimensionValue, type LogRecord } from "./log";
import { eventsOf, type Metric, type MetricUnit } from "./metric";
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

type MetricsByEvent = ReadonlyMap<string, readonly Metric[]>;

const FULL = byEvent(METRICS);
const ESSENTIAL = byEvent(ESSENTIAL_METRICS);

function byEvent(metrics: readonly Metric[]): MetricsByEvent {
  return new Map(metrics.flatMap(eventsOf).map((event) => [event, metrics.filter((metric) => eventsOf(metric).includes(event))]));
}

/**
 * What a line of the log says in metrics, in the order of METRICS. Never throws: what a metric cannot be read from says nothing.
 */
export function metricsOf(record: LogRecord): MetricValue[] {
  return valuesOf(record, FULL);
}

/** As `metricsOf`, of ESSENTIAL_METRICS. */
export function essentialMetricsOf(record: LogRecord): MetricValue[] {
  return valuesOf(record, ESSENTIAL);
}

function valuesOf(record: LogRecord, metrics: MetricsByEvent): MetricValue[] {
  return (metrics.get(record.event) ?? []).flatMap((metric) => {
    const value = numberOf(record, metric.value);
    const dimensions = dimensionsOf(record, metric.dimensions);
    if (value === undefined || dimensions === undefined) return [];
    return [{ name: metric.name, unit: metric.unit, value, dimensions }];
  });
}

function numberOf(record: LogRecord, field: string | undefined): number | undefined {
  if (field === undefined) return 1;
  const value = Object.hasOwn(record, field) ? record[field] : undefined;
  // `+ 0` makes 0 of -0, which JSON would not tell from it either.
  return typeof value === "number" && Math.abs(value) <= MAX_VALUE ? value + 0 : undefined;
}

function dimensionsOf(record: LogRecord, fields: readonly string[]): Record<string, string> | undefined {
  const dimensions: Record<string, string> = {};
  for (const field of fields) {
    const value = Object.hasOwn(record, field) ? dimensionValue(record[field]) : undefined;
    if (value === undefined) return undefined;
    dimensions[field] = value;
  }
  return dimensions;
}
