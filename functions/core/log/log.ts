import type { Decision } from "../coordination/decision";
import { PoisonMessageError } from "../errors";
import type { EventName, Level, LogEvents } from "./events";

/** One structured line of what a function did or refused: an event of `LogEvents` with its level and fields. */
export type LogEvent = { [E in EventName]: { readonly event: E } & LogEvents[E] }[EventName];

/** A line as whoever reads the log finds it: any event, perhaps of another version; values are JSON. */
export interface LogRecord {
  readonly level: Level;
  readonly event: string;
  readonly [field: string]: unknown;
}

/** Port: where a function says what it did. Never throws. */
export type Log = (event: LogEvent) => void;

/** The name and message of whatever was thrown, for the log. */
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

/** What is said of a decision; `into` is the request whose run a merged one becomes part of. */
export function decidedEvent({ model, requestId, outcome, reason, into }: Decision): LogEvent {
  return { level: "info", event: "decided", model, requestId, outcome, reason, ...(into !== undefined && { into }) };
}

/**
 * Longest value of a dimension in characters; CloudWatch takes 1,024:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html
 */
export const MAX_DIMENSION_CHARS = 100;

/**
 * A text as the value of a metric's dimension, which CloudWatch wants of printable ASCII and with something to see; what is not is
 * percent-encoded, so that names in any language stay apart. Undefined for what is no text or an empty one.
 */
export function dimensionValue(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const encoded = [...value.slice(0, MAX_DIMENSION_CHARS).toWellFormed().trim()].map(printable).join("");
  const text = encoded.slice(0, MAX_DIMENSION_CHARS).trimEnd();
  return text === "" ? undefined : text;
}

function printable(character: string): string {
  return /[ -~]/.test(character) ? character : encodeURIComponent(character);
}
