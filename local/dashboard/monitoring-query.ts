import * as z from "zod/mini";
import { METRIC_NAMESPACE } from "../../functions/core/log/metric";
import { MONITORING_METRICS } from "../../modules/gcp/observability/time-series";
import type { WatchedResources } from "../../modules/watched";
import { SERVICE_METRICS, type ServiceMetricName } from "../../operations/service-metric";
import type { CollectedSeries } from "./collect-metrics";
import { type MetricSlots, mergedTotal, percentileOf, type Total } from "./metric-slots";
import { type ChartLine, type ShownTime, shownPeriods, UnreadableWidget } from "./panel";

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

/** The highest or lowest of the means of two minutes; two names of the metric, and of the resource, must be one. */
const EXTREME_QUERY =
  /^(max|min) by \(([\w, ]*)\) \(\1_over_time\(\(increase\(([\w:]+)_sum\{monitored_resource="(\w+)"\}\[2m\]\) \/ increase\(\3_count\{monitored_resource="\4"\}\[2m\]\)\)\[(\d+)s:1m\]\)\)$/;

interface PromQl {
  readonly by: string;
  readonly metric: string;
  readonly resource: string;
  readonly periodSec: number;
  readonly statistic: string;
  readonly isSum: boolean;
  readonly aggregate: Aggregation;
}

/** @throws UnreadableWidget of a query of another kind */
function parsePromQl(query: string): PromQl {
  const [, sumBy, sumMetric, sumResource, sumPeriod] = SUM_QUERY.exec(query) ?? [];
  if (sumBy !== undefined && sumMetric !== undefined && sumResource !== undefined) {
    const shared = { by: sumBy, metric: sumMetric, resource: sumResource, periodSec: Number(sumPeriod) };
    const aggregate: Aggregation = (totals) => (totals.length === 0 ? undefined : sumOf(totals.map((total) => total.sum)));
    return { ...shared, statistic: "sum of increase", isSum: true, aggregate };
  }
  const [, extreme, by, metric, resource, period] = EXTREME_QUERY.exec(query) ?? [];
  if (by === undefined || metric === undefined || resource === undefined)
    throw new UnreadableWidget(
      `the query ${query}; expected sum by (label) (increase(metric_sum{monitored_resource="type"}[60s])), or max or min by (label) of max_over_time or min_over_time of the means of two minutes`,
    );
  const shared = { by, metric, resource, periodSec: Number(period) };
  const isMax = extreme === "max";
  const aggregate: Aggregation = (totals) => {
    const values = totals.map(({ minimum, maximum }) => (isMax ? maximum : minimum));
    return values.length === 0 ? undefined : Math[isMax ? "max" : "min"](...values);
  };
  return { ...shared, statistic: isMax ? "highest value" : "lowest value", isSum: false, aggregate };
}

/** https://cloud.google.com/monitoring/promql/promql-mapping */
function promQlLines(query: string, series: readonly MonitoringSeries[], time: ShownTime): ChartLine[] {
  const { by, metric, resource, aggregate, ...told } = parsePromQl(query);
  const found = series.filter(
    ({ kind, labels }) =>
      kind === "distribution" && promQlName(labels["metric.type"] ?? "") === metric && labels["resource.type"] === resource,
  );
  const groupBy = by
    .split(", ")
    .filter((label) => label !== "")
    .map((label) => `metric.label.${label}`);
  return groupLines(found, groupBy, { ...told, aggregate: () => aggregate }, time);
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
type Aggregation = (totals: readonly Total[]) => number | undefined;

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
function aggregationOf(kind: SeriesKind, aligner: string, reducer: string): Aggregation {
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

/** One of these values, of a label. */
export interface FilterClause {
  readonly label: string;
  readonly values: readonly string[];
}

/** A text as JSON writes it. */
const TEXT = String.raw`"(?:[^"\\\p{Cc}]|\\["\\/bfnrt]|\\u[\da-fA-F]{4}|[\x7f-\x9f])*"`;

const CLAUSE = new RegExp(
  String.raw`([\w.]+)\s*=\s*(${TEXT}|one_of\(${TEXT}(?:, ${TEXT})*\)|\(${TEXT}(?: OR ${TEXT})*\))(?: AND |$)`,
  "uy",
);

/**
 * The clauses of a filter, all of which must hold; only `=` of a text, or of several: in a metric's filter `one_of("a", "b")`,
 * in one of the log `("a" OR "b")`. https://cloud.google.com/monitoring/api/v3/filters and
 * https://cloud.google.com/logging/docs/view/logging-query-language
 * @throws UnreadableWidget when it says anything else
 */
export function parseFilter(filter: string): FilterClause[] {
  const clauses: FilterClause[] = [];
  let end = 0;
  while (end < filter.length) {
    CLAUSE.lastIndex = end;
    const [whole, label, values] = CLAUSE.exec(filter) ?? [];
    if (whole === undefined || label === undefined || values === undefined)
      throw new UnreadableWidget(
        `the filter ${filter}; expected label="value" or label=one_of("value", …) or label=("value" OR …), joined by AND`,
      );
    const texts = [...values.matchAll(new RegExp(TEXT, "gu"))].map(([text]): string => JSON.parse(text));
    clauses.push({ label: label.replace(/^(metric|resource)\.labels\./, "$1.label."), values: texts });
    end += whole.length;
  }
  return clauses;
}

/** True when every clause holds for the labels. */
export function isMatched(labels: Readonly<Record<string, string>>, clauses: readonly FilterClause[]): boolean {
  return clauses.every(({ label, values }) => Object.hasOwn(labels, label) && values.includes(labels[label] ?? ""));
}

/** `counter`: how often. `gauge`: a number now and then. `distribution`: numbers, of which statistics are taken. */
export type SeriesKind = "counter" | "gauge" | "distribution";

/** A series under the names that it has in Cloud Monitoring. */
export interface MonitoringSeries {
  readonly kind: SeriesKind;
  /** By `metric.type`, `resource.type`, `metric.label.<name>` and `resource.label.<name>`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly slots: MetricSlots;
}

/** Names of log-based metrics, `INT64` or `DISTRIBUTION`. */
export type LogMetricTypes = ReadonlyMap<string, string>;

/**
 * What the labels of a response tell, which a service metric is counted by.
 * https://cloud.google.com/monitoring/api/metrics_gcp_p_z#gcp-run
 */
const RESPONSES: Partial<Record<ServiceMetricName, Readonly<Record<string, string>>>> = {
  FunctionErrors: { "metric.label.response_code_class": "5xx", "metric.label.response_code": "500" },
  FunctionThrottles: { "metric.label.response_code_class": "4xx", "metric.label.response_code": "429" },
};

/** What a deployment on Google Cloud would have measured; what has no log-based metric or no resource there is left out. */
export function monitoringSeries(
  collected: readonly CollectedSeries[],
  environment: string,
  resources: WatchedResources,
  logMetrics: LogMetricTypes,
): MonitoringSeries[] {
  return collected.flatMap(({ name, dimensions, slots }): MonitoringSeries[] => {
    const service = SERVICE_METRICS.find((metric) => metric.name === name);
    if (service !== undefined) {
      const { type, resource, label } = MONITORING_METRICS[service.name];
      const physical = resources[service.of][dimensions.role ?? ""];
      if (physical === undefined) return [];
      const labels = { "metric.type": type, "resource.type": resource, [`resource.label.${label}`]: physical };
      return [{ kind: service.kind === "count" ? "counter" : "gauge", labels: { ...labels, ...RESPONSES[service.name] }, slots }];
    }
    const logMetric = `${METRIC_NAMESPACE}/${environment}/${name}`;
    const valueType = logMetrics.get(logMetric);
    if (valueType === undefined) return [];
    const own = Object.entries(dimensions).map(([key, value]) => [`metric.label.${key}`, value]);
    const labels = { "metric.type": `logging.googleapis.com/user/${logMetric}`, "resource.type": "cloud_run_revision" };
    return [
      { kind: valueType === "DISTRIBUTION" ? "distribution" : "counter", labels: { ...labels, ...Object.fromEntries(own) }, slots },
    ];
  });
}
