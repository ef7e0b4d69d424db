import { PoisonMessageError } from "../../errors";
import { jsonExcess, withoutNonFinite } from "../../outside-json";
import type { NamedValues, SideNames } from "./captured-row";
import { csvPayload, type HeaderParameter } from "./csv-payload";
import { jsonRows } from "./json-rows";
import { LINE_LIMITS } from "./line-limits";

const CSV = "text/csv";
const CSV_IN_UTF8 = "text/csv; charset=utf-8";
const BYTE_ORDER_MARK = 0xfeff;

/** Content types that clients and servers send where nobody set one: the text itself tells what it is. */
const SAYING_NOTHING: ReadonlySet<string> = new Set([
  "",
  "*/*",
  "text/plain",
  "text/html",
  "application/octet-stream",
  "binary/octet-stream",
  "application/x-www-form-urlencoded",
]);

/** Within a content type, in small letters. */
export const JSON_LINES = /jsonl|ndjson/;

/** Characters that no text has. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const BINARY = /[\0-\x08\x0e-\x1f]/;

/** Where a payload lies that was not captured itself, as of an asynchronous endpoint. */
const ADDRESS = /^(?:s3|gs):\/\/\S+\s*$/;

/**
 * The rows of a text of this content type: CSV, JSON Lines or JSON; of one that says nothing when it looks like JSON or else like
 * CSV.
 * @throws PoisonMessageError when it cannot be read
 */
export function payloadRows(payload: string, contentType: string, names: SideNames): NamedValues[] {
  const text = payload.charCodeAt(0) === BYTE_ORDER_MARK ? payload.slice(1) : payload;
  if (text.includes("://") && ADDRESS.test(text))
    throw new PoisonMessageError("got the address of a payload, expected the payload itself");
  // Most are CSV, without a parameter that matters, and nothing is faster than this.
  if (contentType === CSV || contentType === CSV_IN_UTF8) return csvPayload(text, names);
  const [named = "", ...parameters] = contentType.toLowerCase().split(";");
  const type = SAYING_NOTHING.has(named.trim()) ? guessedType(text) : named;
  if (type.includes("csv")) return csvPayload(text, names, headerParameter(parameters));
  if (JSON_LINES.test(type)) return lineRows(text, names);
  if (type.includes("json")) return jsonRows(parsedJson(text), names);
  throw new PoisonMessageError(
    "got a payload of another content type, expected text/csv, application/json or application/jsonlines",
  );
}

function guessedType(text: string): string {
  if (BINARY.test(text)) throw new PoisonMessageError("got bytes of no known content type, expected CSV or JSON");
  return /^\s*[[{]/.test(text) ? "application/json" : CSV;
}

function headerParameter(parameters: readonly string[]): HeaderParameter {
  const values = parameters.map((parameter) => parameter.replaceAll(/[\s"]/g, ""));
  if (values.includes("header=present")) return "present";
  return values.includes("header=absent") ? "absent" : undefined;
}

function lineRows(text: string, names: SideNames): NamedValues[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.flatMap((line) => jsonRows(parsedJson(line), names));
}

/**
 * A JSON text's value. Of the numbers that Python writes and JSON lacks, NaN is null, and Infinity a number without end.
 * @throws PoisonMessageError, without a word of the text, when it is not JSON, or holds more than is read of a line
 */
export function parsedJson(text: string): unknown {
  // A shorter text cannot hold so much, however deep, and most lines are short.
  const excess = text.length > LINE_LIMITS.containers ? jsonExcess(text, LINE_LIMITS) : undefined;
  if (excess !== undefined) throw new PoisonMessageError(`${excess}: send fewer rows in one request`);
  try {
    return JSON.parse(text);
  } catch {
    return parsedNonFinite(text);
  }
}

const NON_FINITE = /NaN|Infinity/;

/** JSON's own way to write a number that no double holds. */
const ENDLESS = "1e999";

function parsedNonFinite(text: string): unknown {
  try {
    if (NON_FINITE.test(text)) return JSON.parse(withoutNonFinite(text, LINE_LIMITS, ENDLESS).json);
  } catch {
    // As below.
  }
  // What the parser says quotes the text, which is somebody's data.
  throw new PoisonMessageError("not JSON, or cut short");
}
