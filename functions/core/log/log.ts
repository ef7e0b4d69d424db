import * as z from "zod/mini";
import type { Decision } from "../coordination/decision";
import { isError, PoisonMessageError, StartRefusedError } from "../errors";
import { harmlessLine, plainLine } from "../plain-text";
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

/** Longest text of a thrown error in the log, in characters; its causes included. */
export const MAX_ERROR_CHARS = 600;
/** Of one error of several: whatever it quotes, its causes are told, too. */
const MAX_LINK_CHARS = 300;
/** Causes, and errors of an AggregateError, that are told. */
const MAX_LINKS = 5;

/**
 * Whatever was thrown, in one printable line for the log: name, HTTP status or code, and message of an error and of its causes,
 * without the secrets that they quote. Never throws.
 */
export function messageOf(thrown: unknown): string {
  return chainText(thrown, named);
}

/** As `messageOf`, without the name of the error itself: for people who are told its message anyway. */
export function reasonOf(error: Error): string {
  return chainText(error, unnamed);
}

function chainText(thrown: unknown, first: (error: Error) => string): string {
  try {
    return plainLine(linkTexts(thrown, first).join("; caused by "), MAX_ERROR_CHARS);
  } catch {
    return "what was thrown cannot be shown";
  }
}

function linkTexts(thrown: unknown, first: (error: Error) => string): string[] {
  const told: string[] = [];
  const links = linksOf(thrown);
  const most = links.length === 1 ? MAX_ERROR_CHARS : MAX_LINK_CHARS;
  for (const [index, link] of links.entries()) {
    const text = harmlessLine(isError(link) ? (index === 0 ? first(link) : named(link)) : String(link), most);
    // Many errors quote their cause already.
    const quoted = isError(link) ? harmlessLine(unnamed(link), most) : text;
    if (text !== "" && !told.some((before) => before.includes(quoted))) told.push(text);
  }
  return told;
}

/** What was thrown and its causes, outermost first; those of an AggregateError in the place of a cause. */
function linksOf(thrown: unknown): unknown[] {
  const links: unknown[] = [thrown];
  for (const link of links) {
    if (!isError(link)) continue;
    const below: readonly unknown[] = [link.cause, ...("errors" in link && Array.isArray(link.errors) ? link.errors : [])];
    links.push(
      ...below.filter((one) => one !== undefined && !links.includes(one)).slice(0, Math.max(0, MAX_LINKS + 1 - links.length)),
    );
  }
  return links;
}

function named(error: Error): string {
  const text = unnamed(error);
  return text === "" ? error.name : `${error.name}: ${text}`;
}

/** With the number or code that tells one failure from another, where the message does not hold it. */
function unnamed(error: Error): string {
  const message = issuesText(error) ?? error.message;
  const codes = codesOf(error).filter((code) => !message.includes(code.replace(/^HTTP /, "")) && !error.name.includes(code));
  return [message, ...(codes.length === 0 ? [] : [`(${codes.join(", ")})`])].filter((part) => part !== "").join(" ");
}

const codedSchema = z.object({
  /** Of AWS. https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/Package/-smithy-types/Interface/ResponseMetadata/ */
  $metadata: z.catch(z.optional(z.object({ httpStatusCode: z.optional(z.number()) })), undefined),
  status: z.catch(z.optional(z.number()), undefined),
  /** A number of gRPC, or a name such as ECONNREFUSED. https://nodejs.org/api/errors.html#errorcode */
  code: z.catch(z.optional(z.union([z.number(), z.string()])), undefined),
  syscall: z.catch(z.optional(z.string()), undefined),
  /** What a gRPC service says. */
  details: z.catch(z.optional(z.string()), undefined),
});

function codesOf(error: Error): string[] {
  const { $metadata, status, code, syscall, details } = codedSchema.parse(error);
  const http = $metadata?.httpStatusCode ?? status;
  return [
    ...(http === undefined ? [] : [`HTTP ${http}`]),
    ...(code === undefined ? [] : [String(code)]),
    ...(syscall === undefined ? [] : [syscall]),
    ...(details === undefined || details === "" ? [] : [details]),
  ];
}

const issuesSchema = z.object({ issues: z.array(z.object({ path: z.array(z.any()), message: z.string() })) });

/** The first problems of a zod error, whose message is JSON; undefined for any other error. */
function issuesText(error: Error): string | undefined {
  const { data } = issuesSchema.safeParse(error);
  return data?.issues
    .slice(0, MAX_LINKS)
    .map(({ path, message }) => (path.length === 0 ? message : `${path.map(String).join(".")}: ${message}`))
    .join("; ");
}

/**
 * What a function says of a message that it could not handle: rejected when no retry can cure it, failed when one may.
 * @param role the function's, such as `coordinator`
 * @param requestId of the request that the message is, as far as it could be read
 */
export function failureEvent(role: string, messageId: string | undefined, error: unknown, requestId?: string): LogEvent {
  const event = isRefusal(error) ? "message-rejected" : "handler-failed";
  return {
    level: "error",
    event,
    function: role,
    messageId,
    ...(requestId !== undefined && { requestId }),
    error: messageOf(error),
  };
}

/** True for what no retry can cure. */
export function isRefusal(error: unknown): error is Error {
  return error instanceof PoisonMessageError || error instanceof StartRefusedError;
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
