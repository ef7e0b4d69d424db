import * as z from "zod/mini";
import { failureEvent, isRefusal, type Log, reasonOf } from "./log/log";
import { timeTextSchema } from "./numbers";

/** Why a function refuses a message for ever. */
export interface Refusal {
  /** One printable line, at most `MAX_ERROR_CHARS` characters. */
  readonly reason: string;
  /** Role of the function, such as `coordinator`. */
  readonly function: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** What is refused: the message itself, or what it leads to, such as the file that it announces. */
  readonly subject: "message" | "content";
}

/** Port: the dead letters of a function's own queue. `M` is a message as the function is given it. */
export interface RejectedMessages<M> {
  /** Keeps a message and why it was refused. Rejects when it may not have been kept; kept again, it may be there twice. */
  keep(message: M, refusal: Refusal): Promise<void>;
}

export interface RejectingPorts<M> {
  readonly rejected: RejectedMessages<M>;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** What a function failed at. */
export interface MessageFailure {
  /** The function's, such as `coordinator`. */
  readonly role: string;
  readonly messageId: string;
  /** Of the request that the message is, as far as it could be read. */
  readonly requestId?: string | undefined;
  /** False where the message itself could not be read. */
  readonly isRead: boolean;
  readonly error: unknown;
}

/**
 * Reports that a function failed at a message. One that no retry can cure is taken to the dead letters at once: left to its queue,
 * it would come back until its deliveries are used up, and on a queue that keeps an order everything behind it would wait and, on
 * SQS, die with it. Resolves to true when the message is kept there, and done with; to false when it must come again.
 */
export async function setAside<M>(
  { rejected, log, now }: RejectingPorts<M>,
  message: M,
  failure: MessageFailure,
): Promise<boolean> {
  const { role, messageId, requestId, isRead, error } = failure;
  const failed = failureEvent(role, messageId, error, requestId);
  if (!isRefusal(error)) {
    log(failed);
    return false;
  }
  const refusal = { reason: reasonOf(error), function: role, at: now(), subject: isRead ? "content" : "message" } as const;
  try {
    await rejected.keep(message, refusal);
  } catch (cause) {
    const kept = new Error(`refused, and not set aside, so that it comes again: ${refusal.reason}`, { cause });
    log(failureEvent(role, messageId, kept, requestId));
    return false;
  }
  log(failed);
  return true;
}

/** A refused message as it was before it was set aside. */
export interface RefusedMessage {
  readonly messageId: string;
  /** When it was sent first, epoch milliseconds. */
  readonly sentAt: number;
}

/** Begins the names of the attributes that a set-aside message has of its function. */
const PREFIX = "Retrigger";

const textsSchema = z.object({
  RetriggerReason: z.string(),
  RetriggerFunction: z.string(),
  RetriggerRefusedAt: timeTextSchema,
  RetriggerSubject: z.enum(["message", "content"]),
  RetriggerMessageId: z.string(),
  RetriggerSentAt: timeTextSchema,
});

/** What a set-aside message tells, as texts that a queue keeps beside its body; none is empty. */
export function refusalTexts(refusal: Refusal, { messageId, sentAt }: RefusedMessage): z.infer<typeof textsSchema> {
  return {
    RetriggerReason: refusal.reason || "no reason",
    RetriggerFunction: refusal.function,
    RetriggerRefusedAt: new Date(refusal.at).toISOString(),
    RetriggerSubject: refusal.subject,
    RetriggerMessageId: messageId,
    RetriggerSentAt: new Date(sentAt).toISOString(),
  };
}

/** Reads `refusalTexts`; undefined for a message that no function set aside. */
export function readRefusal(texts: Readonly<Record<string, string>>): (Refusal & RefusedMessage) | undefined {
  const parsed = textsSchema.safeParse(texts);
  if (!parsed.success) return undefined;
  const { data } = parsed;
  return {
    reason: data.RetriggerReason,
    function: data.RetriggerFunction,
    at: Date.parse(data.RetriggerRefusedAt),
    subject: data.RetriggerSubject,
    messageId: data.RetriggerMessageId,
    sentAt: Date.parse(data.RetriggerSentAt),
  };
}

/** True for the name of an attribute of `refusalTexts`. */
export function isRefusalText(name: string): boolean {
  return name.startsWith(PREFIX);
}
