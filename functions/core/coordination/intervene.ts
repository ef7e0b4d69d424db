import type { ModelSettings } from "../model-settings";
import { type CoordinationPorts, changeState } from "./coordinate";
import { type CatchUp, type CoordinatorState, type Parked, turnCalendar } from "./coordinator-state";
import { type Candidate, consider, mergeDecision, rejection, type Transition, transition } from "./decide";
import type { Decision } from "./decision";
import { canJoin, dueNow, mergeInto, withoutParked } from "./parked-requests";
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
 * starts, together with what waits and may go with it, or is deferred with its approval kept. One refusal ends it, and nothing
 * else: what waits goes on.
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
  const { candidate, company, state } = withCompany(policy, free, { request, approvedBy, parkedAt: askedAt }, now);
  const considered = consider(policy, dueNow(state, now), candidate, now);
  const { reason } = considered.decision;
  const merges = company.map((joined) => mergeDecision(joined.request, request.id, reason, now));
  const decisions = [...merges, ...considered.before, considered.decision];
  return { answer: "taken", transition: transition(considered.state, ...decisions) };
}

/** What waits and may go with an approved request, which must not wait for its sake. */
function withCompany(policy: CoordinatorPolicy, state: CoordinatorState, approved: Candidate, now: number) {
  const starts = (rest: CoordinatorState, candidate: Candidate) =>
    consider(policy, rest, candidate, now).decision.outcome === "start";
  const alone = { candidate: approved, company: [] as readonly Parked[], state };
  if (!starts(state, approved)) return alone;
  return state.parked.reduce(({ candidate, company, state }, parked) => {
    if (!canJoin(policy, state, candidate, parked)) return { candidate, company, state };
    const together = { candidate: mergeInto(candidate, parked.request), state: withoutParked(state, parked) };
    return starts(together.state, together.candidate)
      ? { ...together, company: [...company, parked] }
      : { candidate, company, state };
  }, alone);
}

/** The state in which nothing of a model starts until `resume`; what comes meanwhile waits. */
export function pause(state: CoordinatorState, by: string, why: string, now: number): CoordinatorState {
  return { ...state, paused: { by, why, at: now } };
}

/** Ends a pause: what waited through it is asked again, merged or each by itself, or is rejected, with a record. */
export function resume(
  policy: CoordinatorPolicy,
  { paused: _paused, ...before }: CoordinatorState,
  { by, catchUp }: { readonly by: string; readonly catchUp: CatchUp },
  now: number,
): Transition {
  const state = dueNow({ ...turnCalendar(before, now), resumed: { by, catchUp, at: now } }, now);
  switch (catchUp) {
    case "all":
      return transition(state);
    case "skip": {
      const isSkipped = ({ withdrawnAt }: Parked) => withdrawnAt === undefined;
      const skipped = state.parked.filter(isSkipped).map(({ request }) => rejection(request, "skipped", [], now));
      return transition({ ...state, parked: state.parked.filter((parked) => !isSkipped(parked)) }, ...skipped);
    }
    case "merged":
      return mergeParked(policy, state, now);
  }
}

/** Ends a block by critical drift; what waited is due. Unchanged when there is none. */
export function clearBlock(before: CoordinatorState, now: number): CoordinatorState {
  const { blocked, ...state } = before;
  return blocked === undefined ? before : dueNow(state, now);
}

function mergeParked(policy: CoordinatorPolicy, state: CoordinatorState, now: number): Transition {
  const merges: Decision[] = [];
  const parked: Parked[] = [];
  for (const waiting of state.parked) {
    const index = parked.findIndex((host) => canJoin(policy, state, host, waiting));
    const host = parked[index];
    if (host === undefined) parked.push(waiting);
    else {
      parked[index] = mergeInto(host, waiting.request);
      merges.push(mergeDecision(waiting.request, host.request.id, "paused", now));
    }
  }
  return transition({ ...state, parked }, ...merges);
}

/** Takes a person's answer into a model's state. What follows from it is in the outbox, which the sweeper empties. */
export async function answerRequest(
  ports: Pick<CoordinationPorts, "states" | "now">,
  { model, policy }: ModelSettings,
  answer: ApprovalAnswer,
): Promise<Answer> {
  const { taken } = await changeState(ports, model, (state): { taken: Answer; state: CoordinatorState } => {
    const taken = answerApproval(policy, state, answer, ports.now());
    return { taken, state: "transition" in taken ? taken.transition.state : state };
  });
  return taken;
}
