import { quotedText } from "../../../plain-text";
import type { ImportOptions } from "../importer";
import type { Mistake } from "./findings";

/** Date, time to the minute or finer, if any, and offset as `Z`, `+02:00` or `+0200`, which gcloud writes. */
const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)\s?(Z|[+-]\d{2}:?\d{2}|UTC)?)?$/i;

/** Epoch seconds or milliseconds, as JSON of protocol buffers and CSV write them. */
const DIGITS = /^\d{9,16}(?:\.\d+)?$/;

/** Epoch seconds are smaller until the year 5138, epoch milliseconds larger since 1973. */
const LEAST_MS = 1e11;

/** No tool recorded anything before or after: clocks that were never set say 1970, and the years 1 and 9999 stand for "never". */
const [FIRST_MS, END_MS] = [Date.UTC(2000), Date.UTC(2100)];

const RANGE = "a time of the years 2000 to 2099; correct it, or take the line out";
const FORM = "an ISO 8601 time with its offset, such as 2026-11-01T02:00:00Z";

/** The moment that a text or a number stands for, epoch milliseconds; a mistake for anything else. */
export type MomentReader = (value: unknown) => number | Mistake;

/**
 * Reads the times of an export: ISO 8601 as its tool writes it, or epoch numbers.
 * @param unit of numbers: AWS writes epoch seconds, with fractions; either is told by its size, and may stand in a text
 */
export function momentReader(
  { offsetMinutes }: Pick<ImportOptions, "offsetMinutes">,
  unit: "seconds" | "milliseconds" | "either",
): MomentReader {
  return (value) => {
    if (typeof value !== "number" && typeof value !== "string") return { got: `the time ${shown(value)}`, expected: FORM };
    const number = typeof value === "number" ? value : unit === "either" && DIGITS.test(value) ? Number(value) : undefined;
    const isSeconds = unit === "seconds" || (unit === "either" && Number(number) < LEAST_MS);
    const time = number === undefined ? textTime(String(value), offsetMinutes) : Math.round(isSeconds ? number * 1000 : number);
    if (typeof time !== "number") return time;
    return time >= FIRST_MS && time < END_MS ? time : { got: `the time ${shown(value)}`, expected: RANGE };
  };
}

function textTime(text: string, offsetMinutes: number | undefined): number | Mistake {
  const got = `the time ${quotedText(text)}`;
  const [, date, clock = "00:00", offset] = ISO.exec(text.trim()) ?? [];
  if (date === undefined) return { got, expected: FORM };
  if (offset === undefined && offsetMinutes === undefined) {
    return {
      got,
      expected: `a time with its offset: a local time names no moment; say what it is by --timezone, such as --timezone +01:00`,
    };
  }
  const zone = offset === undefined || /^UTC$/i.test(offset) ? "Z" : offset.toUpperCase().replace(/^([+-]\d{2})(\d{2})$/, "$1:$2");
  const time = Date.parse(`${date}T${clock.replace(",", ".")}${zone}`);
  if (Number.isNaN(time) || !isDay(date)) return { got, expected: FORM };
  return offset === undefined ? time - (offsetMinutes ?? 0) * 60_000 : time;
}

/** JavaScript takes February 30 for March 2. */
function isDay(date: string): boolean {
  return new Date(`${date}T00:00:00Z`).getUTCDate() === Number(date.slice(8));
}

function shown(value: unknown): string {
  return typeof value === "string"
    ? quotedText(value)
    : typeof value === "number"
      ? String(value)
      : value === null
        ? "null"
        : typeof value;
}
