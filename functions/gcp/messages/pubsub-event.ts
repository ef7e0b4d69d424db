import * as z from "zod/mini";
import { PoisonMessageError } from "../../core/errors";
import { failureEvent } from "../../core/log/log";
import { jsonExcess } from "../../core/outside-json";
import { quoted } from "../../core/plain-text";
import { type MessageFailure, type RejectingPorts, setAside } from "../../core/rejected-message";

/** What Pub/Sub delivers, as far as the functions use it. */
export interface PubSubMessage {
  readonly messageId: string;
  /** Epoch milliseconds. */
  readonly publishedAt: number;
  readonly attributes: Readonly<Record<string, string>>;
  /** UTF-8 text; empty for a message of attributes alone. */
  readonly body: string;
  /** The bytes of the body in base64, as Pub/Sub carries them. */
  readonly data: string;
}

/** https://cloud.google.com/pubsub/docs/reference/rest/v1/PubsubMessage */
const messageSchema = z.object({
  messageId: z.string().check(z.minLength(1), z.maxLength(256)),
  publishTime: z.iso.datetime({ offset: true }),
  attributes: z.optional(z.nullable(z.record(z.string(), z.string()))),
  data: z.optional(z.nullable(z.string())),
});

/**
 * "Message published" as functions-framework makes it of an event or of a push; and the push itself, which the framework leaves as
 * it is when the message has no data. https://cloud.google.com/pubsub/docs/push#receive_push
 */
const wrappedSchema = z.union([z.object({ data: z.object({ message: z.unknown() }) }), z.object({ message: z.unknown() })]);

const identifiedSchema = z.object({ messageId: z.string() });

/** @throws PoisonMessageError when it is no such event */
export function parsePubSubEvent(event: unknown): PubSubMessage {
  const parsed = messageSchema.safeParse(pushedMessage(event));
  if (!parsed.success) throw new PoisonMessageError(`not a message of Pub/Sub: ${z.prettifyError(parsed.error)}`);
  const { messageId, publishTime, attributes, data } = parsed.data;
  return {
    messageId,
    publishedAt: Date.parse(publishTime),
    attributes: attributes ?? {},
    body: Buffer.from(data ?? "", "base64").toString("utf8"),
    data: data ?? "",
  };
}

/** @throws PoisonMessageError when the message's body is not JSON */
export function parseBody({ body }: PubSubMessage): unknown {
  if (body === "") throw new PoisonMessageError("got a message without a body; expected JSON");
  const excess = jsonExcess(body);
  if (excess !== undefined) throw new PoisonMessageError(`${excess}: send less in one message`);
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new PoisonMessageError(`not JSON: ${quoted(body)}`, { cause: error });
  }
}

/** For a report: undefined where not even that can be read. */
function messageIdOf(event: unknown): string | undefined {
  return identifiedSchema.safeParse(pushedMessage(event)).data?.messageId;
}

function pushedMessage(event: unknown): unknown {
  const wrapped = wrappedSchema.safeParse(event);
  if (!wrapped.success) return undefined;
  return "data" in wrapped.data ? wrapped.data.data.message : wrapped.data.message;
}

/**
 * Ends what a function could not do for a push: resolves, which acknowledges it, when no retry can cure it and it was set aside;
 * rejects, which returns it, for anything else.
 * @param message undefined for an event that is no message of Pub/Sub, of which nothing could be kept
 */
export async function rejectPush(
  ports: RejectingPorts<PubSubMessage>,
  event: unknown,
  message: PubSubMessage | undefined,
  failure: Omit<MessageFailure, "messageId">,
): Promise<void> {
  const { role, error, requestId } = failure;
  if (message === undefined) ports.log(failureEvent(role, messageIdOf(event), error, requestId));
  else if (await setAside(ports, message, { ...failure, messageId: message.messageId })) return;
  throw error;
}
