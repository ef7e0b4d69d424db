import { quoted, quotedText } from "../plain-text";
import { type CronField, DAY_OF_MONTH, DAY_OF_WEEK, HOUR, MINUTE, MONTH, readField } from "./cron-field";

/**
 * When a schedule fires, by the clock on the wall of its time zone: at each of the minutes of each of the hours, on the days that
 * count, in the months. A day counts when it is of `daysOfMonth` or of `daysOfWeek`; when neither is given, every day counts. All
 * lists are ascending, without duplicates, and not empty.
 */
export interface CronExpression {
  /** 0 to 59. */
  readonly minutes: readonly number[];
  /** 0 to 23. */
  readonly hours: readonly number[];
  /** 1 to 31; never all of them. */
  readonly daysOfMonth: readonly number[] | undefined;
  /** 1 to 12. */
  readonly months: readonly number[];
  /** 0, Sunday, to 6; never all of them. */
  readonly daysOfWeek: readonly number[] | undefined;
}

/** An expression, or everything that is wrong with its text: lowercase, without full stop. */
export type ReadCron =
  | { readonly isValid: true; readonly cron: CronExpression }
  | { readonly isValid: false; readonly mistakes: readonly string[] };

const FIELDS = [MINUTE, HOUR, DAY_OF_MONTH, MONTH, DAY_OF_WEEK] as const;
const FORM = FIELDS.map(({ name }) => name).join(" ");

const NICKNAMES = new Map([
  ["@hourly", "0 * * * *"],
  ["@daily", "0 0 * * *"],
  ["@midnight", "0 0 * * *"],
  ["@weekly", "0 0 * * 0"],
  ["@monthly", "0 0 1 * *"],
  ["@yearly", "0 0 1 1 *"],
  ["@annually", "0 0 1 1 *"],
]);

/** Of Quartz and EventBridge, whose expressions people bring along. */
const OTHER_CRONS = "; leave out seconds and years, and write * for ?";

/** In leap years, from January. */
const DAYS_OF_MONTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Reads a standard cron expression of five fields, or a nickname such as `@daily`; names count in any case. When day-of-month and
 * day-of-week are both restricted, a day of either counts. https://pubs.opengroup.org/onlinepubs/9699919799/utilities/crontab.html
 * Steps, names, 7 for Sunday and nicknames are those of https://man7.org/linux/man-pages/man5/crontab.5.html.
 */
export function readCron(text: string): ReadCron {
  const words = (NICKNAMES.get(text.trim().toLowerCase()) ?? text).trim().split(/\s+/);
  const [minute, hour, dayOfMonth, month, dayOfWeek] = words;
  const isShort = minute === undefined || hour === undefined || dayOfMonth === undefined;
  if (isShort || month === undefined || dayOfWeek === undefined || words.length > FIELDS.length) {
    const got = words.length === 1 ? "" : `it has ${words.length} fields; `;
    return wrong([
      `${got}expected five fields, ${FORM}, as in 30 2 * * MON-FRI, or one of ${[...NICKNAMES.keys()].join(", ")}${words.length > FIELDS.length ? OTHER_CRONS : ""}`,
    ]);
  }
  const minutes = readField(MINUTE, minute);
  const hours = readField(HOUR, hour);
  const onDaysOfMonth = readField(DAY_OF_MONTH, dayOfMonth);
  const months = readField(MONTH, month);
  const onDaysOfWeek = readField(DAY_OF_WEEK, dayOfWeek);
  const mistakes = [minutes, hours, onDaysOfMonth, months, onDaysOfWeek].flatMap((field) => field.mistakes);
  if (mistakes.length === 0) mistakes.push(...ambiguity(dayOfMonth, dayOfWeek));
  if (mistakes.length > 0) return wrong(firstOf(mistakes));
  const cron = {
    minutes: minutes.values,
    hours: hours.values,
    months: months.values,
    ...countingDays(
      isUnrestricted(dayOfMonth) ? undefined : onDaysOfMonth.values,
      isUnrestricted(dayOfWeek) ? undefined : onDaysOfWeek.values,
    ),
  };
  return everFires(cron) ? { isValid: true, cron } : wrong([neverFires(cron, dayOfMonth, month)]);
}

/** Mistakes that are told of one expression. */
const MAX_MISTAKES = 7;

function firstOf(mistakes: readonly string[]): string[] {
  const more = mistakes.length - MAX_MISTAKES;
  return more <= 0 ? [...mistakes] : [...mistakes.slice(0, MAX_MISTAKES), `and ${more} more`];
}

/**
 * The expression of a text that `readCron` finds valid.
 * @throws RangeError that says what is wrong with any other
 */
export function cronExpression(text: string): CronExpression {
  const read = readCron(text);
  if (!read.isValid) throw new RangeError(`${quotedText(text)} is not a cron expression: ${read.mistakes.join("; ")}`);
  return read.cron;
}

function wrong(mistakes: readonly string[]): ReadCron {
  return { isValid: false, mistakes };
}

/** True for a field that leaves its value open, and so leaves the choice of days to the other. */
function isUnrestricted(text: string): boolean {
  return /^\*(?:\/0*1)?$/.test(text);
}

/**
 * Where one field of days is restricted and the other is a star with a step, crons disagree: to some the star leaves the other
 * field unrestricted, so that both must hold (Vixie cron), to others either is enough.
 */
function ambiguity(dayOfMonth: string, dayOfWeek: string): string[] {
  const days: readonly [CronField, string][] = [
    [DAY_OF_MONTH, dayOfMonth],
    [DAY_OF_WEEK, dayOfWeek],
  ];
  if (days.some(([, text]) => isUnrestricted(text))) return [];
  return days
    .filter(([, text]) => text.includes("*"))
    .map(([{ name, least, cycle }, text]) => {
      const range = text.replaceAll("*", `${least}-${least + cycle - 1}`);
      return `its ${name} has ${quotedText(text)} beside another choice of days, which crons understand differently; write ${quoted(range)}, so that a day of either field counts, or leave one of the two *`;
    });
}

/** Beside a choice that holds every day, the other chooses nothing. */
function countingDays(daysOfMonth: readonly number[] | undefined, daysOfWeek: readonly number[] | undefined) {
  const isEveryDay = daysOfMonth?.length === DAY_OF_MONTH.cycle || daysOfWeek?.length === DAY_OF_WEEK.cycle;
  return isEveryDay ? { daysOfMonth: undefined, daysOfWeek: undefined } : { daysOfMonth, daysOfWeek };
}

const MONTH_NAMES: readonly string[] = [
  ...["January", "February", "March", "April", "May", "June"],
  ...["July", "August", "September", "October", "November", "December"],
];

function everFires({ months, daysOfMonth, daysOfWeek }: CronExpression): boolean {
  if (daysOfMonth === undefined || daysOfWeek !== undefined) return true;
  const [earliest = 0] = daysOfMonth;
  return months.some((month) => earliest <= (DAYS_OF_MONTHS[month - 1] ?? 0));
}

function neverFires({ months, daysOfMonth = [] }: CronExpression, dayOfMonth: string, month: string): string {
  const names = months.map((number) => MONTH_NAMES[number - 1] ?? String(number));
  const has = `${listed(names, "and")} ${names.length === 1 ? "has" : "have"}`;
  return `${has} no day ${listed(daysOfMonth, "or")}, so it would never fire; expected a day that exists; correct day-of-month ${quoted(dayOfMonth)} or month ${quoted(month)}`;
}

function listed(words: readonly (string | number)[], last: "and" | "or"): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}`;
}

/** So often, whatever the clock says; a scheduler counts from when it learned of it. */
export interface Rate {
  /** 1 or more. */
  readonly everyMinutes: number;
}

/** When a schedule fires. */
export type Timing = CronExpression | Rate;

const HOUR_MINUTES = 60;
const DAY_MINUTES = 1_440;

export function isRate(timing: Timing): timing is Rate {
  return "everyMinutes" in timing;
}

/**
 * The expression that fires so often by the clock, from midnight on; undefined where that divides neither an hour nor a day evenly.
 */
export function evenCron(everyMinutes: number): CronExpression | undefined {
  const months = multiplesIn(MONTH.cycle, 1).map((month) => month + MONTH.least);
  const everyDay = { months, daysOfMonth: undefined, daysOfWeek: undefined };
  if (!Number.isInteger(everyMinutes) || everyMinutes < 1) return undefined;
  if (HOUR_MINUTES % everyMinutes === 0) {
    return { ...everyDay, minutes: multiplesIn(MINUTE.cycle, everyMinutes), hours: multiplesIn(HOUR.cycle, 1) };
  }
  const everyHours = everyMinutes / HOUR_MINUTES;
  if (!Number.isInteger(everyHours) || DAY_MINUTES % everyMinutes !== 0) return undefined;
  return { ...everyDay, minutes: [0], hours: multiplesIn(HOUR.cycle, everyHours) };
}

function multiplesIn(cycle: number, step: number): number[] {
  return Array.from({ length: Math.ceil(cycle / step) }, (_, index) => index * step);
}
