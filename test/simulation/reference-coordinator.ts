// A second coordinator, written from docs/coordinator.md alone: plain loops over one mutable world, money in BigInt. It decides
// what the program must decide, so nothing of the program's own rules is imported, only the forms of a request and a policy.
import type { CoordinatorPolicy } from "../../functions/core/coordination/policy";
import {
  type BreakEvenState,
  beginBreakEven,
  judgeBreakEven,
  modelDeployed,
  stepObserved,
  trainingStarted,
  trainingWasted,
} from "../../functions/core/quality/break-even";
import { pacedPrice } from "../../functions/core/quality/paced-price";
import type { Cause, CauseType, Manifest, TrainingRequest } from "../../functions/core/training-request";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MINUTES_5 = 300_000;

/** A request as rules see it. */
export interface Ask {
  id: string;
  model: string;
  priority: number;
  asked: Partial<Record<CauseType, number>>;
  causes: Cause[];
  omitted: number;
  manifests: Manifest[];
  needsApproval: boolean;
  blocks: boolean;
}

interface Waiting {
  ask: Ask;
  parkedAt: number;
  dueAt: number | undefined;
  withdrawn: boolean;
  approvedBy: string[] | undefined;
}

export interface Held {
  ask: Ask;
  id: string;
  name: string | undefined;
  startedAt: number;
  previous: number | undefined;
  reserved: bigint;
  configured: bigint;
  approvedBy: string[] | undefined;
}

export interface Said {
  id: string;
  outcome: "start" | "defer" | "merge" | "ask" | "reject" | "duplicate";
  reason: string;
  ask: Ask;
  into?: string;
  dueAt?: number;
  reserved?: bigint;
  approvedBy?: string[];
  /** One letter for each check: passed, overridden, refused. */
  verdicts: string;
}

/** Of a day or a month. */
interface Counted {
  date: string;
  starts: number;
  spent: bigint;
}

/** R79. */
export interface Quality {
  breakEven: BreakEvenState;
  step: number;
  promoted: boolean;
  since: number | undefined;
  request: string | undefined;
  run: string | undefined;
  version: string | undefined;
  awaited: { id: string; at: number; run: string | undefined; holdOut: HoldOut } | undefined;
  labelled: number | undefined;
  rows: number | undefined;
  delay: number | undefined;
  open: { from: number; until: number; covered: number; wrong: number; rows: number; counted: boolean } | undefined;
  month: string;
  starts: number;
}

interface HoldOut {
  challenger?: number;
  champion?: number;
}

export interface World {
  policy: CoordinatorPolicy;
  bucket: string;
  runs: Held[];
  lastStartAt: number | undefined;
  date: string;
  starts: number;
  spentToday: bigint;
  month: string;
  spentThisMonth: bigint;
  /** R3: what is counted of other days, and months. */
  otherDays: Counted[];
  otherMonths: Counted[];
  parked: Waiting[];
  aside: { ask: Ask; reason: string; at: number }[];
  approval: { ask: Ask; askedAt: number; expiresAt: number; by: string[]; withdrawn: boolean } | undefined;
  paused: { by: string; why: string; at: number; freeze: boolean } | undefined;
  resumed: { by: string; catchUp: string; at: number } | undefined;
  blocked: { id: string; at: number } | undefined;
  failures: number;
  failedAt: number | undefined;
  ratio: number;
  usual: number | undefined;
  quality: Quality | undefined;
  recent: string[];
  /** Every decision that the decision log, or the outbox on its way there, holds of a request: the last that is not a duplicate. */
  log: Map<string, Said>;
  /** What was decided in the current step. */
  said: Said[];
}

export function newWorld(policy: CoordinatorPolicy, bucket: string, now: number): World {
  return {
    policy,
    bucket,
    runs: [],
    lastStartAt: undefined,
    date: dayOf(now),
    starts: 0,
    spentToday: 0n,
    month: dayOf(now).slice(0, 7),
    spentThisMonth: 0n,
    otherDays: [],
    otherMonths: [],
    parked: [],
    aside: [],
    approval: undefined,
    paused: undefined,
    resumed: undefined,
    blocked: undefined,
    failures: 0,
    failedAt: undefined,
    ratio: 1,
    usual: undefined,
    quality: undefined,
    recent: [],
    log: new Map(),
    said: [],
  };
}

// Calendar and clocks

const DATES = new Map<number, string>();

function dayOf(at: number): string {
  const day = Math.floor(at / DAY);
  const known = DATES.get(day);
  if (known !== undefined) return known;
  const date = new Date(at);
  const two = (n: number) => (n < 10 ? `0${n}` : `${n}`);
  const text = `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
  DATES.set(day, text);
  return text;
}

function nextMidnight(at: number): number {
  return at - (at % DAY) + DAY;
}

function nextFirst(at: number): number {
  let midnight = nextMidnight(at);
  while (!dayOf(midnight).endsWith("-01")) midnight += DAY;
  return midnight;
}

function wasWrong(world: World, now: number): boolean {
  const latest = Math.max(world.lastStartAt ?? 0, world.quality?.since ?? 0);
  return world.date > dayOf(now + HOUR) || latest > now + HOUR;
}

function turn(world: World, now: number): void {
  if (wasWrong(world, now)) correct(world, now);
  const today = dayOf(now);
  if (today <= world.date) return;
  goTo(world, today, false);
}

/** Another day becomes the day of the state: as it was counted before, with what came later if that is not to come any more. */
function goTo(world: World, date: string, isCorrection: boolean): void {
  const day = { date: world.date, starts: world.starts, spent: world.spentToday };
  const next = { date, starts: 0, spent: 0n };
  if (isCorrection) addTo(next, day);
  for (const other of world.otherDays) if (other.date === date || (isCorrection && other.date > date)) addTo(next, other);
  world.otherDays = nearest([day, ...world.otherDays], date);
  world.date = date;
  world.starts = next.starts;
  world.spentToday = next.spent;

  const name = date.slice(0, 7);
  if (name <= world.month && !isCorrection) return;
  const month = { date: world.month, starts: 0, spent: world.spentThisMonth };
  const nextMonth = { date: name, starts: 0, spent: 0n };
  if (isCorrection) addTo(nextMonth, month);
  for (const other of world.otherMonths) if (other.date === name || (isCorrection && other.date > name)) addTo(nextMonth, other);
  world.otherMonths = nearest([month, ...world.otherMonths], name);
  world.month = name;
  world.spentThisMonth = nextMonth.spent;
}

function addTo(sum: Counted, other: Counted): void {
  sum.starts += other.starts;
  sum.spent += other.spent;
}

/** The newest three before the date, and the oldest three after it. */
function nearest(all: readonly Counted[], date: string): Counted[] {
  const sorted = [...all].sort((a, b) => (a.date < b.date ? -1 : 1));
  const before = sorted.filter((one) => one.date < date).slice(-3);
  const after = sorted.filter((one) => one.date > date).slice(0, 3);
  return [...before, ...after].reverse();
}

/** Counts a start, or one that is taken back, on the day of the run. */
function countStart(world: World, { startedAt }: Held, by: 1 | -1): void {
  const date = dayOf(startedAt);
  if (date === world.date) world.starts = Math.max(0, world.starts + by);
  for (const other of world.otherDays) if (other.date === date) other.starts = Math.max(0, other.starts + by);
}

function correct(world: World, now: number): void {
  goTo(world, dayOf(now), true);
  for (const run of world.runs) if (run.startedAt > now) run.startedAt = now;
  if (world.lastStartAt !== undefined && world.lastStartAt > now) world.lastStartAt = now;
  if (world.failedAt !== undefined && world.failedAt > now) world.failedAt = now;
  for (const waiting of world.parked) {
    if (waiting.parkedAt > now) waiting.parkedAt = now;
    waiting.dueAt = now;
  }
  if (world.approval !== undefined) {
    const lasts = world.approval.expiresAt - world.approval.askedAt;
    if (world.approval.askedAt > now) world.approval.askedAt = now;
    world.approval.expiresAt = world.approval.askedAt + lasts;
  }
  const { quality } = world;
  if (quality !== undefined) {
    if (quality.since !== undefined) quality.since = Math.min(quality.since, now);
    if (quality.awaited !== undefined) quality.awaited.at = Math.min(quality.awaited.at, now);
    if (quality.labelled !== undefined) quality.labelled = Math.min(quality.labelled, now);
    const thisMonth = dayOf(now).slice(0, 7);
    if (quality.month > thisMonth) quality.month = thisMonth;
    if (quality.open !== undefined && quality.open.until > now) quality.open = undefined;
  }
  for (const moment of [world.paused, world.resumed, world.blocked]) if (moment !== undefined && moment.at > now) moment.at = now;
}

// Money

function micros(usd: number): bigint {
  return BigInt(Math.round(usd * 1e6));
}

function objectsOf(ask: Ask): number {
  let objects = 0;
  for (const manifest of ask.manifests) objects += manifest.objects;
  return objects;
}

function configuredCost({ cost }: CoordinatorPolicy, ask: Ask): bigint {
  let nanos = micros(cost.baseUsd) * 1_000_000_000n;
  for (const { objects, bytes } of ask.manifests) {
    nanos += micros(cost.perGbUsd) * BigInt(bytes) + micros(cost.perObjectUsd) * BigInt(objects) * 1_000_000_000n;
  }
  return (nanos + 500_000_000n) / 1_000_000_000n;
}

function estimate(world: World, ask: Ask): bigint {
  return micros((Number(configuredCost(world.policy, ask)) / 1e6) * world.ratio);
}

function isOverWholeBudget(world: World, ask: Ask): boolean {
  if (ask.priority === 1) return false;
  const { dailyUsd, monthlyUsd } = world.policy.budget;
  const usd = estimate(world, ask);
  return usd > micros(dailyUsd) || usd > micros(monthlyUsd);
}

function committed(world: World): { today: bigint; month: bigint } {
  let today = world.spentToday;
  let month = world.spentThisMonth;
  for (const run of world.runs) {
    if (dayOf(run.startedAt) === world.date) today += run.reserved;
    if (dayOf(run.startedAt).slice(0, 7) === world.month) month += run.reserved;
  }
  return { today, month };
}

// Merging

function askOf(request: TrainingRequest): Ask {
  const asked: Ask["asked"] = { ...request.askedBy };
  if (request.askedBy === undefined) for (const { type } of request.causes) asked[type] = request.priority;
  return {
    id: request.id,
    model: request.model,
    priority: request.priority,
    asked,
    causes: [...request.causes],
    omitted: request.omittedCauses ?? 0,
    manifests: [...request.manifests],
    needsApproval: request.needsApproval === true,
    blocks: request.blocks === true,
  };
}

function merged(earlier: Ask, later: Ask): Ask {
  const asked: Ask["asked"] = { ...earlier.asked };
  for (const [type, priority] of Object.entries(later.asked) as [CauseType, number][]) {
    asked[type] = Math.min(asked[type] ?? priority, priority);
  }
  const causes = [...earlier.causes];
  let omitted = earlier.omitted + later.omitted;
  for (const cause of later.causes) {
    if (cause.type === "event") {
      const { rule, event, subject, at } = cause;
      causes.push({ type: "event", rule, event, subject, at });
    } else {
      causes.push(cause);
    }
  }
  while (causes.length > 100) {
    causes.pop();
    omitted++;
  }
  return {
    id: earlier.id,
    model: earlier.model,
    priority: Math.min(earlier.priority, later.priority),
    asked,
    causes,
    omitted,
    manifests: [...earlier.manifests, ...later.manifests],
    needsApproval: earlier.needsApproval || later.needsApproval,
    blocks: earlier.blocks || later.blocks,
  };
}

/** R21: with the causes of the later one counted, where they would be too much and it brings no data. */
function joined(earlier: Ask, later: Ask): Ask {
  const both = merged(earlier, later);
  if (later.manifests.length > 0 || isOneTraining(both)) return both;
  return { ...both, causes: earlier.causes, omitted: both.omitted + both.causes.length - earlier.causes.length };
}

/** R8. */
function spaceOf(ask: Ask): number {
  let space = 64 + Buffer.byteLength(ask.id);
  for (const cause of ask.causes) {
    const {
      type: _type,
      reason: _reason,
      severity: _severity,
      metadata,
      ...texts
    } = { reason: "", severity: "", metadata: {}, ...cause };
    const all = [...Object.values(texts), ...Object.keys(metadata), ...Object.values(metadata)];
    for (const text of all) if (typeof text === "string") space += Buffer.byteLength(text);
    space += 32;
  }
  let before = "";
  for (const { uri } of ask.manifests) {
    let same = 0;
    while (same < uri.length && uri[same] === before[same]) same++;
    space += 64 + Buffer.byteLength(uri.slice(same));
    before = uri;
  }
  return space;
}

function isOneTraining(ask: Ask): boolean {
  return ask.manifests.length <= 1_000 && spaceOf(ask) <= 76_000;
}

/** R13. */
function canTakeAlong(ask: Ask): boolean {
  return ask.manifests.length <= 1_000 && spaceOf(ask) <= 78_500;
}

function waitingSpace(world: World): number {
  let space = world.approval === undefined ? 0 : spaceOf(world.approval.ask);
  for (const { ask } of world.parked) space += spaceOf(ask);
  return space;
}

function hasSpace(world: World, ask: Ask): boolean {
  return waitingSpace(world) + spaceOf(ask) <= 140_000;
}

/** R78, of starts that find no capacity. */
function canBeWithdrawn(world: World, ask: Ask): boolean {
  let space = spaceOf(ask);
  for (const waiting of world.parked) if (waiting.withdrawn) space += spaceOf(waiting.ask);
  return space <= 140_000;
}

/** R78, of data that is set aside. */
function dropOldest(world: World): void {
  const total = (count: (ask: Ask) => number) => world.aside.reduce((sum, { ask }) => sum + count(ask), 0);
  while (
    world.aside.length > 50 ||
    total(({ manifests }) => manifests.length) > 1_000 ||
    (world.aside.length > 0 && total(spaceOf) + waitingSpace(world) > 140_000)
  )
    world.aside.shift();
}

function needsApproval(world: World, ask: Ask): boolean {
  if (ask.blocks) return true;
  switch (world.policy.approval.needed) {
    case "always":
      return true;
    case "on-request":
      return ask.needsApproval;
    case "never":
      return false;
  }
}

function mayJoin(world: World, host: Pick<Waiting, "ask" | "withdrawn" | "approvedBy">, ask: Ask, withdrawn: boolean): boolean {
  if (host.withdrawn || withdrawn) return false;
  const hostStillNeeds = host.approvedBy === undefined && needsApproval(world, host.ask);
  if (hostStillNeeds !== needsApproval(world, ask)) return false;
  const both = joined(host.ask, ask);
  return isOneTraining(both) && !isOverWholeBudget(world, both);
}

// Checks

interface Verdict {
  outcome: "start" | "ask" | "reject" | "defer";
  reason: string;
  verdicts: string;
  dueAt: number | undefined;
}

function judge(world: World, ask: Ask, approvedBy: string[] | undefined, now: number, withdrawn = false): Verdict {
  const { policy } = world;
  let verdicts = "P";
  let reason = "";
  let dueAt: number | undefined = 0;
  const check = (name: string, refuses: boolean, overrides: boolean, time: number | undefined) => {
    verdicts += !refuses ? "P" : overrides ? "O" : "R";
    if (!refuses || overrides) return;
    if (reason === "") reason = name;
    if (name === "approval-needed") return;
    dueAt = dueAt === undefined || time === undefined ? undefined : Math.max(dueAt, time);
  };

  const passesFreeze = world.paused?.freeze === true && ask.asked.manual !== undefined;
  check("paused", world.paused !== undefined && !passesFreeze, false, undefined);

  const byPerson = approvedBy !== undefined || ask.blocks || ask.asked.manual !== undefined;
  check("blocked-by-drift", world.blocked !== undefined && !byPerson, false, undefined);

  const lessUrgent = world.approval !== undefined && world.approval.ask.priority >= 3;
  check("waiting-for-approval", world.approval !== undefined, ask.priority <= 2 && lessUrgent, undefined);

  check("run-in-progress", world.runs.length >= policy.maxRuns, false, undefined);

  let backoffEnds: number | undefined;
  if (world.failures >= policy.backoff.afterFailures && world.failedAt !== undefined) {
    let delay = policy.backoff.delayMs;
    for (let n = policy.backoff.afterFailures; n < world.failures && delay < policy.backoff.maxDelayMs && delay > 0; n++)
      delay *= 2;
    backoffEnds = world.failedAt + Math.min(delay, policy.backoff.maxDelayMs);
  }
  check("failure-back-off", backoffEnds !== undefined && now < backoffEnds, false, backoffEnds);

  const cooldownEnds = world.lastStartAt === undefined ? undefined : world.lastStartAt + policy.cooldownMs;
  const urgentDrift = ask.asked.drift !== undefined && ask.asked.drift <= 2;
  check("cooldown", cooldownEnds !== undefined && now < cooldownEnds, urgentDrift, cooldownEnds);

  const onlyData = Object.keys(ask.asked).join() === "data";
  check("minimum-new-data", onlyData && objectsOf(ask) < policy.minNewObjects, false, undefined);

  check("daily-limit", world.starts >= policy.maxStartsPerDay, ask.priority <= 2, nextMidnight(now));

  const { today, month } = committed(world);
  const cost = estimate(world, ask);
  check("daily-budget", today + cost > micros(policy.budget.dailyUsd), ask.priority === 1, nextMidnight(now));
  check("monthly-budget", month + cost > micros(policy.budget.monthlyUsd), ask.priority === 1, nextFirst(now));

  let tooEarly = false;
  let worthIt: number | undefined;
  if (policy.volume !== undefined && world.lastStartAt !== undefined && ask.priority !== 1) {
    const { lastStartAt } = world;
    const { objects, ageMs } = policy.volume;
    const needed = (usd: bigint) => {
      if (policy.budget.dailyUsd === 0) return 2;
      return 1 + Math.min(1, Number(usd) / 1e6 / policy.budget.dailyUsd);
    };
    const data = objectsOf(ask) / objects;
    tooEarly = data + (now - lastStartAt) / ageMs < needed(today + cost);
    const moment = (need: number) => Math.ceil(lastStartAt + (need - data) * ageMs);
    worthIt = Math.min(moment(needed(today + cost)), Math.max(nextMidnight(now), moment(needed(cost))));
  }
  check("volume", tooEarly, false, worthIt);
  const worth = worthOf(world, now);
  check("adaptive", !worth.passes, ask.priority === 1 || ask.asked.manual !== undefined, worth.time);

  check("approval-needed", needsApproval(world, ask) && approvedBy === undefined, false, undefined);

  if (reason === "") return { outcome: "start", reason: "all-checks-passed", verdicts, dueAt: undefined };
  if (reason === "approval-needed") return { outcome: "ask", reason, verdicts, dueAt: undefined };
  if (isOverWholeBudget(world, ask) && !withdrawn)
    return { outcome: "reject", reason: "estimate-over-budget", verdicts, dueAt: undefined };
  return { outcome: "defer", reason, verdicts, dueAt };
}

// Quality

/** R80. */
function qualityUnder(world: World, runs: readonly Held[], now: number): Quality {
  const adaptive = world.policy.adaptive ?? { price: { steps: 1 }, stepMs: DAY };
  const known = world.quality;
  const promoted = adaptive.isPromoted === true;
  if (known !== undefined && known.step === adaptive.stepMs) return { ...known, promoted };
  const newest = runs[runs.length - 1];
  const { attainable, variance } = adaptive;
  return {
    breakEven: beginBreakEven({
      ...(attainable !== undefined && { attainable }),
      ...(variance !== undefined && { variance, weight: 10 }),
    }),
    step: adaptive.stepMs,
    promoted,
    since: known?.since,
    request: known?.request,
    run: known?.run,
    version: known?.version,
    awaited: known !== undefined ? known.awaited : newest && { id: newest.id, at: newest.startedAt, run: undefined, holdOut: {} },
    labelled: undefined,
    rows: undefined,
    delay: undefined,
    open: undefined,
    month: known?.month ?? dayOf(now).slice(0, 7),
    starts: known?.starts ?? 0,
  };
}

/** What asks break-even at an age: undefined where no label came. */
function askBreakEven(world: World, now: number) {
  const { quality, policy } = world;
  const { adaptive } = policy;
  if (quality === undefined || adaptive === undefined || quality.step !== adaptive.stepMs) return undefined;
  if (quality.since === undefined || quality.labelled === undefined) return undefined;
  const begun = now - quality.since;
  const age = begun <= 0 ? 1 : Math.ceil(begun / quality.step);
  const price = "steps" in adaptive.price ? adaptive.price.steps : paced(quality, adaptive.price.trainingsPerMonth, now);
  const period = adaptive.periodMs === undefined ? Number.POSITIVE_INFINITY : adaptive.periodMs / quality.step;
  const { breakEven, rows } = quality;
  const judge = (age: number) => judgeBreakEven(breakEven, { age, price, period, ...(rows !== undefined && { rows }) });
  return { age, judge };
}

function paced(quality: Quality, most: number, now: number): number {
  const end = nextFirst(now);
  let begin = now - (now % DAY);
  while (!dayOf(begin).endsWith("-01")) begin -= DAY;
  const used = quality.month === dayOf(now).slice(0, 7) ? quality.starts : 0;
  return pacedPrice({ most, used, elapsed: (now - begin) / (end - begin) });
}

/** R88 to R90. `due` where the clock may ask. */
function worthOf(world: World, now: number): { passes: boolean; due: boolean; time: number | undefined } {
  const { quality, policy, lastStartAt } = world;
  const { adaptive } = policy;
  if (adaptive === undefined) return { passes: true, due: false, time: undefined };
  const { stepMs, periodMs } = adaptive;
  if (quality?.awaited !== undefined && now - quality.awaited.at < 14 * stepMs) {
    return { passes: false, due: false, time: quality.awaited.at + 14 * stepMs };
  }
  const latest = Math.max(quality?.since ?? 0, lastStartAt ?? 0);
  const byPeriod = () => {
    if (latest === 0) return { passes: true, due: false, time: undefined };
    const passes = periodMs !== undefined && now - latest >= periodMs;
    return { passes, due: passes, time: periodMs === undefined ? undefined : latest + periodMs };
  };
  const asked = askBreakEven(world, now);
  if (quality === undefined || asked === undefined) return byPeriod();
  const silent = Math.max(2 * (quality.delay ?? 0), periodMs ?? 14 * stepMs);
  const blindAt = Math.ceil(Math.max(quality.labelled ?? 0, quality.since ?? 0) + silent);
  if (now > blindAt) return byPeriod();
  if (asked.judge(asked.age).start !== undefined) return { passes: true, due: true, time: undefined };
  let time: number | undefined;
  for (let age = asked.age + 1; age <= asked.age + 100 && time === undefined; age++) {
    if (asked.judge(age).start !== undefined) time = (quality.since ?? 0) + (age - 1) * stepMs + 1;
  }
  if (time !== undefined && time > blindAt) time = undefined;
  if (periodMs !== undefined) time = Math.min(time ?? Number.POSITIVE_INFINITY, Math.max(blindAt + 1, latest + periodMs));
  if ("trainingsPerMonth" in adaptive.price) time = Math.min(time ?? Number.POSITIVE_INFINITY, now + stepMs);
  return { passes: false, due: false, time };
}

/** A signal of quality, as a monitor sent it. */
export interface Signal {
  model: string;
  monitor: string;
  metric: string;
  from: number;
  to: number;
  error: number;
  rows?: number;
  run?: string;
}

/** R81 to R83. @param id of its request. Returns whether it was ignored. */
export function signal(world: World, id: string, sent: Signal, isLogged: boolean, now: number): boolean {
  const { adaptive } = world.policy;
  if (adaptive === undefined) return true;
  const before = structuredClone({ ...world, log: undefined, said: undefined });
  turn(world, now);
  if (!isLogged && !world.recent.includes(id)) {
    const quality = qualityUnder(world, world.runs, now);
    if (isIgnored(quality, adaptive.metric, sent, now)) {
      Object.assign(world, { ...before, log: world.log, said: world.said });
      return true;
    }
    world.quality = quality;
    observe(quality, sent, now);
  }
  const { monitor, metric } = sent;
  decideAsk(world, { ...qualityAsk(id, sent.model), causes: [{ type: "quality", monitor, metric }] }, isLogged, now);
  dropOldest(world);
  return false;
}

function qualityAsk(id: string, model: string): Ask {
  const nothing = { omitted: 0, manifests: [], needsApproval: false, blocks: false };
  return { id, model, priority: 4, asked: { quality: 4 }, causes: [{ type: "quality" }], ...nothing };
}

function isIgnored(quality: Quality, metric: string | undefined, sent: Signal, now: number): boolean {
  const length = sent.to - sent.from;
  if ((metric !== undefined && metric !== sent.metric) || length <= 0 || sent.to > now + HOUR) return true;
  if (length > 1.5 * quality.step || sent.rows === 0) return true;
  const names = [quality.run?.toLowerCase(), quality.version?.toLowerCase()].filter((name) => name !== undefined);
  if (sent.run !== undefined && names.length > 0 && !names.includes(sent.run.toLowerCase())) return true;
  const begin = stepOf(quality, sent);
  if (quality.since !== undefined && begin < quality.since) return true;
  if (quality.labelled !== undefined && begin + quality.step <= quality.labelled) return true;
  const { open } = quality;
  return open !== undefined && (begin < open.from || (begin === open.from && sent.from < open.until));
}

function stepOf({ step }: Quality, { from, to }: Signal): number {
  const middle = from + (to - from) / 2;
  return middle - (middle % step);
}

function observe(quality: Quality, sent: Signal, now: number): void {
  const begin = stepOf(quality, sent);
  quality.since ??= begin;
  if (quality.open !== undefined && quality.open.from < begin) close(quality);
  const open = quality.open ?? { from: begin, until: 0, covered: 0, wrong: 0, rows: 0, counted: true };
  open.until = Math.max(open.until, sent.to);
  open.covered += sent.to - sent.from;
  open.wrong += sent.error * (sent.rows ?? 1);
  open.rows += sent.rows ?? 1;
  if (sent.rows === undefined) open.counted = false;
  quality.open = open;
  const late = Math.max(0, now - sent.to);
  quality.delay = quality.delay === undefined ? late : quality.delay + 0.2 * (late - quality.delay);
  if (open.covered >= 0.99 * quality.step) close(quality);
}

function close(quality: Quality): void {
  const { open } = quality;
  if (open === undefined) return;
  quality.breakEven = stepObserved(quality.breakEven, Math.min(1, open.wrong / open.rows));
  quality.labelled = open.from + quality.step;
  quality.rows = open.counted ? open.rows : undefined;
  quality.open = undefined;
}

/** R84. @param id of the training that made it */
export function serves(world: World, model: { id?: string; run?: string; version?: string }, at: number): void {
  const { quality } = world;
  if (quality === undefined) return;
  let told: HoldOut | undefined;
  let request = model.id;
  const { awaited } = quality;
  if (awaited !== undefined && (model.id === undefined ? at >= awaited.at : model.id === awaited.id)) {
    quality.awaited = undefined;
    told = awaited.holdOut;
    request = awaited.id;
  }
  if (quality.since !== undefined && at <= quality.since) return;
  const isFirst = quality.since === undefined && told?.champion === undefined;
  quality.breakEven = modelDeployed(quality.breakEven, { ...told, ...(isFirst && { isFirst }) });
  quality.since = at;
  quality.request = request;
  quality.run = model.run;
  quality.version = model.version;
  quality.open = undefined;
}

/** R93. @param run its name, or the id of its request. Returns whether it was ignored. */
export function tellHoldOut(world: World, run: string, told: { challenger: number; champion?: number }, now: number): boolean {
  if (world.policy.adaptive === undefined) return true;
  const before = structuredClone({ ...world, log: undefined, said: undefined });
  turn(world, now);
  const quality = qualityUnder(world, world.runs, now);
  const outcome = withHoldOut(quality, world.runs, run, told);
  if (outcome === "taken") world.quality = quality;
  else Object.assign(world, { ...before, log: world.log, said: world.said });
  return outcome === "ignored";
}

function withHoldOut(
  quality: Quality,
  runs: readonly Held[],
  run: string,
  told: { challenger: number; champion?: number },
): "taken" | "known" | "ignored" {
  const isNamed = (name: string | undefined) => name !== undefined && name.toLowerCase() === run.toLowerCase();
  const { awaited, breakEven } = quality;
  const isAwaited =
    awaited?.id === run || isNamed(awaited?.run) || runs.some(({ id, name }) => id === awaited?.id && isNamed(name));
  if (awaited !== undefined && isAwaited) {
    const { challenger, champion } = awaited.holdOut;
    if (challenger !== undefined) return challenger === told.challenger && champion === told.champion ? "known" : "ignored";
    quality.awaited = { ...awaited, holdOut: told };
    return "taken";
  }
  if (quality.request !== run && !isNamed(quality.run)) return "ignored";
  if (breakEven.holdOut !== undefined) return breakEven.holdOut === told.challenger ? "known" : "ignored";
  if (breakEven.steps > 0 || awaited !== undefined) return "ignored";
  const isFirst = breakEven.isFirst === true && told.champion === undefined;
  quality.breakEven = modelDeployed(breakEven, { ...told, ...(isFirst && { isFirst }) });
  return "taken";
}

/** R87. */
export function cameToNothing(world: World, id: string): void {
  const { quality } = world;
  if (quality?.awaited?.id !== id) return;
  quality.awaited = undefined;
  quality.breakEven = trainingWasted(quality.breakEven);
}

/** R85. */
function awaitTraining(world: World, id: string, startedAt: number, now: number): void {
  if (world.policy.adaptive === undefined) {
    world.quality = undefined;
    return;
  }
  const quality = qualityUnder(world, [], now);
  world.quality = quality;
  const asked = askBreakEven(world, now);
  quality.breakEven = trainingStarted(quality.breakEven, asked === undefined ? { excess: 0, debt: 0 } : asked.judge(asked.age));
  hold(quality, id, startedAt);
}

function hold(quality: Quality, id: string, startedAt: number): void {
  quality.awaited = { id, at: startedAt, run: undefined, holdOut: {} };
  const month = dayOf(startedAt).slice(0, 7);
  if (month === quality.month) quality.starts += 1;
  if (month > quality.month) {
    quality.month = month;
    quality.starts = 1;
  }
}

/** R91. */
function askByClock(world: World, model: string, now: number): void {
  const { adaptive } = world.policy;
  if (adaptive === undefined) return;
  const waiting = world.parked.map(({ ask }) => ask);
  if (world.approval !== undefined) waiting.push(world.approval.ask);
  if (waiting.some(({ asked }) => asked.quality !== undefined) || !worthOf(world, now).due) return;
  const begin = new Date(now - (now % adaptive.stepMs)).toISOString();
  const id = `quality/${model}/sweep-${begin.slice(0, 19).split(":").join("-")}`;
  if (world.recent.includes(id)) return;
  decideAsk(world, qualityAsk(id, model), false, now);
  dropOldest(world);
}

// From checks to a decision

function say(world: World, said: Omit<Said, "id">): void {
  const whole = { id: said.ask.id, ...said };
  world.said.push(whole);
  if (said.outcome !== "duplicate") world.log.set(whole.id, whole);
}

function reject(world: World, ask: Ask, reason: string, verdicts: string, now: number): void {
  say(world, { ask, outcome: "reject", reason, verdicts });
  setAside(world, ask, reason, now);
}

/** R62: not the model's own data, or of a request that Retrigger did not make. */
const NOT_KEPT = ["foreign-manifest", "unknown-model", "priority-out-of-range"];

function setAside(world: World, ask: Ask, reason: string, now: number): void {
  if (ask.manifests.length === 0 || NOT_KEPT.includes(reason)) return;
  drop(world, ask.id);
  world.aside.push({ ask: dataAlone(ask), reason, at: now });
  dropOldest(world);
}

function drop(world: World, id: string): void {
  world.aside = world.aside.filter((aside) => aside.ask.id !== id);
}

function dataAlone(ask: Ask): Ask {
  const ofData = ask.causes.filter((cause) => cause.type === "data").slice(0, 100);
  return {
    id: ask.id,
    model: ask.model,
    priority: 5,
    asked: { data: 5 },
    causes: ofData.length > 0 ? ofData : ask.causes.slice(0, 1),
    omitted: 0,
    manifests: ask.manifests,
    needsApproval: false,
    blocks: false,
  };
}

function park(world: World, waiting: Waiting): void {
  let index = 0;
  for (const [at, other] of world.parked.entries()) if (other.parkedAt <= waiting.parkedAt) index = at + 1;
  world.parked.splice(index, 0, waiting);
}

function unpark(world: World, waiting: Waiting): void {
  world.parked = world.parked.filter((other) => other !== waiting);
}

function allDue(world: World, now: number): void {
  for (const waiting of world.parked) waiting.dueAt = now;
}

function parkedManifests(world: World): number {
  let manifests = 0;
  for (const waiting of world.parked) manifests += waiting.ask.manifests.length;
  return manifests;
}

function hasRoom(world: World, ask: Ask): boolean {
  return world.parked.length < 20 && parkedManifests(world) + ask.manifests.length <= 2_000 && hasSpace(world, ask);
}

/** A request that is considered, and is not parked while it is. */
type Candidate = Omit<Waiting, "parkedAt" | "dueAt"> & { parkedAt: number | undefined };

function alone(ask: Ask): Candidate {
  return { ask, parkedAt: undefined, withdrawn: false, approvedBy: undefined };
}

/** Decides what `judge` told, and says so, if it is not a deferral, of which the caller knows more. */
function settleFate(world: World, candidate: Candidate, now: number): Verdict {
  const verdict = judge(world, candidate.ask, candidate.approvedBy, now, candidate.withdrawn);
  switch (verdict.outcome) {
    case "start":
      start(world, candidate, verdict, now);
      break;
    case "ask":
      askPeople(world, candidate, verdict, now);
      break;
    case "reject":
      reject(world, candidate.ask, verdict.reason, verdict.verdicts, now);
      break;
    case "defer":
      park(world, { ...candidate, parkedAt: candidate.parkedAt ?? now, dueAt: verdict.dueAt });
      break;
  }
  return verdict;
}

function sayDeferred(world: World, candidate: Candidate, { reason, verdicts, dueAt }: Verdict): void {
  const { ask, approvedBy } = candidate;
  say(world, { ask, outcome: "defer", reason, verdicts, ...(dueAt !== undefined && { dueAt }), ...(approvedBy && { approvedBy }) });
}

function start(world: World, candidate: Candidate, verdict: Verdict, now: number): void {
  let { ask } = candidate;
  const { approvedBy } = candidate;
  if (!candidate.withdrawn) {
    for (const aside of [...world.aside]) {
      if (["not-approved", "skipped", "settled-unstarted"].includes(aside.reason)) continue;
      const both = merged(ask, aside.ask);
      if (!canTakeAlong(both)) continue;
      const other = judge(world, both, approvedBy, now);
      if (other.outcome !== "start" || other.verdicts !== verdict.verdicts) continue;
      ask = both;
      drop(world, aside.ask.id);
      say(world, { ask: aside.ask, outcome: "merge", reason: "taken-along", into: ask.id, verdicts: "" });
    }
  }
  const reserved = estimate(world, ask);
  const firstMoment = Date.parse(`${world.date}T00:00:00Z`);
  const startedAt = now < firstMoment ? firstMoment : now;
  const configured = configuredCost(world.policy, ask);
  world.runs.push({
    ask,
    id: ask.id,
    name: undefined,
    startedAt,
    previous: world.lastStartAt,
    reserved,
    configured,
    approvedBy,
  });
  awaitTraining(world, ask.id, startedAt, now);
  world.starts += 1;
  world.lastStartAt = startedAt;
  if (approvedBy !== undefined) world.blocked = undefined;
  const { reason, verdicts } = verdict;
  say(world, { ask, outcome: "start", reason, verdicts, reserved, ...(approvedBy && { approvedBy }) });
}

function askPeople(world: World, { ask, withdrawn }: Candidate, { reason, verdicts }: Verdict, now: number): void {
  const displaced = world.approval;
  if (displaced !== undefined) {
    say(world, { ask: displaced.ask, outcome: "defer", reason: "waiting-for-approval", verdicts: "" });
    park(world, { ...alone(displaced.ask), withdrawn: displaced.withdrawn, parkedAt: displaced.askedAt, dueAt: undefined });
  }
  const expiresAt = now + (world.policy.approval.expiresMs[ask.priority - 1] ?? 0);
  world.approval = { ask, askedAt: now, expiresAt, by: [], withdrawn };
  say(world, { ask, outcome: "ask", reason, verdicts, dueAt: expiresAt });
}

// Events

/** A request arrives. @param isLogged the decision log, or the outbox, has a decision on it */
export function arrive(world: World, request: TrainingRequest, isLogged: boolean, now: number): void {
  decideOn(world, request, isLogged, now);
  dropOldest(world);
}

function decideOn(world: World, request: TrainingRequest, isLogged: boolean, now: number): void {
  let ask = askOf(request);
  if (!isLogged) {
    let reason: string | undefined;
    for (const { uri } of request.manifests) if (uri.split("/")[2] !== world.bucket) reason = "foreign-manifest";
    if (request.requestedAt > now + DAY) reason = "from-the-future";
    if (![1, 2, 3, 4, 5].includes(request.priority)) reason = "priority-out-of-range";
    if (reason !== undefined) {
      reject(world, ask, reason, "", now);
      return;
    }
  }
  if (isLogged && !world.recent.includes(ask.id)) remember(world, ask.id);
  if (!world.recent.includes(ask.id)) ask = takingAlong(world, ask, request.takesAlong ?? []);
  decideAsk(world, ask, isLogged, now);
}

function decideAsk(world: World, ask: Ask, isLogged: boolean, now: number): void {
  if (isLogged && !world.recent.includes(ask.id)) remember(world, ask.id);
  turn(world, now);
  if (world.recent.includes(ask.id)) {
    say(world, { ask, outcome: "duplicate", reason: "duplicate", verdicts: "R" });
    return;
  }
  remember(world, ask.id);
  if (ask.blocks) {
    world.blocked = { id: ask.id, at: now };
    for (const waiting of world.parked) waiting.approvedBy = undefined;
  }
  const host = hostOf(world, ask);
  if (host === undefined) {
    const { outcome, verdicts } = judge(world, ask, undefined, now);
    const isTooMuch =
      (outcome === "start" && !canBeWithdrawn(world, ask)) ||
      (outcome === "defer" && !hasRoom(world, ask)) ||
      (outcome === "ask" && !hasSpace(world, ask));
    if (isTooMuch) {
      reject(world, ask, "backlog-full", verdicts, now);
      return;
    }
    const verdict = settleFate(world, alone(ask), now);
    if (verdict.outcome === "defer") sayDeferred(world, alone(ask), verdict);
    return;
  }
  const both: Candidate = { ...host, ask: joined(host.ask, ask) };
  const together = judge(world, both.ask, both.approvedBy, now);
  if (together.outcome === "defer" && ask.priority < host.ask.priority) {
    if (judge(world, ask, undefined, now).outcome === "start" && canBeWithdrawn(world, ask)) {
      settleFate(world, alone(ask), now);
      return;
    }
  }
  const { reason, verdicts, dueAt } = together;
  const due = together.outcome === "defer" && dueAt !== undefined ? { dueAt } : {};
  say(world, { ask, outcome: "merge", reason, into: host.ask.id, verdicts, ...due });
  unpark(world, host);
  settleFate(world, both, now);
}

function remember(world: World, id: string): void {
  world.recent.push(id);
  if (world.recent.length > 50) world.recent.shift();
}

function takingAlong(world: World, asking: Ask, names: readonly string[]): Ask {
  let ask = asking;
  const done: string[] = [];
  for (const name of names) {
    if (done.includes(name)) continue;
    done.push(name);
    let data = world.aside.find((aside) => aside.ask.id === name)?.ask;
    const last = world.log.get(name);
    if (data === undefined && last?.outcome === "reject" && last.ask.manifests.length > 0 && last.ask.model === ask.model) {
      if (!NOT_KEPT.includes(last.reason)) data = dataAlone(last.ask);
    }
    if (data === undefined || !canTakeAlong(merged(ask, data))) continue;
    ask = merged(ask, data);
    drop(world, name);
    say(world, { ask: data, outcome: "merge", reason: "taken-along", into: ask.id, verdicts: "" });
  }
  return ask;
}

function hostOf(world: World, ask: Ask): Waiting | undefined {
  if (world.paused !== undefined && hasRoom(world, ask)) return undefined;
  if (ask.manifests.length > 0 && parkedManifests(world) + ask.manifests.length > 2_000) return undefined;
  if (!hasSpace(world, ask)) return undefined;
  for (const waiting of world.parked) if (mayJoin(world, waiting, ask, false)) return waiting;
  return undefined;
}

/** The sweep of a minute, as far as it decides. */
export function sweep(world: World, model: string, now: number): void {
  askAgain(world, now);
  askByClock(world, model, now);
}

function askAgain(world: World, now: number): void {
  turn(world, now);
  if (world.approval !== undefined && world.approval.expiresAt <= now) {
    const { ask, askedAt, withdrawn } = world.approval;
    world.approval = undefined;
    if (withdrawn) park(world, { ...alone(ask), withdrawn, parkedAt: askedAt, dueAt: undefined });
    allDue(world, now);
    if (!withdrawn) reject(world, ask, "approval-expired", "", now);
    return;
  }
  const order = [...world.parked];
  order.sort((a, b) => (a.ask.priority === b.ask.priority ? a.parkedAt - b.parkedAt : a.ask.priority - b.ask.priority));
  for (const waiting of order) {
    const isExpired = !waiting.withdrawn && waiting.parkedAt + world.policy.deferralExpiresMs <= now;
    if (!isExpired && (waiting.dueAt === undefined || waiting.dueAt > now)) continue;
    const { outcome, verdicts } = judge(world, waiting.ask, waiting.approvedBy, now);
    const waitsForWorth = outcome === "defer" && /^P[PO]{11}R[PR]$/.test(verdicts);
    if (isExpired && waitsForWorth && (waiting.dueAt === undefined || waiting.dueAt > now)) continue;
    unpark(world, waiting);
    if (isExpired && !waitsForWorth && outcome === "defer") reject(world, waiting.ask, "expired", verdicts, now);
    else settleFate(world, waiting, now);
  }
}

/** A person's answer to what waits for approval. Returns what came of it. */
export function answer(world: World, id: string, by: string, isApproved: boolean, now: number): string {
  const { approval } = world;
  if (approval === undefined || approval.ask.id !== id) return "not-waiting";
  const laterBy = wasWrong(world, now) ? Math.max(0, approval.askedAt - now) : 0;
  if (now >= approval.expiresAt - laterBy) return "expired";
  if (isApproved && approval.by.includes(by)) return "answered-already";
  turn(world, now);
  if (!isApproved) {
    world.approval = undefined;
    allDue(world, now);
    reject(world, approval.ask, "not-approved", "", now);
    return "taken";
  }
  approval.by.push(by);
  if (approval.by.length < world.policy.approval.approvers) return "more-needed";
  world.approval = undefined;
  allDue(world, now);
  const candidate: Candidate = {
    ask: approval.ask,
    parkedAt: approval.askedAt,
    withdrawn: approval.withdrawn,
    approvedBy: approval.by,
  };
  const starts = (ask: Ask) => judge(world, ask, approval.by, now).outcome === "start";
  const company: Ask[] = [];
  if (starts(candidate.ask)) {
    for (const waiting of [...world.parked]) {
      if (!mayJoin(world, candidate, waiting.ask, waiting.withdrawn)) continue;
      const both = joined(candidate.ask, waiting.ask);
      if (!starts(both)) continue;
      candidate.ask = both;
      company.push(waiting.ask);
      unpark(world, waiting);
    }
  }
  for (const ask of company) say(world, { ask, outcome: "merge", reason: "all-checks-passed", into: id, verdicts: "" });
  const verdict = settleFate(world, candidate, now);
  if (verdict.outcome === "defer") sayDeferred(world, candidate, verdict);
  return "taken";
}

export function pauseModel(world: World, by: string, why: string, now: number, freeze = false): void {
  world.paused = { by, why, at: now, freeze };
}

/** A rule's pause, because of an event that happened at `at`. */
export function pauseByRule(world: World, rule: string, why: string, at: number, now: number): void {
  if (world.paused !== undefined || (world.resumed !== undefined && at <= world.resumed.at)) return;
  pauseModel(world, `rule ${rule}`, why, now);
}

export function resumeModel(world: World, by: string, catchUp: "merged" | "all" | "skip", now: number): void {
  turn(world, now);
  world.paused = undefined;
  world.resumed = { by, catchUp, at: now };
  allDue(world, now);
  const waited = world.parked;
  if (catchUp === "skip") {
    world.parked = waited.filter((waiting) => waiting.withdrawn);
    for (const { ask, withdrawn } of waited) if (!withdrawn) reject(world, ask, "skipped", "", now);
  }
  if (catchUp === "merged") {
    world.parked = [];
    for (const waiting of waited) {
      const host = world.parked.find((other) => mayJoin(world, other, waiting.ask, waiting.withdrawn));
      if (host === undefined) {
        world.parked.push(waiting);
        continue;
      }
      host.ask = joined(host.ask, waiting.ask);
      say(world, { ask: waiting.ask, outcome: "merge", reason: "paused", into: host.ask.id, verdicts: "" });
    }
  }
}

export function clearBlock(world: World, now: number): void {
  if (world.blocked === undefined) return;
  world.blocked = undefined;
  allDue(world, now);
}

/** How a run ended; money is USD. */
export interface End {
  id: string;
  status: "succeeded" | "failed" | "stopped";
  usd: number | undefined;
  /** When the cloud saw it end. */
  endedAt: number | undefined;
}

export function settle(world: World, { id, status, usd, endedAt }: End, now: number): void {
  const run = world.runs.find((held) => held.id === id);
  if (run === undefined) return;
  turn(world, now);
  world.runs = world.runs.filter((held) => held !== run);
  const cost = usd === undefined ? run.reserved : micros(usd);
  const date = dayOf(run.startedAt);
  if (date === world.date) world.spentToday += cost;
  for (const other of world.otherDays) if (other.date === date) other.spent += cost;
  if (date.slice(0, 7) === world.month) world.spentThisMonth += cost;
  for (const other of world.otherMonths) if (other.date === date.slice(0, 7)) other.spent += cost;
  if (usd !== undefined && usd !== 0 && run.configured !== 0n) {
    const ratio = world.ratio + 0.3 * (usd / (Number(run.configured) / 1e6) - world.ratio);
    world.ratio = ratio < 0.1 ? 0.1 : ratio > 10 ? 10 : ratio;
  }
  if (status === "failed") {
    world.failures += 1;
    world.failedAt = now;
  }
  if (status === "succeeded") {
    world.failures = 0;
    world.failedAt = undefined;
    const took = endedAt === undefined ? 0 : endedAt - run.startedAt;
    if (took > 0) world.usual = world.usual === undefined ? took : world.usual + 0.2 * (took - world.usual);
  }
  const { quality } = world;
  const wasAwaited = quality?.awaited !== undefined;
  if (status !== "succeeded" && quality?.awaited?.id === id) quality.awaited = undefined;
  if (status === "succeeded" && quality?.promoted === false) {
    serves(world, { id, ...(run.name && { run: run.name }) }, endedAt ?? now);
  }
  if (status === "succeeded" && quality?.promoted === true && quality.awaited?.id === id) {
    quality.awaited.run = run.name;
  }
  if (wasAwaited) awaitAnother(world);
  allDue(world, now);
}

/** R86: of those that run, the newest. */
function awaitAnother({ quality, runs }: World): void {
  const newest = runs.at(-1);
  if (quality === undefined || quality.awaited !== undefined || newest === undefined) return;
  quality.awaited = { id: newest.id, at: newest.startedAt, run: undefined, holdOut: {} };
}

/** The cloud refused the start. */
export function refuse(world: World, id: string, now: number): void {
  const run = world.runs.find((held) => held.id === id);
  if (run === undefined) return;
  settle(world, { id, status: "failed", usd: 0, endedAt: undefined }, now);
  setAside(world, run.ask, "start-refused", now);
}

/** A person ends a run that did not start. */
export function giveUp(world: World, end: End, now: number): void {
  const run = world.runs.find((held) => held.id === end.id);
  if (run === undefined) return;
  if (run.name === undefined) setAside(world, run.ask, "settled-unstarted", now);
  settle(world, { ...end, endedAt: undefined }, now);
}

/** The cloud had no capacity for the start. */
export function withdraw(world: World, id: string, now: number): void {
  const run = world.runs.find((held) => held.id === id);
  if (run === undefined) return;
  world.runs = world.runs.filter((held) => held !== run);
  countStart(world, run, -1);
  const { quality } = world;
  if (quality?.awaited?.id === id) {
    quality.awaited = undefined;
    awaitAnother(world);
  }
  if (quality?.month === dayOf(run.startedAt).slice(0, 7)) quality.starts = Math.max(0, quality.starts - 1);
  for (const other of world.runs) if (other.previous === run.startedAt) other.previous = run.previous;
  if (world.lastStartAt === run.startedAt) {
    world.lastStartAt = run.previous;
    for (const other of world.runs) world.lastStartAt = Math.max(world.lastStartAt ?? 0, other.startedAt);
  }
  for (const waiting of world.parked) if (!waiting.withdrawn) waiting.dueAt = now;
  const { ask, approvedBy, startedAt } = run;
  park(world, { ask, parkedAt: startedAt, dueAt: now + MINUTES_5, withdrawn: true, approvedBy });
  dropOldest(world);
}

/** A run of a start that was taken out of the outbox meanwhile, as it was held when it began to be performed. */
export function adopt(world: World, run: Held, name: string): void {
  const held = world.runs.find((other) => other.id === run.id);
  if (held !== undefined) {
    held.name = name;
    return;
  }
  world.runs.push({ ...run, name });
  if (world.quality !== undefined) hold(world.quality, run.id, run.startedAt);
  world.parked = world.parked.filter((waiting) => waiting.ask.id !== run.id);
  drop(world, run.id);
  if (world.approval?.ask.id === run.id) world.approval = undefined;
  world.lastStartAt = Math.max(world.lastStartAt ?? 0, run.startedAt);
  countStart(world, run, 1);
}
