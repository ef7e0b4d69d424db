import * as z from "zod/mini";
import { METRIC_NAMESPACE } from "../../functions/core/log/metric";
import { CLOUDWATCH_METRICS } from "../../modules/aws/observability/time-series";
import type { WatchedResources } from "../../modules/watched";
import { SERVICE_METRICS } from "../../operations/service-metric";
import type { CollectedSeries } from "./collect-metrics";
import { type MetricSlots, percentileOf, type Total } from "./metric-slots";
import { type ChartLine, type ShownTime, shownPeriods, UnreadableWidget } from "./panel";

/** What a widget says of a metric, after its names. */
const rowOptionsSchema = z.strictObject({
  stat: z.optional(z.string()),
  label: z.optional(z.string()),
  period: z.optional(z.number()),
  expression: z.optional(z.string()),
  id: z.optional(z.string()),
});

type RowOptions = z.infer<typeof rowOptionsSchema>;

/** What a metric has that says nothing of its own. */
interface Defaults {
  readonly stat: string;
  /** Seconds. */
  readonly period: number;
}

/** A row of a widget's metrics: names, dimensions and their values, then options; or the options of an expression alone. */
export type MetricRow = readonly (string | Readonly<Record<string, unknown>>)[];

/**
 * The lines of a widget's metrics, under the names that CloudWatch gives them.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html#CloudWatch-Dashboard-Properties-Metrics-Array-Format
 * @throws UnreadableWidget of what it says that is not understood
 */
export function cloudWatchLines(
  rows: readonly MetricRow[],
  defaults: Defaults,
  series: readonly CloudWatchSeries[],
  time: ShownTime,
): ChartLine[] {
  let above: readonly string[] = [];
  return rows.flatMap((row) => {
    const { names, options } = parseRow(row, above);
    if (options.expression !== undefined) {
      const search = parseSearch(options.expression);
      return foundSeries(series, search).map((found) =>
        lineOf(found, { stat: search.statistic, period: search.period }, options.label, time),
      );
    }
    above = names;
    const [namespace = "", metricName = "", ...pairs] = names;
    if (metricName === "" || pairs.length % 2 !== 0)
      throw new UnreadableWidget(
        `the metric ${JSON.stringify(row)}; expected a namespace, a name, and pairs of a dimension and its value`,
      );
    const dimensions = Object.fromEntries(
      pairs.flatMap((name, index) => (index % 2 === 0 ? [[name, pairs[index + 1] ?? ""]] : [])),
    );
    const wanted = {
      namespace,
      dimensions: Object.keys(dimensions),
      terms: [["MetricName", metricName], ...Object.entries(dimensions)] as const,
    };
    const found = foundSeries(series, { ...wanted, statistic: "", period: 0 });
    const { stat = defaults.stat, period = defaults.period } = options;
    return found.map((one) => lineOf(one, { stat, period }, options.label, time));
  });
}

function parseRow(row: MetricRow, above: readonly string[]): { readonly names: readonly string[]; readonly options: RowOptions } {
  const names = row.filter((part) => typeof part === "string");
  const [options = {}, ...more] = row.filter((part) => typeof part !== "string");
  const parsed = rowOptionsSchema.safeParse(options);
  if (!parsed.success || more.length > 0 || (names.length > 0 && typeof row[names.length - 1] !== "string"))
    throw new UnreadableWidget(
      `the metric ${JSON.stringify(row)}; expected names, then at most stat, label, period, id and expression`,
    );
  return { names: writtenOut(names, above), options: parsed.data };
}

/** `.` is what the row above has there; `...` is all of it but for the values that follow. */
function writtenOut(names: readonly string[], above: readonly string[]): string[] {
  if (names[0] !== "...") return names.map((name, index) => (name === "." ? (above[index] ?? "") : name));
  const own = names.slice(1);
  return [
    ...above.slice(0, above.length - own.length),
    ...own.map((name, index) => (name === "." ? (above[above.length - own.length + index] ?? "") : name)),
  ];
}

function lineOf(series: CloudWatchSeries, { stat, period }: Defaults, label: string | undefined, time: ShownTime): ChartLine {
  const { periodMs, periods } = shownPeriods(period, time);
  const values = periods.map(({ from, until }) => statisticOf(series.slots.total(from, until), stat));
  return { label: labelOf(series, label), periodMs, values, statistic: stat, isSum: stat === "Sum" || stat === "SampleCount" };
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html */
function statisticOf(total: Total | undefined, stat: string): number | undefined {
  const percent = /^p(\d{1,2}(?:\.\d+)?)$/.exec(stat)?.[1];
  if (percent !== undefined) return total && percentileOf(total, Number(percent));
  switch (stat) {
    case "Sum":
      return total?.sum;
    case "Average":
      return total && total.sum / total.count;
    case "Minimum":
      return total?.minimum;
    case "Maximum":
      return total?.maximum;
    case "SampleCount":
      return total?.count;
    default:
      throw new UnreadableWidget(
        `the statistic ${stat}; expected Sum, Average, Minimum, Maximum, SampleCount or a percentile such as p95`,
      );
  }
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/graph-dynamic-labels.html */
function labelOf({ metricName, dimensions }: CloudWatchSeries, label: string | undefined): string {
  if (label === undefined) return [metricName, ...Object.values(dimensions)].join(" ");
  return label.replace(/\$\{([^}]*)\}/g, (whole, inner: string) => {
    const dimension = /^PROP\('Dim\.(\w+)'\)$/.exec(inner)?.[1];
    const value = dimension !== undefined && Object.hasOwn(dimensions, dimension) ? dimensions[dimension] : undefined;
    if (value === undefined)
      throw new UnreadableWidget(`${whole} in a label; expected \${PROP('Dim.name')} of a dimension of the metric`);
    return value;
  });
}

/** `SEARCH('{namespace,dimension,…} key="value" …', 'statistic', period)`; only exact values, all of which must hold. */
interface CloudWatchSearch {
  readonly namespace: string;
  /** Names of the dimensions that a series has, and no others. */
  readonly dimensions: readonly string[];
  readonly terms: readonly (readonly [string, string])[];
  readonly statistic: string;
  /** Seconds. */
  readonly period: number;
}

const SEARCH = /^SEARCH\('\{([^{}']+)\}((?: \w+="[^"']*")*)', '([^']+)', (\d+)\)$/;
const TERM = / (\w+)="([^"']*)"/g;

/**
 * What an expression searches for.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
 * @throws UnreadableWidget when it is another expression, or another way to search
 */
function parseSearch(expression: string): CloudWatchSearch {
  const [, schema = "", terms = "", statistic = "", period] = SEARCH.exec(expression) ?? [];
  const [namespace = "", ...dimensions] = schema.split(",").map((name) => name.trim().replace(/^"(.*)"$/, "$1"));
  if (namespace === "" || period === undefined)
    throw new UnreadableWidget(
      `the expression ${expression}; expected SEARCH('{namespace,dimension} key="value"', 'statistic', period)`,
    );
  return {
    namespace,
    dimensions,
    terms: [...terms.matchAll(TERM)].map(([, key = "", value = ""]) => [key, value]),
    statistic,
    period: Number(period),
  };
}

/** The series that a search finds. */
function foundSeries(series: readonly CloudWatchSeries[], search: CloudWatchSearch): CloudWatchSeries[] {
  const schema = schemaOf(search.dimensions);
  return series.filter(
    ({ namespace, metricName, dimensions }) =>
      namespace === search.namespace &&
      schemaOf(Object.keys(dimensions)) === schema &&
      search.terms.every(([key, value]) => (key === "MetricName" ? metricName : dimensions[key]) === value),
  );
}

/** In any order. */
function schemaOf(dimensions: readonly string[]): string {
  return JSON.stringify(dimensions.toSorted((one, other) => (one < other ? -1 : 1)));
}

/** A series under the names that it has in CloudWatch. */
export interface CloudWatchSeries {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly slots: MetricSlots;
}

/** What a deployment on AWS would have published; what has no resource there is left out. */
export function cloudWatchSeries(
  collected: readonly CollectedSeries[],
  environment: string,
  resources: WatchedResources,
): CloudWatchSeries[] {
  return collected.flatMap(({ name, dimensions, slots }) => {
    const service = SERVICE_METRICS.find((metric) => metric.name === name);
    if (service === undefined)
      return [{ namespace: METRIC_NAMESPACE, metricName: name, dimensions: { environment, ...dimensions }, slots }];
    const { namespace, metricName, dimension } = CLOUDWATCH_METRICS[service.name];
    const resource = resources[service.of][dimensions.role ?? ""];
    return resource === undefined ? [] : [{ namespace, metricName, dimensions: { [dimension]: resource }, slots }];
  });
}
