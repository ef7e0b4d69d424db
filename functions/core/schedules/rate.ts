import type { CronExpression } from "./cron-expression";
import { HOUR, MINUTE, MONTH } from "./cron-field";

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

/** The expression that fires so often by the clock, from midnight on; undefined where that divides neither an hour nor a day evenly. */
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
