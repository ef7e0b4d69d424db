// A second count of what `retrigger plan` counts, from the lists alone: the two must agree.
import { ESSENTIAL_METRICS } from "../../functions/core/log/essential-metrics";
import { eventsOf, type Metric } from "../../functions/core/log/metric";
import { METRICS } from "../../functions/core/log/metric-list";
import { PROMOTION_METRICS } from "../../functions/core/log/promotion-metrics";
import { ROLLOUT_METRICS } from "../../functions/core/log/rollout-metrics";
import type { ConfiguredAlarm, ModelLimits } from "../../operations/alarm";
import { configuredAlarms, type Watched } from "../../operations/configured-alarms";
import { passableLimits } from "../../operations/essential-alarms";
import { CAUSE_TYPES, metricNamed } from "../../operations/service-metric";

/** What is asked about: a deployment on one cloud. */
export interface WatchedDeployment extends Watched {
  readonly cloud: "aws" | "gcp";
  readonly hasAlarms: boolean;
  readonly hasDashboard: boolean;
}

/** How much of what a cloud charges for watching a deployment has; counts, no prices. */
export interface WatchSize {
  /**
   * Series of our own metrics if all that is watched happened, with one value of each dimension but models and functions: one type
   * of cause, one outcome, one feature whose drift is scored. AWS bills a series for the hours in which it has a value.
   */
  readonly metrics: number;
  /** Of these, those that have values every hour though nothing happens. */
  readonly metricsAtRest: number;
  /** On AWS the metrics that alarms look at, each of which is billed; on Google Cloud the conditions of the alert policies. */
  readonly alarmMetrics: number;
  /** Alarms that are made of other alarms, which AWS alone has: the health of each model. */
  readonly compositeAlarms: number;
  /** Series that the alarms look at: Google Cloud bills each evaluation of one. */
  readonly alarmSeries: number;
  readonly dashboards: number;
}

/** The events of gauges that the sweeper tells of each model, whatever happens. */
const TOLD_AT_REST = ["model-state", "swept"];

/** How much is watched in a deployment. A filter of Google Cloud that is too long for one condition counts as one. */
export function watchSize(deployment: WatchedDeployment): WatchSize {
  const { cloud, watch = "full", models, resources, hasAlarms, hasDashboard } = deployment;
  const alarms = hasAlarms ? configuredAlarms(deployment) : [];
  const written = (watch === "essential" ? ESSENTIAL_METRICS : METRICS).map((metric: Metric) => ({
    metric,
    series: seriesOf(metric, Object.values(models), resources.function),
  }));
  const atRest = written.filter(({ metric }) => eventsOf(metric).some((event) => TOLD_AT_REST.includes(event)));
  const watched = new Set(alarms.flatMap(({ alarm, subject }) => (alarm.per === "model" ? [subject] : [])));
  return {
    metrics: sum(written.map(({ series }) => series)),
    metricsAtRest: sum(atRest.filter(({ metric }) => !ONLY_AT_TIMES.includes(metric.name)).map(({ series }) => series)),
    alarmMetrics: cloud === "aws" ? sum(alarms.map(lookedAt)) : conditions(alarms),
    compositeAlarms: cloud === "aws" && watch === "full" ? watched.size : 0,
    alarmSeries: alarms.length,
    dashboards: hasDashboard ? 1 : 0,
  };
}

/** Gauges of `model-state` that it has at times alone. */
const ONLY_AT_TIMES = ["ApprovalExpiresIn"];

function seriesOf(metric: Metric, models: readonly ModelLimits[], functions: readonly string[]): number {
  const telling = models.filter((model) => isTold(metric, model));
  if (metric.name === "LimitsPassed") return new Set(models.flatMap(passableLimits).map(({ alarm }) => alarm)).size;
  if (metric.dimensions.includes("model")) return telling.length;
  if (metric.dimensions.includes("function")) return functions.length;
  return telling.length === 0 ? 0 : 1;
}

/** Whether a model can tell a metric, as far as its limits say so. */
function isTold({ name }: Metric, { promotion, unreadShare, monitorSilentSec, ...has }: ModelLimits): boolean {
  const isAmong = (metrics: readonly Metric[]) => metrics.some((metric) => name === metric.name || name === `All${metric.name}`);
  if (isAmong(PROMOTION_METRICS)) return promotion !== undefined;
  if (isAmong(ROLLOUT_METRICS)) return promotion?.hasRollout === true;
  switch (name) {
    case "CapturesUnread":
      return unreadShare !== undefined;
    case "MonitorSilence":
      return monitorSilentSec !== undefined;
    case "SchedulesMissed":
    case "AllSchedulesMissed":
      return has.hasSchedule;
    case "BudgetUsedDay":
      return has.hasDailyBudget;
    case "BudgetUsedMonth":
      return has.hasMonthlyBudget;
    default:
      return true;
  }
}

/** CloudWatch's alarms take no search, so that one on a metric with the type of cause looks at each. */
function lookedAt({ alarm }: ConfiguredAlarm): number {
  const { origin, metric } = metricNamed(alarm.metric);
  return origin === "own" && metric.dimensions.includes("type") ? CAUSE_TYPES.length : 1;
}

/** One for each threshold of an alarm, and one more where silence raises it. */
function conditions(alarms: readonly ConfiguredAlarm[]): number {
  const distinct = new Map(alarms.map(({ alarm, threshold }) => [`${alarm.name} ${threshold}`, alarm]));
  return sum([...distinct.values()].map(({ missing }) => (missing === "breaching" ? 2 : 1)));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
