import { CANDIDATE_OUTCOMES, type Candidate, type CandidateOutcome } from "./candidate";
import { chainWithoutGain } from "./guardrails/chain";
import { checkLines, markOf, type NoticeExtras, notice, type PromotedModel, recordOf, withEffects } from "./promotion-effects";
import type { Champion, CurrentCandidate, PromotionState } from "./promotion-state";
import { stepOf } from "./rollout/rollout-steps";
import { newRollout } from "./rollout/start-rollout";

/** Ended candidates that the state remembers: as many as one look at a registry brings, and more. */
export const RECENT_ENDED = 200;
/** Champions that are remembered, the present one among them. */
const MAX_CHAMPIONS = 5;
const MAX_PROMOTIONS = 100;

/** How a candidate ended. */
export interface End {
  readonly outcome: CandidateOutcome;
  /** In one sentence. */
  readonly why: string;
  /** Who refused it, of a person's refusal. */
  readonly by?: string;
}

/** What the registry is told of an outcome; of the others it knows more than we do. */
const MARKS: Readonly<Partial<Record<CandidateOutcome, "approved" | "rejected">>> = {
  accepted: "approved",
  rejected: "rejected",
  "not-approved": "rejected",
  expired: "rejected",
  superseded: "rejected",
  "rolled-back": "rejected",
  "given-up": "rejected",
};

/**
 * Ends what is decided about a candidate: it is marked in the registry, recorded, and people are told. What waited for the end of
 * its rollout is judged next.
 */
export function concluded(
  state: PromotionState,
  current: CurrentCandidate,
  { outcome, why, by }: End,
  now: number,
): PromotionState {
  const { candidate, checks = [], approval } = current;
  const { current: _current, ...free } = state;
  const verdict = MARKS[outcome];
  const rollout = current.rollout && stepOf(current.rollout, "ended", why).rollout;
  const approvedBy = approval?.approvedBy ?? [];
  const people = { ...(approvedBy.length > 0 && { approvedBy }), ...(by !== undefined && { by }) };
  const lines = [`${candidate.id}: ${why}`, ...checkLines(checks)];
  const ended = withEffects(
    remembered(free, candidate, outcome),
    ...(verdict === undefined ? [] : [markOf(candidate, verdict, `${outcome}: ${why}`)]),
    recordOf(state, current, { at: now, step: "ended", outcome, why, ...people, ...(rollout !== undefined && { rollout }) }),
    notice(candidate, now, subjectOf(candidate, outcome), lines, endExtras(candidate, outcome)),
  );
  return current === state.current ? withNext(ended, now) : ended;
}

/** What a person may do after the end of a candidate. */
function endExtras({ id, model }: Candidate, outcome: CandidateOutcome): NoticeExtras {
  const whole = { what: "The whole way", words: ["why", id] };
  const again = { what: "To train another candidate", words: ["trigger", model, "--why", "your reason"] };
  return {
    next: MARKS[outcome] === "rejected" ? [whole, again] : [whole],
    ...(outcome === "rolled-back" && { runbook: "rolled-back" }),
  };
}

/** The candidate that waited for the end of a rollout is decided about now. */
function withNext(before: PromotionState, now: number): PromotionState {
  const { next, ...state } = before;
  if (next === undefined) return before;
  const current: CurrentCandidate = { candidate: next, stage: "guardrails" };
  const why = "the rollout before it has ended, and it waits to be judged";
  return withEffects({ ...state, current }, recordOf(state, current, { at: now, step: "waiting", why }));
}

/** What passed is accepted, or where Retrigger shifts the traffic, its rollout begins: it is accepted at the end of that. */
export function passed(
  state: PromotionState,
  model: PromotedModel,
  current: CurrentCandidate,
  why: string,
  now: number,
): PromotionState {
  const { rollout: settings } = model.promotion;
  if (settings === undefined) return accepted(state, model, current, why, now);
  const rollout = newRollout(settings, current.candidate.id, why, now);
  const rolling: CurrentCandidate = { ...current, stage: "rollout", rollout };
  const told = `${why}; its rollout on ${settings.endpoint} begins`;
  const record = recordOf(state, rolling, { at: now, step: "rollout", why: told });
  const { candidate } = current;
  const next = [{ what: "How it goes", words: ["rollout", candidate.model] }];
  const begins = notice(candidate, now, `a rollout of ${candidate.model} begins`, [`${candidate.id}: ${told}`], { next });
  return withEffects({ ...state, current: rolling }, record, begins);
}

/** Ends a candidate that may serve. Freezes automatic training after too many promotions in a row without a gain. */
export function accepted(
  state: PromotionState,
  { promotion }: PromotedModel,
  current: CurrentCandidate,
  why: string,
  now: number,
): PromotionState {
  const { candidate, value, evaluationSha256 } = current;
  const metric = promotion.guardrails.metrics[0]?.name ?? "";
  const made = value === undefined ? [] : [{ candidateId: candidate.id, at: now, metric, value }];
  const promotions = [...state.promotions, ...made].slice(-MAX_PROMOTIONS);
  const ofMetric = promotions.filter((one) => one.metric === metric);
  const { isFrozen, sentence } = chainWithoutGain(promotion.guardrails, ofMetric);
  const isWithoutGain = isFrozen && value !== undefined;
  const freezes = isWithoutGain && state.frozenAt === undefined;
  const became = freezes ? "is frozen" : "stays frozen";
  const told = isWithoutGain ? `${why}, without a gain: automatic training ${became}` : why;
  const ended = concluded({ ...state, promotions }, current, { outcome: "accepted", why: told }, now);
  const serving = crowned(ended, candidate, now, evaluationSha256);
  if (!isFrozen) return withoutFreeze(serving);
  if (!freezes) return serving;
  const effect = { type: "freeze", candidateId: candidate.id, at: now, why: sentence } as const;
  return withEffects({ ...serving, frozenAt: now }, effect);
}

/** A gain came before a freeze that still waited for the end of a person's pause: it is not made. */
function withoutFreeze(state: PromotionState): PromotionState {
  const outbox = state.outbox.filter(({ type }) => type !== "freeze");
  if (outbox.length === state.outbox.length) return state;
  const { frozenAt: _frozenAt, ...rest } = state;
  return { ...rest, outbox };
}

/** What somebody decided in the registry, beside the guardrails: it stands, is recorded, and people are told. */
export function decidedByHand(
  state: PromotionState,
  candidate: Candidate,
  outcome: "approved-by-hand" | "rejected-by-hand",
  now: number,
): PromotionState {
  const why = CANDIDATE_OUTCOMES[outcome];
  const next = outcome === "approved-by-hand" ? crowned(state, candidate, now) : dethroned(state, candidate.id);
  return withEffects(
    remembered(next, candidate, outcome),
    recordOf(state, { candidate, stage: "guardrails" }, { at: now, step: "ended", outcome, why }),
    notice(candidate, now, subjectOf(candidate, outcome), [`${candidate.id}: ${why}`]),
  );
}

/** The candidate serves no longer, and counts in no chain of promotions. */
export function dethroned(state: PromotionState, candidateId: string): PromotionState {
  const champions = state.champions.filter((one) => one.candidateId !== candidateId);
  const promotions = state.promotions.filter((one) => one.candidateId !== candidateId);
  const isUnchanged = champions.length === state.champions.length && promotions.length === state.promotions.length;
  return isUnchanged ? state : { ...state, champions, promotions };
}

/**
 * The candidate may serve from now on. It is the champion unless one that was registered later may, too: what deploys the newest
 * approved version takes that.
 * @param evaluationSha256 of its evaluation, where it was judged
 */
export function crowned(state: PromotionState, candidate: Candidate, now: number, evaluationSha256?: string): PromotionState {
  const { id: candidateId, version, evaluationUri, registeredAt } = candidate;
  const champion: Champion = {
    candidateId,
    version,
    ...(evaluationUri !== undefined && { evaluationUri }),
    ...(evaluationSha256 !== undefined && { evaluationSha256 }),
    registeredAt,
    at: now,
  };
  const others = state.champions.filter((one) => one.candidateId !== candidateId);
  const champions = [...others, champion].sort(
    (a, b) => a.registeredAt - b.registeredAt || (a.candidateId < b.candidateId ? -1 : 1),
  );
  return { ...state, champions: champions.slice(-MAX_CHAMPIONS) };
}

/** Nothing further is to be decided about the candidate. */
export function remembered(state: PromotionState, { id, registeredAt }: Candidate, outcome: CandidateOutcome): PromotionState {
  const others = state.ended.filter(({ candidateId }) => candidateId !== id);
  return { ...state, ended: [...others, { candidateId: id, outcome, registeredAt }].slice(-RECENT_ENDED) };
}

function subjectOf({ model }: Candidate, outcome: CandidateOutcome): string {
  return `${outcome.replaceAll("-", " ")}: a candidate of ${model}`;
}
