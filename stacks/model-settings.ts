import type { CoordinatorPolicy } from "../functions/core/coordination/policy";
import type { ModelSettings } from "../functions/core/model-settings";
import { durationMs } from "./duration";
import type { ModelConfig } from "./model-config";
import type { PolicyConfig } from "./policy-config";

/** What the functions must know of a configured model. */
export function modelSettings(model: string, { data, batch, pipeline, policy }: ModelConfig): ModelSettings {
  const { bucket, prefixes, suffixes, manifestPrefix } = data;
  return {
    model,
    data: { bucket, prefixes, suffixes, manifestPrefix },
    batch: {
      batchSize: batch.size,
      ...(batch.window === "never" ? {} : { windowMs: durationMs(batch.window) }),
      ...(batch.quietPeriod === "never" ? {} : { quietPeriodMs: durationMs(batch.quietPeriod) }),
      dedupeHorizonMs: durationMs(batch.dedupeHorizon),
      retentionMs: durationMs(batch.retention),
    },
    pipeline: { name: pipeline.name, parameters: pipeline.parameters },
    policy: coordinatorPolicy(policy),
  };
}

function coordinatorPolicy(policy: PolicyConfig): CoordinatorPolicy {
  const { maxRuns, minNewObjects, maxStartsPerDay, cost, backoff, approval, adaptive } = policy;
  const [first, second, third, fourth, fifth] = approval.expires;
  return {
    maxRuns,
    cooldownMs: durationMs(policy.cooldown),
    minNewObjects,
    maxStartsPerDay,
    budget: { dailyUsd: policy.dailyBudgetUsd, monthlyUsd: policy.monthlyBudgetUsd },
    cost,
    backoff: {
      afterFailures: backoff.afterFailures,
      delayMs: durationMs(backoff.delay),
      maxDelayMs: durationMs(backoff.maxDelay),
    },
    approval: {
      needed: approval.needed,
      approvers: approval.approvers,
      expiresMs: [durationMs(first), durationMs(second), durationMs(third), durationMs(fourth), durationMs(fifth)],
    },
    deferralExpiresMs: durationMs(policy.deferralExpires),
    ...(adaptive === undefined ? {} : { adaptive: { objects: adaptive.objects, ageMs: durationMs(adaptive.age) } }),
  };
}
