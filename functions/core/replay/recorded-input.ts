// Decisions are recorded; what else changed a model's state between two of them is recorded with the next one, so that a replay has
// every input in the order in which the state took it.
import * as z from "zod/mini";
import { CATCH_UPS, type CoordinatorState } from "../coordination/coordinator-state";
import type { Decision } from "../coordination/decision";
import { PERSON_SOURCE } from "../coordination/person-answer";
import type { ModelSettings } from "../model-settings";
import { amountSchema, timeSchema } from "../numbers";
import { holdOutErrorsSchema } from "../quality/hold-out-message";
import { qualitySignalSchema } from "../quality/quality-signal";
import { fnv1a } from "../request-ids";
import type { Stored } from "../state-layout";
import { type TrainingRequest, trainingRequestSchema } from "../training-request";

/** The settings of a model that its decisions depend on. */
export type DecidingSettings = Pick<ModelSettings, "model" | "policy"> & { readonly data: Pick<ModelSettings["data"], "bucket"> };

const { priority, askedBy, omittedCauses, needsApproval, blocks, takesAlong } = trainingRequestSchema.shape;
const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** As people's answers are once they were read: with an identity, which is longer than a name. */
const answered = { source: z.literal(PERSON_SOURCE), id: z.string(), model: z.string(), by: z.string() };
const answerSchema = z.discriminatedUnion("do", [
  z.object({ ...answered, do: z.literal("approve"), requestId: z.string() }),
  z.object({ ...answered, do: z.literal("reject"), requestId: z.string() }),
  z.object({ ...answered, do: z.literal("pause"), why: z.string(), isFreeze: z.exactOptional(z.literal(true)) }),
  z.object({ ...answered, do: z.literal("resume"), catchUp: z.enum(CATCH_UPS) }),
  z.object({
    ...answered,
    do: z.literal("settle"),
    requestId: z.string(),
    status: z.enum(["succeeded", "failed", "stopped"]),
    cost: z.exactOptional(z.number()),
  }),
  z.object({ ...answered, do: z.literal("clear") }),
]);

/** What a model's state took in, each at the time by which it did; epoch milliseconds. */
export const recordedInputSchema = z.discriminatedUnion("type", [
  /** Settings that decide from here on, as JSON: a later program may have others. */
  z.object({ type: z.literal("settings"), settings: z.string() }),
  /** The state before the input that follows, from which a replay may begin. */
  z.object({ type: z.literal("state"), state: z.custom<object>(isObject) }),
  /** A request of which the decision shows more: its causes and manifests are the first ones of those that the decision lists. */
  z.object({
    type: z.literal("request"),
    id: z.string(),
    causes: amountSchema,
    manifests: amountSchema,
    ...{ priority, askedBy, omittedCauses, needsApproval, blocks, takesAlong },
  }),
  /** The error of the model was measured. */
  z.object({ type: z.literal("quality"), at: timeSchema, signal: qualitySignalSchema }),
  /** The run of a training told of its hold-out. */
  z.object({ type: z.literal("hold-out"), at: timeSchema, training: z.string(), holdOut: holdOutErrorsSchema }),
  /** Promotion let a model serve. */
  z.object({
    type: z.literal("serves"),
    since: timeSchema,
    version: z.exactOptional(z.string()),
    runId: z.exactOptional(z.string()),
    requestId: z.exactOptional(z.string()),
  }),
  /** What the training of a request made does not come to serve. */
  z.object({ type: z.literal("wasted"), requestId: z.string() }),
  /** What waits was asked again. */
  z.object({ type: z.literal("sweep"), at: timeSchema }),
  z.object({
    type: z.literal("answer"),
    at: timeSchema,
    answer: answerSchema,
    /** It ended a run whose start was not performed. */
    isUnstarted: z.exactOptional(z.literal(true)),
  }),
  /** Of a rule, or of a chain of promotions without a gain. */
  z.object({
    type: z.literal("pause"),
    at: timeSchema,
    by: z.string(),
    why: z.string(),
    isFreeze: z.exactOptional(z.literal(true)),
  }),
  z.object({
    type: z.literal("end"),
    at: timeSchema,
    /** When the cloud saw it. */
    endedAt: timeSchema,
    requestId: z.string(),
    status: z.enum(["succeeded", "failed", "stopped"]),
    actualUsd: z.exactOptional(z.number()),
  }),
  /** A start for which there was no capacity. */
  z.object({ type: z.literal("withdrawn"), at: timeSchema, requestId: z.string() }),
  z.object({
    type: z.literal("refused"),
    at: timeSchema,
    requestId: z.string(),
    reason: z.enum(["start-refused", "list-refused"]),
  }),
  /** A run that another performer had started of a start that was taken back. */
  z.object({ type: z.literal("adopted"), requestId: z.string() }),
  /** So many inputs found no room. */
  z.object({ type: z.literal("lost"), inputs: amountSchema }),
]);

export type RecordedInput = Stored<typeof recordedInputSchema>;
type Recording = NonNullable<CoordinatorState["month"]["recording"]>;

/** Inputs that wait for a decision; the state is one record of the store. */
export const MAX_INPUTS = 20;

/** A state with which a decision is recorded, in characters of its JSON. */
const MAX_STATE_CHARS = 16_000;

interface Changed {
  readonly state: CoordinatorState;
  readonly decisions?: readonly Decision[];
}

/**
 * A change of a model's state with its input recorded: on the first decision that came of it, together with all inputs since the
 * decision before; or, where none came of it, in the state, until one does. A duplicate carries none, as it depends on none. Once
 * a month a decision carries the settings and the state before it, unless that is large.
 * @param input undefined for a request that its decision shows as it was asked
 * @param settings those that decided. @default - the change depends on none
 */
export function recorded<C extends Changed>(
  before: CoordinatorState,
  changed: C,
  input: RecordedInput | undefined,
  settings?: DecidingSettings,
): C {
  const { state, decisions = [] } = changed;
  const bearer = decisions.find(({ outcome }) => outcome !== "duplicate");
  if (state === before || (bearer === undefined && input === undefined)) return changed;
  const was: Recording = before.month.recording ?? { inputs: [] };
  const told = settings && toldSettings(settings);
  const about = { ...was, ...(told !== undefined && { settings: told.digest }) };
  const isDue = bearer !== undefined && was.month !== state.month.date;
  const checkpoint = isDue ? checkpointOf(before) : undefined;
  const isTold = told === undefined || (told.digest === was.settings && checkpoint === undefined);
  const waiting = isTold ? was.inputs : [...was.inputs, { type: "settings", settings: told.text }];
  if (bearer === undefined) return { ...changed, state: withRecording(state, waitingOf(about, waiting, input)) };
  const inputs = [...waiting, ...(checkpoint === undefined ? [] : [checkpoint]), ...(input === undefined ? [] : [input])];
  const month = checkpoint === undefined ? was.month : state.month.date;
  const recording = { ...about, ...(month !== undefined && { month }), inputs: [] };
  if (inputs.length === 0) return { ...changed, state: withRecording(state, recording) };
  const carrying: Decision = { ...bearer, inputs };
  const outbox = state.outbox.map((effect) =>
    effect.type === "record" && effect.decision === bearer ? { ...effect, decision: carrying } : effect,
  );
  return {
    ...changed,
    decisions: decisions.map((decision) => (decision === bearer ? carrying : decision)),
    state: withRecording({ ...state, outbox }, recording),
  };
}

function withRecording(state: CoordinatorState, recording: Recording): CoordinatorState {
  return { ...state, month: { ...state.month, recording } };
}

/** A sweep that follows another finds the same refusals or later ones, so the last of several tells all. */
function waitingOf(about: Recording, before: Recording["inputs"], input: RecordedInput | undefined): Recording {
  const isRepeated = input?.type === "sweep" && before.at(-1)?.type === "sweep";
  const inputs = [...(isRepeated ? before.slice(0, -1) : before), ...(input === undefined ? [] : [input])];
  if (inputs.length <= MAX_INPUTS) return { ...about, inputs };
  const [first] = inputs;
  const gone = inputs.length - MAX_INPUTS + 1;
  const earlier = isLost(first) ? first.inputs - 1 : 0;
  // Without a month, the next decision is recorded with the state before it, and the settings.
  const lost: RecordedInput = { type: "lost", inputs: earlier + gone };
  return { inputs: [lost, ...inputs.slice(gone)] };
}

function isLost(input: object | undefined): input is Extract<RecordedInput, { readonly type: "lost" }> {
  return input !== undefined && "type" in input && input.type === "lost";
}

function checkpointOf(state: CoordinatorState): RecordedInput | undefined {
  if (state.outbox.some(({ type }) => type === "start")) return undefined;
  const kept = replayedState(state);
  return JSON.stringify(kept).length > MAX_STATE_CHARS ? undefined : { type: "state", state: { ...kept } };
}

/** A state without what no decision depends on: what is left to do, what was answered and what is recorded. */
export function replayedState(state: CoordinatorState) {
  const { outbox: _outbox, effects: _effects, answers: _answers, month, ...kept } = state;
  const { recording: _recording, ...counted } = month;
  return { ...kept, month: counted };
}

interface ToldSettings {
  /** As JSON. */
  readonly text: string;
  readonly digest: string;
}

const TOLD = new WeakMap<DecidingSettings, ToldSettings>();

/** Settings as they are recorded; the state holds their digest alone, as it is written with every decision. */
function toldSettings(settings: DecidingSettings): ToldSettings {
  const known = TOLD.get(settings);
  if (known !== undefined) return known;
  const { model, policy, data } = settings;
  const text = JSON.stringify({ model, policy, data: { bucket: data.bucket } });
  const told = { text, digest: fnv1a(text) };
  TOLD.set(settings, told);
  return told;
}

/** The input that a request is; undefined where the first decision that came of it shows it as it was asked. */
export function requestInput(request: TrainingRequest, decisions: readonly Decision[]): RecordedInput | undefined {
  const { id, causes, manifests, model: _model, requestedAt: _requestedAt, ...more } = request;
  const shown = decisions.find(({ outcome }) => outcome !== "duplicate");
  const isAsAsked = shown?.requestId === id && shown.request.causes === causes && shown.request.manifests === manifests;
  if (shown === undefined || isAsAsked) return undefined;
  return { type: "request", id, causes: causes.length, manifests: manifests.length, ...more };
}
