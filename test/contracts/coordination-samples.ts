import { createHash } from "node:crypto";
import { type CoordinatorState, initialState } from "../../functions/core/coordination/coordinator-state";
import { CHECKS, type Decision } from "../../functions/core/coordination/decision";
import type { TrainingMix } from "../../functions/core/promotion/training-mix";
import type { TrainingRequest } from "../../functions/core/training-request";

export const NOW = Date.UTC(2026, 10, 21, 12);

export function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}

export function requestOf(values: Partial<TrainingRequest> = {}): TrainingRequest {
  return {
    id: "data/flights/12",
    model: "flights",
    causes: [{ type: "data", generation: 12, reason: "size", openedAt: NOW - 2_000, sealedAt: NOW - 1_000 }],
    priority: 4,
    manifests: [{ uri: "s3://lake/retrigger/flights/12.manifest", objects: 1_000, bytes: 250_000_000 }],
    requestedAt: NOW,
    ...values,
  };
}

/** A decision with everything that one can have. */
export function decisionOf(values: Partial<Decision> = {}): Decision {
  return {
    requestId: "data/flights/12",
    model: "flights",
    outcome: "defer",
    decidedAt: NOW,
    reason: "cooldown",
    checks: CHECKS.map((check) =>
      check === "cooldown"
        ? {
            check,
            verdict: "refused",
            numbers: { sinceLastStartMs: 60_000, cooldownMs: 3_600_000, by: "Zoë" },
            cure: { at: NOW + 3_540_000, change: "drift of priority 1 or 2, or the end of the cooldown" },
          }
        : { check, verdict: "passed", numbers: { spentShare: 0.1 + 0.2 } },
    ),
    request: requestOf(),
    into: "data/flights/11",
    dueAt: NOW + 3_540_000,
    reservedUsd: 0.1 + 0.2,
    approvedBy: ["Zoë", "bob"],
    ...values,
  };
}

/** A mix with everything that one can have. */
export function mixOf(values: Partial<TrainingMix> = {}): TrainingMix {
  return {
    ...{ baseline: "s3://lake/hold-out.jsonl", digest: "0".repeat(64), by: "objects" as const, isIn: true },
    ...{
      objects: 429,
      bytes: 107_250_000,
      share: 0.1 + 0.2,
      wanted: 0.3,
      sentence: "429 of the hold-out's 1000 objects are in it",
    },
    ...values,
  };
}

/** A request whose manifests do not compress well, `bytes` of them. */
export function largeRequest(bytes: number): TrainingRequest {
  const manifests = range(Math.ceil(bytes / 600)).map((n) => {
    const noise = range(9).map((part) => createHash("sha512").update(`${n}/${part}`).digest("base64url").slice(0, 64));
    return { uri: `s3://lake/${noise.join("/")}`, objects: n, bytes: n * 1_000 };
  });
  return requestOf({ manifests });
}

/** A state with everything that one can have. */
export function fullState(): CoordinatorState {
  const request = requestOf({
    needsApproval: true,
    omittedCauses: 3,
    askedBy: { data: 4, manual: 3 },
    takesAlong: ["data/flights/2"],
    manifests: [{ uri: "s3://lake/retrigger/flights/12.manifest", objects: 1_000, bytes: 250_000_000, digest: "0a".repeat(32) }],
  });
  return {
    runs: [
      { requestId: "data/flights/9", runId: "arn:run/9", startedAt: NOW - 5_000, reservedUsd: 4.2, estimatedUsd: 0.1 + 0.2 },
      { requestId: "manual/flights/a", startedAt: NOW - 1_000, previousStartAt: NOW - 5_000, reservedUsd: 0, estimatedUsd: 0 },
    ],
    lastStartAt: NOW - 1_000,
    day: { date: "2026-11-21", starts: 2, spentUsd: 1e-7 },
    month: { date: "2026-11", spentUsd: 12.34 },
    parked: [
      { request, parkedAt: NOW - 500, dueAt: NOW + 500, approvedBy: ["Zoë"] },
      { request: requestOf({ id: "data/flights/4" }), parkedAt: NOW - 450, withdrawnAt: NOW - 440 },
    ],
    setAside: [{ request: requestOf({ id: "data/flights/3" }), reason: "not-approved", at: NOW - 350 }],
    approval: { request, askedAt: NOW - 400, expiresAt: NOW + 400, approvedBy: [] },
    paused: { by: "bob", why: 'it\'s "odd"\n', at: NOW - 300 },
    resumed: { by: "ada", catchUp: "all", at: NOW - 9_000 },
    answers: [
      { id: "answer-1", do: "approve", requestId: "data/flights/12", by: "Zoë", at: NOW - 260, result: "more-needed" },
      { id: "answer-2", do: "pause", by: "bob", at: NOW - 255, result: "taken" },
    ],
    blocked: { requestId: "drift/flights/1", at: NOW - 250 },
    failures: { inRow: 2, lastAt: NOW - 200 },
    costRatio: 1.1,
    usualRunMs: 5_400_000.5,
    quality: {
      breakEven: {
        attainable: 0.1 + 0.2,
        variance: 1e-7,
        weight: 30,
        yield: 0.75,
        excessAtStart: 0.05,
        holdOut: 0.12,
        isFirst: true,
        steps: 5,
        sum: 1.5,
        head: 0.9,
        last: [0.3, 0.3, 0.25, 0.35],
      },
      stepMs: 86_400_000,
      isPromoted: true,
      servingSince: NOW - 500_000_000,
      servingRequest: "data/flights/8",
      servingRun: "arn:run/8",
      servingVersion: "arn:package/flights/8",
      awaited: { requestId: "manual/flights/a", startedAt: NOW - 1_000, runId: "arn:run/9", challenger: 0.1, champion: 0.2 },
      labelledUntil: NOW - 43_200_000,
      rows: 412,
      labelDelayMs: 3_600_000.5,
      openStep: { from: NOW - 43_200_000, until: NOW - 3_600_000, coveredMs: 3_600_000, wrong: 4.5, rows: 40, isUncounted: true },
      month: { date: "2026-11", starts: 3 },
    },
    recentIds: range(50).map((n) => `data/flights/${n}`),
    outbox: [
      { type: "start", number: 7, request, approvedBy: ["ada"], isNamedByDeployment: true },
      { type: "record", number: 8, decision: decisionOf() },
      {
        type: "notify",
        number: 9,
        subject: "flights: ünïcode",
        decision: decisionOf({ outcome: "ask", reason: "approval-needed" }),
      },
    ],
    effects: 10,
  };
}

/** A state that tells which save it came from. */
export function stateOf(effects: number): CoordinatorState {
  return { ...initialState(NOW), effects };
}
