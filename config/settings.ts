// Composes the sections of a model into what the functions and the alarms are given. Each section is translated in its own file.
import type { WatchLevel } from "../functions/core/log/essential-metrics";
import type { ModelSettings } from "../functions/core/model-settings";
import type { ModelLimits } from "../operations/alarm";
import { passableLimits } from "../operations/essential-alarms";
import type { ModelConfig } from "./config";
import { cloudOf } from "./model-cloud";
import { batchPolicy, dataSettings } from "./sections/data";
import { driftPolicy } from "./sections/drift";
import { durationMs } from "./sections/fields";
import { monitoringSettings } from "./sections/monitoring";
import { pipelineSettings, type VertexRuns } from "./sections/pipeline";
import { coordinatorPolicy } from "./sections/policy";
import { type PromotionConfig, promotionSettings } from "./sections/promotion";
import { modelSchedules, watchedSchedules } from "./sections/schedule";

const DAY_MS = 86_400_000;

/** How long a monitor that also reports windows without drift may be silent. */
const MONITOR_SILENT = "2d";
/** Of the lines or the values of a column; some requests that nobody can read reach every endpoint. */
const UNREAD_SHARE = 0.01;

/**
 * What the functions must know of a configured model: its row in the state store.
 * @param environment what tells the deployment from others of the account: its environment, with its prefix if it has one
 * @param runs needed for a Vertex AI pipeline
 * @throws Error when the model has no data, or no pipeline of its cloud
 */
export function modelSettings(environment: string, model: string, config: ModelConfig, runs?: VertexRuns): ModelSettings {
  const { data, pipeline, promotion } = config;
  const cloud = cloudOf(pipeline);
  if (data === undefined || cloud === undefined) {
    const missing = data === undefined ? "data" : "pipeline of one cloud";
    throw new Error(`model ${model} has no ${missing}, so no function needs to know of it; expected a checked model with data`);
  }
  const schedules = watchedSchedules(modelSchedules(model, config.schedule, cloud));
  return {
    model,
    data: dataSettings(data),
    batch: batchPolicy(config.batch),
    pipeline: pipelineSettings(model, pipeline, runs, config.labels),
    policy: coordinatorPolicy(config.policy, promotion !== undefined),
    drift: driftPolicy(config.drift),
    monitoring: monitoringSettings(config.monitoring, { model, bucket: data.bucket, cloud }, runs),
    ...(schedules.length > 0 && { schedules }),
    ...(promotion !== undefined && { promotion: promotionSettings(promotion, { environment, model }, runs) }),
  };
}

/**
 * The settings of a model with the limits that its functions tell of when they are passed, where the essential is watched; as they
 * are where everything is, when alarms compare.
 */
export function watchedSettings(watch: WatchLevel, section: ModelConfig, settings: ModelSettings): ModelSettings {
  return watch === "full" ? settings : { ...settings, limits: passableLimits(modelLimits(section, settings)) };
}

/** What the alarms of each coordinated model compare with, by model. */
export function limitsByModel(
  configured: readonly (readonly [string, ModelConfig])[],
  settings: readonly ModelSettings[],
): Record<string, ModelLimits> {
  const sections = new Map(configured);
  return Object.fromEntries(
    settings.flatMap((one) => {
      const section = sections.get(one.model);
      return section === undefined ? [] : [[one.model, modelLimits(section, one)]];
    }),
  );
}

/** What the alarms of a model compare with; a limit that is `never` is absent. */
export function modelLimits(
  { operations, batch, policy, promotion }: Pick<ModelConfig, "operations" | "batch" | "policy" | "promotion">,
  { monitoring, schedules = [] }: Pick<ModelSettings, "monitoring" | "schedules">,
): ModelLimits {
  const { noData = usualSilence(batch.window), suspected, runOverUsual, storm, approvalLeft } = operations;
  // Alarms of CloudWatch and anomalies of Vertex AI report drift alone, so their silence is good news.
  const reportsCalm = monitoring.sagemaker !== undefined || monitoring.capture !== undefined;
  const { monitorSilent = reportsCalm ? MONITOR_SILENT : "never" } = operations;
  return {
    ...(noData !== "never" && { noDataSec: durationMs(noData) / 1000 }),
    ...(monitorSilent !== "never" && { monitorSilentSec: durationMs(monitorSilent) / 1000 }),
    ...(monitoring.capture !== undefined && { unreadShare: UNREAD_SHARE }),
    ...(suspected !== "never" && { suspectedSec: durationMs(suspected) / 1000 }),
    ...(approvalLeft !== "never" && { approvalLeftSec: durationMs(approvalLeft) / 1000 }),
    ...(promotion !== undefined && { promotion: promotionLimits(promotion, policy) }),
    runOverUsual,
    storm,
    hasDailyBudget: policy.dailyBudgetUsd > 0,
    hasMonthlyBudget: policy.monthlyBudgetUsd > 0,
    hasSchedule: schedules.length > 0,
  };
}

/** A candidate is not decided about before its rollout has ended. */
function promotionLimits({ rollout }: PromotionConfig, policy: ModelConfig["policy"]): NonNullable<ModelLimits["promotion"]> {
  const rolloutSec = rollout === undefined ? 0 : durationMs(rollout.deadline) / 1000;
  return { candidateAgeSec: longestApprovalSec(policy) + rolloutSec, hasRollout: rollout !== undefined };
}

/** As long as any candidate may wait for an approval, and a day to judge it. */
function longestApprovalSec({ approval }: ModelConfig["policy"]): number {
  return (Math.max(...approval.expires.map(durationMs)) + DAY_MS) / 1000;
}

/** Two windows, since data that lands once a window may be late; a day at least. */
function usualSilence(window: string): string {
  return window === "never" ? window : `${Math.max(DAY_MS, 2 * durationMs(window)) / 1000}s`;
}
