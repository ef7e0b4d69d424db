import type { CronExpression } from "./cron-expression";
import { type CronTranslation, commonFields, listText } from "./cron-text";

/**
 * The expression as Cloud Scheduler takes it: five fields as of unix-cron, days of the week from 0, Sunday, to 6. When neither field
 * of days is `*`, a day of either counts, as in ours, so everything can be said. It goes by its time zone's clock, and promises
 * nothing for a time that an autumn repeats; in UTC there is none.
 * https://cloud.google.com/scheduler/docs/configuring/cron-job-schedules
 */
export function cloudSchedulerCron(cron: CronExpression): CronTranslation {
  const { minute, hour, month } = commonFields(cron);
  const dayOfMonth = cron.daysOfMonth === undefined ? "*" : listText(cron.daysOfMonth);
  const dayOfWeek = cron.daysOfWeek === undefined ? "*" : listText(cron.daysOfWeek);
  return { isPossible: true, expression: `${minute} ${hour} ${dayOfMonth} ${month} ${dayOfWeek}` };
}
