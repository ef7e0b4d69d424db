import type { Statistic } from "../../../operations/alarm";
import type { WidgetSeries } from "../../../operations/dashboard";
import { metricNamed, type NamedMetric, type ServiceMetricName } from "../../../operations/service-metric";
import type { WatchedResources } from "../../watched";
import type { DeploymentNames } from "../deployment";
import { isDistribution, logMetricType } from "./log-metrics";

/** Time series of Cloud Monitoring, and how they become one for each group. */
export interface TimeSeries {
  readonly filter: string;
  readonly perSeriesAligner: string;
  readonly crossSeriesReducer: string;
  /** Absent where all series become one: an empty list may be answered as none, which would be a difference in every plan. */
  readonly groupByFields?: string[];
}

/** Which models, queues or functions: some alone, or all but some. */
export type Subjects = { readonly only: readonly string[] } | { readonly except: readonly string[] };

/** Which series of a metric, and how they are grouped. */
interface SeriesChoice {
  readonly groupBy?: readonly string[];
  readonly subjects?: Subjects;
  /** Values of labels. */
  readonly only?: Readonly<Record<string, string>>;
}

const REDUCERS: Readonly<Record<Statistic, string>> = {
  sum: "REDUCE_SUM",
  average: "REDUCE_MEAN",
  minimum: "REDUCE_MIN",
  maximum: "REDUCE_MAX",
};

const ALIGNERS: Readonly<Record<Statistic, string>> = {
  sum: "ALIGN_SUM",
  average: "ALIGN_MEAN",
  minimum: "ALIGN_MIN",
  maximum: "ALIGN_MAX",
};

/**
 * The time series of a metric, grouped by `groupBy` of its dimensions (one of the cloud's own: by its resource), of `subjects`
 * alone, and of series with `only` these labels, where given. A distribution has neither sum, minimum nor maximum: a gauge is told
 * by its mean, which is exact and, of values a minute apart, close to each of them; other distributions by their highest
 * percentile.
 * https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies#Aligner
 */
export function timeSeries(
  deployment: DeploymentNames,
  resources: WatchedResources,
  { metric: name, statistic }: WidgetSeries,
  { groupBy, subjects, only = {} }: SeriesChoice = {},
): TimeSeries {
  const named = metricNamed(name);
  if (named.origin === "service") return serviceSeries(named, resources, statistic, subjects);
  const { metric } = named;
  const groups = groupBy ?? metric.dimensions;
  const [subjectLabel] = groups;
  const filter = [
    `metric.type=${JSON.stringify(logMetricType(deployment, name))}`,
    'resource.type="cloud_run_revision"',
    ...(subjects === undefined || subjectLabel === undefined ? [] : restrictions(`metric.label.${subjectLabel}`, subjects)),
    ...Object.entries(only).map(([label, value]) => `metric.label.${label}=${JSON.stringify(value)}`),
  ].join(" AND ");
  const groupByFields = groups.map((label) => `metric.label.${label}`);
  return { filter, ...aggregation(named, statistic), ...(groupByFields.length > 0 && { groupByFields }) };
}

function restrictions(label: string, subjects: Subjects): string[] {
  if ("only" in subjects) return [`${label}=${oneOf(subjects.only)}`];
  return subjects.except.map((subject) => `${label}!=${JSON.stringify(subject)}`);
}

function serviceSeries(
  { metric: { name, of, kind } }: Extract<NamedMetric, { origin: "service" }>,
  resources: WatchedResources,
  statistic: Statistic,
  subjects: Subjects | undefined,
): TimeSeries {
  const { type, resource, label, filter } = MONITORING_METRICS[name];
  const names = Object.entries(resources[of])
    .filter(([role]) => subjects === undefined || isAmong(role, subjects))
    .map(([, physical]) => physical);
  return {
    filter: [
      `metric.type=${JSON.stringify(type)}`,
      `resource.type=${JSON.stringify(resource)}`,
      `resource.label.${label}=${oneOf(names)}`,
      ...(filter === undefined ? [] : [filter]),
    ].join(" AND "),
    perSeriesAligner: kind === "count" ? "ALIGN_DELTA" : ALIGNERS[statistic],
    crossSeriesReducer: REDUCERS[statistic],
    groupByFields: [`resource.label.${label}`],
  };
}

function isAmong(role: string, subjects: Subjects): boolean {
  return "only" in subjects ? subjects.only.includes(role) : !subjects.except.includes(role);
}

function aggregation(
  { metric }: Extract<NamedMetric, { origin: "own" }>,
  statistic: Statistic,
): Pick<TimeSeries, "perSeriesAligner" | "crossSeriesReducer"> {
  if (!isDistribution(metric)) return { perSeriesAligner: "ALIGN_DELTA", crossSeriesReducer: REDUCERS[statistic] };
  if (metric.kind === "gauge") return { perSeriesAligner: "ALIGN_DELTA", crossSeriesReducer: "REDUCE_MEAN" };
  return { perSeriesAligner: "ALIGN_PERCENTILE_99", crossSeriesReducer: REDUCERS[statistic] };
}

/** https://cloud.google.com/monitoring/api/v3/filters */
function oneOf(values: readonly string[]): string {
  return `one_of(${values.map((value) => JSON.stringify(value)).join(", ")})`;
}

/** What a metric of SERVICE_METRICS is in Cloud Monitoring. */
export interface MonitoringMetric {
  readonly type: string;
  readonly resource: "pubsub_subscription" | "cloud_run_revision";
  /** The resource's label that names it. */
  readonly label: "subscription_id" | "service_name";
  /** What else a filter must say. */
  readonly filter?: string;
}

const PUBSUB = { resource: "pubsub_subscription", label: "subscription_id" } as const;
const CLOUD_RUN = {
  type: "run.googleapis.com/request_count",
  resource: "cloud_run_revision",
  label: "service_name",
} as const;

/**
 * A function that fails on a message answers 500 to the push, and one that has no instance for it answers 429.
 * https://cloud.google.com/monitoring/api/metrics_gcp_p_z#gcp-pubsub and https://cloud.google.com/run/docs/troubleshooting#429
 */
export const MONITORING_METRICS: Readonly<Record<ServiceMetricName, MonitoringMetric>> = {
  DeadLetters: { ...PUBSUB, type: "pubsub.googleapis.com/subscription/num_undelivered_messages" },
  QueueAge: { ...PUBSUB, type: "pubsub.googleapis.com/subscription/oldest_unacked_message_age" },
  FunctionErrors: { ...CLOUD_RUN, filter: 'metric.label.response_code_class="5xx"' },
  FunctionThrottles: { ...CLOUD_RUN, filter: 'metric.label.response_code="429"' },
};
