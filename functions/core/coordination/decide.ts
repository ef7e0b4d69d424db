import type { TrainingRequest } from "../training-request";
import { runCheck, runChecks, waitsForItsWorth } from "./checks";
import { type CoordinatorState, type Effect, type Parked, RECENT_IDS, type Run } from "./coordinator-state";
import { type CheckResult, type Decision, isRejectReason, type RejectReason, TAKEN_ALONG, UNTOLD_REASON } from "./decision";
import {
  canBeWithdrawn,
  dueNow,
  hasRoom,
  hasSpace,
  hostOf,
  mergeRequests,
  withDueTime,
  withoutParked,
  withParked,
} from "./parked-requests";
import type { CoordinatorPolicy } from "./policy";
import { briefRequest, canTakeAlong } from "./request-size";
import { configuredCost, estimatedCost, isOverWholeBudget } from "./run-cost";
import { goesAlong, withinSpace, withoutSetAside, withSetAside } from "./set-aside";
import { withQualityAtStart } from "./settle-run";
import { turnCalendar } from "./turn-calendar";

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
    const estimateUsd = estimatedCost(policy, state, request);
    const knownIds = state.recentIds;
    const check = runCheck("duplicate", { policy, state, request, now, estimateUsd, isApproved: false, knownIds });
    return transition(state, { ...decisionBasis(request, [check], now), outcome: "duplicate", reason: check.check });
  }
  const asked = { ...state, recentIds: [...state.recentIds.slice(1 - RECENT_IDS), request.id] };
  // Nobody who approved a training before the drift has looked at it.
  const blocking = () => ({ blocked: { requestId: request.id, at: now }, parked: state.parked.map(withoutApprovers) });
  const known = request.blocks ? { ...asked, ...blocking() } : asked;
  const host = hostOf(policy, known, request);
  if (host === undefined) return decideAlone(policy, known, request, now);
  const together = consider(policy, withoutParked(known, host.parked), host.joined, now);
  // Data that waits must not hold up what is more urgent and would start without it.
  const mayOvertake = together.decision.outcome === "defer" && request.priority < host.parked.request.priority;
  const alone = mayOvertake ? consider(policy, known, { request }, now) : undefined;
  if (alone?.decision.outcome === "start" && canBeHeld("start", request, known))
    return transition(alone.state, ...alone.before, alone.decision);
  return mergedInto(host.parked, request, together);
}

function withoutApprovers({ approvedBy: _void, ...parked }: Parked): Parked {
  return parked;
}

function decideAlone(policy: CoordinatorPolicy, known: CoordinatorState, request: TrainingRequest, now: number): Transition {
  const { before, decision, state } = consider(policy, known, { request }, now);
  if (canBeHeld(decision.outcome, request, known)) return transition(state, ...before, decision);
  return transition(known, rejection(request, "backlog-full", decision.checks, now));
}

/** True where the state has room for what a decision makes of a request. */
function canBeHeld(outcome: Decision["outcome"], request: TrainingRequest, state: CoordinatorState): boolean {
  switch (outcome) {
    case "start":
      return canBeWithdrawn(state, request);
    case "defer":
      return hasRoom(state, request);
    case "ask":
      return hasSpace(state, request);
    case "merge":
    case "reject":
    case "duplicate":
      return true;
  }
}

function mergedInto(host: Parked, request: TrainingRequest, { before, decision, state }: Considered): Transition {
  const { checks, dueAt, decidedAt, reason } = decision;
  const merge = { ...decisionBasis(request, checks, decidedAt), outcome: "merge", reason, into: host.request.id } as const;
  if (decision.outcome !== "defer") return transition(state, merge, ...before, decision);
  return transition(state, dueAt === undefined ? merge : { ...merge, dueAt });
}

/**
 * Asks every deferred request again that is due, the most urgent first, and ends what waited too long: a deferral, or the
 * approval. Returns no decision when there is nothing to say.
 */
export function reask(policy: CoordinatorPolicy, before: CoordinatorState, now: number): Transition {
  const state = turnCalendar(before, now);
  const { approval, ...free } = state;
  if (approval !== undefined && approval.expiresAt <= now) {
    const { request, askedAt, withdrawnAt } = approval;
    // As a run of it may exist, its data may be in no other training, and people are asked again.
    if (withdrawnAt !== undefined) return transition(dueNow(withParked(free, { request, parkedAt: askedAt, withdrawnAt }), now));
    return transition(dueNow(free, now), rejection(request, "approval-expired", [], now));
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

function reaskOne(policy: CoordinatorPolicy, asked: CoordinatorState, parked: Parked, now: number): Transition {
  // A run of a start that was taken back may exist all the same, so its data is in no other training before that is asked.
  const isOld = parked.withdrawnAt === undefined && now >= parked.parkedAt + policy.deferralExpiresMs;
  const isDue = parked.dueAt !== undefined && parked.dueAt <= now;
  if (!isDue && !isOld) return { decisions: [], state: asked };
  const free = withoutParked(asked, parked);
  const { before, decision, state } = consider(policy, free, parked, now);
  if (decision.outcome !== "defer") return transition(state, ...before, decision);
  const isStuck = isOld && !waitsForItsWorth(decision);
  if (isStuck) return transition(free, rejection(parked.request, "expired", decision.checks, now));
  return { decisions: [], state: isDue ? state : asked };
}

export function transition(state: CoordinatorState, ...decisions: readonly Decision[]): Transition {
  return { decisions, state: withEffects(state, decisions) };
}

/** A request that may start now: a new one, or the parked one with what merged into it. */
export type Candidate = Pick<Parked, "request" | "approvedBy" | "withdrawnAt"> & Partial<Pick<Parked, "parkedAt">>;

/** A decision and the state after it, before the decision's effects are put into the outbox. */
export interface Considered {
  /** What it decides about others: data that goes along with a start, an approval that is asked for later. */
  readonly before: readonly Decision[];
  readonly decision: Decision;
  readonly state: CoordinatorState;
}

/**
 * Starts, asks for approval, defers or rejects a candidate. The state must be that of `now`'s day, without the candidate. A start
 * takes along what was set aside and fits, unless it was taken back before: then it is asked again as it is.
 */
export function consider(policy: CoordinatorPolicy, state: CoordinatorState, candidate: Candidate, now: number): Considered {
  const alone = considerAlone(policy, state, candidate, now);
  if (alone.decision.outcome !== "start" || candidate.withdrawnAt !== undefined) return alone;
  const verdicts = verdictsOf(alone.decision);
  let sofar = { considered: alone, candidate, free: state };
  for (const aside of (state.setAside ?? []).filter(goesAlong)) {
    const joined = { ...sofar.candidate, request: mergeRequests(sofar.candidate.request, aside.request) };
    if (!canTakeAlong(joined.request)) continue;
    const free = withoutSetAside(sofar.free, [aside.request.id]);
    const considered = considerAlone(policy, free, joined, now);
    // What nobody asked for must not use the priority of who asks, nor the approval that comes next.
    if (considered.decision.outcome !== "start" || verdictsOf(considered.decision) !== verdicts) continue;
    const taken = mergeDecision(aside.request, candidate.request.id, TAKEN_ALONG, now);
    sofar = { considered: { ...considered, before: [...sofar.considered.before, taken] }, candidate: joined, free };
  }
  return sofar.considered;
}

function verdictsOf({ checks }: Decision): string {
  return checks.map(({ verdict }) => verdict).join();
}

function considerAlone(policy: CoordinatorPolicy, state: CoordinatorState, candidate: Candidate, now: number): Considered {
  const { request, approvedBy } = candidate;
  const estimateUsd = estimatedCost(policy, state, request);
  const isApproved = approvedBy !== undefined;
  const checks = runChecks({ policy, state, request, now, estimateUsd, isApproved, knownIds: [] });
  const refusals = checks.filter(({ verdict }) => verdict === "refused");
  const [first] = refusals;
  const unapproved = decisionBasis(request, checks, now);
  const basis = isApproved ? { ...unapproved, approvedBy } : unapproved;

  if (first === undefined) {
    // It counts for the day of the state, though the clock of who decides may be a little behind.
    const startedAt = Math.max(now, Date.parse(state.day.date));
    const run: Run = {
      requestId: request.id,
      startedAt,
      ...(state.lastStartAt !== undefined && { previousStartAt: state.lastStartAt }),
      reservedUsd: estimateUsd,
      estimatedUsd: configuredCost(policy, request),
    };
    const day = { ...state.day, starts: state.day.starts + 1 };
    const { blocked, ...unblocked } = state;
    // Whoever approved a training of a blocked model has looked at it.
    const free = isApproved || blocked === undefined ? unblocked : state;
    return {
      before: [],
      decision: { ...basis, outcome: "start", reason: "all-checks-passed", reservedUsd: estimateUsd },
      state: withQualityAtStart(policy.adaptive, { ...free, runs: [...state.runs, run], lastStartAt: startedAt, day }, run, now),
    };
  }
  if (first.check === "approval-needed") {
    const expiresAt = now + (policy.approval.expiresMs[request.priority - 1] ?? policy.approval.expiresMs[4]);
    const { before, free } = withoutApproval(state, now);
    return {
      before,
      decision: { ...basis, outcome: "ask", reason: first.check, dueAt: expiresAt, ...withdrawalOf(candidate) },
      state: { ...free, approval: { request, askedAt: now, expiresAt, approvedBy: [], ...withdrawalOf(candidate) } },
    };
  }
  if (isOverWholeBudget(policy, state, request) && candidate.withdrawnAt === undefined) {
    return { before: [], decision: rejection(request, "estimate-over-budget", checks, now), state };
  }
  const dueAt = dueTime(refusals);
  const deferral = { ...basis, outcome: "defer", reason: first.check } as const;
  const parked = { ...candidate, parkedAt: candidate.parkedAt ?? now };
  return {
    before: [],
    decision: dueAt === undefined ? deferral : { ...deferral, dueAt },
    state: withParked(state, withDueTime(parked, dueAt)),
  };
}

/** A request that waits for an approval waits for that of a more urgent one first: it is asked for again then. */
function withoutApproval({ approval, ...state }: CoordinatorState, now: number): { before: Decision[]; free: CoordinatorState } {
  if (approval === undefined) return { before: [], free: state };
  const { request, askedAt } = approval;
  return {
    before: [{ ...decisionBasis(request, [], now), outcome: "defer", reason: "waiting-for-approval" }],
    free: withParked(state, { request, parkedAt: askedAt, ...withdrawalOf(approval) }),
  };
}

/** Of a start that was taken back: wherever the request goes, a run of it may exist. */
export function withdrawalOf({ withdrawnAt }: Pick<Parked, "withdrawnAt">): Pick<Parked, "withdrawnAt"> {
  return withdrawnAt === undefined ? {} : { withdrawnAt };
}

/** The decision on a request that no time can cure. */
export function rejection(request: TrainingRequest, reason: RejectReason, checks: readonly CheckResult[], now: number): Decision {
  return { ...decisionBasis(request, checks, now), outcome: "reject", reason };
}

/** The record of a waiting request that becomes part of another, which is named. */
export function mergeDecision(request: TrainingRequest, into: string, reason: Decision["reason"], now: number): Decision {
  return { ...decisionBasis(request, [], now), outcome: "merge", reason, into };
}

/**
 * Puts what follows from decisions into the state: data of what is rejected is set aside, and the outbox gets the record of each,
 * the start of those that start, and word to people.
 */
function withEffects(before: CoordinatorState, decisions: readonly Decision[]): CoordinatorState {
  let state = before;
  let { effects } = before;
  const outbox = [...before.outbox];
  for (const decision of decisions) {
    const { outcome, request, reason, decidedAt } = decision;
    if (outcome === "reject" && isRejectReason(reason)) state = withSetAside(state, request, reason, decidedAt);
    for (const effect of effectsOf(decision)) outbox.push({ ...effect, number: effects++ });
  }
  return withinSpace({ ...state, outbox, effects });
}

function decisionBasis(request: TrainingRequest, checks: readonly CheckResult[], now: number) {
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
      return [{ type: "start", request: decision.request, ...approvalOf(decision), isNamedByDeployment: true }, record];
    case "ask":
      return [record, noticeOf(decision, `${decision.model}: a training waits for approval`)];
    case "reject":
      if (decision.reason === UNTOLD_REASON) return [record];
      return [record, noticeOf(decision, `${decision.model}: a training was rejected`)];
    case "defer":
    case "merge":
    case "duplicate":
      return [record];
  }
}

function noticeOf(decision: Decision, subject: string): Effect {
  const { request, omitted } = briefRequest(decision.request);
  return { type: "notify", subject, decision: { ...decision, request }, ...(omitted !== undefined && { omitted }) };
}
