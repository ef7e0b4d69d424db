// Limits and waits of a model that do not do what they look like.
import type { DeploymentConfig, ModelConfig } from "../config";
import { quotedValue, type Warning } from "../errors";

/** Of the sections `batch` and `policy` of every model. */
export function policyWarnings({ models }: DeploymentConfig): Warning[] {
  return Object.entries(models).flatMap(([name, model]) => [...budgetWarnings(name, model), ...waitWarnings(name, model)]);
}

function budgetWarnings(name: string, { policy: { dailyBudgetUsd, monthlyBudgetUsd } }: ModelConfig): Warning[] {
  if (dailyBudgetUsd <= monthlyBudgetUsd) return [];
  const message = `got ${monthlyBudgetUsd}, less than the dailyBudgetUsd of ${dailyBudgetUsd}, which therefore limits nothing; expected at least that; raise it, or lower dailyBudgetUsd`;
  return [{ path: ["models", name, "policy", "monthlyBudgetUsd"], message }];
}

/**
 * A batch is then complete by its size, or when data pauses: while less than a batch lands without a pause, nothing is trained on.
 */
function waitWarnings(name: string, { data, batch: { size, window, quietPeriod } }: ModelConfig): Warning[] {
  if (data === undefined || size === 1 || window !== "never" || quietPeriod === "never") return [];
  const message = `got ${quotedValue(window)} with quietPeriod ${quotedValue(quietPeriod)} alone: data that never pauses for ${quietPeriod} waits until ${size} objects have landed, however long that takes; expected a longest wait, such as 24h`;
  return [{ path: ["models", name, "batch", "window"], message }];
}
