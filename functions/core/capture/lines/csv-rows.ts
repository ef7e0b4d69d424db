import { PoisonMessageError } from "../../errors";
import { LINE_LIMITS } from "./line-limits";

const [LINE_FEED, COMMA] = [10, 44];
const BREAKS = /[,\r\n]/g;

/**
 * The rows of a CSV text without a header, https://www.rfc-editor.org/rfc/rfc4180; empty lines are left out.
 * @throws PoisonMessageError when there are too many, or a quoted value does not end or goes on behind its quote
 */
export function csvRows(text: string): string[][] {
  if (text.length > LINE_LIMITS.containers) refuseManyRows(text);
  if (text.includes('"')) {
    const { rows, problem } = quotedRows(text);
    if (problem !== undefined) throw new PoisonMessageError(problem);
    return rows;
  }
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

/** The rows of a CSV text with quoted values, up to the first value that cannot be read, and what is wrong with that one. */
export function quotedRows(text: string): { rows: string[][]; problem?: string } {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  const endRow = () => {
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
  };
  while (at < text.length) {
    const { value, end, problem } = text[at] === '"' ? quotedValue(text, at) : plainValue(text, at);
    if (problem !== undefined) return { rows, problem };
    row.push(value);
    const isBroken = end < text.length && text[end] !== ",";
    at = text.startsWith("\r\n", end) ? end + 2 : end + 1;
    if (isBroken) endRow();
    // A comma at the very end has an empty value behind it.
    else if (end < text.length && at === text.length) row.push("");
  }
  if (row.length > 0) endRow();
  return { rows };
}

interface Value {
  readonly value: string;
  /** The place behind it. */
  readonly end: number;
  readonly problem?: string;
}

function plainValue(text: string, start: number): Value {
  BREAKS.lastIndex = start;
  const end = BREAKS.exec(text)?.index ?? text.length;
  return { value: text.slice(start, end), end };
}

/** The value that a quote at `start` begins. */
function quotedValue(text: string, start: number): Value {
  let value = "";
  let from = start + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote < 0) {
      return { value, end: text.length, problem: "got CSV with a quoted value that does not end, expected a closing quote" };
    }
    value += text.slice(from, quote);
    if (text[quote + 1] !== '"') {
      const next = text[quote + 1];
      const isClosed = next === undefined || ",\r\n".includes(next);
      const problem = "got CSV with text behind a closing quote, expected a comma or the line's end";
      return { value, end: quote + 1, ...(!isClosed && { problem }) };
    }
    value += '"';
    from = quote + 2;
  }
}
