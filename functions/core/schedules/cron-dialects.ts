import { DAY_NAMES, HOUR, MINUTE, MONTH } from "./cron-field";
import { type CronExpression, evenCron, isRate, type Rate, type Timing } from "./timing";

/** What a cloud's scheduler is told, or why it cannot be told that: lowercase, without full stop. */
export type CronTranslation =
  | { readonly isPossible: true; readonly expression: string }
  | { readonly isPossible: false; readonly refusal: string };

/**
 * Minutes, hours and months, in what every cron dialect means alike: `*`, values, and ranges that do not go round. Steps are
 * written out, since dialects differ in where one starts.
 */
function commonFields({ minutes, hours, months }: CronExpression): { minute: string; hour: string; month: string } {
  return {
    minute: minutes.length === MINUTE.cycle ? "*" : listText(minutes),
    hour: hours.length === HOUR.cycle ? "*" : listText(hours),
    month: months.length === MONTH.cycle ? "*" : listText(months),
  };
}

/** The expression in five fields, as `readCron` reads it: the same text for all that fire alike. */
export function cronText(cron: CronExpression): string {
  const { minute, hour, month } = commonFields(cron);
  const dayOfMonth = cron.daysOfMonth === undefined ? "*" : listText(cron.daysOfMonth);
  const dayOfWeek = cron.daysOfWeek === undefined ? "*" : listText(cron.daysOfWeek);
  return `${minute} ${hour} ${dayOfMonth} ${month} ${dayOfWeek}`;
}

/** Ascending values as a list, in which three or more in a row are a range. */
function listText(values: readonly number[], write: (value: number) => string = String): string {
  const runs: [first: number, last: number][] = [];
  for (const value of values) {
    const run = runs.at(-1);
    if (run !== undefined && run[1] === value - 1) run[1] = value;
    else runs.push([value, value]);
  }
  return runs
    .map(([first, last]) => {
      if (first === last) return write(first);
      return `${write(first)}${last === first + 1 ? "," : "-"}${write(last)}`;
    })
    .join(",");
}

/**
 * The expression as Cloud Scheduler takes it: five fields as of unix-cron, days of the week from 0, Sunday, to 6. When neither
 * field of days is `*`, a day of either counts, as in ours, so everything can be said. It goes by its time zone's clock, and
 * promises nothing for a time that an autumn repeats; in UTC there is none.
 * https://cloud.google.com/scheduler/docs/configuring/cron-job-schedules
 */
export function cloudSchedulerCron(cron: CronExpression): CronTranslation {
  return { isPossible: true, expression: cronText(cron) };
}

/**
 * A timing as Cloud Scheduler takes it, which knows no rates: one that divides an hour or a day evenly goes by the clock instead.
 */
export function cloudSchedulerTiming(timing: Timing): CronTranslation {
  const cron = isRate(timing) ? evenCron(timing.everyMinutes) : timing;
  if (cron !== undefined) return cloudSchedulerCron(cron);
  return {
    isPossible: false,
    refusal:
      "divides neither an hour nor a day evenly, and Cloud Scheduler goes by the clock alone; write a rate that does, such as 30m, 6h or 1d, or say when by every or cron",
  };
}

/**
 * The expression as EventBridge Scheduler takes it: `cron(minute hour day-of-month month day-of-week year)`, where one of the two
 * fields of days is `?`. Days of the week are named: as numbers they are 1, Sunday, to 7. By its time zone's clock, it skips a time
 * that a spring leaves out, and fires once at one that an autumn repeats.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export function eventBridgeCron(cron: CronExpression): CronTranslation {
  const { daysOfMonth, daysOfWeek } = cron;
  if (daysOfMonth !== undefined && daysOfWeek !== undefined) {
    return {
      isPossible: false,
      refusal:
        "fires on days of the month or days of the week, either of which EventBridge Scheduler can say, but not both in one expression; write two schedules with a name each, one with * as day-of-week, one with * as day-of-month",
    };
  }
  const { minute, hour, month } = commonFields(cron);
  const dayOfWeek = daysOfWeek === undefined ? "?" : listText(daysOfWeek, (day) => DAY_NAMES[day] ?? String(day));
  const dayOfMonth = daysOfWeek !== undefined ? "?" : daysOfMonth === undefined ? "*" : listText(daysOfMonth);
  return { isPossible: true, expression: `cron(${minute} ${hour} ${dayOfMonth} ${month} ${dayOfWeek} *)` };
}

/** A timing as EventBridge Scheduler and EventBridge's rules take it. */
export function eventBridgeTiming(timing: Timing): CronTranslation {
  return isRate(timing) ? { isPossible: true, expression: rateText(timing) } : eventBridgeCron(timing);
}

/**
 * In the largest unit that holds it whole, which is singular for 1.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#rate-based
 */
function rateText({ everyMinutes }: Rate): string {
  const [unit, unitMinutes] = everyMinutes % 1_440 === 0 ? ["day", 1_440] : everyMinutes % 60 === 0 ? ["hour", 60] : ["minute", 1];
  const count = everyMinutes / Number(unitMinutes);
  return `rate(${count} ${unit}${count === 1 ? "" : "s"})`;
}
