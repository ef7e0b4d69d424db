/** An input that no retry can cure: it is reported and left to the dead-letter queue. */
export class PoisonMessageError extends Error {
  override readonly name = "PoisonMessageError";

  /** Of the message what one reads: it often quotes what others wrote, of whatever length and characters. */
  constructor(message: string, options?: ErrorOptions) {
    super(readable(message), options);
  }
}

/** Longest text of a rejection, in UTF-16 code units. */
export const MAX_REJECTION_CHARS = 600;

/** Controls, marks that turn the direction of text, line ends of any kind, and halves of surrogate pairs. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]+/gu;

function readable(text: string): string {
  const start = text.length > MAX_REJECTION_CHARS ? `${text.slice(0, MAX_REJECTION_CHARS - 1)}…` : text;
  return start.replace(UNPRINTABLE, " ");
}

/** A store or service that refused for now: the message goes back to its queue. */
export class RetryableError extends Error {
  override readonly name = "RetryableError";
}

/** A cloud that has no room for another run now: the start is taken back and asked for again later. */
export class NoCapacityError extends Error {
  override readonly name = "NoCapacityError";
}

/** The cloud refuses to start this run, and no retry will help: the pipeline or its parameters are wrong. */
export class StartRefusedError extends Error {
  override readonly name = "StartRefusedError";
}

/** No list of a training is there as it was published, so that there is nothing that it may read. */
export class ListRefusedError extends StartRefusedError {}

/** Of this realm or another, whose errors are no instances of this one's Error. */
export function isError(thrown: unknown): thrown is Error {
  return typeof thrown === "object" && thrown !== null && "message" in thrown && typeof thrown.message === "string";
}

/** Calls at the same time may reject with one and the same error, such as that of their credentials. */
const explained = new WeakSet<Error>();

/**
 * Puts what failed before an error's message, and what to do behind it. The error itself stays, so that whoever asks for its class,
 * code or fields finds them. What was thrown and is no error is left as it is, and so is an error with a read-only message, such as
 * a DOMException.
 */
export function explain(thrown: unknown, failed: string, remedy?: string): void {
  if (!isError(thrown) || explained.has(thrown)) return;
  explained.add(thrown);
  const told = thrown.message === "" ? failed : `${failed}: ${thrown.message}`;
  Reflect.set(thrown, "message", remedy === undefined ? told : `${told}; ${remedy}`);
}
