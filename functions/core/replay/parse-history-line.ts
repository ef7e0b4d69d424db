import * as z from "zod/mini";
import { plainLine } from "../plain-text";
import { type HistoryLine, historyLineSchema } from "./history-line";
import { quickLine } from "./quick-line";

/** Of what is wrong with a line, in characters. */
const MAX_REASON_CHARS = 300;

/** Issues of one line that are told. */
const TOLD_ISSUES = 3;

/** A line of a history, or why it is none. */
export type LineReading =
  | { readonly line: HistoryLine; readonly problem?: undefined }
  | { readonly line?: undefined; readonly problem: string };

/** Reads one line of JSON Lines, without its end. Nothing is thrown: the problem says what was got and what is expected. */
export function parseHistoryLine(text: string): LineReading {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: `not JSON, or cut short: it ends with ${JSON.stringify(plainLine(text.slice(-40)))}; write the line again` };
  }
  const quick = quickLine(value);
  if (quick !== undefined) return { line: quick };
  const parsed = historyLineSchema.safeParse(value);
  if (parsed.success) return { line: parsed.data };
  const issues = parsed.error.issues.slice(0, TOLD_ISSUES).map(({ path, message }) => {
    const place = z.core.toDotPath(path);
    return place === "" ? message : `${place}: ${message}`;
  });
  return { problem: plainLine(issues.join("; "), MAX_REASON_CHARS) };
}
