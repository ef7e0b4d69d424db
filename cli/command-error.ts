/** What a person can correct, or must know; its message needs no stack. */
export class CommandError extends Error {
  override readonly name: string = "CommandError";
}

/** A mistake in the arguments of a command, which ends with 2. */
export class UsageError extends CommandError {
  override readonly name = "UsageError";
}

/** A person pressed Ctrl-C, which ends with 130, as a shell does. */
export class InterruptedError extends CommandError {
  override readonly name = "InterruptedError";
}
