import type { Message, MessageAttributeValue } from "@aws-sdk/client-sqs";
import * as z from "zod/mini";
import { readMessage } from "../../functions/aws/messages/read-message";
import type { ModelSettings } from "../../functions/core/model-settings";
import { isRefusalText, type Refusal, readRefusal } from "../../functions/core/rejected-message";
import { type DeadLetter, type Diagnosis, examineLetter } from "./dead-letters";
import type { SqsQueue } from "./sqs-queues";

/** Where a letter of SQS stands: in which queue, what that serves, and what else there is. */
export interface SqsPlace {
  /** Start of the environment's names, `<namePrefix>-<environment>-`. */
  readonly prefix: string;
  readonly queue: SqsQueue;
  /** The queue whose failures it takes; undefined for one that takes what could not be delivered. */
  readonly source: SqsQueue | undefined;
  /** Of the environment, by ARN. */
  readonly queues: ReadonlyMap<string, SqsQueue>;
  readonly models: readonly ModelSettings[];
  /** When it is looked at, epoch milliseconds. */
  readonly now: number;
}

/** A message of a dead-letter queue, and how it is sent again; `to` is missing where nobody can tell where to. */
export interface SqsLetter {
  readonly letter: DeadLetter;
  readonly to?: SqsQueue;
  /** Without what those who could not deliver it, or set it aside, wrote. */
  readonly attributes: Record<string, MessageAttributeValue>;
  /** For a target that is FIFO. */
  readonly group: string;
}

/**
 * What a message is worth, at `now` (epoch milliseconds), to the function behind the queue `<namePrefix>-<environment>-<role>`,
 * which may have set it aside with a refusal.
 */
export function examineSqsMessage(
  role: string,
  message: { readonly id: string; readonly body: string; readonly sentAt: number },
  models: readonly ModelSettings[],
  now: number,
  refusal?: Refusal,
): Diagnosis {
  return examineLetter(message.sentAt, () => readMessage(role, message, models, now), refusal);
}

/** Reads a received message. */
export function sqsLetter(message: Message, place: SqsPlace): SqsLetter {
  const { MessageId: id = "", Body = "", Attributes = {}, MessageAttributes = {} } = message;
  const texts = new Map(
    Object.entries(MessageAttributes).flatMap(([name, { StringValue: text }]) => (text === undefined ? [] : [[name, text]])),
  );
  const refused = readRefusal(Object.fromEntries(texts));
  const undelivered = place.source === undefined ? parseUndelivered(Body, texts) : undefined;
  const body = undelivered?.body ?? Body;
  const to = targetOf(place, undelivered?.targetArn);
  const sentAt = refused?.sentAt ?? Number(Attributes.SentTimestamp ?? 0);
  const diagnosis = diagnose({ id, body, sentAt }, place, to, undelivered, refused);
  const letter = {
    id,
    queue: place.queue.name,
    body,
    sentAt,
    receives: Number(Attributes.ApproximateReceiveCount ?? 0),
    ...(to !== undefined && { target: to.name }),
    ...diagnosis,
    ...(diagnosis.kind === "curable" && undelivered === undefined && { log: logQuery(place.prefix, refused?.messageId ?? id) }),
  };
  const kept = undelivered === undefined ? [] : DELIVERY_ATTRIBUTES;
  const attributes = Object.fromEntries(
    Object.entries(MessageAttributes).filter(([name]) => !kept.includes(name) && !isRefusalText(name)),
  );
  const group = Attributes.MessageGroupId ?? diagnosis.models[0] ?? "redrive";
  return { letter, ...(to !== undefined && { to }), attributes, group };
}

/** Only queues of the same environment: what stands in a message must not send it anywhere else. */
function targetOf({ source, queues }: SqsPlace, targetArn: string | undefined): SqsQueue | undefined {
  const target = source ?? (targetArn === undefined ? undefined : queues.get(targetArn));
  return target?.isDeadLetters === false ? target : undefined;
}

function diagnose(
  message: { readonly id: string; readonly body: string; readonly sentAt: number },
  { prefix, models, now }: SqsPlace,
  to: SqsQueue | undefined,
  undelivered: ReturnType<typeof parseUndelivered>,
  refusal: Refusal | undefined,
): Diagnosis {
  if (to === undefined) return withoutTarget(message.body, prefix, undelivered);
  const read = examineSqsMessage(roleOf(to.name, prefix), message, models, now, refusal);
  if (undelivered === undefined) return read;
  if (undelivered.isCut) return { ...read, kind: "broken", reason: `${undelivered.why}; and a part of it is missing` };
  return { ...read, reason: read.kind === "curable" ? undelivered.why : `${read.reason}; ${undelivered.why}` };
}

/** What no queue takes: an invocation of a function. One of ours is invoked by the clock, and its next tick did the same. */
function withoutTarget(body: string, prefix: string, undelivered: ReturnType<typeof parseUndelivered>): Diagnosis {
  const failed =
    undelivered === undefined ? parseFailedInvocation(body) : { functionArn: undelivered.targetArn, why: undelivered.why };
  if (failed === undefined) return { kind: "unaddressed", reason: "nothing tells where it was to go", models: [] };
  const [, name = ""] = /^arn:[^:]+:lambda:[^:]*:[^:]*:function:([^:]+)/.exec(failed.functionArn) ?? [];
  if (name.startsWith(prefix))
    return { kind: "obsolete", reason: `a tick of ${name}, which the next one made up for; ${failed.why}`, models: [] };
  return {
    kind: "unaddressed",
    reason: `its target ${failed.functionArn} is not a queue of this environment; ${failed.why}`,
    models: [],
  };
}

/** `data` of `retrigger-dev-data`, `requests` of `retrigger-dev-requests.fifo`. */
function roleOf(name: string, prefix: string): string {
  return name.slice(prefix.length).replace(/\.fifo$/, "");
}

/** Of CloudWatch Logs Insights: the functions report what they refuse with the id of its message. */
function logQuery(prefix: string, id: string): string {
  const text = id.replace(/[^\w-]/g, "");
  return `SOURCE logGroups(namePrefix: ["/aws/lambda/${prefix}"]) | fields @timestamp, @message | filter @message like "${text}"`;
}

/**
 * What EventBridge and its Scheduler write beside an event that they could not deliver, as attributes of the message.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-event-delivery.html
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
 */
const DELIVERY_ATTRIBUTES: readonly string[] = [
  "RULE_ARN",
  "SCHEDULE_ARN",
  "TARGET_ARN",
  "ERROR_CODE",
  "ERROR_MESSAGE",
  "EXHAUSTED_RETRY_CONDITION",
  "RETRY_ATTEMPTS",
  "EXECUTION_ID",
  "SCHEDULED_TIME",
  "IS_PAYLOAD_TRUNCATED",
];

/** Texts of a message's attributes. */
type AttributeTexts = ReadonlyMap<string, string>;

/** An event that did not reach its target. */
interface Undelivered {
  readonly targetArn: string;
  readonly why: string;
  /** The event as the target should have got it. */
  readonly body: string;
  /** True where the scheduler kept a part of the event only. */
  readonly isCut: boolean;
}

/**
 * What the scheduler replaces by the time that it fires for.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
 */
const SCHEDULED_TIME = "<aws.scheduler.scheduled-time>";

/** The scheduler's call of SQS, where that is what it kept. */
const callSchema = z.object({ MessageBody: z.string() });

/**
 * What a failed asynchronous invocation leaves. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
const invocationSchema = z.object({
  requestContext: z.object({ functionArn: z.string(), condition: z._default(z.string(), "it failed") }),
});

/** Undefined for a message that names no target. */
function parseUndelivered(body: string, attributes: AttributeTexts): Undelivered | undefined {
  const targetArn = attributes.get("TARGET_ARN");
  if (targetArn === undefined) return undefined;
  const sender = attributes.has("SCHEDULE_ARN") ? "the scheduler" : "EventBridge";
  const [code, message, condition] = ["ERROR_CODE", "ERROR_MESSAGE", "EXHAUSTED_RETRY_CONDITION"].map((name) =>
    attributes.get(name),
  );
  const tries = condition === undefined ? "" : ` (until ${condition})`;
  const why = `${sender} could not deliver it: ${[code, message].filter(Boolean).join(", ") || "no error is named"}${tries}`;
  const at = attributes.get("SCHEDULED_TIME");
  const event = callSchema.safeParse(jsonOf(body)).data?.MessageBody ?? body;
  return {
    targetArn,
    why,
    body: at === undefined ? event : event.replaceAll(SCHEDULED_TIME, at),
    isCut: attributes.get("IS_PAYLOAD_TRUNCATED") === "true",
  };
}

/** The function of a failed asynchronous invocation, and why it failed; undefined for any other message. */
function parseFailedInvocation(body: string): { readonly functionArn: string; readonly why: string } | undefined {
  const parsed = invocationSchema.safeParse(jsonOf(body));
  if (!parsed.success) return undefined;
  const { functionArn, condition } = parsed.data.requestContext;
  return { functionArn, why: `its invocation failed: ${condition}` };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
