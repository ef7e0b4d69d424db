import type { CoordinatorPolicy } from "../functions/core/coordination/policy";
import { DEFAULT_DRIFT_POLICY } from "../functions/core/drift/drift-policy";
import type { ModelSettings } from "../functions/core/model-settings";

const HOUR_MS = 3_600_000;

const POLICY: CoordinatorPolicy = {
  maxRuns: 1,
  cooldownMs: 6 * HOUR_MS,
  minNewObjects: 0,
  maxStartsPerDay: 4,
  budget: { dailyUsd: 1_000, monthlyUsd: 10_000 },
  cost: { baseUsd: 150, perGbUsd: 1.5, perObjectUsd: 0 },
  backoff: { afterFailures: 3, delayMs: HOUR_MS, maxDelayMs: 24 * HOUR_MS },
  approval: { needed: "on-request", approvers: 1, expiresMs: [HOUR_MS, HOUR_MS, HOUR_MS, HOUR_MS, HOUR_MS] },
  deferralExpiresMs: 7 * 24 * HOUR_MS,
};

/** The model that is measured, with batches of this size. */
export function benchSettings(batchSize: number): ModelSettings {
  return {
    model: "bench",
    data: { bucket: "acme-flights-production", prefixes: ["incoming/"], suffixes: [], manifestPrefix: "retrigger/manifests/" },
    batch: { batchSize, windowMs: 60_000, dedupeHorizonMs: HOUR_MS, retentionMs: 24 * HOUR_MS },
    pipeline: { name: "bench", parameters: {} },
    policy: POLICY,
    drift: DEFAULT_DRIFT_POLICY,
    monitoring: { prefix: "drift/" },
  };
}
