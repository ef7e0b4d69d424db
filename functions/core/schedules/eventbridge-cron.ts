import type { CronExpression } from "./cron-expression";
import { DAY_NAMES } from "./cron-field";
import { type CronTranslation, commonFields, listText } from "./cron-text";
import { isRate, type Rate, type Timing } from "./rate";

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

/** In the largest unit that holds it whole, which is singular for 1. https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#rate-based */
function rateText({ everyMinutes }: Rate): string {
  const [unit, unitMinutes] = everyMinutes % 1_440 === 0 ? ["day", 1_440] : everyMinutes % 60 === 0 ? ["hour", 60] : ["minute", 1];
  const count = everyMinutes / Number(unitMinutes);
  return `rate(${count} ${unit}${count === 1 ? "" : "s"})`;
}
