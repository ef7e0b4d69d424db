import { PoisonMessageError } from "../errors";

/** One structured line of what a function did or refused; values are JSON. */
export interface LogEvent {
  readonly level: "info" | "warn" | "error";
  readonly event: string;
  readonly [field: string]: unknown;
}

/** Port: where a function says what it did. Never throws. */
export type Log = (entry: LogEvent) => void;

/** The message of whatever was thrown, for a report. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
}

/**
 * What a function says of a message that it could not handle: rejected when no retry can cure it, failed when one may.
 * @param role the function's, such as `coordinator`
 * @param requestId of the request that the message is, as far as it could be read
 */
export function failureEvent(role: string, messageId: string | undefined, error: unknown, requestId?: string): LogEvent {
  const event = error instanceof PoisonMessageError ? "message-rejected" : "handler-failed";
  return {
    level: "error",
    event,
    function: role,
    messageId,
    ...(requestId !== undefined && { requestId }),
    error: messageOf(error),
  };
}
