// What the clouds make of their own expressions, by their documentation alone: it knows nothing of the code that writes them, and
// refuses what the documentation does not show, such as ranges that go round.
import type { Cron } from "croner";

/** When an expression fires in a year: at each of the times (hh:mm) of each of the days (yyyy-mm-dd). */
export interface Fires {
  readonly days: readonly string[];
  readonly times: readonly string[];
}

const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const DAY_MS = 86_400_000;

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html */
export function eventBridgeFires(expression: string, year: number): Fires {
  const text = /^cron\((.*)\)$/.exec(expression)?.[1] ?? "";
  const [minute = "", hour = "", dayOfMonth = "", month = "", dayOfWeek = "", ofYears, ...more] = text.split(" ");
  if (ofYears !== "*" || more.length > 0) throw new Error(`not six fields, every year: ${expression}`);
  if ((dayOfMonth === "?") === (dayOfWeek === "?")) throw new Error(`one of the fields of days must be ?: ${expression}`);
  if (expression.length > 256) throw new Error(`longer than a ScheduleExpression may be: ${expression}`);
  const months = valuesOf(month, 1, 12);
  const ofMonth = valuesOf(dayOfMonth.replace("?", "*"), 1, 31);
  const numbers = dayOfWeek.replace("?", "*").replace(/[A-Z]+/g, (name) => String(DAYS.indexOf(name) + 1));
  const ofWeek = valuesOf(numbers, 1, 7);
  const counts = (date: Date) => ofMonth.has(date.getUTCDate()) && ofWeek.has(date.getUTCDay() + 1);
  return { days: daysOf(year, (date) => months.has(date.getUTCMonth() + 1) && counts(date)), times: timesOf(minute, hour) };
}

/** https://cloud.google.com/scheduler/docs/configuring/cron-job-schedules */
export function cloudSchedulerFires(expression: string, year: number): Fires {
  const [minute = "", hour = "", dayOfMonth = "", month = "", dayOfWeek = "", ...more] = expression.split(" ");
  if (more.length > 0) throw new Error(`not five fields: ${expression}`);
  const months = valuesOf(month, 1, 12);
  const ofMonth = valuesOf(dayOfMonth, 1, 31);
  const ofWeek = valuesOf(dayOfWeek, 0, 6);
  const isEither = dayOfMonth !== "*" && dayOfWeek !== "*";
  const counts = (date: Date) => {
    const fits = [ofMonth.has(date.getUTCDate()), ofWeek.has(date.getUTCDay())];
    return isEither ? fits.includes(true) : !fits.includes(false);
  };
  return { days: daysOf(year, (date) => months.has(date.getUTCMonth() + 1) && counts(date)), times: timesOf(minute, hour) };
}

/** What croner makes of a five-field expression; undefined when it fires in no year. In UTC, so that days are all alike. */
export function referenceFires(cron: Cron, year: number): Fires | undefined {
  if (cron.nextRun("2000-01-01T00:00:00Z") === null) return undefined;
  const days: string[] = [];
  let times: readonly string[] | undefined;
  const end = Date.UTC(year + 1, 0, 1);
  for (let run = next(cron, Date.UTC(year, 0, 1) - 1); run < end; ) {
    const midnight = run - (run % DAY_MS);
    if (times === undefined) {
      const ofDay: string[] = [];
      for (let time = run; time < midnight + DAY_MS; time = next(cron, time))
        ofDay.push(new Date(time).toISOString().slice(11, 16));
      times = ofDay;
    }
    const first = new Date(run).toISOString();
    if (first.slice(11, 16) !== times[0]) throw new Error(`not the same times on all days: ${cron.getPattern()}`);
    days.push(first.slice(0, 10));
    run = next(cron, midnight + DAY_MS - 1);
  }
  return { days, times: times ?? [] };
}

function next(cron: Cron, after: number): number {
  return cron.nextRun(new Date(after))?.getTime() ?? Number.POSITIVE_INFINITY;
}

function daysOf(year: number, counts: (date: Date) => boolean): string[] {
  const days: string[] = [];
  for (let time = Date.UTC(year, 0, 1); time < Date.UTC(year + 1, 0, 1); time += DAY_MS) {
    if (counts(new Date(time))) days.push(new Date(time).toISOString().slice(0, 10));
  }
  return days;
}

function timesOf(minute: string, hour: string): string[] {
  const minutes = [...valuesOf(minute, 0, 59)].sort((a, b) => a - b);
  const hours = [...valuesOf(hour, 0, 23)].sort((a, b) => a - b);
  return hours.flatMap((h) => minutes.map((m) => `${two(h)}:${two(m)}`));
}

/** What a field's text stands for: `*`, or a list of values and of ranges that do not go round. */
function valuesOf(text: string, least: number, most: number): Set<number> {
  const values = new Set<number>();
  for (const term of text === "*" ? [`${least}-${most}`] : text.split(",")) {
    const [, from, to] = /^(\d+)(?:-(\d+))?$/.exec(term) ?? [];
    const [first, last] = [Number(from), Number(to ?? from)];
    if (!(least <= first && first <= last && last <= most))
      throw new Error(`not in the dialect, from ${least} to ${most}: ${text}`);
    for (let value = first; value <= last; value++) values.add(value);
  }
  return values;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
