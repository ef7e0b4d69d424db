import * as z from "zod/mini";
import { mergedTotal, percentileOf, type Total } from "./metric-slots";
import { isMatched, parseFilter } from "./monitoring-filter";
import type { MonitoringSeries, SeriesKind } from "./monitoring-series";
import { type ChartLine, type ShownTime, UnreadableWidget } from "./panel";
import { shownPeriods } from "./shown-periods";

const timeSeriesFilterSchema = z.strictObject({
  filter: z.string(),
  aggregation: z.strictObject({
    alignmentPeriod: z.string().check(z.regex(/^\d+s$/)),
    perSeriesAligner: z.string(),
    crossSeriesReducer: z.string(),
    groupByFields: z._default(z.array(z.string()), []),
  }),
});

/** Either a filter with its aggregation, or PromQL. */
export const timeSeriesQuerySchema = z.union([
  z.strictObject({ timeSeriesFilter: timeSeriesFilterSchema }),
  z.strictObject({ prometheusQuery: z.string() }),
]);
type TimeSeriesQuery = z.infer<typeof timeSeriesQuerySchema>;

/**
 * The lines of a query, one for each group.
 * @throws UnreadableWidget of what it says that is not understood
 */
export function monitoringLines(query: TimeSeriesQuery, series: readonly MonitoringSeries[], time: ShownTime): ChartLine[] {
  return "prometheusQuery" in query
    ? promQlLines(query.prometheusQuery, series, time)
    : filterLines(query.timeSeriesFilter, series, time);
}

function filterLines(
  { filter, aggregation }: z.infer<typeof timeSeriesFilterSchema>,
  series: readonly MonitoringSeries[],
  time: ShownTime,
): ChartLine[] {
  const { perSeriesAligner, crossSeriesReducer, groupByFields } = aggregation;
  const clauses = parseFilter(filter);
  const found = series.filter(({ labels }) => isMatched(labels, clauses));
  const periodSec = Number(aggregation.alignmentPeriod.slice(0, -1));
  const groupBy = groupByFields.map((field) => field.replace(/^(metric|resource)\.labels\./, "$1.label."));
  const isSum = perSeriesAligner === "ALIGN_DELTA" && crossSeriesReducer === "REDUCE_SUM";
  const statistic = `${perSeriesAligner}, ${crossSeriesReducer}`;
  const aggregate = ({ kind }: MonitoringSeries) => aggregationOf(kind, perSeriesAligner, crossSeriesReducer);
  return groupLines(found, groupBy, { periodSec, statistic, isSum, aggregate }, time);
}

const SUM_QUERY = /^sum by \(([\w, ]*)\) \(increase\(([\w:]+)_sum\{monitored_resource="(\w+)"\}\[(\d+)s\]\)\)$/;

/** https://cloud.google.com/monitoring/promql/promql-mapping */
function promQlLines(query: string, series: readonly MonitoringSeries[], time: ShownTime): ChartLine[] {
  const [, by = "", metric, resource, period] = SUM_QUERY.exec(query) ?? [];
  if (metric === undefined)
    throw new UnreadableWidget(
      `the query ${query}; expected sum by (label) (increase(metric_sum{monitored_resource="type"}[60s]))`,
    );
  const found = series.filter(
    ({ kind, labels }) =>
      kind === "distribution" && promQlName(labels["metric.type"] ?? "") === metric && labels["resource.type"] === resource,
  );
  const groupBy = by
    .split(", ")
    .filter((label) => label !== "")
    .map((label) => `metric.label.${label}`);
  const aggregate = (): Aggregation => (totals) =>
    totals.length === 0 ? undefined : totals.reduce((sum, total) => sum + total.sum, 0);
  return groupLines(found, groupBy, { periodSec: Number(period), statistic: "sum of increase", isSum: true, aggregate }, time);
}

function promQlName(metricType: string): string {
  return metricType.replace("/", ":").replace(/[^A-Za-z0-9:]/g, "_");
}

interface Grouping {
  readonly periodSec: number;
  readonly statistic: string;
  readonly isSum: boolean;
  readonly aggregate: (series: MonitoringSeries) => Aggregation;
}

function groupLines(
  found: readonly MonitoringSeries[],
  groupBy: readonly string[],
  { periodSec, statistic, isSum, aggregate }: Grouping,
  time: ShownTime,
): ChartLine[] {
  const { periodMs, periods } = shownPeriods(periodSec, time);
  const groups = new Map<string, [MonitoringSeries, ...MonitoringSeries[]]>();
  for (const one of found) {
    const key = JSON.stringify(groupBy.map((label) => one.labels[label]));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups.values()].map((group) => {
    const [first] = group;
    const combine = aggregate(first);
    const values = periods.map(({ from, until }) =>
      combine(group.map(({ slots }) => slots.total(from, until)).filter((total) => total !== undefined)),
    );
    const name = first.labels["metric.type"]?.split("/").at(-1);
    const label = [name, ...groupBy.map((field) => first.labels[field] ?? "")].join(" ");
    return { label, periodMs, values, statistic, isSum };
  });
}

/** How the totals of several series in a period become one number; undefined where there is none. */
export type Aggregation = (totals: readonly Total[]) => number | undefined;

type Align = (total: Total) => number | undefined;

const NUMBER_ALIGNERS: Readonly<Record<string, Align>> = {
  ALIGN_SUM: ({ sum }) => sum,
  ALIGN_MEAN: ({ sum, count }) => sum / count,
  ALIGN_MIN: ({ minimum }) => minimum,
  ALIGN_MAX: ({ maximum }) => maximum,
};

const PERCENTILE_ALIGNER = /^ALIGN_PERCENTILE_(\d\d)$/;

const REDUCERS: Readonly<Record<string, (values: readonly number[]) => number>> = {
  REDUCE_SUM: sumOf,
  REDUCE_MEAN: (values) => sumOf(values) / values.length,
  REDUCE_MIN: (values) => Math.min(...values),
  REDUCE_MAX: (values) => Math.max(...values),
};

/**
 * What an aligner and a reducer make of series of a kind.
 * https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies#Aligner
 * @throws UnreadableWidget of a pair that makes no number of this kind, or is not known here
 */
export function aggregationOf(kind: SeriesKind, aligner: string, reducer: string): Aggregation {
  if (kind === "distribution" && aligner === "ALIGN_DELTA" && reducer === "REDUCE_MEAN") {
    return (totals) => {
      const total = mergedTotal(totals);
      return total && total.sum / total.count;
    };
  }
  const align = alignerOf(kind, aligner);
  const reduce = Object.hasOwn(REDUCERS, reducer) ? REDUCERS[reducer] : undefined;
  if (align === undefined || reduce === undefined)
    throw new UnreadableWidget(
      `${aligner} and ${reducer} of a ${kind}; expected one of ${Object.keys(REDUCERS).join(", ")} of numbers`,
    );
  return (totals) => {
    const values = totals.map(align).filter((value) => value !== undefined);
    return values.length === 0 ? undefined : reduce(values);
  };
}

function alignerOf(kind: SeriesKind, aligner: string): Align | undefined {
  const percent = PERCENTILE_ALIGNER.exec(aligner)?.[1];
  if (kind === "distribution") return percent === undefined ? undefined : (total) => percentileOf(total, Number(percent));
  if (kind === "counter") return aligner === "ALIGN_DELTA" ? ({ sum }) => sum : undefined;
  return Object.hasOwn(NUMBER_ALIGNERS, aligner) ? NUMBER_ALIGNERS[aligner] : undefined;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
