import { PoisonMessageError } from "../../functions/core/errors";
import type { IncomingMessage } from "../../functions/core/incoming-message";

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

/** Of a message that its function can read: what failed was around it, and its log tells. */
const FUNCTION_FAILED = "sound, but its function failed each time";

/**
 * What a message is worth to its function: what the function refuses for ever is broken. Of an object's message it also tells how
 * long the models' ledgers know the object again.
 * @param sentAt epoch milliseconds
 * @param read reads the message as the function does; undefined where nothing is known of it, so that the function's log alone
 * tells
 */
export function examineLetter(sentAt: number, read: () => IncomingMessage | undefined): Diagnosis {
  try {
    const message = read();
    if (message === undefined) return { kind: "curable", reason: FUNCTION_FAILED, models: [] };
    const models = [...new Set(message.models.map(({ model }) => model))];
    const refusals = "document" in message ? message.document.refusals : [];
    if (refusals.length > 0) return { kind: "broken", reason: refusals.join("; "), models };
    const sound = { kind: "curable", reason: FUNCTION_FAILED, models } as const;
    if (message.type !== "object") return sound;
    return { ...sound, rememberedUntil: sentAt + Math.min(...message.models.map(({ batch }) => batch.dedupeHorizonMs)) };
  } catch (error) {
    // whatever else a parser throws at a hostile text, it throws again
    const reason = error instanceof PoisonMessageError ? error.message : `cannot be read: ${String(error)}`;
    return { kind: "broken", reason, models: [] };
  }
}
