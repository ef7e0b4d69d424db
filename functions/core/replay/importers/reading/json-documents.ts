import { endOfString, type JsonLimits, quotingNonFinite, withoutNonFinite } from "../../../outside-json";
import { quotedText } from "../../../plain-text";
import type { Findings } from "./findings";

/** An object or a list of a file, which may hold several behind each other, such as the pages of a listing. */
export interface JsonDocument {
  readonly value: unknown;
  /** For people: the line that it begins on. */
  readonly place: string;
}

/** A listing of a million objects with ten fields each; parsed, so much takes some 500 MB, on the machine of who asked for it. */
const LIMITS: JsonLimits = { values: 12_000_000, containers: 3_000_000, depth: 64 };

const LESS = "export a shorter time, or fewer keys by a prefix, into several files";

/** How much of an export is looked at to tell its format, in characters. */
const HEAD_CHARS = 64 * 1024;

const OPENING = /^[[{]/;
const STRUCTURE = /["[\]{}]/g;

/** How the numbers that Python writes and JSON lacks, NaN and Infinity, are read. */
export type NonFinite = "as texts" | "as null";

/**
 * The JSON objects and lists of a text, one behind the other. What stands between them, and what is cut short or no JSON, is told
 * with its line; of JSON Lines only that line is left out.
 * @param nonFinite as texts, whoever reads them can tell what was got. @default "as texts"
 */
export function jsonDocuments(text: string, findings: Pick<Findings, "refuse">, nonFinite: NonFinite = "as texts"): JsonDocument[] {
  const documents: JsonDocument[] = [];
  const lineAt = lineCounter(text);
  let areLines = false;
  for (let at = skipBlank(text, text.startsWith("\uFEFF") ? 1 : 0); at < text.length; at = skipBlank(text, at)) {
    const place = `line ${lineAt(at)}`;
    const lineEnd = endOfLine(text, at);
    if (!OPENING.test(text[at] ?? "")) {
      findings.refuse(place, {
        got: quotedText(text.slice(at, lineEnd)),
        expected: "JSON: is it a message of the tool? Take it out",
      });
      at = lineEnd;
      continue;
    }
    const isLine = areLines && text.startsWith("\n{", lineEnd);
    const end = endOfDocument(text, at, isLine ? lineEnd : text.length);
    if (end === undefined && isLine) {
      findings.refuse(place, { got: "JSON that is cut short", expected: "one whole document a line: export it again" });
      at = lineEnd;
      continue;
    }
    if (end === undefined) {
      const got = `JSON that begins here and is cut short in line ${lineAt(text.length)}`;
      findings.refuse(place, { got, expected: "its closing bracket: export it again; nothing of it is read" });
      break;
    }
    if (documents.length === 0) areLines = text.slice(end, lineEnd).trim() === "" && end <= lineEnd;
    const value = parsed(text.slice(at, end), place, findings, nonFinite);
    if (value !== undefined) documents.push({ value, place });
    at = end;
  }
  return documents;
}

/** As much of a text as tells which tool wrote it, without a byte order mark and blanks before it. */
export function headOf(text: string): string {
  return text.slice(0, HEAD_CHARS).replace(/^\uFEFF?\s*/, "");
}

/** As much of a JSON text as tells which tool wrote it; empty for other texts. */
export function jsonHead(text: string): string {
  const head = headOf(text);
  return OPENING.test(head) ? head : "";
}

/** The first object of a text, and the place behind it; undefined where it begins with none, or with a broken one. */
export function firstObject(text: string): { value: unknown; end: number } | undefined {
  const start = skipBlank(text, 0);
  const end = text[start] === "{" ? endOfDocument(text, start) : undefined;
  if (end === undefined) return undefined;
  const value = parsed(text.slice(start, end), "line 1", { refuse: () => undefined });
  return value === undefined ? undefined : { value, end };
}

function parsed(text: string, place: string, findings: Pick<Findings, "refuse">, nonFinite: NonFinite = "as texts"): unknown {
  const { json, excess } = (nonFinite === "as null" ? withoutNonFinite : quotingNonFinite)(text, LIMITS);
  if (excess !== undefined) {
    findings.refuse(place, { got: excess.replace(/^got |, expected fewer$/g, ""), expected: `fewer: ${LESS}` });
    return undefined;
  }
  try {
    return JSON.parse(json);
  } catch {
    const got = `no JSON: it starts with ${quotedText(text.slice(0, 40))} and ends with ${quotedText(text.slice(-40))}`;
    findings.refuse(place, { got, expected: "JSON as the tool writes it: export it again" });
    return undefined;
  }
}

/** The place behind the bracket that closes the one at `start`; undefined where none does before `until`. */
function endOfDocument(text: string, start: number, until = text.length): number | undefined {
  let depth = 0;
  STRUCTURE.lastIndex = start;
  for (let found = STRUCTURE.exec(text); found !== null && found.index < until; found = STRUCTURE.exec(text)) {
    if (found[0] === '"') STRUCTURE.lastIndex = endOfString(text, found.index) + 1;
    else if (found[0] === "{" || found[0] === "[") depth++;
    else if (--depth === 0) return found.index + 1;
  }
  return undefined;
}

function skipBlank(text: string, start: number): number {
  let at = start;
  while (at < text.length && " \t\r\n".includes(text.charAt(at))) at++;
  return at;
}

function endOfLine(text: string, start: number): number {
  const end = text.indexOf("\n", start);
  return end === -1 ? text.length : end;
}

/** Tells the line of a place; places must not go back. */
function lineCounter(text: string): (at: number) => number {
  let [line, next] = [1, text.indexOf("\n")];
  return (at) => {
    while (next !== -1 && next < at) [line, next] = [line + 1, text.indexOf("\n", next + 1)];
    return line;
  };
}
