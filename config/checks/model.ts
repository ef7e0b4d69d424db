// What the sections batch and policy of one model ask of each other: durations and budgets.
import { type Problem, quotedValue } from "../errors";
import { durationMs } from "../sections/fields";
import type { ValidModel } from "./unchecked-config";

/** The problems of a model by itself, as far as the keys that a check needs are valid. */
export function modelProblems(model: ValidModel): Problem[] {
  return [...retentionProblems(model), ...budgetProblems(model), ...backoffProblems(model), ...deferralProblems(model)];
}

function retentionProblems({ name, batch: { window, dedupeHorizon, retention } }: ValidModel): Problem[] {
  if (retention === undefined) return [];
  const problem = (key: "dedupeHorizon" | "window", value: string, most: string): Problem => ({
    path: ["models", name, "batch", key],
    message: `got ${quotedValue(value)}; expected at most ${most}, ${retention}; shorten it, or lengthen retention`,
  });
  return [
    ...(dedupeHorizon !== undefined && durationMs(dedupeHorizon) > durationMs(retention)
      ? [problem("dedupeHorizon", dedupeHorizon, "the retention")]
      : []),
    ...(window !== undefined && window !== "never" && durationMs(window) > durationMs(retention) / 4
      ? [problem("window", window, "a quarter of the retention")]
      : []),
  ];
}

/** A run that no budget can pay for never starts, however long it waits. */
function budgetProblems({ name, policy }: ValidModel): Problem[] {
  const { cost, minNewObjects } = policy;
  if (cost === undefined || minNewObjects === undefined) return [];
  const leastUsd = cost.baseUsd + cost.perObjectUsd * minNewObjects;
  const terms = `cost.baseUsd${cost.perObjectUsd * minNewObjects > 0 ? " + cost.perObjectUsd x minNewObjects" : ""}`;
  return (["dailyBudgetUsd", "monthlyBudgetUsd"] as const).flatMap((key) => {
    const budgetUsd = policy[key];
    if (budgetUsd === undefined || leastUsd <= budgetUsd) return [];
    return {
      path: ["models", name, "policy", key],
      message: `got ${budgetUsd}, with which no training can start, because every training is estimated to cost at least ${leastUsd} (${terms}); expected at least that; raise the budget, or lower the estimate`,
    };
  });
}

function backoffProblems({ name, policy: { backoff } }: ValidModel): Problem[] {
  if (backoff === undefined || durationMs(backoff.delay) <= durationMs(backoff.maxDelay)) return [];
  const message = `got ${quotedValue(backoff.delay)}; expected at most maxDelay, ${backoff.maxDelay}; shorten it, or lengthen maxDelay`;
  return [{ path: ["models", name, "policy", "backoff", "delay"], message }];
}

/** A request must outlast every wait that the policy itself causes, and its manifests must outlast the request. */
function deferralProblems({ name, policy: { cooldown, backoff, deferralExpires }, batch: { retention } }: ValidModel): Problem[] {
  if (deferralExpires === undefined) return [];
  const path = ["models", name, "policy", "deferralExpires"];
  const waits = { cooldown, "backoff.maxDelay": backoff?.maxDelay };
  const tooShort = Object.entries(waits).flatMap(([wait, length]) => {
    if (length === undefined || durationMs(length) <= durationMs(deferralExpires)) return [];
    const message = `got ${quotedValue(deferralExpires)}; expected at least ${wait}, ${length}, or a request that waits for it expires first; lengthen it, or shorten ${wait}`;
    return { path, message };
  });
  if (retention === undefined || durationMs(deferralExpires) <= durationMs(retention)) return tooShort;
  const message = `got ${quotedValue(deferralExpires)}; expected at most batch.retention, ${retention}, after which the manifests of a waiting request are removed; shorten it, or lengthen retention`;
  return [...tooShort, { path, message }];
}
