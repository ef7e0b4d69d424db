import { candidateId } from "../request-ids";
import { withdrawRollout } from "./advance-rollout";
import { CANDIDATE_OUTCOMES, type Candidate, type CandidateOutcome } from "./candidate";
import { concluded, crowned, decidedByHand, dethroned, type End, RECENT_ENDED, remembered } from "./conclude-candidate";
import type { RegisteredVersion } from "./ports";
import { type PromotedModel, policyDigest, recordOf, withEffects } from "./promotion-effects";
import { type CurrentCandidate, initialPromotion, type PromotionState } from "./promotion-state";
import type { RolloutSettings } from "./rollout/rollout-settings";

/** Versions that wait to be looked at; a look at the registry finds those that find no room. */
const MAX_NOTICED = 50;

/**
 * The state as far as it is about the configured registry and golden set: candidates of another registry are forgotten, and
 * promotions on another golden set do not count. What is left to do stays.
 */
export function alignedState(state: PromotionState, model: PromotedModel): PromotionState {
  const { registry, guardrails } = model.promotion;
  const { sha256 } = guardrails.goldenSet;
  // What a rollout began, it ends: its traffic is of the registry that it was accepted from.
  if (state.current?.stage === "rollout") return state;
  // Registries of SageMaker are told apart whatever their case.
  if (state.registry.toLowerCase() !== registry.toLowerCase()) {
    const { outbox, answers, effects, records } = state;
    return { ...initialPromotion(registry, sha256), outbox, answers, effects, records };
  }
  const judged = judgedAgain(state, model);
  if (judged.goldenSet.sha256 === sha256) return judged;
  return { ...judged, promotions: [], goldenSet: { sha256, uses: 0 } };
}

/**
 * What people were asked about was judged by settings that have changed since: it is judged by those of now, and nobody approved
 * it.
 */
function judgedAgain(state: PromotionState, model: PromotedModel): PromotionState {
  const { current } = state;
  if (current?.approval === undefined || current.judgedBy === policyDigest(model)) return state;
  const { approval: _approval, ...rest } = current;
  return { ...state, current: { ...rest, stage: "guardrails" } };
}

/** A version was heard of, and is to be looked at. Unchanged where it is to be already, or as many wait as may. */
export function noticeVersion(state: PromotionState, version: string): PromotionState {
  const isKnown = state.noticed.includes(version) || state.noticed.length >= MAX_NOTICED;
  return isKnown ? state : { ...state, noticed: [...state.noticed, version] };
}

/**
 * What becomes of a version as the registry has it now. One that nobody decided about becomes the candidate; of two, the one that
 * was registered later takes the place of the other. What somebody decided in the registry stands.
 */
export function observeVersion(before: PromotionState, of: PromotedModel, seen: RegisteredVersion, now: number): PromotionState {
  // A rollout ends by the registry that its candidate is of, though another one is configured by now.
  const registry = before.current?.stage === "rollout" ? before.registry : of.promotion.registry;
  if (!isOfRegistry(registry, seen)) return withoutNotice(before, seen.version);
  if (seen.readiness === "registering") return noticeVersion(before, seen.version);
  const state = withoutNotice(before, seen.version);
  const candidate = candidateOf(of.model, seen);
  if (state.current?.candidate.id === candidate.id) return observeCurrent(state, state.current, seen, now);
  if (state.next?.id === candidate.id) return observeNext(state, candidate, seen, now);
  const outcome = outcomeOf(state, candidate);
  if (outcome !== undefined) return observeEnded(state, outcome, candidate, seen, now);
  if (seen.readiness === "unusable") return remembered(state, candidate, "gone");
  switch (seen.approval) {
    case "rejected":
      return remembered(state, candidate, "rejected-by-hand");
    case "approved":
      return approvedOutside(state, candidate, now);
    case "pending":
      return isOld(state, candidate) ? state : received(state, candidate, now);
  }
}

/**
 * The version that the registry approved last is the champion where there is none: it served before promotion began, or the
 * champions that are remembered are all gone. Unchanged where there is one, or the version is being decided about.
 */
export function adoptedVersion(state: PromotionState, { model }: PromotedModel, seen: RegisteredVersion): PromotionState {
  const candidate = candidateOf(model, seen);
  const outcome = outcomeOf(state, candidate);
  const isOpen = state.current?.candidate.id === candidate.id || (outcome !== undefined && !isApproving(outcome));
  if (isOpen || state.champions.length > 0) return state;
  return crowned(remembered(state, candidate, outcome ?? "approved-by-hand"), candidate, seen.registeredAt);
}

/** Of what is older than promotion, or forgotten, only a version that takes the champion's place is told of. */
function approvedOutside(state: PromotionState, candidate: Candidate, now: number): PromotionState {
  const champion = state.champions.at(-1);
  const isNews = champion !== undefined && candidate.registeredAt > champion.registeredAt;
  if (!isOld(state, candidate) || isNews) return decidedByHand(state, candidate, "approved-by-hand", now);
  return crowned(remembered(state, candidate, "approved-by-hand"), candidate, candidate.registeredAt);
}

function isApproving(outcome: CandidateOutcome): boolean {
  return outcome === "accepted" || outcome === "approved-by-hand";
}

/** The registry does not have a version (any more). */
export function forgetVersion(before: PromotionState, version: string, now: number): PromotionState {
  const state = withoutNotice(before, version);
  const gone = state.champions.find((champion) => champion.version === version);
  const left = gone === undefined ? state : dethroned(state, gone.candidateId);
  const end = { outcome: "gone", why: CANDIDATE_OUTCOMES.gone } as const;
  if (left.next?.version === version)
    return endedBeside(withoutNext(left), { candidate: left.next, stage: "guardrails" }, end, now);
  if (left.current?.candidate.version !== version) return left;
  return withdrawRollout(left, end, now) ?? concluded(left, left.current, end, now);
}

function candidateOf(
  model: string,
  { version, registry, number, registeredAt, runId, evaluationUri }: RegisteredVersion,
): Candidate {
  return {
    id: candidateId(model, registry, number),
    model,
    version,
    registeredAt,
    ...(runId !== undefined && { runId }),
    ...(evaluationUri !== undefined && { evaluationUri }),
  };
}

/** The version is looked at, or none of ours. */
export function withoutNotice(state: PromotionState, version: string): PromotionState {
  if (!state.noticed.includes(version)) return state;
  return { ...state, noticed: state.noticed.filter((one) => one !== version) };
}

/** The registry's own name, as SageMaker and Vertex AI tell it of a version. */
function isOfRegistry(registry: string, { registry: own }: RegisteredVersion): boolean {
  return registry.split("/").at(-1)?.toLowerCase() === own.toLowerCase();
}

/** Registered before promotion began, or so long ago that its end is remembered no more. */
function isOld({ since = 0, ended }: PromotionState, { registeredAt }: Candidate): boolean {
  const earliest = Math.min(...ended.map((one) => one.registeredAt));
  return registeredAt < since || (ended.length >= RECENT_ENDED && registeredAt < earliest);
}

function outcomeOf({ ended, champions }: PromotionState, { id }: Candidate): CandidateOutcome | undefined {
  const known = ended.find(({ candidateId }) => candidateId === id);
  return known?.outcome ?? (champions.some(({ candidateId }) => candidateId === id) ? "accepted" : undefined);
}

function received(state: PromotionState, candidate: Candidate, now: number): PromotionState {
  const { current } = state;
  const next: CurrentCandidate = { candidate, stage: "guardrails" };
  const champion = state.champions.at(-1);
  if (champion !== undefined && candidate.registeredAt < champion.registeredAt)
    return supersededBy(champion.candidateId, state, next, now);
  if (current === undefined) return awaiting(state, next, now);
  if (!isLater(candidate, current.candidate)) return supersededBy(current.candidate.id, state, next, now);
  if (current.rollout !== undefined) return queued(state, current.rollout.settings, candidate, now);
  return awaiting(supersededBy(candidate.id, state, current, now), next, now);
}

/** A later candidate waits for the end of a rollout, or ends it; of several that wait, the latest does. */
function queued(state: PromotionState, { laterCandidate }: RolloutSettings, candidate: Candidate, now: number): PromotionState {
  const { next } = state;
  if (next !== undefined && !isLater(candidate, next)) {
    return supersededBy(next.id, state, { candidate, stage: "guardrails" }, now);
  }
  const one: CurrentCandidate = { candidate, stage: "guardrails" };
  const why = "it was registered, and waits for the end of a rollout";
  const before = next === undefined ? state : supersededBy(candidate.id, state, { candidate: next, stage: "guardrails" }, now);
  const waiting = withEffects({ ...before, next: candidate }, recordOf(before, one, { at: now, step: "waiting", why }));
  if (laterCandidate === "waits") return waiting;
  const end = { outcome: "superseded", why: `${candidate.id} was registered after it` } as const;
  return withdrawRollout(waiting, end, now) ?? waiting;
}

/** What somebody decided about the candidate that waits for the end of a rollout stands. */
function observeNext(
  state: PromotionState,
  candidate: Candidate,
  { approval, readiness }: RegisteredVersion,
  now: number,
): PromotionState {
  const one: CurrentCandidate = { candidate, stage: "guardrails" };
  if (readiness === "unusable") {
    return endedBeside(withoutNext(state), one, { outcome: "gone", why: CANDIDATE_OUTCOMES.gone }, now);
  }
  if (approval === "pending") return state;
  const outcome = approval === "approved" ? "approved-by-hand" : "rejected-by-hand";
  return decidedByHand(withoutNext(state), candidate, outcome, now);
}

function withoutNext({ next: _next, ...state }: PromotionState): PromotionState {
  return state;
}

function supersededBy(laterId: string, state: PromotionState, one: CurrentCandidate, now: number): PromotionState {
  return endedBeside(state, one, { outcome: "superseded", why: `${laterId} was registered after it` }, now);
}

/** Ends one of two; where it is not the one that is decided about, that one stays. */
function endedBeside(state: PromotionState, one: CurrentCandidate, end: End, now: number): PromotionState {
  const ended = concluded(state, one, end, now);
  return state.current === undefined || state.current === one ? ended : { ...ended, current: state.current };
}

function awaiting(state: PromotionState, current: CurrentCandidate, now: number): PromotionState {
  const record = recordOf(state, current, { at: now, step: "waiting", why: "it was registered, and waits to be judged" });
  return withEffects({ ...state, current }, record);
}

/** Of two that were registered at the same moment the one whose id is greater is the later one. */
function isLater(one: Candidate, other: Candidate): boolean {
  return one.registeredAt > other.registeredAt || (one.registeredAt === other.registeredAt && one.id > other.id);
}

function observeCurrent(
  state: PromotionState,
  current: CurrentCandidate,
  { approval, readiness }: RegisteredVersion,
  now: number,
): PromotionState {
  const { candidate } = current;
  if (readiness === "unusable") {
    const end = { outcome: "gone", why: CANDIDATE_OUTCOMES.gone } as const;
    return withdrawRollout(state, end, now) ?? concluded(state, current, end, now);
  }
  if (approval === "pending") return state;
  const outcome = approval === "approved" ? "approved-by-hand" : "rejected-by-hand";
  if (current.rollout !== undefined) {
    // An approval is no news, as the guardrails have passed it.
    const end = { outcome, why: CANDIDATE_OUTCOMES[outcome] } as const;
    return approval === "approved" ? state : (withdrawRollout(state, end, now) ?? state);
  }
  const ended = concluded(state, current, { outcome, why: CANDIDATE_OUTCOMES[outcome] }, now);
  return approval === "approved" ? crowned(ended, candidate, now) : ended;
}

/** What somebody decided in the registry after the end of a candidate; unchanged where it says what was written there. */
function observeEnded(
  state: PromotionState,
  outcome: CandidateOutcome,
  candidate: Candidate,
  { approval, readiness }: RegisteredVersion,
  now: number,
): PromotionState {
  const isUnmarked = state.outbox.some((effect) => effect.type === "mark" && effect.candidateId === candidate.id);
  if (isUnmarked || readiness === "unusable") return state;
  const isApproved = isApproving(outcome);
  if (approval === "approved" && !isApproved) return decidedByHand(state, candidate, "approved-by-hand", now);
  if (approval === "rejected" && isApproved) return decidedByHand(state, candidate, "rejected-by-hand", now);
  return state;
}
