import { consider, mergeDecision, rejection } from "./consider";
import { type CoordinatorState, type Parked, turnCalendar } from "./coordinator-state";
import { dueNow, type Transition, transition } from "./decide";
import { isTooMuch, mergeInto } from "./merge-requests";
import type { CoordinatorPolicy } from "./policy";

/** What came of a person's answer: it took effect, or why it could not. */
export type Answer =
  | { readonly answer: "taken"; readonly transition: Transition }
  | { readonly answer: "not-waiting" | "expired" | "answered-already" }
  /** Taken, and as many more people must approve. */
  | { readonly answer: "more-needed"; readonly missing: number; readonly transition: Transition };

/** A person's answer to the request that waits for approval. */
export interface ApprovalAnswer {
  readonly requestId: string;
  readonly by: string;
  readonly isApproved: boolean;
}

/**
 * Takes a person's answer. An approved request is considered again, because what stood when it was asked may have changed: it
 * starts, or is deferred with its approval kept. One refusal ends it.
 */
export function answerApproval(
  policy: CoordinatorPolicy,
  before: CoordinatorState,
  { requestId, by, isApproved }: ApprovalAnswer,
  now: number,
): Answer {
  const { approval, ...free } = turnCalendar(before, now);
  if (approval?.request.id !== requestId) return { answer: "not-waiting" };
  if (approval.expiresAt <= now) return { answer: "expired" };
  if (!isApproved) {
    return { answer: "taken", transition: transition(dueNow(free, now), rejection(approval.request, "not-approved", [], now)) };
  }
  if (approval.approvedBy.includes(by)) return { answer: "answered-already" };
  const approvedBy = [...approval.approvedBy, by];
  const missing = policy.approval.approvers - approvedBy.length;
  if (missing > 0) {
    return { answer: "more-needed", missing, transition: transition({ ...free, approval: { ...approval, approvedBy } }) };
  }
  const { request, askedAt } = approval;
  const { parked, ...unparked } = free;
  const { decision, state } = consider(policy, unparked, { request, approvedBy, parkedAt: askedAt }, now);
  return { answer: "taken", transition: withWaiting(policy, transition(state, decision), parked, now) };
}

/** What was deferred while the approval was waited for is asked again, with what was approved where that must wait too. */
function withWaiting(
  policy: CoordinatorPolicy,
  { decisions, state }: Transition,
  waiting: Parked | undefined,
  now: number,
): Transition {
  if (waiting === undefined) return { decisions, state };
  const approved = state.parked;
  if (approved === undefined) return { decisions, state: dueNow({ ...state, parked: waiting }, now) };
  const merged = mergeInto(policy, approved, waiting.request);
  if (!isTooMuch(policy, state, merged.request)) {
    const together = dueNow({ ...state, parked: merged }, now);
    const recorded = transition(together, mergeDecision(waiting, approved.request.id, "waiting-for-approval", now));
    return { decisions: [...decisions, ...recorded.decisions], state: recorded.state };
  }
  const refused = transition(state, rejection(waiting.request, "backlog-full", [], now));
  return { decisions: [...decisions, ...refused.decisions], state: refused.state };
}

/** The state in which nothing of a model starts until `resume`; what comes meanwhile waits. */
export function pause(state: CoordinatorState, by: string, why: string, now: number): CoordinatorState {
  return { ...state, paused: { by, why, at: now } };
}

/** The state in which the model's trainings may start again; what waited is due. */
export function resume({ paused: _paused, ...state }: CoordinatorState, now: number): CoordinatorState {
  return dueNow(state, now);
}
