// Random sequences of events, told to the coordinator and to the reference model, which must agree after each.
import { deepStrictEqual } from "node:assert/strict";
import {
  CATCH_UPS,
  type CoordinatorState,
  initialState,
  type PendingEffect,
  type Run,
} from "../../functions/core/coordination/coordinator-state";
import type { Transition } from "../../functions/core/coordination/decide";
import type { Decision } from "../../functions/core/coordination/decision";
import { decideRequest, decideSignal, pausedByRule } from "../../functions/core/coordination/handle-coordinator-message";
import { answerApproval, clearBlock, freeze, pause, resume } from "../../functions/core/coordination/intervene";
import type { CoordinatorPolicy } from "../../functions/core/coordination/policy";
import { dataOf, hasDataToKeep, withSetAside } from "../../functions/core/coordination/set-aside";
import { adoptRun, giveUpStart, nameRun, settleRun, withdrawStart } from "../../functions/core/coordination/settle-run";
import { reaskAll } from "../../functions/core/coordination/sweep-coordination";
import { candidateEnded, modelServes } from "../../functions/core/quality/follow-training";
import type { HoldOutReport } from "../../functions/core/quality/hold-out-message";
import type { QualitySignal } from "../../functions/core/quality/quality-signal";
import { decideHoldOut } from "../../functions/core/quality/take-hold-out";
import { qualityRequestId } from "../../functions/core/request-ids";
import { askedBy, type Cause, type Manifest, type TrainingRequest } from "../../functions/core/training-request";
import { randomOf } from "./random";
import * as reference from "./reference-coordinator";
import { DAY_MS, HOUR_MS } from "./requests";

const MODEL = "flight-delay";
const DATA = { bucket: "data", prefixes: ["incoming/"], suffixes: [], manifestPrefix: "retrigger/manifests/" };
const MINUTE_MS = 60_000;

/** How often each outcome with its reason was decided, so that a test can tell that what it compares has happened. */
export type Tally = Map<string, number>;

/**
 * Plays one sequence to both, and compares the decisions and the state after each event.
 * @throws AssertionError with the seed, the step and the event at the first difference
 */
export function playSequence(seed: number, tally: Tally): void {
  NUMBERS.clear();
  const sequence = new Sequence(randomOf(seed));
  for (let step = 1; step <= sequence.length; step++) {
    const event = sequence.next();
    if (event.startsWith("hold-out")) tally.set(event.replace(/:.*/, ""), (tally.get(event) ?? 0) + 1);
    for (const decision of sequence.decisions) {
      const name = `${decision.outcome} ${decision.reason}`;
      tally.set(name, (tally.get(name) ?? 0) + 1);
      const worth = worthName(decision);
      if (worth !== undefined) tally.set(worth, (tally.get(worth) ?? 0) + 1);
    }
    const program = { decisions: sequence.decisions.map(decisionShape), state: stateShape(sequence.state) };
    const model = { decisions: sequence.world.said.map(saidShape), state: worldShape(sequence.world) };
    const [decided, expected] = [JSON.stringify(program), JSON.stringify(model)];
    if (decided !== expected)
      deepStrictEqual({ seed, step, event, ...readable(decided) }, { seed, step, event, ...readable(expected) });
  }
}

/** What the check `adaptive` found, of a request that it judged. */
function worthName({ checks, requestId }: Decision): string | undefined {
  const worth = checks.find(({ check }) => check === "adaptive");
  if (worth === undefined || Object.keys(worth.numbers).length === 0) return undefined;
  const { startsBy, blind, awaited, first } = worth.numbers;
  const why = startsBy ?? first ?? blind ?? (awaited === undefined ? "debt" : "awaited");
  return `${requestId.includes("/sweep-") ? "clock" : "adaptive"} ${worth.verdict}: ${why}`;
}

type Random = (limit: number) => number;

/** The coordinator's state and the reference's world, to which the same happens at the same time. */
class Sequence {
  readonly world: reference.World;
  state: CoordinatorState;
  decisions: readonly Decision[] = [];
  /** Records that have left the outbox. */
  readonly #log = new Map<string, Decision[]>();
  readonly #asked: TrainingRequest[] = [];
  readonly #signals: QualitySignal[] = [];
  readonly #holdOuts: HoldOutReport["holdOut"][] = [];
  readonly #unclear: { readonly run: Run; readonly held: reference.Held }[] = [];
  readonly #policy: CoordinatorPolicy;
  readonly #isLarge: boolean;
  /** Addresses of manifests are long, and have little in common. */
  readonly #isLong: boolean;
  /** Requests come in, and little else happens. */
  readonly #isCrowded: boolean;
  readonly length: number;
  #now: number;

  constructor(readonly random: Random) {
    this.#isCrowded = random(15) === 0;
    this.#isLarge = random(30) === 0;
    this.#isLong = random(20) === 0;
    const policy = { ...policyFrom(random), ...(random(4) === 0 && moneyAlone(random)) };
    const patient = { budget: { dailyUsd: 250, monthlyUsd: 1_000 }, deferralExpiresMs: 7 * DAY_MS };
    this.#policy = this.#isCrowded ? { ...policy, ...patient } : policy;
    this.length = this.#isCrowded ? 50 + random(random(4) === 0 ? 120 : 50) : 5 + random(35);
    this.#now = Date.UTC(2026, 10, 27 + random(4), random(24), random(60));
    this.state = initialState(this.#now);
    this.world = reference.newWorld(this.#policy, DATA.bucket, this.#now);
  }

  /** Lets one thing happen. Returns its name. */
  next(): string {
    const { random, world } = this;
    world.said = [];
    this.decisions = [];
    this.#now += this.#passed();
    if (random(3) > 0) this.#empty();
    // The clock of one machine is wrong for once.
    const error = random(120) === 0 ? ([40, 3, -1, -2][random(4)] ?? 3) * DAY_MS : 0;
    this.#now += error;
    const event = this.#isCrowded && random(12) > 0 ? this.#crowd() : this.#happen(random(100));
    this.#now -= error;
    return event;
  }

  #passed(): number {
    const { random } = this;
    switch (random(10)) {
      case 0:
        return this.#toNextMoment();
      case 1:
        return -Math.min(random(50) * MINUTE_MS, 50 * MINUTE_MS);
      case 2:
        return random(this.#isCrowded ? HOUR_MS : 3 * DAY_MS);
      case 3:
      case 4:
        return random(10 * HOUR_MS);
      case 5:
        return random(2) === 0 ? HOUR_MS : DAY_MS - (this.#now % DAY_MS) + random(10) * MINUTE_MS;
      default:
        return random(20 * MINUTE_MS);
    }
  }

  /** To the first millisecond at which something that waits is due, or expires. */
  #toNextMoment(): number {
    const { approval, parked } = this.state;
    const moments = parked.flatMap(({ dueAt, parkedAt }) => [dueAt ?? 0, parkedAt + this.#policy.deferralExpiresMs]);
    const later = [...moments, approval?.expiresAt ?? 0].filter((moment) => moment > this.#now);
    return later.length === 0 ? 0 : Math.min(...later) - this.#now;
  }

  #happen(kind: number): string {
    if (this.#policy.adaptive !== undefined && this.random(2) === 0) return this.#quality();
    if (kind < 38) return this.#request();
    if (kind < 57) return this.#sweep();
    if (kind < 68) return this.#endOfRun();
    if (kind < 79) return this.#answer();
    if (kind < 81) return this.#pause();
    if (kind < 85) return this.#resume();
    if (kind < 87) return this.#clear();
    return this.#performStart();
  }

  #crowd(): string {
    return this.state.paused === undefined && this.random(4) === 0 ? this.#pause() : this.#request();
  }

  #take({ state, decisions }: Transition): void {
    this.state = state;
    this.decisions = decisions;
  }

  /** The records leave the outbox. */
  #empty(): void {
    for (const effect of this.state.outbox) {
      if (effect.type === "record")
        this.#log.set(effect.decision.requestId, [...(this.#log.get(effect.decision.requestId) ?? []), effect.decision]);
    }
    this.state = { ...this.state, outbox: this.state.outbox.filter(({ type }) => type === "start") };
  }

  #request(): string {
    const { random, world } = this;
    const request = pick(random, this.#asked, 8) ?? this.#newRequest();
    const isDecided = this.#log.has(request.id);
    const ended = (request.takesAlong ?? []).flatMap((id) => {
      const all = [...(this.#log.get(id) ?? []), ...this.#pending(id)];
      const last = all.findLast(({ outcome }) => outcome !== "duplicate");
      const isEnded = last?.outcome === "reject" && hasDataToKeep(last.request, last.reason as "expired");
      return isEnded ? [dataOf(last.request)] : [];
    });
    const isKnown = isDecided || this.#pending(request.id).length > 0;
    this.#take(decideRequest({ policy: this.#policy, data: DATA }, this.state, request, { isDecided, ended }, this.#now));
    reference.arrive(world, request, isKnown, this.#now);
    return `request ${request.id}`;
  }

  /** Labels come in, in most cases in order, or promotion ends a candidate. */
  #quality(): string {
    const { random, world } = this;
    if (random(10) === 0) return this.#candidate();
    if (random(6) === 0) return this.#holdOut();
    const step = this.#policy.adaptive?.stepMs ?? DAY_MS;
    const begin = Math.floor(this.#now / step) * step - (random(5) === 0 ? random(4) - 1 : 1) * step;
    const part = random(4) === 0 ? random(4) * (step / 4) : 0;
    const length = part > 0 || random(5) === 0 ? step / 4 : random(15) === 0 ? 2 * step : step;
    const fresh: QualitySignal = {
      model: MODEL,
      monitor: "labels",
      metric: random(20) === 0 ? "auc" : "accuracy",
      from: begin + part,
      to: begin + part + length,
      error: Math.min(1, 0.1 + random(30) / 100 + (random(3) === 0 ? 0.3 : 0)),
      ...(random(3) > 0 && { rows: random(25) === 0 ? 0 : 50 + random(500) }),
      ...(random(6) === 0 && { run: ["run a", world.quality?.run ?? "run b", world.quality?.version ?? "Run C"][random(3)] ?? "" }),
    };
    const signal = pick(random, this.#signals, 8) ?? fresh;
    this.#signals.push(signal);
    const id = qualityRequestId(signal);
    const isDecided = this.#log.has(id);
    const isKnown = isDecided || this.#pending(id).length > 0;
    const taken = decideSignal({ policy: this.#policy, data: DATA }, this.state, signal, isDecided, this.#now);
    this.#take(taken);
    const isIgnored = reference.signal(world, id, signal, isKnown, this.#now);
    deepStrictEqual(taken.ignored !== undefined, isIgnored, `${taken.ignored}`);
    return `signal ${id}: ${taken.ignored}`;
  }

  /** The evaluation of a run tells its errors, in most cases of the training that is awaited. */
  #holdOut(): string {
    const { random, world } = this;
    const { awaited, request, run } = world.quality ?? {};
    const held = world.runs[random(Math.max(1, world.runs.length))];
    const names = [awaited?.id, awaited?.run, request, run?.toUpperCase(), held?.id, held?.name].filter(
      (name) => name !== undefined,
    );
    const told = names[random(names.length + 1)] ?? "run of nobody";
    const champion = random(3) > 0 ? { champion: random(50) / 100 } : {};
    const holdOut = pick(random, this.#holdOuts, 3) ?? { challenger: random(40) / 100, ...champion };
    this.#holdOuts.push(holdOut);
    const taken = decideHoldOut({ policy: this.#policy }, this.state, { model: MODEL, run: told, holdOut }, this.#now);
    this.state = taken.state;
    const isIgnored = reference.tellHoldOut(world, told, holdOut, this.#now);
    deepStrictEqual("ignored" in taken, isIgnored, JSON.stringify(taken).slice(-200));
    return `hold-out ${isIgnored ? "ignored" : "taken"}: ${told}`;
  }

  #candidate(): string {
    const { random, world } = this;
    const requestId = world.quality?.awaited?.id ?? "data/none";
    if (this.state.quality === undefined) return "no candidate";
    if (random(3) === 0) {
      this.state = { ...this.state, quality: candidateEnded(this.state.quality, requestId) };
      reference.cameToNothing(world, requestId);
      return `nothing came of ${requestId}`;
    }
    const since = this.#now - random(2) * HOUR_MS;
    const made = { version: `version ${since}`, ...(random(2) === 0 && { requestId }) };
    this.state = { ...this.state, quality: modelServes(this.state.quality, { ...made, since }) };
    reference.serves(world, { version: made.version, ...("requestId" in made && { id: made.requestId }) }, since);
    return `serves ${requestId}`;
  }

  #pending(id: string): Decision[] {
    return this.state.outbox.flatMap((effect) =>
      effect.type === "record" && effect.decision.requestId === id ? [effect.decision] : [],
    );
  }

  #newRequest(): TrainingRequest {
    const { random } = this;
    const id = `data/${MODEL}/${this.#asked.length}`;
    const causes = causesFrom(random, this.#asked.length);
    const isData = causes.some(({ type }) => type === "data") || random(6) === 0;
    const isCritical = causes.some((cause) => cause.type === "drift" && cause.severity === "critical");
    const ended = this.world.aside.length > 0 ? this.world.aside[random(this.world.aside.length)]?.ask.id : undefined;
    const takesAlong = [ended, pick(random, this.#asked, 2)?.id, ended].filter((name) => name !== undefined);
    const request: TrainingRequest = {
      id,
      model: MODEL,
      causes,
      priority: random(60) === 0 ? 6 * random(2) : 1 + random(5),
      manifests: isData ? this.#manifests(id) : [],
      requestedAt: random(80) === 0 ? this.#now + 2 * DAY_MS : this.#now,
      ...(random(5) === 0 && { needsApproval: true }),
      ...(isCritical && { blocks: true }),
      ...(random(12) === 0 && takesAlong.length > 0 && { takesAlong }),
    };
    this.#asked.push(request);
    return request;
  }

  #manifests(id: string): Manifest[] {
    const { random } = this;
    const isLong = this.#isLong && random(3) > 0;
    const count = isLong ? 1 + random(75) : this.#isLarge && random(4) === 0 ? (LARGE[random(LARGE.length)] ?? 1) : 1 + random(3);
    const bucket = random(80) === 0 ? "another" : DATA.bucket;
    const objects = 1 + random(8);
    // No sum of these is half a micro-dollar, which double precision may round either way.
    const bytes = random(5) * 123_456_789;
    const folder = (n: number) => (isLong ? `${n % 10}${LONG}` : id);
    return Array.from({ length: count }, (_, n) => ({ uri: `s3://${bucket}/${folder(n)}/${n}`, objects, bytes }));
  }

  #sweep(): string {
    this.#take(reaskAll({ model: MODEL, policy: this.#policy, data: DATA }, this.state, this.#now));
    reference.sweep(this.world, MODEL, this.#now);
    return "sweep";
  }

  #endOfRun(): string {
    const { random } = this;
    const run = this.state.runs[random(Math.max(1, this.state.runs.length))];
    const requestId = run?.requestId ?? `data/${MODEL}/none`;
    const status = (["succeeded", "succeeded", "failed", "failed", "stopped"] as const)[random(5)] ?? "failed";
    const usd = [undefined, 0, 0.1, 0.3, 1, 3, random(500) / 100, random(500) / 100][random(8)];
    const endedAt = random(3) === 0 ? undefined : this.#now - random(30 * MINUTE_MS);
    const outcome = { requestId, status, ...(usd !== undefined && { actualUsd: usd }) };
    const end = { id: requestId, status, usd, endedAt };
    if (run !== undefined && random(8) === 0) {
      this.state = settleRun(giveUpStart(this.state, requestId, this.#now), outcome, this.#now);
      reference.giveUp(this.world, end, this.#now);
      return `give up ${requestId}`;
    }
    this.state = settleRun(this.state, outcome, this.#now, endedAt);
    reference.settle(this.world, end, this.#now);
    return `end ${requestId} ${status} ${usd}`;
  }

  #answer(): string {
    const { random } = this;
    const requestId = this.world.approval?.ask.id ?? `data/${MODEL}/none`;
    const by = ["ada", "bob", "cid"][random(3)] ?? "ada";
    const isApproved = random(3) > 0;
    const taken = answerApproval(this.#policy, this.state, { requestId, by, isApproved }, this.#now);
    if ("transition" in taken) this.#take(taken.transition);
    const turned = reference.answer(this.world, requestId, by, isApproved, this.#now);
    deepStrictEqual(taken.answer, turned);
    return `answer ${requestId} ${by} ${isApproved}`;
  }

  #pause(): string {
    const { random } = this;
    if (random(2) === 0) {
      const at = this.#now - random(2) * HOUR_MS;
      this.state = pausedByRule(this.state, { model: MODEL, rule: "freeze", why: "audit", at }, this.#now);
      reference.pauseByRule(this.world, "freeze", "audit", at, this.#now);
      return "pause by rule";
    }
    const isFreeze = random(2) === 0;
    this.state = (isFreeze ? freeze : pause)(this.state, "ada", "audit", this.#now);
    reference.pauseModel(this.world, "ada", "audit", this.#now, isFreeze);
    return isFreeze ? "freeze" : "pause";
  }

  #resume(): string {
    const catchUp = CATCH_UPS[this.random(CATCH_UPS.length)] ?? "merged";
    this.#take(resume(this.#policy, this.state, { by: "ada", catchUp }, this.#now));
    reference.resumeModel(this.world, "ada", catchUp, this.#now);
    return `resume ${catchUp}`;
  }

  #clear(): string {
    this.state = clearBlock(this.state, this.#now);
    reference.clearBlock(this.world, this.#now);
    return "clear";
  }

  /** What comes of a start that the outbox holds, or of one that another took out of it. */
  #performStart(): string {
    const { random, world } = this;
    const late = random(4) === 0 ? this.#unclear.splice(random(Math.max(1, this.#unclear.length)), 1)[0] : undefined;
    if (late !== undefined) {
      this.state = adoptRun(this.state, { ...late.run, runId: "late" });
      reference.adopt(world, late.held, "late");
      return `adopt ${late.run.requestId}`;
    }
    const starts = this.state.outbox.filter((effect) => effect.type === "start");
    const effect = starts[random(Math.max(1, starts.length))];
    if (effect === undefined) return "nothing to start";
    this.state = { ...this.state, outbox: this.state.outbox.filter(({ number }) => number !== effect.number) };
    return this.#performed(effect);
  }

  #performed(effect: Extract<PendingEffect, { readonly type: "start" }>): string {
    const { world } = this;
    const { id } = effect.request;
    const run = this.state.runs.find(({ requestId }) => requestId === id);
    const held = world.runs.find((one) => one.id === id);
    switch (this.random(4)) {
      case 0: {
        const outcome = { requestId: id, status: "failed", actualUsd: 0 } as const;
        // As performed: what was given up meanwhile is not refused a second time.
        if (run === undefined) return "nothing to refuse";
        this.state = withSetAside(settleRun(this.state, outcome, this.#now), effect.request, "start-refused", this.#now);
        reference.refuse(world, id, this.#now);
        return `refuse ${id}`;
      }
      case 1:
        this.state = nameRun(this.state, id, `run ${id}`);
        if (held !== undefined) held.name = `run ${id}`;
        return `name ${id}`;
      default:
        if (run !== undefined && held !== undefined) this.#unclear.push({ run, held: { ...held } });
        this.state = withdrawStart(this.state, effect, this.#now);
        reference.withdraw(world, id, this.#now);
        return `withdraw ${id}`;
    }
  }
}

const LONG = "ü".repeat(490);

const LARGE = [40, 400, 600, 998, 999, 1_000];

function policyFrom(random: Random): CoordinatorPolicy {
  const oneOf = <T>(...choices: readonly [T, ...T[]]): T => choices[random(choices.length)] ?? choices[0];
  return {
    maxRuns: oneOf(1, 1, 2, 3, 100),
    cooldownMs: oneOf(0, HOUR_MS, 6 * HOUR_MS),
    minNewObjects: oneOf(0, 0, 5, 12),
    maxStartsPerDay: oneOf(1, 2, 4, 100),
    budget: { dailyUsd: oneOf(0, 0.3, 1, 3, 10, 250, 250), monthlyUsd: oneOf(0.9, 4, 20, 1_000, 1_000, 1_000) },
    cost: { baseUsd: oneOf(0, 0.1, 0.1, 0.3, 1, 0.05), perGbUsd: oneOf(0, 0, 0.1, 0.7), perObjectUsd: oneOf(0, 0, 0.01) },
    backoff: {
      afterFailures: oneOf(1, 2, 3),
      delayMs: oneOf(0, HOUR_MS, 2 * HOUR_MS),
      maxDelayMs: oneOf(2 * HOUR_MS, 5 * HOUR_MS),
    },
    approval: {
      needed: oneOf("never", "on-request", "on-request", "on-request", "on-request", "always"),
      approvers: oneOf(1, 1, 2),
      expiresMs: [HOUR_MS, 2 * HOUR_MS, 4 * HOUR_MS, 12 * HOUR_MS, DAY_MS],
    },
    deferralExpiresMs: oneOf(12 * HOUR_MS, 2 * DAY_MS, 7 * DAY_MS),
    ...(random(3) === 0 && { adaptive: adaptiveFrom(random) }),
    ...(random(3) === 0 && { volume: { objects: oneOf(5, 20), ageMs: oneOf(6 * HOUR_MS, 2 * DAY_MS, 7 * DAY_MS) } }),
  };
}

function adaptiveFrom(random: Random): NonNullable<CoordinatorPolicy["adaptive"]> {
  return {
    price: random(3) === 0 ? { trainingsPerMonth: 1 + random(10) } : { steps: [0, 0.1, 0.3, 1][random(4)] ?? 0.3 },
    stepMs: [HOUR_MS, 6 * HOUR_MS, DAY_MS][random(3)] ?? DAY_MS,
    ...(random(2) === 0 && { metric: "accuracy" }),
    ...(random(2) === 0 && { periodMs: (3 + random(5)) * DAY_MS }),
    ...(random(2) === 0 && { attainable: 0.1 }),
    ...(random(3) === 0 && { variance: 0.001 }),
    ...(random(3) === 0 && { isPromoted: true }),
  };
}

/** Nothing but the day's budget decides when a training may start. */
function moneyAlone(random: Random): Partial<CoordinatorPolicy> {
  return {
    maxRuns: 100,
    cooldownMs: 0,
    minNewObjects: 0,
    maxStartsPerDay: 100,
    budget: { dailyUsd: 0.8 + random(20) / 10, monthlyUsd: 1_000 },
    cost: { baseUsd: 0.1, perGbUsd: 0, perObjectUsd: random(10) / 100 },
    backoff: { afterFailures: 100, delayMs: HOUR_MS, maxDelayMs: HOUR_MS },
  };
}

function causesFrom(random: Random, n: number): Cause[] {
  const count = random(40) === 0 ? 30 + random(90) : random(6) === 0 ? 2 : 1;
  return Array.from({ length: count }, () => causeFrom(random, n));
}

function causeFrom(random: Random, n: number): Cause {
  switch (random(8)) {
    case 0:
      return { type: "schedule", name: "nightly", firedAt: n };
    case 1:
    case 2: {
      const severity = (["low", "medium", "high", "critical"] as const)[random(4)] ?? "low";
      return { type: "drift", severity, score: 0.4 };
    }
    case 3:
      return { type: "manual", by: "eve", why: "new labels" };
    case 4:
      return { type: "event", rule: "labels", event: "changed", subject: `job ${n}`, metadata: { a: "b" }, at: n };
    default:
      return { type: "data", generation: n + 1, reason: "size", openedAt: n, sealedAt: n };
  }
}

/** One of the items, in one of `rarity` cases. */
function pick<T>(random: Random, items: readonly T[], rarity: number): T | undefined {
  return random(rarity) === 0 ? items[random(Math.max(1, items.length))] : undefined;
}

// What of both must be equal

/** Requests are replaced, not changed, so each is written down once, and compared by the number of what was written. */
const SHAPES = new WeakMap<object, string>();
const NUMBERS = new Map<string, number>();

function readable(shapes: string): object {
  const texts = [...NUMBERS.keys()];
  return JSON.parse(shapes, (_, value: unknown) =>
    typeof value === "string" && value[0] === "#" ? texts[Number(value.slice(1))] : value,
  );
}

function requestShape(request: TrainingRequest): string {
  const { id, priority, manifests, causes, omittedCauses = 0, needsApproval = false, blocks = false } = request;
  const asked = () => askedBy(request);
  return shapeOf(request, () => ({
    id,
    priority,
    asked: asked(),
    causes,
    omitted: omittedCauses,
    manifests,
    needsApproval,
    blocks,
  }));
}

function askShape(ask: reference.Ask): string {
  return shapeOf(ask, () => ask);
}

function shapeOf(request: object, read: () => Omit<reference.Ask, "model" | "causes" | "manifests"> & Listed): string {
  const known = SHAPES.get(request);
  if (known !== undefined) return known;
  const { id, priority, asked, causes, omitted, manifests, needsApproval, blocks } = read();
  const asks = Object.entries(asked).toSorted().join(" ");
  const text = [
    `${id} of priority ${priority}, asked by ${asks}${needsApproval ? ", to be approved" : ""}${blocks ? ", blocking" : ""}`,
    `causes ${causes.map(causeShape).join(" ")} and ${omitted} more`,
    `manifests ${manifestsShape(manifests)}`,
  ].join("; ");
  const number = NUMBERS.get(text) ?? NUMBERS.size;
  NUMBERS.set(text, number);
  const shape = `#${number}`;
  SHAPES.set(request, shape);
  return shape;
}

interface Listed {
  readonly causes: readonly Cause[];
  readonly manifests: readonly Manifest[];
}

/** Every manifest; of very many their number, objects, first and last. */
function manifestsShape(manifests: readonly Manifest[]): string {
  const objects = manifests.reduce((sum, manifest) => sum + manifest.objects, 0);
  if (manifests.length > 30) return `${manifests.length} of ${objects}, from ${manifests[0]?.uri} to ${manifests.at(-1)?.uri}`;
  return manifests.map(({ uri, objects, bytes }) => `${uri} ${objects} ${bytes}`).join(" ");
}

function causeShape(cause: Cause): string {
  return cause.type === "event" && cause.metadata !== undefined ? "event with metadata" : cause.type;
}

function decisionShape(decision: Decision) {
  const { requestId, outcome, reason, request, into, dueAt, reservedUsd, approvedBy, checks } = decision;
  const letters = checks.map(({ verdict }) => (verdict === "passed" ? "P" : verdict === "overridden" ? "O" : "R")).join("");
  return { id: requestId, outcome, reason, into, dueAt, reservedUsd, approvedBy, letters, request: requestShape(request) };
}

function saidShape({ id, outcome, reason, ask, into, dueAt, reserved, approvedBy, verdicts }: reference.Said) {
  const reservedUsd = reserved === undefined ? undefined : usd(reserved);
  return { id, outcome, reason, into, dueAt, reservedUsd, approvedBy, letters: verdicts, request: askShape(ask) };
}

function stateShape(state: CoordinatorState) {
  const { runs, lastStartAt, day, month, parked, setAside = [], approval, paused, resumed, blocked, failures } = state;
  return {
    runs: runs.map(({ requestId, runId, startedAt, previousStartAt, reservedUsd, estimatedUsd }) => ({
      id: requestId,
      runId,
      startedAt,
      previousStartAt,
      reservedUsd,
      estimatedUsd,
    })),
    lastStartAt,
    day: [day.date, day.starts, day.spentUsd],
    otherDays: (day.others ?? []).map(({ date, starts = 0, spentUsd }) => [date, starts, spentUsd]),
    month: [month.date, month.spentUsd],
    otherMonths: (month.others ?? []).map(({ date, spentUsd }) => [date, spentUsd]),
    parked: parked.map(({ request, parkedAt, dueAt, withdrawnAt, approvedBy }) => ({
      request: requestShape(request),
      parkedAt,
      dueAt,
      isWithdrawn: withdrawnAt !== undefined,
      approvedBy,
    })),
    aside: setAside.map(({ request, reason, at }) => ({ request: requestShape(request), reason, at })),
    approval: approval && {
      request: requestShape(approval.request),
      askedAt: approval.askedAt,
      expiresAt: approval.expiresAt,
      approvedBy: approval.approvedBy,
    },
    paused: paused && [paused.by, paused.why, paused.at, paused.isFreeze === true],
    resumed: resumed && [resumed.by, resumed.catchUp, resumed.at],
    blocked: blocked && [blocked.requestId, blocked.at],
    failures: [failures.inRow, failures.lastAt],
    costRatio: state.costRatio,
    usualRunMs: state.usualRunMs,
    quality: state.quality && qualityShape(state.quality),
    recentIds: state.recentIds,
  };
}

function worldShape(world: reference.World): ReturnType<typeof stateShape> {
  const { approval, paused, resumed, blocked } = world;
  return {
    runs: world.runs.map(({ id, name, startedAt, previous, reserved, configured }) => ({
      id,
      runId: name,
      startedAt,
      previousStartAt: previous,
      reservedUsd: usd(reserved),
      estimatedUsd: usd(configured),
    })),
    lastStartAt: world.lastStartAt,
    day: [world.date, world.starts, usd(world.spentToday)],
    otherDays: world.otherDays.map(({ date, starts, spent }) => [date, starts, usd(spent)]),
    month: [world.month, usd(world.spentThisMonth)],
    otherMonths: world.otherMonths.map(({ date, spent }) => [date, usd(spent)]),
    parked: world.parked.map(({ ask, parkedAt, dueAt, withdrawn, approvedBy }) => ({
      request: askShape(ask),
      parkedAt,
      dueAt,
      isWithdrawn: withdrawn,
      approvedBy,
    })),
    aside: world.aside.map(({ ask, reason, at }) => ({ request: askShape(ask), reason, at })),
    approval: approval && {
      request: askShape(approval.ask),
      askedAt: approval.askedAt,
      expiresAt: approval.expiresAt,
      approvedBy: approval.by,
    },
    paused: paused && [paused.by, paused.why, paused.at, paused.freeze],
    resumed: resumed && [resumed.by, resumed.catchUp, resumed.at],
    blocked: blocked && [blocked.id, blocked.at],
    failures: [world.failures, world.failedAt],
    costRatio: world.ratio,
    usualRunMs: world.usual,
    quality: world.quality && referenceQualityShape(world.quality),
    recentIds: world.recent,
  };
}

function qualityShape(quality: NonNullable<CoordinatorState["quality"]>) {
  const { breakEven, awaited, openStep, month } = quality;
  return [
    breakEven,
    [quality.stepMs, quality.isPromoted === true],
    [quality.servingSince, quality.servingRequest, quality.servingRun, quality.servingVersion],
    awaited && [awaited.requestId, awaited.startedAt, awaited.runId, awaited.challenger, awaited.champion],
    [quality.labelledUntil, quality.rows, quality.labelDelayMs],
    openStep && [openStep.from, openStep.until, openStep.coveredMs, openStep.wrong, openStep.rows, openStep.isUncounted !== true],
    [month.date, month.starts],
  ];
}

function referenceQualityShape(quality: reference.Quality): ReturnType<typeof qualityShape> {
  const { breakEven, awaited, open } = quality;
  return [
    breakEven,
    [quality.step, quality.promoted],
    [quality.since, quality.request, quality.run, quality.version],
    awaited && [awaited.id, awaited.at, awaited.run, awaited.holdOut.challenger, awaited.holdOut.champion],
    [quality.labelled, quality.rows, quality.delay],
    open && [open.from, open.until, open.covered, open.wrong, open.rows, open.counted],
    [quality.month, quality.starts],
  ];
}

function usd(micros: bigint): number {
  return Number(micros) / 1e6;
}
