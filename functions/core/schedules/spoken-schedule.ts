import { nearestWord } from "../nearest-word";
import { quotedText } from "../plain-text";
import { type CronExpression, cronExpression, evenCron } from "./timing";

/** An expression, or what is wrong with its words: lowercase, without full stop. */
export type ReadSpoken =
  | { readonly isValid: true; readonly cron: CronExpression }
  | { readonly isValid: false; readonly mistake: string };

const DAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const MINUTES_PER_UNIT: ReadonlyMap<string, number> = new Map([
  ["minute", 1],
  ["hour", 60],
]);

/** What may be written, for an error and for a description. */
export const SPOKEN_FORMS =
  "day at 2:00, weekday at 06:30, Sunday at 02:00, month on the 1st at 03:00, hour, 6 hours or 15 minutes";

const AT_TIME = /^(.+) at (\d{1,2}):(\d{2})$/;
const OF_MONTH = /^month on the (\d{1,2})(st|nd|rd|th)$/;
const LENGTH = /^(?:(\d{1,4}) )?(minute|hour)s?$/;

/** The last day that every month has. */
const LAST_DAY = 28;

/**
 * Reads when something happens as a person says it after "every": one of `SPOKEN_FORMS`, in any case of letters, times from 0:00 to
 * 23:59. A length counts from midnight, and must divide an hour or a day evenly.
 */
export function readSpokenSchedule(text: string): ReadSpoken {
  const words = text.trim().toLowerCase().replace(/\s+/g, " ");
  const [, days, hour = "", minute = ""] = AT_TIME.exec(words) ?? [];
  if (days === undefined) return readLength(words);
  if (Number(hour) > 23 || Number(minute) > 59) return wrong(`${hour}:${minute} is not a time; expected 0:00 to 23:59`);
  const fields = daysOf(days);
  if (typeof fields !== "string") return fields;
  return { isValid: true, cron: cronExpression(`${Number(minute)} ${Number(hour)} ${fields}`) };
}

/** The fields of days of a cron expression, or what is wrong. */
function daysOf(days: string): string | ReadSpoken {
  if (days === "day") return "* * *";
  if (days === "weekday") return "* * MON-FRI";
  if (DAYS.includes(days)) return `* * ${DAYS.indexOf(days)}`;
  const [, number, suffix] = OF_MONTH.exec(days) ?? [];
  if (number === undefined || suffix === undefined) {
    const meant = nearestWord(days.replace(/^every /, ""), ["day", "weekday", ...DAYS]);
    const hint = meant === undefined ? "" : `did you mean ${meant}? `;
    return wrong(`${quotedText(days)} is not a day; ${hint}${expectedForms()}`);
  }
  const day = Number(number);
  if (day < 1 || day > LAST_DAY) {
    return wrong(
      `${number}${suffix} is not in every month; expected 1st to ${LAST_DAY}th, or cron for the months that have the day`,
    );
  }
  if (suffix !== suffixOf(day)) return wrong(`got ${number}${suffix}; expected ${day}${suffixOf(day)}`);
  return `${day} * *`;
}

function readLength(words: string): ReadSpoken {
  const [, count, unit = ""] = LENGTH.exec(words) ?? [];
  const unitMinutes = MINUTES_PER_UNIT.get(unit);
  if (unitMinutes === undefined) return wrong(expectedForms());
  const cron = evenCron(Number(count ?? 1) * unitMinutes);
  if (cron !== undefined) return { isValid: true, cron };
  return wrong(
    "that divides neither an hour nor a day evenly; expected 1, 2, 3, 4, 5, 6, 10, 12, 15, 20 or 30 minutes, or 1, 2, 3, 4, 6, 8, 12 or 24 hours",
  );
}

function suffixOf(day: number): string {
  const isTeen = day >= 11 && day <= 13;
  return (isTeen ? undefined : ["th", "st", "nd", "rd"][day % 10]) ?? "th";
}

function expectedForms(): string {
  return `expected ${SPOKEN_FORMS}`;
}

function wrong(mistake: string): ReadSpoken {
  return { isValid: false, mistake };
}
