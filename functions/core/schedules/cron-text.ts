import type { CronExpression } from "./cron-expression";
import { HOUR, MINUTE, MONTH } from "./cron-field";

/** What a cloud's scheduler is told, or why it cannot be told that: lowercase, without full stop. */
export type CronTranslation =
  | { readonly isPossible: true; readonly expression: string }
  | { readonly isPossible: false; readonly refusal: string };

/**
 * Minutes, hours and months, in what every cron dialect means alike: `*`, values, and ranges that do not go round. Steps are
 * written out, since dialects differ in where one starts.
 */
export function commonFields({ minutes, hours, months }: CronExpression): { minute: string; hour: string; month: string } {
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
export function listText(values: readonly number[], write: (value: number) => string = String): string {
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
