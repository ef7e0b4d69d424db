import { PoisonMessageError } from "../../functions/core/errors";
import type { IncomingMessage } from "../../functions/core/incoming-message";
import type { Refusal } from "../../functions/core/rejected-message";

/**
 * What is to be done with a dead letter: `curable` is re-sent; `broken` would die again, wherever it is sent; `obsolete` is worth
 * nothing any more; of an `unaddressed` one nobody can tell where it belongs.
 */
export type LetterKind = "curable" | "broken" | "obsolete" | "unaddressed";

/** What a look at a message tells. */
export interface Diagnosis {
  readonly kind: LetterKind;
  /** Why it is where it is, in words; as hostile as the message itself: to be shortened before it is shown. */
  readonly reason: string;
  /** Models that it concerns; none where it names none that is configured. */
  readonly models: readonly string[];
  /**
   * Until when the ledgers of those models remember what it announces, if it was published by another message; epoch milliseconds.
   */
  readonly rememberedUntil?: number;
}

/** A message that could not be delivered, or that its function failed at. */
export interface DeadLetter extends Diagnosis {
  /** Of the message: equal each time it is received. */
  readonly id: string;
  /** Name of the dead-letter queue. */
  readonly queue: string;
  readonly body: string;
  /** When it was sent first, epoch milliseconds. */
  readonly sentAt: number;
  /** How often it was received, as far as its cloud tells. */
  readonly receives: number;
  /** Name of the queue or topic that it is re-sent to. */
  readonly target?: string;
  /** A query that finds what the function said about it. */
  readonly log?: string;
}

/** A queue of dead letters. */
export interface DeadLetterQueue {
  readonly name: string;
  /** About how many letters it holds, where its cloud tells. */
  readonly letters?: number;
}

/** Port: the dead letters of what is deployed, or of a local run. */
export interface DeadLetters {
  queues(): Promise<readonly DeadLetterQueue[]>;
  /** The letters of a queue, each once; hidden from others until they are re-sent, discarded or given back. */
  receive(queue: DeadLetterQueue): AsyncIterable<DeadLetter>;
  /**
   * Sends a letter to its target, and removes it only then: a crash between sends it again, which its function takes for once.
   * Rejects when either fails; the letter is then where it was.
   */
  resend(letter: DeadLetter): Promise<void>;
  /** Removes a letter for good. */
  discard(letter: DeadLetter): Promise<void>;
  /** Gives a letter back, at the latest when its queue was gone through. */
  release(letter: DeadLetter): Promise<void>;
  /** Waits for what follows from the re-sent letters, where that is this process's to do; resolves to what it came to. */
  settle(): Promise<{ readonly data: unknown; readonly text: string } | undefined>;
  close(): void;
}

/** Names a letter among those of all queues. */
export function letterKey({ queue, id }: Pick<DeadLetter, "queue" | "id">): string {
  return `${queue} ${id}`;
}

/**
 * Of a message that its function can read and did not set aside. What brought it here is not in it: the function failed at it each
 * time, or it never ran, and then there is nothing of the message in its log.
 */
const WITHOUT_REASON =
  "sound, and its function left no reason: it failed at it each time, as its log tells, or it never ran (throttled, not permitted, killed)";

/** The queue attests who sent a message, so nobody can send an answer again in the name of another. */
const LATE_ANSWER = { kind: "obsolete", reason: "a person's answer, which only that person can give again" } as const;

/**
 * What a message is worth to its function: what the function refuses for ever is broken. Of an object's message it also tells how
 * long the models' ledgers know the object again.
 * @param sentAt epoch milliseconds
 * @param read reads the message as the function does; undefined where nothing is known of it, so that the function's log alone
 * tells
 * @param refusal why the function set it aside; undefined where it did not
 */
export function examineLetter(sentAt: number, read: () => IncomingMessage | undefined, refusal?: Refusal): Diagnosis {
  try {
    const message = read();
    const models = [...new Set(message?.models.map(({ model }) => model))];
    const refusals = message !== undefined && "document" in message ? message.document.refusals : [];
    if (refusals.length > 0) return { kind: "broken", reason: refusals.join("; "), models };
    if (refusal !== undefined && isStillRefused(message, refusal)) return { kind: "broken", reason: refusedText(refusal), models };
    if (message?.type === "coordinator-message" && message.content.action === "answer") return { ...LATE_ANSWER, models };
    const sound = { kind: "curable", reason: refusal === undefined ? WITHOUT_REASON : readableText(refusal), models } as const;
    if (message?.type !== "object") return sound;
    return { ...sound, rememberedUntil: sentAt + Math.min(...message.models.map(({ batch }) => batch.dedupeHorizonMs)) };
  } catch (error) {
    // whatever else a parser throws at a hostile text, it throws again
    const reason = error instanceof PoisonMessageError ? error.message : `cannot be read: ${String(error)}`;
    return { kind: "broken", reason, models: [] };
  }
}

/** Messages that lead to something else, which the function alone has seen. */
const LEADING: ReadonlySet<string> = new Set<IncomingMessage["type"]>(["drift-file", "processing-job", "anomaly", "launch"]);

/**
 * What could not be read then, and can be now, was made readable by a change of the configuration. What was refused of a message
 * that could be read is refused again, unless the message holds all that the function judged, which has been judged anew.
 */
function isStillRefused(message: IncomingMessage | undefined, { subject }: Refusal): boolean {
  return message === undefined || (subject === "content" && LEADING.has(message.type));
}

function refusedText({ reason, function: role, at }: Refusal): string {
  return `${reason} (the ${role} at ${new Date(at).toISOString()})`;
}

function readableText({ function: role, at, reason }: Refusal): string {
  return `can be handled now; the ${role} refused it at ${new Date(at).toISOString()}: ${reason}`;
}

/** Roles of the queues and dead-letter queues of an environment, on both clouds; those of direct schedules apart. */
const ROLES: ReadonlySet<string> = new Set([
  ...["data", "data-rules", "drift", "drift-rules", "drift-monitor", "requests", "run-rules", "rules", "schedules"],
  ...["sweeper", "launches", "ticks", "messages", "messages-decisions"],
]);

/** Names beyond this are cut, and end in a hash: modules/aws/deployment.ts. */
const MAX_QUEUE_NAME = 80;

/**
 * True for the name of a queue, or of its dead letters, of the environment whose names start with `prefix`,
 * `retrigger-<environment>-`. Of another environment, whose name begins with this one's, it is false.
 */
export function isQueueOf(prefix: string, name: string): boolean {
  if (!name.startsWith(prefix)) return false;
  const role = name
    .slice(prefix.length)
    .replace(/\.fifo$/, "")
    .replace(/-dlq$/, "");
  // A second "direct" is that of an environment `…-direct…`, whose letters nobody could re-send anyway.
  const isDirect = /^direct-[^_]+_/.test(role) || (role.startsWith("direct-") && name.length === MAX_QUEUE_NAME);
  return ROLES.has(role) || (isDirect && !role.includes("-direct-"));
}
