import { isMapping } from "../../json-path";
import { quotingNonFinite } from "../../outside-json";
import { plainLine } from "../../plain-text";

/** What was observed or predicted, as its line has it. */
export type Outcome = number | string | boolean;

/** A line of `golden-predictions.jsonl`. */
export interface PredictionRow {
  /** The id's text: 7 and "7" are one id. */
  readonly id: string;
  readonly label: Outcome;
  readonly prediction: Outcome;
  /** NaN where the row has none. */
  readonly score: number;
  /** By column; not yet looked at. */
  readonly slices?: Readonly<Record<string, unknown>>;
}

/** Longest id, class, and name of a column or slice. */
export const MAX_TEXT_CHARS = 256;

/** A line with 20 slices of the longest names has half of it. */
const MAX_LINE_CHARS = 32 * 1024;

const SHOWN_CHARS = 40;

/** How Python and its encoders write what is no number. */
const NO_NUMBER = /^[+-]?(?:nan|inf(?:inity)?)$/i;

/** The row that a line is; a text that says why it is none, as far as it can be told without the line's number. */
export function predictionRow(line: string): PredictionRow | string {
  const value =
    line.length > MAX_LINE_CHARS ? `got ${line.length} characters, expected at most ${MAX_LINE_CHARS}` : parsedLine(line);
  if (typeof value === "string") return value;
  const { id, label, prediction, score, slices } = value;
  if (!isId(id)) return `${got("id", id)}, expected a number, or a text of 1 to ${MAX_TEXT_CHARS} characters`;
  if (!isOutcome(label)) return wrongOutcome("label", label);
  if (!isOutcome(prediction)) return wrongOutcome("prediction", prediction);
  if (score !== undefined && score !== null && !(typeof score === "number" && Number.isFinite(score))) {
    return `${got("score", score)}, expected a finite number; leave the key out where a row has none`;
  }
  if (slices !== undefined && slices !== null && !isMapping(slices)) {
    return `${got("slices", slices)}, expected an object of texts by column`;
  }
  return {
    id: String(id),
    label,
    prediction,
    score: typeof score === "number" ? score : Number.NaN,
    ...(isMapping(slices) && { slices }),
  };
}

function parsedLine(line: string): Readonly<Record<string, unknown>> | string {
  const value = jsonOf(line) ?? jsonOf(quotingNonFinite(line).json);
  if (value === undefined) return `not JSON, or cut short: ${plainLine(line, SHOWN_CHARS)}`;
  return isMapping(value) ? value : "got JSON that is no object, expected id, label and prediction by name";
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isId(value: unknown): value is number | string {
  return typeof value === "number" ? Number.isFinite(value) : isText(value);
}

function isOutcome(value: unknown): value is Outcome {
  if (typeof value === "number") return Number.isFinite(value);
  return typeof value === "boolean" || (isText(value) && !NO_NUMBER.test(value));
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.length >= 1 && value.length <= MAX_TEXT_CHARS;
}

function wrongOutcome(key: string, value: unknown): string {
  return `${got(key, value)}, expected a finite number, true or false, or a text of 1 to ${MAX_TEXT_CHARS} characters`;
}

function got(key: string, value: unknown): string {
  if (value === undefined) return `got no ${key}`;
  if (typeof value === "object" && value !== null) return `got ${Array.isArray(value) ? "a list" : "an object"} as ${key}`;
  return `got ${plainLine(typeof value === "string" ? JSON.stringify(value.slice(0, SHOWN_CHARS)) : String(value))} as ${key}`;
}
