import type { TrainingRequest } from "../training-request";
import { runChecks } from "./checks";
import type { CoordinatorState, Effect, Parked, Run } from "./coordinator-state";
import type { CheckResult, Decision, RejectReason } from "./decision";
import { withDueTime, withParked } from "./parked-requests";
import type { CoordinatorPolicy } from "./policy";
import { configuredCost, estimatedCost, isOverWholeBudget } from "./run-cost";

/** A request that may start now: a new one, or the parked one with what merged into it. */
export type Candidate = Pick<Parked, "request" | "approvedBy"> & Partial<Pick<Parked, "parkedAt">>;

/** A decision and the state after it, before the decision's effects are put into the outbox. */
export interface Considered {
  readonly decision: Decision;
  readonly state: CoordinatorState;
}

/** Starts, asks for approval, defers or rejects a candidate. The state must be that of `now`'s day, without the candidate. */
export function consider(policy: CoordinatorPolicy, state: CoordinatorState, candidate: Candidate, now: number): Considered {
  const { request, approvedBy } = candidate;
  const estimateUsd = estimatedCost(policy, state, request);
  const isApproved = approvedBy !== undefined;
  const checks = runChecks({ policy, state, request, now, estimateUsd, isApproved, knownIds: [] });
  const refusals = checks.filter(({ verdict }) => verdict === "refused");
  const [first] = refusals;
  const basis = { ...decisionBasis(request, checks, now), ...(isApproved && { approvedBy }) };

  if (first === undefined) {
    const run: Run = {
      requestId: request.id,
      startedAt: now,
      ...(state.lastStartAt !== undefined && { previousStartAt: state.lastStartAt }),
      reservedUsd: estimateUsd,
      estimatedUsd: configuredCost(policy, request),
    };
    const day = { ...state.day, starts: state.day.starts + 1 };
    const { blocked, ...unblocked } = state;
    // Whoever approved a training of a blocked model has looked at it.
    const free = isApproved || blocked === undefined ? unblocked : state;
    return {
      decision: { ...basis, outcome: "start", reason: "all-checks-passed", reservedUsd: estimateUsd },
      state: { ...free, runs: [...state.runs, run], lastStartAt: now, day },
    };
  }
  if (first.check === "approval-needed") {
    const expiresAt = now + (policy.approval.expiresMs[request.priority - 1] ?? policy.approval.expiresMs[4]);
    return {
      decision: { ...basis, outcome: "ask", reason: first.check, dueAt: expiresAt },
      state: { ...state, approval: { request, askedAt: now, expiresAt, approvedBy: [] } },
    };
  }
  if (isOverWholeBudget(policy, state, request)) {
    return { decision: rejection(request, "estimate-over-budget", checks, now), state };
  }
  const dueAt = dueTime(refusals);
  const parked = { ...candidate, parkedAt: candidate.parkedAt ?? now };
  return {
    decision: { ...basis, outcome: "defer", reason: first.check, ...(dueAt !== undefined && { dueAt }) },
    state: withParked(state, withDueTime(parked, dueAt)),
  };
}

/** The decision on a request that no time can cure. */
export function rejection(request: TrainingRequest, reason: RejectReason, checks: readonly CheckResult[], now: number): Decision {
  return { ...decisionBasis(request, checks, now), outcome: "reject", reason };
}

/** The record of a waiting request that becomes part of another, which is named. */
export function mergeDecision(request: TrainingRequest, into: string, reason: Decision["reason"], now: number): Decision {
  return { ...decisionBasis(request, [], now), outcome: "merge", reason, into };
}

/** Puts what follows from decisions into the outbox: the record of each, the start of those that start, and word to people. */
export function withEffects(state: CoordinatorState, decisions: readonly Decision[]): CoordinatorState {
  const effects = decisions.flatMap(effectsOf);
  const numbered = effects.map((effect, index) => ({ ...effect, number: state.effects + index }));
  return { ...state, outbox: [...state.outbox, ...numbered], effects: state.effects + effects.length };
}

export function decisionBasis(request: TrainingRequest, checks: readonly CheckResult[], now: number) {
  return { requestId: request.id, model: request.model, decidedAt: now, checks, request };
}

/** The time from which every refusal would be cured; undefined when one of them waits for an event. */
function dueTime(refusals: readonly CheckResult[]): number | undefined {
  const times = refusals.filter(({ check }) => check !== "approval-needed").map(({ cure }) => cure?.at);
  return times.every((time) => time !== undefined) ? Math.max(...times) : undefined;
}

function approvalOf({ approvedBy }: Decision): Pick<Decision, "approvedBy"> {
  return approvedBy === undefined ? {} : { approvedBy };
}

function effectsOf(decision: Decision): Effect[] {
  const record: Effect = { type: "record", decision };
  switch (decision.outcome) {
    case "start":
      return [{ type: "start", request: decision.request, ...approvalOf(decision) }, record];
    case "ask":
      return [record, { type: "notify", subject: `${decision.model}: a training waits for approval`, decision }];
    case "reject":
      return [record, { type: "notify", subject: `${decision.model}: a training was rejected`, decision }];
    case "defer":
    case "merge":
    case "duplicate":
      return [record];
  }
}
