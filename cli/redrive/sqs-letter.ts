import type { Message, MessageAttributeValue } from "@aws-sdk/client-sqs";
import type { ModelSettings } from "../../functions/core/model-settings";
import type { DeadLetter, Diagnosis } from "./dead-letters";
import { examineSqsMessage } from "./examine-sqs-message";
import type { SqsQueue } from "./sqs-queues";
import { DELIVERY_ATTRIBUTES, parseFailedInvocation, parseUndelivered } from "./undelivered";

/** Where a letter of SQS stands: in which queue, what that serves, and what else there is. */
export interface SqsPlace {
  /** Start of the environment's names, `retrigger-<environment>-`. */
  readonly prefix: string;
  readonly queue: SqsQueue;
  /** The queue whose failures it takes; undefined for one that takes what could not be delivered. */
  readonly source: SqsQueue | undefined;
  /** Of the environment, by ARN. */
  readonly queues: ReadonlyMap<string, SqsQueue>;
  readonly models: readonly ModelSettings[];
}

/** A message of a dead-letter queue, and how it is sent again; `to` is missing where nobody can tell where to. */
export interface SqsLetter {
  readonly letter: DeadLetter;
  readonly to?: SqsQueue;
  /** Without what those who could not deliver it wrote. */
  readonly attributes: Record<string, MessageAttributeValue>;
  /** For a target that is FIFO. */
  readonly group: string;
}

/** Reads a received message. */
export function sqsLetter(message: Message, place: SqsPlace): SqsLetter {
  const { MessageId: id = "", Body = "", Attributes = {}, MessageAttributes = {} } = message;
  const texts = new Map(
    Object.entries(MessageAttributes).flatMap(([name, { StringValue: text }]) => (text === undefined ? [] : [[name, text]])),
  );
  const undelivered = place.source === undefined ? parseUndelivered(Body, texts) : undefined;
  const body = undelivered?.body ?? Body;
  const to = targetOf(place, undelivered?.targetArn);
  const sentAt = Number(Attributes.SentTimestamp ?? 0);
  const diagnosis = diagnose({ id, body, sentAt }, place, to, undelivered);
  const letter = {
    id,
    queue: place.queue.name,
    body,
    sentAt,
    receives: Number(Attributes.ApproximateReceiveCount ?? 0),
    ...(to !== undefined && { target: to.name }),
    ...diagnosis,
    ...(diagnosis.kind === "curable" && undelivered === undefined && { log: logQuery(place.prefix, id) }),
  };
  const kept = undelivered === undefined ? [] : DELIVERY_ATTRIBUTES;
  const attributes = Object.fromEntries(Object.entries(MessageAttributes).filter(([name]) => !kept.includes(name)));
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
  { prefix, models }: SqsPlace,
  to: SqsQueue | undefined,
  undelivered: ReturnType<typeof parseUndelivered>,
): Diagnosis {
  if (to === undefined) return withoutTarget(message.body, prefix, undelivered);
  const read = examineSqsMessage(roleOf(to.name, prefix), message, models);
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
    reason: `its target ${failed.functionArn} is no queue of this environment; ${failed.why}`,
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
