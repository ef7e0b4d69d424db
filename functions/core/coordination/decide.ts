import type { TrainingRequest } from "../training-request";
import { runChecks } from "./checks";
import { consider, decisionBasis, rejection, withDueTime, withEffects } from "./consider";
import { type CoordinatorState, RECENT_IDS, turnCalendar } from "./coordinator-state";
import type { CheckResult, Decision } from "./decision";
import { isTooMuch, mergeInto } from "./merge-requests";
import type { CoordinatorPolicy } from "./policy";
import { estimatedCost, isOverWholeBudget } from "./run-cost";

/** What a transition decided, and the state after it. The effects to perform are in the state's outbox. */
export interface Transition {
  readonly decisions: readonly Decision[];
  readonly state: CoordinatorState;
}

/**
 * Decides about one request. It starts when every check passes, or is overridden by its priority. Otherwise it waits in the
 * state, merged with what waits there already, until `reask`. Only what time cannot cure is rejected. The last decision is about
 * the request that waits, when that changed its fate; the one before it about `request`.
 */
export function decide(policy: CoordinatorPolicy, before: CoordinatorState, request: TrainingRequest, now: number): Transition {
  const state = turnCalendar(before, now);
  if (state.recentIds.includes(request.id)) {
    const basis = decisionBasis(request, checksOf(policy, state, request, now, state.recentIds).slice(0, 1), now);
    return transition(state, { ...basis, outcome: "duplicate", reason: "duplicate" });
  }
  const known = { ...state, recentIds: [...state.recentIds, request.id].slice(-RECENT_IDS) };
  const { parked } = known;
  if (parked === undefined) {
    const considered = consider(policy, known, { request }, now);
    return transition(considered.state, considered.decision);
  }
  if (isOverWholeBudget(policy, known, request))
    return transition(known, rejection(request, "estimate-over-budget", checksOf(policy, known, request, now), now));
  const merged = mergeInto(policy, parked, request);
  if (isTooMuch(policy, known, merged.request))
    return transition(known, rejection(request, "backlog-full", checksOf(policy, known, merged.request, now), now));
  const { decision, state: after } = consider(policy, known, merged, now);
  const { checks, dueAt } = decision;
  const merge: Decision = {
    ...decisionBasis(request, checks, now),
    outcome: "merge",
    reason: decision.reason,
    into: parked.request.id,
    ...(decision.outcome === "defer" && dueAt !== undefined && { dueAt }),
  };
  return decision.outcome === "defer" ? transition(after, merge) : transition(after, merge, decision);
}

/** What every check says of a request that is not considered further, for the record. */
function checksOf(
  policy: CoordinatorPolicy,
  state: CoordinatorState,
  request: TrainingRequest,
  now: number,
  knownIds: readonly string[] = [],
): CheckResult[] {
  const estimateUsd = estimatedCost(policy, state, request);
  return runChecks({ policy, state, request, now, estimateUsd, isApproved: false, knownIds });
}

/**
 * Asks the deferred request again when it is due, and ends what waited too long: the deferral, or the approval. Returns no
 * decision when there is nothing to say.
 */
export function reask(policy: CoordinatorPolicy, before: CoordinatorState, now: number): Transition {
  const state = turnCalendar(before, now);
  const { approval, parked } = state;
  if (approval !== undefined && approval.expiresAt <= now) {
    const { approval: _expired, ...free } = state;
    return transition(dueNow(free, now), rejection(approval.request, "approval-expired", [], now));
  }
  if (parked === undefined) return { decisions: [], state };
  const isExpired = now >= parked.parkedAt + policy.deferralExpiresMs;
  const isDue = parked.dueAt !== undefined && parked.dueAt <= now;
  if (!isDue && !isExpired) return { decisions: [], state };
  const { decision, state: after } = consider(policy, state, parked, now);
  if (decision.outcome !== "defer") return transition(after, decision);
  if (!isExpired) return { decisions: [], state: after };
  const { parked: _expired, ...free } = after;
  return transition(free, rejection(parked.request, "expired", decision.checks, now));
}

/** The state in which the deferred request, if there is one, is due. */
export function dueNow(state: CoordinatorState, now: number): CoordinatorState {
  return state.parked === undefined ? state : { ...state, parked: withDueTime(state.parked, now) };
}

export function transition(state: CoordinatorState, ...decisions: readonly Decision[]): Transition {
  return { decisions, state: withEffects(state, decisions) };
}
