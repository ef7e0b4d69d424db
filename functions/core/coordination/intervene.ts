import type { Log } from "../log/log";
import type { ModelSettings } from "../model-settings";
import { type DecidingSettings, recorded } from "../replay/recorded-input";
import { isCandidateId } from "../request-ids";
import { type CoordinationPorts, changeState, performEffects, tellDecisions } from "./coordinate";
import { type AnswerResult, type CatchUp, type CoordinatorState, type Parked, RECENT_ANSWERS } from "./coordinator-state";
import { type Candidate, consider, mergeDecision, rejection, type Transition, transition, withdrawalOf } from "./decide";
import type { Decision } from "./decision";
import { dueNow, hostAmong, joinedBy, withoutParked } from "./parked-requests";
import { type CoordinatorAnswer, isRolloutOrder, isSamePerson, type PersonAnswer, requestersOf } from "./person-answer";
import type { CoordinatorPolicy } from "./policy";
import { endRun, giveUpStart, type RunOutcome } from "./settle-run";
import { turnCalendar } from "./turn-calendar";

/** What came of a person's answer: it took effect, or why it could not. */
export type Answer =
  | { readonly answer: "taken"; readonly transition: Transition }
  | { readonly answer: "not-waiting" | "expired" | "answered-already" | "requested-it" }
  /** Taken, and as many more people must approve. */
  | { readonly answer: "more-needed"; readonly missing: number; readonly transition: Transition };

/** A person's answer to the request that waits for approval. */
export interface ApprovalAnswer {
  readonly requestId: string;
  /** An identity, as `identityOf` gives it. */
  readonly by: string;
  readonly isApproved: boolean;
}

/**
 * Takes a person's answer. An approved request is considered again, because what stood when it was asked may have changed: it
 * starts, together with what waits and may go with it, or is deferred with its approval kept. One refusal ends it, and nothing
 * else: what waits goes on. Where more than one must approve, nobody approves twice, nor what they asked for themselves.
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
  const { approvers } = policy.approval;
  if (approval.approvedBy.some((one) => isSamePerson(one, by))) return { answer: "answered-already" };
  if (approvers > 1 && requestersOf(approval.request).some((one) => isSamePerson(one, by))) return { answer: "requested-it" };
  const approvedBy = [...approval.approvedBy, by];
  const missing = approvers - approvedBy.length;
  if (missing > 0) {
    return { answer: "more-needed", missing, transition: transition({ ...free, approval: { ...approval, approvedBy } }) };
  }
  const { request, askedAt } = approval;
  const approved = { request, approvedBy, parkedAt: askedAt, ...withdrawalOf(approval) };
  const { candidate, company, state } = withCompany(policy, free, approved, now);
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
    const joined = joinedBy(policy, state, candidate, parked);
    if (joined === undefined) return { candidate, company, state };
    const together = { candidate: joined, state: withoutParked(state, parked) };
    return starts(together.state, together.candidate)
      ? { ...together, company: [...company, parked] }
      : { candidate, company, state };
  }, alone);
}

/** The state in which nothing of a model starts until `resume`; what comes meanwhile waits. */
export function pause(state: CoordinatorState, by: string, why: string, now: number): CoordinatorState {
  return { ...state, paused: { by, why, at: now } };
}

/** A pause that lets a person's own request pass: what else comes waits until `resume`. */
export function freeze(state: CoordinatorState, by: string, why: string, now: number): CoordinatorState {
  return { ...state, paused: { by, why, at: now, isFreeze: true } };
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
    const host = hostAmong(policy, state, parked, waiting);
    if (host === undefined) parked.push(waiting);
    else {
      parked[parked.indexOf(host.parked)] = host.joined;
      merges.push(mergeDecision(waiting.request, host.parked.request.id, "paused", now));
    }
  }
  return transition({ ...state, parked }, ...merges);
}

/** What came of a person's answer, and the state after it. */
export interface TakenAnswer extends Transition {
  /** Undefined for an answer that was handled before: nothing changes. */
  readonly result?: AnswerResult;
}

/**
 * Takes a person's answer into a model's state, and remembers what came of it. A later delivery of the same answer has no effect,
 * so that an old pause does not undo a resume.
 */
export function takeAnswer(
  { policy }: Pick<ModelSettings, "policy">,
  before: CoordinatorState,
  answer: CoordinatorAnswer,
  now: number,
): TakenAnswer {
  const { answers = [] } = before;
  const unchanged: Transition = { decisions: [], state: before };
  if (answers.some(({ id }) => id === answer.id)) return unchanged;
  const { result, state, decisions } = { ...unchanged, ...effectOf(policy, before, answer, now) };
  const { id, by } = answer;
  const record = { id, do: answer.do, ...("requestId" in answer && { requestId: answer.requestId }), by, at: now, result };
  return { result, decisions, state: { ...state, answers: [...answers, record].slice(-RECENT_ANSWERS) } };
}

/** As `takeAnswer`, with the answer recorded where it had an effect: what a state takes in is for a replay too. */
export function takeRecordedAnswer(
  settings: DecidingSettings,
  before: CoordinatorState,
  answer: CoordinatorAnswer,
  now: number,
): TakenAnswer {
  const taken = takeAnswer(settings, before, answer, now);
  if (taken.result !== "taken" && taken.result !== "more-needed") return taken;
  const isUnstarted = answer.do === "settle" && giveUpStart(before, answer.requestId, now) !== before;
  return recorded(before, taken, { type: "answer", at: now, answer, ...(isUnstarted && { isUnstarted }) }, settings);
}

/** Without a state where the answer changes nothing. */
type EffectOfAnswer = { readonly result: AnswerResult } & Partial<Transition>;

function effectOf(policy: CoordinatorPolicy, before: CoordinatorState, answer: CoordinatorAnswer, now: number): EffectOfAnswer {
  switch (answer.do) {
    case "approve":
    case "reject": {
      const { requestId, by } = answer;
      const taken = answerApproval(policy, before, { requestId, by, isApproved: answer.do === "approve" }, now);
      return { result: taken.answer, ...("transition" in taken && taken.transition) };
    }
    case "pause":
      if (before.paused !== undefined) return { result: "paused-already" };
      return { result: "taken", state: (answer.isFreeze === true ? freeze : pause)(before, answer.by, answer.why, now) };
    case "resume":
      return before.paused === undefined ? { result: "not-paused" } : { result: "taken", ...resume(policy, before, answer, now) };
    case "settle": {
      const state = endRun(before, outcomeOf(answer), now, now);
      return state === before ? { result: "not-running" } : { result: "taken", state };
    }
    case "clear": {
      const state = clearBlock(before, now);
      return state === before ? { result: "not-blocked" } : { result: "taken", state };
    }
  }
}

type SettleAnswer = Extract<PersonAnswer, { readonly do: "settle" }>;

function outcomeOf({ requestId, status, by, cost }: SettleAnswer): RunOutcome {
  return { requestId, status, settledBy: by, ...(cost !== undefined && { actualUsd: cost }) };
}

/**
 * Takes a person's answer, and does what follows from it. Repeating it is harmless: what it left undone is done. Rejects when the
 * state cannot be read or saved; the message then returns to its queue. Who answered is in the state and in the records, and not
 * in the log, which nobody can erase.
 * @param settings undefined for a model that is not configured, of which there is nothing to answer
 */
export async function handleAnswer(
  ports: CoordinationPorts,
  settings: ModelSettings | undefined,
  answer: PersonAnswer,
): Promise<void> {
  if (settings === undefined) {
    // Without the name in a field of its own: what anybody writes into a message must not become a series of a metric.
    ports.log({
      level: "warn",
      event: "answer-of-unknown-model",
      answer: answer.do,
      why: `no model ${answer.model} is configured`,
    });
    return;
  }
  const { model } = settings;
  if (isRolloutOrder(answer) || ((answer.do === "approve" || answer.do === "reject") && isCandidateId(answer.requestId))) {
    const { candidateAnswers } = ports;
    const nothing = isRolloutOrder(answer) ? "not-rolling" : "not-waiting";
    tellAnswer(ports.log, answer, candidateAnswers ? await candidateAnswers.answer(settings, answer) : nothing);
    return;
  }
  if (answer.do === "settle") await recordEnd(ports, answer);
  const { result, decisions } = await changeState(ports, model, (state) =>
    takeRecordedAnswer(settings, state, answer, ports.now()),
  );
  tellAnswer(ports.log, answer, result);
  tellDecisions(ports.log, decisions);
  await performEffects(ports, settings);
}

function tellAnswer(log: Log, answer: PersonAnswer, result: AnswerResult | undefined): void {
  const { model, do: deed } = answer;
  const told = { model, requestId: "requestId" in answer ? answer.requestId : undefined, answer: deed };
  if (result === "taken" || result === "more-needed") log({ level: "info", event: "answer-taken", ...told, result });
  else log({ level: "warn", event: "answer-without-effect", ...told, result: result ?? "repeated" });
}

/** Records the end of a run that is still held, before the state lets go of it: repeated, it finds the run. */
async function recordEnd({ states, decisions, now }: CoordinationPorts, answer: SettleAnswer): Promise<void> {
  const { runs = [], answers = [] } = (await states.load(answer.model))?.state ?? {};
  const isHeld = runs.some(({ requestId }) => requestId === answer.requestId);
  if (isHeld && !answers.some(({ id }) => id === answer.id)) await decisions.recordOutcome(outcomeOf(answer), now());
}
