/** What a person can correct, or must know; its message needs no stack. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}
