import { DAY_OF_MONTH, DAY_OF_WEEK, HOUR, MINUTE, MONTH, readField } from "../../functions/core/schedules/cron-field";
import { HOURS_A_MONTH, MINUTES_A_MONTH } from "./price";

const MINUTES: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1_440 };
const DAYS_A_MONTH = HOURS_A_MONTH / 24;

/**
 * How often a schedule fires in a month, in the mean: `rate(1 minute)` or `cron(…)` as EventBridge has them, or the five fields of
 * Cloud Scheduler. What a dialect has beyond standard cron, such as `L`, counts as one time of its field.
 */
export function firesAMonth(expression: string): number {
  const [, every, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (every !== undefined && unit !== undefined) return MINUTES_A_MONTH / (Number(every) * (MINUTES[unit] ?? 1));
  const [minute = "*", hour = "*", dayOfMonth = "*", month = "*", dayOfWeek = "*"] = expression
    .replace(/^cron\((.*)\)$/, "$1")
    .replaceAll("?", "*")
    .split(" ");
  const isOnDay = dayOfMonth !== "*";
  const isOnWeekday = dayOfWeek !== "*";
  const ofMonth = isOnDay ? timesOf(DAY_OF_MONTH, dayOfMonth) : 0;
  const ofWeek = isOnWeekday ? (timesOf(DAY_OF_WEEK, dayOfWeek) * DAYS_A_MONTH) / 7 : 0;
  const days = isOnDay || isOnWeekday ? Math.min(DAYS_A_MONTH, ofMonth + ofWeek) : DAYS_A_MONTH;
  return timesOf(MINUTE, minute) * timesOf(HOUR, hour) * days * (timesOf(MONTH, month) / 12);
}

function timesOf(field: Parameters<typeof readField>[0], text: string): number {
  return Math.max(1, readField(field, text).values.length);
}
