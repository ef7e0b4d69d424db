import type { DeploymentConfig } from "../../config/config";
import { type Cloud, modelsOn } from "../../config/model-cloud";
import { deploymentLimits } from "../../config/sections/operations";
import { limitsByModel } from "../../config/settings";
import { FIRST_HEAD } from "../../functions/core/batching/batch";
import { initialState } from "../../functions/core/coordination/coordinator-state";
import { INITIAL_DRIFT_STATE } from "../../functions/core/drift/drift-state";
import { ESSENTIAL_METRICS, type WatchLevel } from "../../functions/core/log/essential-metrics";
import type { LogEvent } from "../../functions/core/log/log";
import type { Metric } from "../../functions/core/log/metric";
import { METRICS } from "../../functions/core/log/metric-list";
import { essentialMetricsOf, metricsOf } from "../../functions/core/log/metrics-of";
import { modelState } from "../../functions/core/log/model-state";
import type { ModelSettings } from "../../functions/core/model-settings";
import { rolesOf, type WatchedPart, watchedResources } from "../../modules/watched";
import { configuredAlarms } from "../../operations/configured-alarms";

const NOW = Date.UTC(2026, 10, 21, 12);
const HOUR_MS = 3_600_000;

/** How many series there are, by what their values are. */
export interface SeriesCount {
  /** Numbers that events hold, such as gauges. */
  readonly numbers: number;
  /** How often an event happened. */
  readonly counts: number;
}

/** How many series of values a deployment has on a cloud. */
export interface WatchedSeries {
  /** Of all models together, those that have values every hour though nothing happens. */
  readonly ofModels: SeriesCount;
  /** Of the deployment itself, the same. */
  readonly ofDeployment: SeriesCount;
  /** Of a model, those that a training on data gives values to. */
  readonly ofTraining: SeriesCount;
  /** That alarms look at; one that silence raises looks twice. */
  readonly ofAlarms: number;
}

/** Series of either kind. */
export function seriesIn({ numbers, counts }: SeriesCount): number {
  return numbers + counts;
}

/** Counts the series of the models that are coordinated on a cloud. */
export function watchedSeries(
  { operations, models: sections }: DeploymentConfig,
  cloud: Cloud,
  models: readonly ModelSettings[],
  parts: readonly WatchedPart[],
): WatchedSeries {
  const { watch } = operations;
  const limits = { watch, limits: deploymentLimits(operations), models: limitsByModel(modelsOn(cloud, sections), models) };
  const alarms = operations.alarms ? configuredAlarms({ ...limits, resources: rolesOf(watchedResources(parts)) }) : [];
  return {
    ofModels: seriesOf(watch, models.map(restingState)),
    ofDeployment: seriesOf(watch, [{ level: "info", event: "swept", models: 1, failed: 0, durationMs: 1 }]),
    ofTraining: seriesOf(watch, trainingEvents("any")),
    ofAlarms: alarms.reduce((sum, { alarm: { missing } }) => sum + (missing === "breaching" ? 2 : 1), 0),
  };
}

/** What the sweeper tells of a model at rest: it trained before, has data that waits, and nothing runs. */
function restingState(settings: ModelSettings): LogEvent {
  const seen = {
    head: { ...FIRST_HEAD, open: { ...FIRST_HEAD.open, count: 1, openedAt: NOW - HOUR_MS, lastAppendAt: NOW - HOUR_MS } },
    state: { ...initialState(NOW - HOUR_MS), usualRunMs: HOUR_MS },
    drift: { ...INITIAL_DRIFT_STATE, evaluatedAt: NOW - HOUR_MS },
  };
  return { level: "info", event: "model-state", model: settings.model, ...modelState(settings, seen, NOW) };
}

/** What is told of a training on data that starts and succeeds. */
function trainingEvents(model: string): LogEvent[] {
  const of = { level: "info", model, requestId: `data/${model}/1`, runId: "run" } as const;
  return [
    {
      ...of,
      event: "batch-published",
      generation: 1,
      reason: "size",
      delivered: 1,
      distinct: 1,
      uri: "s3://bucket/manifest.json",
      bytes: 1,
      ageSec: 1,
    },
    { ...of, event: "request-received", type: "data", priority: 5 },
    { ...of, event: "decided", outcome: "start", reason: "all-checks-passed" },
    { ...of, event: "run-started", estimatedUsd: 1, landingToStartSec: 1 },
    { ...of, event: "run-settled", status: "succeeded", actualUsd: 1, durationSec: 1 },
  ];
}

/** Metrics that count events, and hold no number of them. */
const COUNTS = new Set<string>(
  [...METRICS, ...ESSENTIAL_METRICS].flatMap((metric: Metric) => (metric.value === undefined ? [metric.name] : [])),
);

/** The series that these events have values of, each another one. */
function seriesOf(watch: WatchLevel, events: readonly LogEvent[]): SeriesCount {
  const values = events.flatMap((event) => (watch === "essential" ? essentialMetricsOf(event) : metricsOf(event)));
  const counts = values.filter(({ name }) => COUNTS.has(name)).length;
  return { numbers: values.length - counts, counts };
}
