import { PoisonMessageError } from "../../errors";
import { DOCUMENT_LIMITS, jsonExcess } from "../../outside-json";
import type { CapturedRow, LineReading, NamedValues, PositionalNames } from "./captured-row";

/**
 * The rows of a text of this content type: CSV, JSON Lines or JSON; of an unknown one when it looks like JSON or else like CSV.
 * @throws PoisonMessageError when it cannot be read
 */
export function payloadRows(text: string, contentType: string, nameValues: PositionalNames): NamedValues[] {
  const type = contentType === "" ? guessedType(text) : contentType.toLowerCase();
  if (type.includes("csv")) {
    return csvRows(text).map((values) => ({ names: nameValues(values.length), values, isTyped: false }));
  }
  if (type.includes("jsonlines") || type.includes("ndjson")) {
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    return lines.flatMap((line) => jsonRows(parsedJson(line), nameValues));
  }
  if (type.includes("json")) return jsonRows(parsedJson(text), nameValues);
  throw new PoisonMessageError(
    "got a payload of another content type, expected text/csv, application/json or application/jsonlines",
  );
}

function guessedType(text: string): string {
  return /^\s*[[{]/.test(text) ? "application/json" : "text/csv";
}

/**
 * Inputs and outputs of one line, row by row. As many values in one row as there are inputs are taken for one output each, as
 * XGBoost's container answers a batch. Outputs of another number are nobody's, and left out.
 */
export function pairedRows(
  inputs: readonly NamedValues[] | undefined,
  outputs: readonly NamedValues[] | undefined,
  nameOutputs: PositionalNames,
): LineReading {
  if (inputs === undefined) return { rows: outputs?.map((output) => ({ outputs: output })) ?? [] };
  if (outputs === undefined) return { rows: inputs.map((input) => ({ inputs: input })) };
  const answers = inputs.length > 1 && outputs.length === 1 ? outputs.flatMap((output) => spread(output, nameOutputs)) : outputs;
  if (answers.length !== inputs.length) {
    const problem = `got ${answers.length} outputs of ${inputs.length} inputs, expected as many`;
    return { rows: inputs.map((input) => ({ inputs: input })), problem };
  }
  return {
    rows: inputs.map((input, index): CapturedRow => ({ inputs: input, ...(answers[index] && { outputs: answers[index] }) })),
  };
}

/** Each value of a row as a row of its own. */
function spread({ values, isTyped }: NamedValues, nameOutputs: PositionalNames): NamedValues[] {
  return values.map((value) => ({ names: nameOutputs(1), values: [value], isTyped }));
}

/**
 * Lists of rows in the requests and answers of SageMaker and Vertex AI:
 * https://docs.aws.amazon.com/sagemaker/latest/dg/cdf-inference.html
 */
const LISTS = ["instances", "predictions"] as const;

/**
 * A line holds one request of at most 25 MB, which may be of many rows, and is kept no longer than it is read: of values it may
 * hold twice what a document may.
 */
const LINE_LIMITS = { ...DOCUMENT_LIMITS, values: 2 * DOCUMENT_LIMITS.values };

/**
 * A JSON text's value.
 * @throws PoisonMessageError, without a word of the text, when it is not JSON, or holds more than is read of a line
 */
export function parsedJson(text: string): unknown {
  // A shorter text cannot hold so much, however deep, and most lines are short.
  const excess = text.length > LINE_LIMITS.containers ? jsonExcess(text, LINE_LIMITS) : undefined;
  if (excess !== undefined) throw new PoisonMessageError(`${excess}: send fewer rows in one request`);
  try {
    return JSON.parse(text);
  } catch {
    // What the parser says quotes the text, which is somebody's data.
    throw new PoisonMessageError("not JSON, or cut short");
  }
}

/** The own member of an object; undefined for anything else. */
export function memberOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

/**
 * The rows of a JSON payload: `{"instances": […]}`, `{"predictions": […]}`, `{"features": […]}`, a list of lists or of objects;
 * otherwise one row, of an object's members or of a list's values.
 * @throws PoisonMessageError when values without names cannot be named
 */
export function jsonRows(payload: unknown, nameValues: PositionalNames): NamedValues[] {
  for (const key of LISTS) {
    const list = memberOf(payload, key);
    if (Array.isArray(list)) return list.map((item) => jsonRow(item, nameValues));
  }
  const list: unknown = memberOf(payload, "features") ?? payload;
  const isTable = Array.isArray(list) && typeof list[0] === "object" && list[0] !== null;
  return isTable ? list.map((item) => jsonRow(item, nameValues)) : [jsonRow(payload, nameValues)];
}

/**
 * One row: the members of an object, of which `{"features": […]}` is a list, or values in their order.
 * @throws PoisonMessageError when values without names cannot be named
 */
function jsonRow(item: unknown, nameValues: PositionalNames): NamedValues {
  if (Array.isArray(item)) return { names: nameValues(item.length), values: item, isTyped: true };
  if (typeof item !== "object" || item === null) return { names: nameValues(1), values: [item], isTyped: true };
  const features = memberOf(item, "features");
  if (Array.isArray(features)) return { names: nameValues(features.length), values: features, isTyped: true };
  return { names: Object.keys(item), values: Object.values(item), isTyped: true };
}

const [LINE_FEED, COMMA] = [10, 44];
const BREAKS = /[,\r\n]/g;

/**
 * The rows of a CSV text without a header, https://www.rfc-editor.org/rfc/rfc4180; empty lines are left out.
 * @throws PoisonMessageError when there are too many, or a quoted value does not end or goes on behind its quote
 */
export function csvRows(text: string): string[][] {
  if (text.length > LINE_LIMITS.containers) refuseManyRows(text);
  if (text.includes('"')) return quotedRows(text);
  // Most payloads are one row, and nothing is faster than this.
  if (!text.includes("\n")) return text === "" ? [] : [text.split(",")];
  return text
    .split("\n")
    .map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line))
    .filter((line) => line !== "")
    .map((line) => line.split(","));
}

/** By the breaks between values, those within quotes among them. */
function refuseManyRows(text: string): void {
  let [values, rows] = [1, 1];
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === LINE_FEED) rows++;
    if (character === COMMA) values++;
    if (values + rows > LINE_LIMITS.values || rows > LINE_LIMITS.containers) {
      const most = `${LINE_LIMITS.values} values and ${LINE_LIMITS.containers} rows`;
      throw new PoisonMessageError(`got CSV of more than ${most}, expected fewer: send fewer rows in one request`);
    }
  }
}

function quotedRows(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  const endRow = () => {
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
  };
  while (at < text.length) {
    const { value, end } = text[at] === '"' ? quotedValue(text, at) : plainValue(text, at);
    row.push(value);
    const isBroken = end < text.length && text[end] !== ",";
    at = text.startsWith("\r\n", end) ? end + 2 : end + 1;
    if (isBroken) endRow();
    // A comma at the very end has an empty value behind it.
    else if (end < text.length && at === text.length) row.push("");
  }
  if (row.length > 0) endRow();
  return rows;
}

function plainValue(text: string, start: number): { value: string; end: number } {
  BREAKS.lastIndex = start;
  const end = BREAKS.exec(text)?.index ?? text.length;
  return { value: text.slice(start, end), end };
}

/** The value that a quote at `start` begins; `end` is behind its closing quote. */
function quotedValue(text: string, start: number): { value: string; end: number } {
  let value = "";
  let from = start + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote < 0) throw new PoisonMessageError("got CSV with a quoted value that does not end, expected a closing quote");
    value += text.slice(from, quote);
    if (text[quote + 1] !== '"') {
      const next = text[quote + 1];
      if (next !== undefined && !",\r\n".includes(next)) {
        throw new PoisonMessageError("got CSV with text behind a closing quote, expected a comma or the line's end");
      }
      return { value, end: quote + 1 };
    }
    value += '"';
    from = quote + 2;
  }
}
