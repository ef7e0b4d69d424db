import { changeState } from "../coordination/coordinate";
import { freeze } from "../coordination/intervene";
import { MAX_WHY } from "../coordination/person-answer";
import type { CoordinatorStore } from "../coordination/ports";
import { RetryableError } from "../errors";
import { type Log, messageOf } from "../log/log";
import { type CandidateNews, NOTICE_MAX_AGE_MS, type Notifier, nextStepLine, promotionNotice } from "../notices/notice";
import { type Performed, performOutbox } from "../outbox";
import { plainLine } from "../plain-text";
import { recorded } from "../replay/recorded-input";
import { changePromotion } from "./change-promotion";
import { followCandidate } from "./follow-candidate";
import { type EvidencePorts, judgementOf } from "./gather-evidence";
import { expireApproval, judgeCandidate, overtaken, thawed } from "./judge-candidate";
import { adoptedVersion, forgetVersion, noticeVersion, observeVersion, withoutNotice } from "./observe-version";
import type { CandidateLog, ModelRegistry, PromotionStore, RegisteredVersion } from "./ports";
import type { PromotedModel } from "./promotion-effects";
import type { CandidateRecord, PromotionEffect, PromotionState } from "./promotion-state";
import { tellRolloutStep } from "./rollout/tell-rollout";

export interface PromotionPorts extends EvidencePorts {
  readonly promotions: PromotionStore;
  readonly candidates: CandidateLog;
  readonly registry: ModelRegistry;
  /** The coordinators' states, in which a model is frozen. */
  readonly states: CoordinatorStore;
  readonly notifier: Notifier;
  /** What this function may do of what is left to do; it leaves the rest to another one. */
  readonly mayPerform: (model: PromotedModel, effect: PromotionEffect) => boolean;
}

type MarkEffect = Extract<PromotionEffect, { readonly type: "mark" }>;
type NotifyEffect = Extract<PromotionEffect, { readonly type: "notify" }>;
type FreezeEffect = Extract<PromotionEffect, { readonly type: "freeze" }>;

/** Who froze a model, as its coordinator's state has it. */
const PROMOTION = "promotion";

/**
 * A turn of a model's promotion: looks at the versions that were heard of, judges the candidate that waits, ends an approval that
 * nobody gave, and does what follows. It may be repeated at any time, and another may be at it: each step is saved by compare and
 * set, and what follows from it may be done again. Rejects when a port does, after the rest was done; the next turn goes on.
 * @param look whether the registry is to be asked for versions that no event told of
 * @returns the state after it
 */
export async function promoteModel(ports: PromotionPorts, model: PromotedModel, look: boolean): Promise<PromotionState> {
  const failures: unknown[] = [];
  const attempt = async (step: () => Promise<unknown>) => await step().catch((error: unknown) => failures.push(error));
  await attempt(() => change(ports, model, (state) => begun(state, ports.now())));
  await attempt(() => performPromotion(ports, model));
  if (look) await attempt(() => lookForVersions(ports, model));
  await attempt(() => observeNoticed(ports, model));
  await attempt(() => thawIfResumed(ports, model));
  await attempt(() => judgeCurrent(ports, model));
  await attempt(() => change(ports, model, (state) => expireApproval(overtaken(state, ports.now()), ports.now())));
  await attempt(() => performPromotion(ports, model));
  if (failures.length > 0) throw new AggregateError(failures, `the promotion of ${model.model} could not be completed`);
  return await change(ports, model, (state) => state);
}

async function change(
  ports: PromotionPorts,
  model: PromotedModel,
  next: (state: PromotionState) => PromotionState,
): Promise<PromotionState> {
  return (await changePromotion(ports, model, (state) => ({ state: next(state) }))).state;
}

/** Versions that were registered so shortly before the first turn are candidates, and not what was there before. */
const BEFORE_FIRST_TURN_MS = 3_600_000;

function begun(state: PromotionState, now: number): PromotionState {
  return state.since === undefined ? { ...state, since: Math.max(0, now - BEFORE_FIRST_TURN_MS) } : state;
}

/** A registry may list a version some time after it was registered. */
const LOOK_BACK_MS = 600_000;

/** Finds the versions that no event told of, and has those looked at again that count. */
async function lookForVersions(ports: PromotionPorts, model: PromotedModel): Promise<void> {
  const { registry } = model.promotion;
  const before = await change(ports, model, (state) => state);
  const since = before.listedUntil ?? before.since ?? ports.now();
  const serving = await ports.registry.newestApproved(registry);
  const listed = await listAll(ports.registry, registry, Math.max(0, since - LOOK_BACK_MS));
  const listedUntil = nextStart(since, listed, ports.now());
  await change(ports, model, (state) => {
    const first = serving === undefined ? state : adoptedVersion(state, model, serving);
    const seen = serving === undefined ? listed : [serving, ...listed];
    const observed = seen.reduce((left, version) => observeVersion(left, model, version, ports.now()), first);
    return observed.listedUntil === listedUntil ? observed : { ...observed, listedUntil };
  });
  for (const version of [before.current?.candidate.version, before.champions.at(-1)?.version]) {
    if (version !== undefined) await lookAt(ports, model, version);
  }
}

/**
 * From when on the next look lists. A version that is dated ahead must not hide those of now, and one that is still registering is
 * found again.
 */
function nextStart(since: number, listed: readonly RegisteredVersion[], now: number): number {
  const newest = Math.max(since, ...listed.map(({ registeredAt }) => Math.min(registeredAt, now)));
  const open = listed.filter(({ readiness }) => readiness === "registering").map(({ registeredAt }) => registeredAt);
  return Math.min(newest, ...open);
}

async function lookAt(ports: PromotionPorts, model: PromotedModel, version: string): Promise<void> {
  const seen = await ports.registry.describe(version);
  await change(ports, model, (state) =>
    seen === undefined ? forgetVersion(state, version, ports.now()) : observeVersion(state, model, seen, ports.now()),
  );
}

/** A registry lists at most so many at a time, and this many times are enough for a look. */
const LISTED_AT_ONCE = 100;
const MOST_LISTS = 20;

async function listAll(registry: ModelRegistry, name: string, since: number): Promise<readonly RegisteredVersion[]> {
  const all = new Map<string, RegisteredVersion>();
  let from = since;
  for (let lists = 0; lists < MOST_LISTS; lists++) {
    const before = all.size;
    const listed = await registry.list(name, from);
    for (const version of listed) all.set(version.version, version);
    from = Math.max(from, ...listed.map(({ registeredAt }) => registeredAt));
    if (listed.length < LISTED_AT_ONCE || all.size === before) break;
  }
  return [...all.values()];
}

/** Each for itself: one that cannot be described keeps no other back. */
async function observeNoticed(ports: PromotionPorts, model: PromotedModel): Promise<void> {
  const failures: unknown[] = [];
  const { noticed } = await change(ports, model, (state) => state);
  for (const version of noticed) {
    try {
      await lookAt(ports, model, version);
    } catch (error) {
      failures.push(error);
      // What the registry refuses to tell is none of its versions, or is found by the next look that is allowed.
      if (!(error instanceof RetryableError)) await change(ports, model, (state) => withoutNotice(state, version));
    }
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} versions of ${model.model} could not be looked at`);
}

/** The chain begins again once nothing of the freeze is left: a person thawed, or resumed, the model. */
async function thawIfResumed(ports: PromotionPorts, model: PromotedModel): Promise<void> {
  const { frozenAt, outbox } = await change(ports, model, (state) => state);
  if (frozenAt === undefined || outbox.some(({ type }) => type === "freeze")) return;
  const coordinator = (await ports.states.load(model.model))?.state;
  if (coordinator?.paused === undefined) await change(ports, model, thawed);
}

async function judgeCurrent(ports: PromotionPorts, model: PromotedModel): Promise<void> {
  const state = await change(ports, model, (state) => state);
  if (state.current?.stage !== "guardrails") return;
  const judgement = await judgementOf(ports, model, state, state.current.candidate);
  await change(ports, model, (state) => judgeCandidate(state, model, judgement, ports.now()));
}

/**
 * Does what the outbox of a model's promotion holds, as far as this function may. Anybody may call it at any time. What fails stays
 * for the next call.
 */
export async function performPromotion(ports: PromotionPorts, model: PromotedModel): Promise<void> {
  const { outbox = [] } = (await ports.promotions.load(model.model))?.state ?? {};
  const isHeld = outbox.some(({ type }) => type === "freeze") && (await isPausedByOthers(ports, model));
  const ours = outbox.filter((effect) => ports.mayPerform(model, effect) && !(isHeld && effect.type === "freeze"));
  await performOutbox<PromotionState, PromotionEffect>(ours, {
    perform: (effect) => perform(ports, model, effect),
    failed: (effect, error) => {
      const failed = { model: model.model, requestId: candidateOf(effect), effect: effect.type, error: messageOf(error) };
      ports.log({ level: "error", event: "effect-postponed", ...failed });
    },
    save: (next) => change(ports, model, next),
  });
}

async function perform(
  ports: PromotionPorts,
  model: PromotedModel,
  effect: PromotionEffect,
): Promise<Performed<PromotionState> | undefined> {
  switch (effect.type) {
    case "mark":
      return mark(ports, model, effect);
    case "record":
      await ports.candidates.record(effect.record);
      tellRecord(ports.log, effect.record);
      await followCandidate(ports, model, effect.record);
      return undefined;
    case "notify":
      await notify(ports, model, newsOf(effect));
      return undefined;
    case "freeze":
      await freezeModel(ports, model, effect);
      return undefined;
  }
}

async function mark(
  { registry, log }: PromotionPorts,
  { model }: PromotedModel,
  { candidateId, version, verdict, why }: MarkEffect,
): Promise<Performed<PromotionState> | undefined> {
  const outcome = await registry.mark({ candidateId, version, verdict, why });
  if (outcome === "marked") {
    log({ level: "info", event: "candidate-marked", model, requestId: candidateId, verdict });
    return undefined;
  }
  log({ level: "warn", event: "mark-overruled", model, requestId: candidateId, verdict });
  return { finished: (state) => noticeVersion(state, version) };
}

async function notify({ notifier, log, now }: PromotionPorts, { model }: PromotedModel, news: CandidateNews): Promise<void> {
  const { candidateId: requestId, at } = news;
  try {
    await notifier.notify(promotionNotice(model, news));
  } catch (error) {
    if (now() - at < NOTICE_MAX_AGE_MS) throw error;
    log({ level: "error", event: "notice-dropped", model, requestId, error: messageOf(error) });
  }
}

function newsOf({ type: _type, number: _number, ...news }: NotifyEffect): CandidateNews {
  return news;
}

/** A pause of a person, or a rule, holds more than a freeze: the freeze follows it. */
async function isPausedByOthers({ states }: PromotionPorts, { model }: PromotedModel): Promise<boolean> {
  const { paused } = (await states.load(model))?.state ?? {};
  return paused !== undefined && paused.by !== PROMOTION;
}

/** Freezes the model, and tells people once it is. No effect where it is frozen already, but that people are told again. */
async function freezeModel(ports: PromotionPorts, promoted: PromotedModel, effect: FreezeEffect): Promise<void> {
  const { model } = promoted;
  const { candidateId, at, why } = effect;
  const { isNew } = await changeState(ports, model, (state) => {
    if (state.paused !== undefined && state.paused.by !== PROMOTION) {
      throw new RetryableError(`${model} was paused meanwhile; the freeze follows the pause`);
    }
    if (state.paused !== undefined) return { isNew: false, state };
    const frozen = { by: PROMOTION, why: plainLine(why, MAX_WHY), at: ports.now() };
    const changed = { isNew: true, state: freeze(state, frozen.by, frozen.why, frozen.at) };
    return recorded(state, changed, { type: "pause", ...frozen, isFreeze: true });
  });
  if (isNew) ports.log({ level: "warn", event: "model-frozen", model, requestId: candidateId, why });
  const thaw = { what: "To let the rest go on", words: ["thaw", model] };
  const text = `${why}\nWhat a person asks for still starts.\n${nextStepLine(thaw)}`;
  const subject = `automatic training of ${model} is frozen`;
  await notify(ports, promoted, { candidateId, at, subject, text, next: [thaw], runbook: "model-frozen" });
}

function candidateOf(effect: PromotionEffect): string {
  return effect.type === "record" ? effect.record.candidate.id : effect.candidateId;
}

/** A step of a candidate, and each guardrail that did not pass at it. */
function tellRecord(log: Log, { candidate, step, outcome, why, cause, checks = [], rollout }: CandidateRecord): void {
  const about = { model: candidate.model, requestId: candidate.id };
  if (rollout !== undefined) tellRolloutStep(log, about, rollout, { why, outcome });
  log({ level: "info", event: "candidate-step", ...about, step, trainedBy: cause?.requestId, why });
  if (outcome !== undefined) log({ level: "info", event: "candidate-ended", ...about, outcome, why });
  if (step !== "asked" && outcome !== "rejected") return;
  for (const { name, subject, verdict, sentence } of checks) {
    if (verdict !== "passed") log({ level: "warn", event: "guardrail", ...about, check: name, subject, verdict, why: sentence });
  }
}
