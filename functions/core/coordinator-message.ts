import * as z from "zod/mini";
import { type PersonAnswer, parsePersonAnswer, withRequester } from "./coordination/person-answer";
import { MAX_TRAINING_SPACE, spaceOf } from "./coordination/request-size";
import { PoisonMessageError } from "./errors";
import { isPath, isTooDeep, valueAt } from "./json-path";
import { modelNameSchema } from "./model-settings";
import { type HoldOutReport, parseHoldOutMessage } from "./quality/hold-out-message";
import { parseQualityMessage } from "./quality/quality-message";
import type { QualitySignal } from "./quality/quality-signal";
import { eventRequestId, qualityRequestId } from "./request-ids";
import { eventTimeSchema } from "./sagemaker-events/event-entry";
import { eventIdentity } from "./sagemaker-events/event-identity";
import { readSageMakerEvent } from "./sagemaker-events/read-sagemaker-event";
import { parseScheduledRequest } from "./schedules/scheduled-request";
import { type Cause, MAX_METADATA, metadataNameSchema, type TrainingRequest, trainingRequestSchema } from "./training-request";

/** The model that a message is about. */
export function modelOfMessage(message: CoordinatorMessage): string {
  switch (message.action) {
    case "request":
      return message.request.model;
    case "pause":
      return message.order.model;
    case "answer":
      return message.answer.model;
    case "quality":
      return message.signal.model;
    case "hold-out":
      return message.report.model;
  }
}

/** The request that a message is, or answers; undefined for a pause, or what else concerns the whole model. */
export function requestIdOf(message: CoordinatorMessage): string | undefined {
  if (message.action === "answer") return "requestId" in message.answer ? message.answer.requestId : undefined;
  if (message.action === "quality") return qualityRequestId(message.signal);
  return message.action === "request" ? message.request.id : undefined;
}

/** What a queue tells of a message beside its body. */
export interface Envelope {
  /** Epoch milliseconds. */
  readonly publishedAt?: number;
  /** Who sent it, as SQS attests: the unique id of a user, `<id of the role>:<session>`, or an account. */
  readonly sender?: string;
}

/**
 * What a message of the request queue asks for: a training, by itself, by a schedule or by a rule; a pause, by a rule; or it is a
 * person's answer, or a signal of a model's quality, or of a hold-out. Who the person is, the envelope says before the body does.
 * @throws PoisonMessageError when it is nothing of this
 */
export function parseCoordinatorMessage(message: unknown, { publishedAt, sender }: Envelope = {}): CoordinatorMessage {
  const answer = parsePersonAnswer(message, sender);
  if (answer !== undefined) {
    if ("requestId" in answer) requireUsualIds(answer.requestId);
    return { action: "answer", answer };
  }
  const ruled = parseRuledMessage(message);
  if (ruled !== undefined) return ruled;
  const report = parseHoldOutMessage(message);
  if (report !== undefined) return { action: "hold-out", report };
  const signal = parseQualityMessage(message);
  if (signal !== undefined) return { action: "quality", signal };
  const scheduled = parseScheduledRequest(message, publishedAt);
  if (scheduled !== undefined) return { action: "request", request: scheduled };
  const parsed = trainingRequestSchema.safeParse(message);
  if (!parsed.success) throw new PoisonMessageError(`not a training request: ${z.prettifyError(parsed.error)}`);
  const { id, takesAlong = [] } = parsed.data;
  requireUsualIds(id, ...takesAlong);
  const space = spaceOf(parsed.data);
  if (space > MAX_TRAINING_SPACE) {
    const got = `got causes and addresses of manifests that take ${space} bytes`;
    throw new PoisonMessageError(
      `not a training request: ${got}; at most ${MAX_TRAINING_SPACE} are allowed: put its objects into fewer lists`,
    );
  }
  return { action: "request", request: withRequester(parsed.data, sender) };
}

/** Of an id, which is kept in keys of the state store; those that Retrigger makes are shorter. */
const MAX_ID_CHARACTERS = 256;

/** @throws PoisonMessageError when an id of a request is longer than any */
function requireUsualIds(...ids: readonly string[]): void {
  const longest = Math.max(...ids.map(({ length }) => length));
  if (longest <= MAX_ID_CHARACTERS) return;
  throw new PoisonMessageError(`got an id of a request with ${longest} characters; expected at most ${MAX_ID_CHARACTERS}`);
}

/** What the coordinator is told: to consider a training, to pause a model's automatic trainings, or what a person answers. */
export type CoordinatorMessage =
  | { readonly action: "request"; readonly request: TrainingRequest }
  | { readonly action: "pause"; readonly order: PauseOrder }
  | { readonly action: "answer"; readonly answer: PersonAnswer }
  | { readonly action: "quality"; readonly signal: QualitySignal }
  | { readonly action: "hold-out"; readonly report: HoldOutReport };

/** What the message of a rule may ask for. */
export type RuledMessage = Extract<CoordinatorMessage, { readonly action: "request" | "pause" }>;

/** A rule's word that nothing of a model may start by itself until a person resumes it. */
export interface PauseOrder {
  readonly model: string;
  readonly rule: string;
  /** What the pause is for: the event and what it is about; at most 256 characters. */
  readonly why: string;
  /** When the event happened, epoch milliseconds. */
  readonly at: number;
}

/** The source that the message of a rule names. */
export const RULE_SOURCE = "retrigger.rule";
const MAX_TEXT = 256;

const fromRuleSchema = z.object({ source: z.literal(RULE_SOURCE) });

const ruleNameSchema = z
  .string()
  .check(z.regex(/^[A-Za-z0-9._-]{1,64}$/, { error: "expected the name of a rule: 1 to 64 of A-Z, a-z, 0-9, ., - and _" }));

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html */
const eventSchema = z.looseObject({
  id: z.string().check(z.minLength(1), z.maxLength(1024)),
  source: z.string().check(z.minLength(1)),
  "detail-type": z.string().check(z.minLength(1)),
  /** SageMaker's own samples hold ISO 8601, and epoch milliseconds as a text. */
  time: z.union([z.string(), z.number()]),
  resources: z._default(z.array(z.string()), []),
});

type RuledEvent = z.infer<typeof eventSchema>;

const common = { source: z.literal(RULE_SOURCE), rule: ruleNameSchema, model: modelNameSchema, event: eventSchema };

const ruledMessageSchema = z.discriminatedUnion("action", [
  z.object({
    ...common,
    action: z.literal("request"),
    priority: z.int(),
    metadata: z
      .record(metadataNameSchema, z.string().check(z.maxLength(MAX_TEXT)))
      .check(z.refine((metadata) => Object.keys(metadata).length <= MAX_METADATA, { error: `more than ${MAX_METADATA} entries` })),
  }),
  z.object({ ...common, action: z.literal("pause") }),
]);

/**
 * What the message of a rule asks for, undefined for any other message. The id of a request is equal for every delivery of one
 * event, and for all events that SageMaker sends of one change; it is different for other rules, models and events.
 * @throws PoisonMessageError when the message of a rule is broken
 */
export function parseRuledMessage(message: unknown): RuledMessage | undefined {
  if (!fromRuleSchema.safeParse(message).success) return undefined;
  const parsed = ruledMessageSchema.safeParse(message);
  if (!parsed.success) throw new PoisonMessageError(`not the message of a rule: ${z.prettifyError(parsed.error)}`);
  const { rule, model, event } = parsed.data;
  if (isTooDeep(event)) throw new PoisonMessageError("not the message of a rule: its event is nested too deep to be one");
  const at = momentOf(event.time);
  const detailType = withinLimit(event["detail-type"]);
  const { identity, subject } = natureOf(event);
  if (parsed.data.action === "pause") {
    return { action: "pause", order: { model, rule, why: withinLimit(`${detailType}: ${subject}`), at } };
  }
  const { priority, metadata } = parsed.data;
  const cause: Cause = { type: "event", rule, event: detailType, subject, metadata: takenFrom(event, metadata), at };
  const id = eventRequestId(model, rule, identity);
  return { action: "request", request: { id, model, causes: [cause], priority, manifests: [], requestedAt: at } };
}

function momentOf(time: string | number): number {
  const parsed = eventTimeSchema.safeParse(time);
  if (parsed.success) return parsed.data.getTime();
  throw new PoisonMessageError(`not the message of a rule: got the time ${withinLimit(String(time))}; expected one from 1970 on`);
}

/** Metadata with what its paths lead to; an entry whose path leads nowhere, or to null, is left out. */
function takenFrom(event: RuledEvent, metadata: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(metadata).map(([name, text]): [string, unknown] => [
    name,
    isPath(text) ? valueAt(event, text) : text,
  ]);
  return Object.fromEntries(
    entries.flatMap(([name, value]) => (value === undefined || value === null ? [] : [[name, withinLimit(metadataText(value))]])),
  );
}

function metadataText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/**
 * What tells the event apart, and what it is about. SageMaker may send several events for one change, which the catalogue tells;
 * any other event has an id, with which EventBridge repeats its delivery.
 */
function natureOf(event: RuledEvent): { identity: string; subject: string } {
  const reading = readSageMakerEvent(event);
  if (reading.isKnown) {
    const { subject, status } = reading;
    return { identity: eventIdentity(reading), subject: withinLimit(status === undefined ? subject : `${subject} (${status})`) };
  }
  const { source, id, resources } = event;
  return { identity: `${source} ${id}`, subject: withinLimit(resources.find((resource) => resource !== "") ?? source) };
}

function withinLimit(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 1)}…`;
}
