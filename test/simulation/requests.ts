import { type Deed, PERSON_SOURCE, type PersonAnswer } from "../../functions/core/coordination/person-answer";
import type { CoordinatorPolicy } from "../../functions/core/coordination/policy";
import type { Cause, TrainingRequest } from "../../functions/core/training-request";

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** 2026-11-21 12:00 UTC. */
export const NOON = Date.UTC(2026, 10, 21, 12);

/** A policy that lets everything start; tests tighten what they are about. */
export function policyOf(overrides: Partial<CoordinatorPolicy> = {}): CoordinatorPolicy {
  return {
    maxRuns: 1_000,
    cooldownMs: 0,
    minNewObjects: 0,
    maxStartsPerDay: 1_000,
    budget: { dailyUsd: 1e6, monthlyUsd: 1e7 },
    cost: { baseUsd: 100, perGbUsd: 0, perObjectUsd: 0 },
    backoff: { afterFailures: 1_000, delayMs: HOUR_MS, maxDelayMs: DAY_MS },
    approval: { needed: "on-request", approvers: 1, expiresMs: [HOUR_MS, 2 * HOUR_MS, 4 * HOUR_MS, DAY_MS, DAY_MS] },
    deferralExpiresMs: 7 * DAY_MS,
    ...overrides,
  };
}

export const DRIFT: Cause = { type: "drift", severity: "high", score: 0.4 };
export const MANUAL: Cause = { type: "manual", by: "ada", why: "new labels" };

/** A request of new data with priority 4. */
export function requestOf(id: string, overrides: Partial<TrainingRequest> = {}): TrainingRequest {
  return {
    id: `data/flight-delay/${id}`,
    model: "flight-delay",
    causes: [{ type: "data", generation: 1, reason: "size", openedAt: 1, sealedAt: 2 }],
    priority: 4,
    manifests: [{ uri: `s3://data/${id}.manifest`, objects: 10, bytes: 1e9 }],
    requestedAt: NOON,
    ...overrides,
  };
}

/** The message of a person's answer; `n` tells it from another one. */
export function answerOf(n: number, by: string, deed: Deed): PersonAnswer {
  return {
    source: PERSON_SOURCE,
    id: `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`,
    model: "flight-delay",
    by,
    ...deed,
  };
}
