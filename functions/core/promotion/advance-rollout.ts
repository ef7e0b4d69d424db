// A rollout as part of the state of a model's promotion: what it tells is recorded, people hear of it, and its end ends the
// candidate.
import type { AnswerResult } from "../coordination/coordinator-state";
import { identityNames } from "../coordination/person-answer";
import type { CandidateOutcome } from "./candidate";
import { accepted, concluded } from "./conclude-candidate";
import { type NoticeExtras, notice, type PromotedModel, recordOf, withEffects } from "./promotion-effects";
import type { CurrentCandidate, PromotionState } from "./promotion-state";
import { advance } from "./rollout/advance";
import { evidencePolicy } from "./rollout/evidence/evidence-policy";
import type { Advanced, Observation, RolloutDeed, RolloutEnd, RolloutStep } from "./rollout/observation";
import type { RolloutSettings } from "./rollout/rollout-settings";
import type { Rollout } from "./rollout/rollout-state";
import { refusalOf } from "./rollout/take-order";

/** The state after something was observed of the rollout in progress; unchanged where there is none, or nothing follows. */
export function advanceRollout(state: PromotionState, model: PromotedModel, observation: Observation, now: number): PromotionState {
  const { current } = state;
  if (current?.rollout === undefined) return state;
  const advanced = advance(evidencePolicy(current.rollout.settings), current.rollout, observation, now);
  const next = recorded(state, current, advanced, now);
  return advanced.end === undefined || next.current === undefined ? next : ended(next, model, next.current, advanced.end, now);
}

/** The rollout in progress is to put the champion back, as its candidate is not to serve; undefined where there is none. */
export function withdrawRollout(
  state: PromotionState,
  { outcome, why }: { readonly outcome: CandidateOutcome; readonly why: string },
  now: number,
): PromotionState | undefined {
  const { current } = state;
  if (current?.rollout === undefined) return undefined;
  const advanced = advance(evidencePolicy(current.rollout.settings), current.rollout, { is: "withdrawn", outcome, why }, now);
  const next = recorded(state, current, advanced, now);
  // One that had not begun has no traffic to put back.
  return advanced.end === undefined ? next : concluded(next, next.current ?? current, advanced.end, now);
}

/** What comes of a person's order to the rollout of a candidate. */
export function orderRollout(
  state: PromotionState,
  model: PromotedModel,
  candidateId: string,
  order: { readonly do: RolloutDeed; readonly by: string; readonly why: string },
  now: number,
): { readonly state: PromotionState; readonly result: AnswerResult } {
  const { current } = state;
  const rollout = current?.candidate.id === candidateId ? current.rollout : undefined;
  const refusal = refusalOf(rollout, order.do);
  if (refusal !== undefined || rollout === undefined) return { state, result: refusal ?? "not-rolling" };
  if (!mayOrder(model.promotion.rollout ?? rollout.settings, order)) return { state, result: "not-allowed" };
  return { state: advanceRollout(state, model, { is: "asked", ...order }, now), result: "taken" };
}

/** The people who may; undefined where everybody may. The permission to take back is apart from the one to go forward. */
export function allowedPeople({ people }: RolloutSettings, deed: RolloutDeed): readonly string[] | undefined {
  return deed === "promote" || deed === "continue" ? people?.promote : people?.rollBack;
}

/** @param by the identity of the person */
export function mayOrder(settings: RolloutSettings, { do: deed, by }: { readonly do: RolloutDeed; readonly by: string }): boolean {
  const allowed = allowedPeople(settings, deed);
  return allowed === undefined || identityNames(by).some((name) => allowed.includes(name));
}

function recorded(
  state: PromotionState,
  current: CurrentCandidate,
  { state: rollout, record }: Advanced,
  now: number,
): PromotionState {
  if (rollout === current.rollout && record === undefined) return state;
  const next: CurrentCandidate = { ...current, rollout };
  const changed = { ...state, current: next };
  if (record === undefined) return changed;
  const { why, by, rollout: told } = record;
  const kept = recordOf(state, next, { at: now, step: "rollout", why, ...(by !== undefined && { by }), rollout: told });
  const lines = [`${current.candidate.id} on ${rollout.settings.endpoint}: ${why}`, `Traffic: ${told.traffic}`];
  const news = notice(current.candidate, now, subjectOf(current, record), lines, stepExtras(current, rollout, record));
  return withEffects(changed, kept, news);
}

function ended(
  state: PromotionState,
  model: PromotedModel,
  current: CurrentCandidate,
  end: RolloutEnd,
  now: number,
): PromotionState {
  if (end.outcome === "accepted") return accepted(state, model, current, end.why, now);
  return concluded(state, current, end, now);
}

const SUBJECTS: Readonly<Record<RolloutStep["rollout"]["step"], string>> = {
  started: "has started",
  going: "goes on",
  reached: "has reached its next share",
  back: "goes back to the champion",
  safe: "sends its candidate no requests any more",
  verify: "compares again",
  held: "is held",
  "went-on": "goes on",
  repeated: "repeats a change",
  done: "is about to end",
  ended: "has ended",
};

function subjectOf({ candidate }: CurrentCandidate, { rollout: { step } }: RolloutStep): string {
  return `the rollout of ${candidate.model} ${SUBJECTS[step]}`;
}

function stepExtras(
  { candidate: { model } }: CurrentCandidate,
  { ending }: Rollout,
  { rollout: { step } }: RolloutStep,
): NoticeExtras {
  const next = [
    { what: "How it goes", words: ["rollout", model] },
    // One that goes back already cannot be ended again.
    ...(ending === undefined ? [{ what: "To end it", words: ["rollback", model, "--why", "your reason"] }] : []),
    ...(step === "held" ? [{ what: "To let it go on", words: ["continue", model] }] : []),
  ];
  const runbook = RUNBOOKS[step];
  return { next, ...(runbook !== undefined && { runbook }) };
}

const RUNBOOKS: Readonly<Partial<Record<RolloutStep["rollout"]["step"], string>>> = {
  back: "rolled-back",
  safe: "rolled-back",
  held: "rollout-held-long",
};
