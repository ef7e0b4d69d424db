/** An input that no retry can cure: it is reported and left to the dead-letter queue. */
export class PoisonMessageError extends Error {
  override readonly name = "PoisonMessageError";
}

/** A store or service that refused for now: the message goes back to its queue. */
export class RetryableError extends Error {
  override readonly name = "RetryableError";
}
