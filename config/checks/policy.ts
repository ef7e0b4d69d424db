// What depends on more than one field of a model's policy. Each rule says all that it finds.
import { type Problem, shown } from "../errors";
import { durationMs } from "../sections/fields";
import type { ValidModel } from "./valid-fields";

/** The problems of a model's policy, as far as the fields that a rule needs are valid. */
export function policyProblems(model: ValidModel): Problem[] {
  return [...budgetProblems(model), ...backoffProblems(model), ...deferralProblems(model)];
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
      message: `got ${budgetUsd}, with which no training could ever start, as the least that one costs is estimated at ${leastUsd} (${terms}); expected at least that; raise the budget, or lower the estimate`,
    };
  });
}

function backoffProblems({ name, policy: { backoff } }: ValidModel): Problem[] {
  if (backoff === undefined || durationMs(backoff.delay) <= durationMs(backoff.maxDelay)) return [];
  const message = `got ${shown(backoff.delay)}; expected at most maxDelay, ${backoff.maxDelay}; shorten it, or lengthen maxDelay`;
  return [{ path: ["models", name, "policy", "backoff", "delay"], message }];
}

/** A request must be able to outlast every wait that the policy itself makes, and its manifests must outlast the request. */
function deferralProblems({ name, policy: { cooldown, backoff, deferralExpires }, batch: { retention } }: ValidModel): Problem[] {
  if (deferralExpires === undefined) return [];
  const path = ["models", name, "policy", "deferralExpires"];
  const waits = { cooldown, "backoff.maxDelay": backoff?.maxDelay };
  const tooShort = Object.entries(waits).flatMap(([wait, length]) => {
    if (length === undefined || durationMs(length) <= durationMs(deferralExpires)) return [];
    const message = `got ${shown(deferralExpires)}; expected at least ${wait}, ${length}, or what waits for it ends unheard; lengthen it, or shorten ${wait}`;
    return { path, message };
  });
  if (retention === undefined || durationMs(deferralExpires) <= durationMs(retention)) return tooShort;
  const message = `got ${shown(deferralExpires)}; expected at most batch.retention, ${retention}, after which the manifests of what waits are removed; shorten it, or lengthen retention`;
  return [...tooShort, { path, message }];
}
