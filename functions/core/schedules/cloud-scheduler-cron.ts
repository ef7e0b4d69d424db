import type { CronExpression } from "./cron-expression";
import { type CronTranslation, cronText } from "./cron-text";
import { evenCron, isRate, type Timing } from "./rate";

/**
 * The expression as Cloud Scheduler takes it: five fields as of unix-cron, days of the week from 0, Sunday, to 6. When neither field
 * of days is `*`, a day of either counts, as in ours, so everything can be said. It goes by its time zone's clock, and promises
 * nothing for a time that an autumn repeats; in UTC there is none.
 * https://cloud.google.com/scheduler/docs/configuring/cron-job-schedules
 */
export function cloudSchedulerCron(cron: CronExpression): CronTranslation {
  return { isPossible: true, expression: cronText(cron) };
}

/** A timing as Cloud Scheduler takes it, which knows no rates: one that divides an hour or a day evenly goes by the clock instead. */
export function cloudSchedulerTiming(timing: Timing): CronTranslation {
  const cron = isRate(timing) ? evenCron(timing.everyMinutes) : timing;
  if (cron !== undefined) return cloudSchedulerCron(cron);
  return {
    isPossible: false,
    refusal:
      "divides neither an hour nor a day evenly, and Cloud Scheduler goes by the clock alone; write a rate that does, such as 30m, 6h or 1d, or say when by every or cron",
  };
}
