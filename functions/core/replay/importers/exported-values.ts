// What the importers share: JSON, times and problems of exports that other programs wrote.
import { isMapping } from "../../json-path";
import { LAST_MOMENT_MS } from "../../numbers";
import { type JsonLimits, withoutNonFinite } from "../../outside-json";
import { plainLine } from "../../plain-text";

/** Of a whole export: a hundred thousand runs with fifty values each. */
const EXPORT_LIMITS: JsonLimits = { values: 5_000_000, containers: 1_000_000, depth: 64 };

/** How much of an export is looked at to tell its format, in characters. */
const HEAD_CHARS = 64 * 1024;

/** The beginning of an export, without a byte order mark and blanks, by which its format is told. */
export function headOf(text: string): string {
  return text.slice(0, HEAD_CHARS).replace(/^\uFEFF?\s*/, "");
}

/** One JSON document of an export, and where it stands in the file. */
export interface ExportedDocument {
  readonly value: unknown;
  /** Such as `line 3: `; empty where the file is one document. */
  readonly place: string;
}

/**
 * The documents of a text of JSON, or of JSON Lines, whose lines that cannot be read are told. NaN and Infinity, which Python
 * writes, are read as null.
 * @param onProblem told what cannot be read
 */
export function exportedDocuments(text: string, onProblem: (problem: string) => void): ExportedDocument[] {
  const { json, excess } = withoutNonFinite(text.replace(/^\uFEFF/, ""), EXPORT_LIMITS);
  if (excess !== undefined) onProblem(`${excess}: export a shorter time at once`);
  if (excess !== undefined) return [];
  const whole = parsed(json);
  if (whole !== undefined) return [{ value: whole.value, place: "" }];
  const lines = json.split("\n").flatMap((line, index) => (line.trim() === "" ? [] : [{ line, place: `line ${index + 1}: ` }]));
  const read = lines.map(({ line, place }) => ({ place, document: parsed(line) }));
  // What begins like one document over several lines is that, cut short.
  const isLines = lines.length > 1 && isMapping(read[0]?.document?.value);
  if (!isLines) {
    const [start, end] = [json.trim().slice(0, 40), json.trim().slice(-40)];
    onProblem(plainLine(`not JSON, or cut short: starts with ${start} and ends with ${end}; export it again`, 300));
    return [];
  }
  for (const { place, document } of read) if (document === undefined) onProblem(`${place}not JSON, or cut short; export it again`);
  return read.flatMap(({ place, document }) => (document === undefined ? [] : [{ value: document.value, place }]));
}

function parsed(json: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(json) };
  } catch {
    return undefined;
  }
}

/** ISO 8601 with or without its offset; Python and pandas put a space before the time, and none into the offset. */
const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)\s?(?:(Z|UTC)|([+-]\d{2}):?(\d{2}))?)?$/;

/** Epoch seconds are smaller until the year 5138, epoch milliseconds larger since 1973. */
const LEAST_MS = 1e11;

/**
 * The moment that an export names, epoch milliseconds, or why it names none. Takes ISO 8601, and epoch seconds or milliseconds,
 * told apart by their size.
 * @param offsetMinutes of a time without an offset, minutes east of UTC; without it such a time is refused
 */
export function exportedTime(value: unknown, offsetMinutes?: number): number | string {
  const isNumber = typeof value === "number" || (typeof value === "string" && /^\d{9,16}(\.\d+)?$/.test(value));
  const at = isNumber ? Math.floor(Number(value) < LEAST_MS ? Number(value) * 1000 : Number(value)) : isoTime(value, offsetMinutes);
  if (typeof at === "string" || (at >= 0 && at <= LAST_MOMENT_MS)) return at;
  const got = value === undefined ? "nothing" : plainLine(JSON.stringify(value), 60);
  return `got ${got}, expected a time such as 2026-11-01T02:00:00Z`;
}

function isoTime(value: unknown, offsetMinutes: number | undefined): number | string {
  const [, day, time, utc, hours, minutes] = (typeof value === "string" && ISO.exec(value.trim())) || [];
  if (day === undefined) return Number.NaN;
  const text = `${day}T${time ?? "00:00"}`;
  if (utc !== undefined) return Date.parse(`${text}Z`);
  if (hours !== undefined) return Date.parse(`${text}${hours}:${minutes}`);
  if (offsetMinutes !== undefined) return Date.parse(`${text}Z`) - offsetMinutes * 60_000;
  return `got the local time ${String(value).trim()}, which names no moment; add its offset, or say --timezone, such as +02:00`;
}

/** Problems that are kept of one file. */
const MAX_PROBLEMS = 10_000;

/** Takes what is wrong with an export; of very many, the first are kept, and the number of the others. */
export interface ProblemList {
  add(problem: string): void;
  all(): readonly string[];
}

export function problemList(): ProblemList {
  const kept: string[] = [];
  let more = 0;
  return {
    add(problem) {
      if (kept.length < MAX_PROBLEMS) kept.push(plainLine(problem, 400));
      else more++;
    },
    all: () => (more === 0 ? kept : [...kept, `${more} more`]),
  };
}

/** Whether a name from outside, such as that of a DAG, speaks of a model: `flight_delay_training` of `flight-delay`. */
export function speaksOf(name: string, model: string): boolean {
  const words = (text: string) => `-${text.toLowerCase().replace(/[^a-z0-9]+/g, "-")}-`;
  return words(name).includes(words(model));
}
