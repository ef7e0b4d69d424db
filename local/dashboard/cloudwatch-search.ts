import type { CloudWatchSeries } from "./cloudwatch-series";
import { UnreadableWidget } from "./panel";

/** `SEARCH('{namespace,dimension,…} key="value" …', 'statistic', period)`; only exact values, all of which must hold. */
export interface CloudWatchSearch {
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
export function parseSearch(expression: string): CloudWatchSearch {
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
export function foundSeries(series: readonly CloudWatchSeries[], search: CloudWatchSearch): CloudWatchSeries[] {
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
