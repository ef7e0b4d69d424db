import type { AnswerResult } from "../coordination/coordinator-state";
import { isSamePerson } from "../coordination/person-answer";
import { rankOf } from "../drift/severity";
import { orderRollout, withdrawRollout } from "./advance-rollout";
import { CANDIDATE_OUTCOMES } from "./candidate";
import { concluded, passed } from "./conclude-candidate";
import type { GuardrailCheck } from "./guardrails/guardrail";
import { decidingCheck, verdictOf } from "./guardrails/verdict";
import { checkLines, markOf, notice, type PromotedModel, policyDigest, recordOf, withEffects } from "./promotion-effects";
import type { CandidateCause, CurrentCandidate, PromotionState } from "./promotion-state";
import type { RolloutDeed } from "./rollout/observation";

const RECENT_ANSWERS = 20;

/** How the guardrails answered about a candidate, and what is known of the run behind it. */
export interface Judgement {
  readonly candidateId: string;
  readonly checks: readonly GuardrailCheck[];
  readonly cause: CandidateCause | undefined;
  /** The champion that it was compared with. */
  readonly comparedWith: string | undefined;
  /** Of the main metric on the golden set. */
  readonly value: number | undefined;
  readonly evaluationSha256: string | undefined;
}

/**
 * What follows from the guardrails: the candidate is rejected by the first that failed, accepted, or people are asked. Unchanged
 * where another candidate, or another champion, came meanwhile: then it must be judged again. A champion that was registered later
 * takes its place.
 */
export function judgeCandidate(state: PromotionState, model: PromotedModel, judgement: Judgement, now: number): PromotionState {
  const { current } = state;
  const { checks, cause, comparedWith, value, evaluationSha256 } = judgement;
  if (current === undefined || current.stage !== "guardrails" || current.candidate.id !== judgement.candidateId) return state;
  const champion = state.champions.at(-1);
  const { candidate, stage, approval } = current;
  const left = overtaken(state, now);
  if (left !== state) return left;
  if (champion?.candidateId !== comparedWith) return state;
  const judged: CurrentCandidate = {
    candidate,
    stage,
    checks,
    judgedBy: policyDigest(model),
    ...(approval !== undefined && { approval }),
    ...(cause !== undefined && { cause }),
    ...(value !== undefined && { value }),
    ...(evaluationSha256 !== undefined && { evaluationSha256 }),
    ...(comparedWith !== undefined && { comparedWith }),
  };
  const { guardrails } = model.promotion;
  const used = { ...state, goldenSet: { ...state.goldenSet, uses: state.goldenSet.uses + (value === undefined ? 0 : 1) } };
  const verdict = verdictOf(guardrails, checks);
  if (verdict === "failed") {
    const failed = decidingCheck(checks);
    return concluded(used, judged, { outcome: "rejected", why: `${failed?.name}: ${failed?.sentence}` }, now);
  }
  const isApproved = approval !== undefined && approval.approvedBy.length >= model.promotion.approval.approvers;
  if (isApproved && isNoNews(current, judgement)) return passed(used, model, judged, approvedText(approval.approvedBy), now);
  const question = questionOf(model, judged, verdict);
  if (question === undefined) return passed(used, model, judged, passedText(checks), now);
  const expiresAt = now + expiryOf(model, cause);
  const asked: CurrentCandidate = { ...judged, stage: "approval", approval: { askedAt: now, expiresAt, approvedBy: [] } };
  const told = `${question}; it is rejected on ${new Date(expiresAt).toISOString()} unless it is approved`;
  return withEffects(
    { ...used, current: asked },
    markOf(asked.candidate, "waiting", question),
    recordOf(used, asked, { at: now, step: "asked", why: question, expiresAt }),
    notice(asked.candidate, now, `a candidate of ${asked.candidate.model} waits for approval`, [told, ...checkLines(checks)], {
      asks: {
        why: question,
        askedAt: now,
        expiresAt,
        approvers: model.promotion.approval.approvers,
        ...(champion === undefined && { isFirst: true }),
      },
      next: [
        { what: "To approve it", words: ["approve", asked.candidate.id] },
        { what: "To reject it", words: ["reject", asked.candidate.id] },
        { what: "Every guardrail with its numbers", words: ["why", asked.candidate.id] },
      ],
      runbook: "candidate-expiring",
    }),
  );
}

/**
 * Who approved it before another champion came knew all that is open now: it is the same evaluation, and nothing more is not known.
 */
function isNoNews({ checks = [], evaluationSha256 }: CurrentCandidate, now: Judgement): boolean {
  const openOf = (some: readonly GuardrailCheck[]) =>
    some.filter(({ verdict }) => verdict === "not-known").map(({ name, subject }) => `${name} ${subject ?? ""}`);
  const known = new Set(openOf(checks));
  return evaluationSha256 === now.evaluationSha256 && openOf(now.checks).every((open) => known.has(open));
}

/** Why nobody had to be asked. */
function passedText(checks: readonly GuardrailCheck[]): string {
  return decidingCheck(checks) === undefined
    ? "every guardrail passed"
    : "no guardrail failed, and by its estimate it is no worse where that is not known";
}

/** Why people must be asked; undefined where they need not be. */
function questionOf(
  { promotion }: PromotedModel,
  { checks = [], cause }: CurrentCandidate,
  verdict: "passed" | "not-known",
): string | undefined {
  const { needed } = promotion.approval;
  if (verdict === "not-known") {
    const unknown = checks.filter((check) => check.verdict === "not-known").map(({ name }) => name);
    return `not known: ${[...new Set(unknown)].join(", ")}`;
  }
  if (needed === "always") return "every candidate of this model needs an approval";
  if (needed === "never") return undefined;
  if (cause === undefined) return "it is not known why it was trained, so that it needs an approval";
  const { severity } = cause;
  const isSevere = severity !== undefined && rankOf(severity) >= rankOf("high");
  return isSevere ? `it was trained because of ${severity} drift, so that it needs an approval` : undefined;
}

/** As long as a request of that priority waits; of an unknown one, as of a usual request. */
function expiryOf({ policy }: PromotedModel, cause: CandidateCause | undefined): number {
  const { expiresMs } = policy.approval;
  return expiresMs[(cause?.priority ?? 3) - 1] ?? expiresMs[2];
}

/** A person's answer about a candidate, by whoever was proved to have given it. */
export interface IdentifiedAnswer {
  readonly id: string;
  readonly candidateId: string;
  readonly do: "approve" | "reject" | RolloutDeed;
  /** Why, of an order to a rollout. */
  readonly why?: string;
  /** An identity, as `identityOf` gives it. */
  readonly by: string;
}

/** The state after an answer, and what came of it; undefined for an answer that was handled before. */
export interface AnsweredCandidate {
  readonly state: PromotionState;
  readonly result?: AnswerResult;
}

/**
 * Takes a person's answer. Approved by as many as must, the candidate is accepted if the champion is still the one that it was
 * compared with, and judged again otherwise. One refusal ends it.
 */
export function answerCandidate(
  before: PromotionState,
  model: PromotedModel,
  answer: IdentifiedAnswer,
  now: number,
): AnsweredCandidate {
  if (before.answers.some(({ id }) => id === answer.id)) return { state: before };
  const { state, result } = effectOfAnswer(before, model, answer, now);
  const { id, candidateId, do: deed, by } = answer;
  const answers = [...state.answers, { id, candidateId, do: deed, by, at: now, result }].slice(-RECENT_ANSWERS);
  return { state: { ...state, answers }, result };
}

function effectOfAnswer(
  state: PromotionState,
  model: PromotedModel,
  { candidateId, do: deed, by, why = "" }: IdentifiedAnswer,
  now: number,
): { readonly state: PromotionState; readonly result: AnswerResult } {
  if (deed !== "approve" && deed !== "reject") return orderRollout(state, model, candidateId, { do: deed, by, why }, now);
  const { current } = state;
  const { approval } = current ?? {};
  if (current?.candidate.id !== candidateId || current.stage !== "approval" || approval === undefined) {
    return { state, result: "not-waiting" };
  }
  if (approval.expiresAt <= now) return { state, result: "expired" };
  if (deed === "reject") {
    const end = { outcome: "not-approved", why: CANDIDATE_OUTCOMES["not-approved"], by } as const;
    return { state: concluded(state, current, end, now), result: "taken" };
  }
  if (approval.approvedBy.some((one) => isSamePerson(one, by))) return { state, result: "answered-already" };
  const { approvers } = model.promotion.approval;
  if (approvers > 1 && current.cause?.by?.some((one) => isSamePerson(one, by)) === true) return { state, result: "requested-it" };
  const approvedBy = [...approval.approvedBy, by];
  const approved: CurrentCandidate = { ...current, approval: { ...approval, approvedBy } };
  if (approvedBy.length < approvers) {
    const why = `${approvedText(approvedBy)}, and ${approvers - approvedBy.length} more must`;
    const record = recordOf(state, approved, { at: now, step: "answered", why, approvedBy });
    return { state: withEffects({ ...state, current: approved }, record), result: "more-needed" };
  }
  if (current.comparedWith !== state.champions.at(-1)?.candidateId) {
    const why = `${approvedText(approvedBy)}, and another model serves since it was judged: it is judged again`;
    const again: CurrentCandidate = { ...approved, stage: "guardrails" };
    const record = recordOf(state, again, { at: now, step: "waiting", why, approvedBy });
    return { state: withEffects({ ...state, current: again }, record), result: "taken" };
  }
  return { state: passed(state, model, approved, approvedText(approvedBy), now), result: "taken" };
}

/** Who they were stands in fields of their own, where a person can be erased. */
function approvedText({ length }: readonly string[]): string {
  return length === 1 ? "a person approved it" : `${length} people approved it`;
}

/** Ends a candidate that is older than the champion, which is what is deployed; unchanged where there is none. */
export function overtaken(state: PromotionState, now: number): PromotionState {
  const { current } = state;
  const champion = state.champions.at(-1);
  if (current === undefined || champion === undefined || current.candidate.registeredAt >= champion.registeredAt) return state;
  const end = { outcome: "superseded", why: `${champion.candidateId} was registered after it` } as const;
  return withdrawRollout(state, end, now) ?? concluded(state, current, end, now);
}

/** Ends a candidate that nobody approved in time; unchanged where there is none. */
export function expireApproval(state: PromotionState, now: number): PromotionState {
  const { current } = state;
  if (current?.stage !== "approval" || current.approval === undefined || current.approval.expiresAt > now) return state;
  return concluded(state, current, { outcome: "expired", why: CANDIDATE_OUTCOMES.expired }, now);
}

/** Automatic training was thawed, so that the chain of promotions begins again. Unchanged where it was not frozen. */
export function thawed(before: PromotionState): PromotionState {
  const { frozenAt, ...state } = before;
  return frozenAt === undefined ? before : { ...state, promotions: [] };
}
