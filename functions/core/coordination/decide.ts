import type { TrainingRequest } from "../training-request";
import { runChecks } from "./checks";
import { type Considered, consider, decisionBasis, rejection, withEffects } from "./consider";
import { type CoordinatorState, type Parked, RECENT_IDS, turnCalendar } from "./coordinator-state";
import type { CheckResult, Decision } from "./decision";
import { dueNow, hasRoom, hostOf, mergeInto, withoutParked } from "./parked-requests";
import type { CoordinatorPolicy } from "./policy";
import { estimatedCost } from "./run-cost";

/** What a transition decided, and the state after it. The effects to perform are in the state's outbox. */
export interface Transition {
  readonly decisions: readonly Decision[];
  readonly state: CoordinatorState;
}

/**
 * Decides about one request. It starts when every check passes, or is overridden by its priority. Otherwise it waits in the
 * state, for itself or merged with what waits there already, until `reask`. Only what time cannot cure is rejected. The last
 * decision is about the request that waits, when that changed its fate; the one before it about `request`.
 */
export function decide(policy: CoordinatorPolicy, before: CoordinatorState, request: TrainingRequest, now: number): Transition {
  const state = turnCalendar(before, now);
  if (state.recentIds.includes(request.id)) {
    const basis = decisionBasis(request, checksOf(policy, state, request, now, state.recentIds).slice(0, 1), now);
    return transition(state, { ...basis, outcome: "duplicate", reason: "duplicate" });
  }
  const known = {
    ...state,
    recentIds: [...state.recentIds, request.id].slice(-RECENT_IDS),
    ...(request.blocks && { blocked: { requestId: request.id, at: now } }),
  };
  const host = hostOf(policy, known, request);
  if (host === undefined) return decideAlone(policy, known, request, now);
  const together = consider(policy, withoutParked(known, host), mergeInto(host, request), now);
  // Data that waits must not hold up what is more urgent and would start without it.
  const mayOvertake = together.decision.outcome === "defer" && request.priority < host.request.priority;
  const alone = mayOvertake ? consider(policy, known, { request }, now) : undefined;
  if (alone?.decision.outcome === "start") return transition(alone.state, alone.decision);
  return mergedInto(host, request, together);
}

function decideAlone(policy: CoordinatorPolicy, known: CoordinatorState, request: TrainingRequest, now: number): Transition {
  const { decision, state } = consider(policy, known, { request }, now);
  if (decision.outcome !== "defer" || hasRoom(known, request)) return transition(state, decision);
  return transition(known, rejection(request, "backlog-full", decision.checks, now));
}

function mergedInto(host: Parked, request: TrainingRequest, { decision, state }: Considered): Transition {
  const { checks, dueAt, decidedAt } = decision;
  const merge: Decision = {
    ...decisionBasis(request, checks, decidedAt),
    outcome: "merge",
    reason: decision.reason,
    into: host.request.id,
    ...(decision.outcome === "defer" && dueAt !== undefined && { dueAt }),
  };
  return decision.outcome === "defer" ? transition(state, merge) : transition(state, merge, decision);
}

/** What every check says of a request that is not considered further, for the record. */
function checksOf(
  policy: CoordinatorPolicy,
  state: CoordinatorState,
  request: TrainingRequest,
  now: number,
  knownIds: readonly string[],
): CheckResult[] {
  const estimateUsd = estimatedCost(policy, state, request);
  return runChecks({ policy, state, request, now, estimateUsd, isApproved: false, knownIds });
}

/**
 * Asks every deferred request again that is due, the most urgent first, and ends what waited too long: a deferral, or the
 * approval. Returns no decision when there is nothing to say.
 */
export function reask(policy: CoordinatorPolicy, before: CoordinatorState, now: number): Transition {
  const state = turnCalendar(before, now);
  const { approval, ...free } = state;
  if (approval !== undefined && approval.expiresAt <= now) {
    return transition(dueNow(free, now), rejection(approval.request, "approval-expired", [], now));
  }
  const byUrgency = state.parked.toSorted((a, b) => a.request.priority - b.request.priority || a.parkedAt - b.parkedAt);
  return byUrgency.reduce<Transition>(
    (sofar, parked) => {
      const { decisions, state } = reaskOne(policy, sofar.state, parked, now);
      return { decisions: [...sofar.decisions, ...decisions], state };
    },
    { decisions: [], state },
  );
}

function reaskOne(policy: CoordinatorPolicy, before: CoordinatorState, parked: Parked, now: number): Transition {
  const isExpired = now >= parked.parkedAt + policy.deferralExpiresMs;
  const isDue = parked.dueAt !== undefined && parked.dueAt <= now;
  if (!isDue && !isExpired) return { decisions: [], state: before };
  const free = withoutParked(before, parked);
  const { decision, state } = consider(policy, free, parked, now);
  if (decision.outcome !== "defer") return transition(state, decision);
  return isExpired ? transition(free, rejection(parked.request, "expired", decision.checks, now)) : { decisions: [], state };
}

export function transition(state: CoordinatorState, ...decisions: readonly Decision[]): Transition {
  return { decisions, state: withEffects(state, decisions) };
}
