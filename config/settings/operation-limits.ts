import type { ModelSettings } from "../../functions/core/model-settings";
import type { DeploymentLimits, ModelLimits } from "../../operations/alarm";
import { durationMs } from "../sections/fields";
import type { ModelConfig } from "../sections/model";
import type { OperationsConfig } from "../sections/operations";

const DAY_MS = 86_400_000;
/** Of a monitor that reports calm windows too. */
const MONITOR_SILENT = "2d";

/** What alarms of the whole deployment compare with. */
export function deploymentLimits({ queueAge }: OperationsConfig): DeploymentLimits {
  return { queueAgeSec: durationMs(queueAge) / 1000 };
}

/** What alarms of each coordinated model compare with, by model. */
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

/** What alarms of a model compare with. */
export function modelLimits(
  { operations, batch, policy }: Pick<ModelConfig, "operations" | "batch" | "policy">,
  { monitoring, schedules = [] }: Pick<ModelSettings, "monitoring" | "schedules">,
): ModelLimits {
  const { noData = usualSilence(batch.window), suspected, runOverUsual, storm, approvalLeft } = operations;
  // Alarms of CloudWatch and anomalies of Vertex AI tell of drift alone, so that their silence is good news.
  const reportsCalm = monitoring.sagemaker !== undefined || monitoring.capture !== undefined;
  const { monitorSilent = reportsCalm ? MONITOR_SILENT : "never" } = operations;
  return {
    ...(noData === "never" ? {} : { noDataSec: durationMs(noData) / 1000 }),
    ...(monitorSilent === "never" ? {} : { monitorSilentSec: durationMs(monitorSilent) / 1000 }),
    ...(suspected === "never" ? {} : { suspectedSec: durationMs(suspected) / 1000 }),
    ...(approvalLeft === "never" ? {} : { approvalLeftSec: durationMs(approvalLeft) / 1000 }),
    runOverUsual,
    storm,
    hasDailyBudget: policy.dailyBudgetUsd > 0,
    hasMonthlyBudget: policy.monthlyBudgetUsd > 0,
    hasSchedule: schedules.length > 0,
  };
}

/** Two windows, since data that lands once a window may be late; a day at least. */
function usualSilence(window: string): string {
  return window === "never" ? window : `${Math.max(DAY_MS, 2 * durationMs(window)) / 1000}s`;
}
