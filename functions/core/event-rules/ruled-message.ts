import * as z from "zod/mini";
import { fnv1a } from "../drift/report-hash";
import { PoisonMessageError } from "../errors";
import { modelNameSchema } from "../model-settings";
import { eventIdentity } from "../sagemaker-events/event-identity";
import { eventTimeSchema } from "../sagemaker-events/event-time";
import { readSageMakerEvent } from "../sagemaker-events/read-sagemaker-event";
import { type Cause, MAX_METADATA, metadataNameSchema, type TrainingRequest } from "../training-request";
import type { EventRule, InputTransformer, RuleTarget } from "./event-rule";
import { isPath, valueAt } from "./json-path";
import { isTooDeep } from "./pattern-fields";

/** What a rule tells the coordinator: to consider a training, or to pause a model's automatic trainings. */
export type RuledMessage =
  | { readonly action: "request"; readonly request: TrainingRequest }
  | { readonly action: "pause"; readonly order: PauseOrder };

/** A rule's word that nothing of a model may start by itself until a person resumes it. */
export interface PauseOrder {
  readonly model: string;
  readonly rule: string;
  /** What the pause is for: the event and what it is about; at most 256 characters. */
  readonly why: string;
  /** When the event happened, epoch milliseconds. */
  readonly at: number;
}

/** A target that the coordinator is asked by. */
export type CoordinatorTarget = Extract<RuleTarget, { readonly type: "request" | "pause" }>;

const SOURCE = "retrigger.rule";
const MAX_TEXT = 256;

const fromRuleSchema = z.object({ source: z.literal(SOURCE) });

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

const common = { source: z.literal(SOURCE), rule: ruleNameSchema, model: modelNameSchema, event: eventSchema };

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
 * What EventBridge must make of an event for the request queue, so that `parseRuledMessage` understands it. The event travels whole:
 * the coordinator takes paths out of it itself, which makes no message depend on what EventBridge does where one leads nowhere.
 * @throws RangeError when metadata holds < or >, which a template cannot
 */
export function ruledMessageTransformer(rule: Pick<EventRule, "name">, target: CoordinatorTarget): InputTransformer {
  const { type: action, ...settings } = target;
  const message = JSON.stringify({ source: SOURCE, rule: rule.name, action, ...settings });
  if (/[<>]/.test(message)) {
    throw new RangeError(
      `got < or > in the metadata of rule ${rule.name}, which EventBridge would read as a variable; expected other characters; write it in words`,
    );
  }
  return { paths: {}, template: `${message.slice(0, -1)},"event":<aws.events.event.json>}` };
}

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
  const detailType = shortened(event["detail-type"]);
  const { identity, subject } = natureOf(event);
  if (parsed.data.action === "pause") {
    return { action: "pause", order: { model, rule, why: shortened(`${detailType}: ${subject}`), at } };
  }
  const { priority, metadata } = parsed.data;
  const cause: Cause = { type: "event", rule, event: detailType, subject, metadata: takenFrom(event, metadata), at };
  const id = `event/${model}/${rule}-${fnv1a(identity)}`;
  return { action: "request", request: { id, model, causes: [cause], priority, manifests: [], requestedAt: at } };
}

function momentOf(time: string | number): number {
  const parsed = eventTimeSchema.safeParse(time);
  if (parsed.success) return parsed.data.getTime();
  throw new PoisonMessageError(`not the message of a rule: got the time ${shortened(String(time))}; expected one from 1970 on`);
}

/** Metadata with what its paths lead to; an entry whose path leads nowhere, or to null, is left out. */
function takenFrom(event: RuledEvent, metadata: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(metadata).map(([name, text]): [string, unknown] => [
    name,
    isPath(text) ? valueAt(event, text) : text,
  ]);
  return Object.fromEntries(
    entries.flatMap(([name, value]) => (value === undefined || value === null ? [] : [[name, shortened(textOf(value))]])),
  );
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/**
 * What tells the event apart, and what it is about. SageMaker may send several events for one change, which the catalogue tells; any
 * other event has an id, with which EventBridge repeats its delivery.
 */
function natureOf(event: RuledEvent): { identity: string; subject: string } {
  const reading = readSageMakerEvent(event);
  if (reading.isKnown) {
    const { subject, status } = reading;
    return { identity: eventIdentity(reading), subject: shortened(status === undefined ? subject : `${subject} (${status})`) };
  }
  const { source, id, resources } = event;
  return { identity: `${source} ${id}`, subject: shortened(resources.find((resource) => resource !== "") ?? source) };
}

function shortened(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 1)}…`;
}
