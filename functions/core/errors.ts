/** An input that no retry can cure: it is reported and left to the dead-letter queue. */
export class PoisonMessageError extends Error {
  override readonly name = "PoisonMessageError";
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
