import type { CoordinatorMessage, PauseOrder } from "../coordinator-message";
import type { ModelSettings } from "../model-settings";
import { qualityUnder } from "../quality/follow-training";
import { shareOfPrice } from "../quality/judge-quality";
import { observeQuality } from "../quality/observe-quality";
import { signalRequest } from "../quality/quality-request";
import type { QualitySignal } from "../quality/quality-signal";
import { takeHoldOut } from "../quality/take-hold-out";
import { type DecidingSettings, recorded, requestInput } from "../replay/recorded-input";
import { qualityRequestId } from "../request-ids";
import { QUALITY_PRIORITY, type TrainingRequest } from "../training-request";
import { type CoordinationPorts, changeState, performEffects, tellDecisions } from "./coordinate";
import { type CoordinatorState, RECENT_IDS } from "./coordinator-state";
import { decide, mergeDecision, rejection, type Transition, transition } from "./decide";
import { type Decision, isRejectReason, type RejectReason, TAKEN_ALONG } from "./decision";
import { handleAnswer, pause } from "./intervene";
import { mergeRequests } from "./parked-requests";
import type { RequestHistory } from "./ports";
import { canTakeAlong } from "./request-size";
import { dataOf, hasDataToKeep, withoutSetAside } from "./set-aside";
import { turnCalendar } from "./turn-calendar";

/**
 * Does what a message of the request queue asks for. Repeating it is harmless.
 * @param settings of the model that it names; undefined for one that is not configured, which is rejected with a record
 */
export async function handleCoordinatorMessage(
  ports: CoordinationPorts,
  settings: ModelSettings | undefined,
  message: CoordinatorMessage,
): Promise<void> {
  switch (message.action) {
    case "request":
      await requestTraining(ports, settings, message.request);
      return;
    case "pause":
      await pauseByRule(ports, settings, message.order);
      return;
    case "answer":
      await handleAnswer(ports, settings, message.answer);
      return;
    case "quality":
      await takeSignal(ports, settings, message.signal);
      return;
    case "hold-out":
      await takeHoldOut(ports, settings, message.report);
      return;
  }
}

/**
 * Takes a signal of a model's quality: it is observed, and asks for a training, in one change of the state. Repeating it is
 * harmless: a signal that asked before is a duplicate. Rejects when the state cannot be read or saved; the message then returns to
 * its queue.
 */
async function takeSignal(ports: CoordinationPorts, settings: ModelSettings | undefined, signal: QualitySignal): Promise<void> {
  const { model, monitor, metric, error } = signal;
  const requestId = qualityRequestId(signal);
  if (settings === undefined) {
    ports.log({ level: "warn", event: "model-unknown", requestId, why: `no model ${model} is configured` });
    return;
  }
  const now = ports.now();
  const isDecided = (await ports.decisions.read(requestId)) !== undefined;
  const input = { type: "quality", at: now, signal } as const;
  const taken = await changeState(ports, model, (state) => {
    const decided = decideSignal(settings, state, signal, isDecided, now);
    // A duplicate was not observed: the record of it tells a replay all.
    const isDuplicate = decided.decisions.every(({ outcome }) => outcome === "duplicate");
    return recorded(state, decided, isDuplicate ? undefined : input, settings);
  });
  if (taken.ignored !== undefined) {
    ports.log({ level: "warn", event: "quality-ignored", model, requestId, monitor, why: taken.ignored });
    return;
  }
  const debtShare = settings.policy.adaptive && shareOfPrice(settings.policy.adaptive, taken.state, now);
  ports.log({ level: "info", event: "request-received", model, requestId, type: "quality", priority: QUALITY_PRIORITY });
  const isNew = taken.decisions.every(({ outcome }) => outcome !== "duplicate");
  if (isNew) ports.log({ level: "info", event: "quality-observed", model, requestId, monitor, metric, error, debtShare });
  tellDecisions(ports.log, taken.decisions);
  await performEffects(ports, settings);
}

/** What a signal led to; `ignored` says why it counts for nothing, and then nothing changed. */
export type TakenSignal = Transition & { readonly ignored?: string };

/**
 * Observes a signal of a model's quality and decides about the training that it asks for. One that was decided about before is a
 * duplicate, and is not observed again.
 * @param isDecided whether the decision log knows its request
 */
export function decideSignal(
  settings: Pick<DecidingSettings, "policy" | "data">,
  before: CoordinatorState,
  signal: QualitySignal,
  isDecided: boolean,
  now: number,
): TakenSignal {
  const { adaptive } = settings.policy;
  if (adaptive === undefined)
    return { state: before, decisions: [], ignored: "the model has no policy.adaptive, which would judge it" };
  const id = qualityRequestId(signal);
  const state = turnCalendar(before, now);
  const { quality, runs, recentIds } = state;
  const isKnown = isDecided || recentIds.includes(id) || isToBeRecorded(state, id);
  const observed = isKnown ? { quality } : observeQuality(adaptive, qualityUnder(adaptive, quality, runs, now), signal, now);
  if ("ignored" in observed) return { state: before, decisions: [], ignored: observed.ignored };
  const known = observed.quality === undefined ? state : { ...state, quality: observed.quality };
  return decideRequest(settings, known, signalRequest(adaptive, known, signal, now), { isDecided, ended: [] }, now);
}

/** A clock may be wrong by a little; a day ahead is a mistake. */
const MAX_AHEAD_MS = 86_400_000;

/**
 * Decides about a request and does what follows. Repeating it is harmless: a request that was decided before is a duplicate,
 * and what its decision left undone is done. Rejects when the state cannot be read or saved; the message then returns to its queue.
 */
export async function requestTraining(
  ports: CoordinationPorts,
  settings: ModelSettings | undefined,
  request: TrainingRequest,
): Promise<readonly Decision[]> {
  const now = ports.now();
  const { id, model, causes, priority } = request;
  if (settings === undefined) {
    // Without the name in a field of its own: what anybody writes into a request must not become a series of a metric.
    ports.log({ level: "warn", event: "model-unknown", requestId: id, why: `no model ${model} is configured` });
    const decision = rejection(request, "unknown-model", [], now);
    await ports.decisions.record(decision);
    return [decision];
  }
  ports.log({ level: "info", event: "request-received", model, requestId: id, type: causes[0]?.type, priority });
  const isDecided = (await ports.decisions.read(request.id)) !== undefined;
  const { decisions, untaken } = await changeState(ports, settings.model, async (state) => {
    // After the state was read: what another training takes along is in the state that it saves, or in the log by then.
    const ended = isDecided ? [] : await endedRequests(ports, request);
    const decided = decideRequest(settings, state, request, { isDecided, ended }, now);
    return recorded(state, decided, requestInput(request, decided.decisions), settings);
  });
  for (const named of untaken) ports.log({ level: "warn", event: "nothing-to-take-along", model, requestId: id, named });
  tellDecisions(ports.log, decisions);
  await performEffects(ports, settings);
  return decisions;
}

/** What the decision log knows of a request. */
export interface Logged {
  readonly isDecided: boolean;
  /** The data of ended requests, among them those that it takes along. */
  readonly ended: readonly TrainingRequest[];
}

/**
 * Decides about a request: rejects what its form forbids, adds the data that it takes along, and leaves the rest to `decide`.
 * `untaken` are the requests that it names and whose data it cannot take.
 */
export function decideRequest(
  settings: Pick<DecidingSettings, "policy" | "data">,
  state: CoordinatorState,
  request: TrainingRequest,
  { isDecided, ended }: Logged,
  now: number,
): Transition & { readonly untaken: readonly string[] } {
  const isKnown = isDecided || isToBeRecorded(state, request.id);
  const reason = rejectReason(settings, request, now);
  if (reason !== undefined && !isKnown) return { ...transition(state, rejection(request, reason, [], now)), untaken: [] };
  const isForgotten = isKnown && !state.recentIds.includes(request.id);
  const remembering = isForgotten ? { ...state, recentIds: [...state.recentIds, request.id].slice(-RECENT_IDS) } : state;
  const { taken, untaken, whole, rest } = takeAlong(remembering, request, ended);
  const before = transition(rest, ...taken.map((one) => mergeDecision(one, request.id, TAKEN_ALONG, now)));
  const decided = decide(settings.policy, before.state, whole, now);
  return { state: decided.state, decisions: [...before.decisions, ...decided.decisions], untaken };
}

/** True where the record of a decision on a request is still in the outbox. */
function isToBeRecorded({ outbox }: CoordinatorState, requestId: string): boolean {
  return outbox.some((left) => left.type !== "start" && left.decision.requestId === requestId);
}

/** The data of the requests that another takes along and that ended without a run, as the log has them. */
async function endedRequests({ decisions }: CoordinationPorts, { model, takesAlong = [] }: TrainingRequest) {
  const ended: TrainingRequest[] = [];
  for (const id of takesAlong) {
    const history = await decisions.read(id);
    const last = endedWithoutRun(history);
    if (last !== undefined && last.model === model) ended.push(dataOf(last.request));
  }
  return ended;
}

/**
 * The last decision on a request that ended without a run and had data to keep: it was rejected, or its start was refused or given
 * up. Undefined for any other.
 */
export function endedWithoutRun(history: RequestHistory | undefined): Decision | undefined {
  const last = history?.decisions.findLast(({ outcome }) => outcome !== "duplicate");
  const isRejected = last?.outcome === "reject" && isRejectReason(last.reason) && hasDataToKeep(last.request, last.reason);
  const isGivenUp = last?.outcome === "start" && history?.run?.status !== undefined && history.run.runId === undefined;
  return isRejected || (isGivenUp && last.request.manifests.length > 0) ? last : undefined;
}

/**
 * A request with the data of those that it names, each once and as many as one training takes, and the state without them; what the
 * state has kept goes before the log.
 */
function takeAlong(state: CoordinatorState, request: TrainingRequest, recorded: readonly TrainingRequest[]) {
  const { takesAlong = [], ...asked } = request;
  if (state.recentIds.includes(request.id)) return { taken: [], untaken: [], whole: asked, rest: state };
  const kept = state.setAside?.map((aside) => aside.request) ?? [];
  const taken: TrainingRequest[] = [];
  const untaken: string[] = [];
  let whole: TrainingRequest = asked;
  for (const id of new Set(takesAlong)) {
    const ended = isTaken(state, id) ? undefined : [...kept, ...recorded].find((one) => one.id === id);
    if (ended !== undefined && canTakeAlong(mergeRequests(whole, ended))) {
      taken.push(ended);
      whole = mergeRequests(whole, ended);
    } else {
      untaken.push(id);
    }
  }
  const ids = taken.map(({ id }) => id);
  return { taken, untaken, whole, rest: withoutSetAside(state, ids) };
}

/** True where another training took the data along, and the record of that is not in the log yet. */
function isTaken({ outbox }: CoordinatorState, id: string): boolean {
  return outbox.some((left) => left.type === "record" && left.decision.requestId === id && left.decision.reason === TAKEN_ALONG);
}

/** What no time can cure about a request, as far as the request itself tells. */
function rejectReason({ data }: Pick<DecidingSettings, "data">, request: TrainingRequest, now: number): RejectReason | undefined {
  if (request.priority < 1 || request.priority > 5) return "priority-out-of-range";
  if (request.requestedAt > now + MAX_AHEAD_MS) return "from-the-future";
  if (request.manifests.some(({ uri }) => bucketOf(uri) !== data.bucket)) return "foreign-manifest";
  return undefined;
}

function bucketOf(uri: string): string | undefined {
  return /^[a-z0-9]+:\/\/([^/]+)\//.exec(uri)?.[1];
}

/**
 * Pauses a model because a rule says so, and reports whether it did. Repeating it is harmless. Rejects when the state cannot be
 * read or saved; the message then returns to its queue.
 * @param settings undefined for a model that is not configured, of which nothing starts anyway
 */
export async function pauseByRule(
  ports: Pick<CoordinationPorts, "states" | "now" | "log">,
  settings: ModelSettings | undefined,
  order: PauseOrder,
): Promise<void> {
  const { model, rule, why } = order;
  if (settings === undefined) {
    ports.log({ level: "warn", event: "pause-of-unknown-model", model, rule, why });
    return;
  }
  const { isPaused } = await changeState(ports, model, (before) => {
    const at = ports.now();
    const paused = { state: pausedByRule(before, order, at) };
    const { state } = recorded(before, paused, { type: "pause", at, by: nameOfRule(rule), why });
    return { state, isPaused: state !== before };
  });
  ports.log({ level: "info", event: isPaused ? "paused" : "pause-ignored", model, rule, why });
}

/**
 * The state after a rule's pause: unchanged where the model is paused already, so that nobody's reason is overwritten, and where a
 * person resumed it after the event, so that a late or repeated delivery does not undo what they decided.
 */
export function pausedByRule(state: CoordinatorState, { rule, why, at }: PauseOrder, now: number): CoordinatorState {
  if (state.paused !== undefined || (state.resumed !== undefined && at <= state.resumed.at)) return state;
  return pause(state, nameOfRule(rule), why, now);
}

function nameOfRule(rule: string): string {
  return `rule ${rule}`;
}
