import type { CronExpression } from "./timing";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** From 29 February 2096 to that of 2104: no expression that ever fires is silent for longer. */
const LONGEST_SILENCE_DAYS = 8 * 366;

/** More than any autumn puts a clock back: so much later may the wall have shown already what is to come. */
const PUT_BACK_MS = 3 * HOUR_MS;

/**
 * When an expression fired last, at `now` or before: epoch milliseconds of a whole minute; undefined where it never does. It goes
 * by the zone's clock, skips a time that a spring leaves out, and fires once at one that an autumn repeats, taken as its first.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 * @throws RangeError for a zone that this machine does not know
 */
export function lastFireBefore(cron: CronExpression, timeZone: string, now: number): number | undefined {
  const wallAt = wallClock(timeZone);
  const latest = wallAt(now) + PUT_BACK_MS;
  const today = latest - (latest % DAY_MS);
  for (let day = today; day > today - LONGEST_SILENCE_DAYS * DAY_MS; day -= DAY_MS) {
    if (!counts(cron, new Date(day))) continue;
    const instantOf = instantsOfDay(wallAt, day);
    for (const hour of cron.hours.toReversed()) {
      if (day + hour * HOUR_MS > latest) continue;
      for (const minute of cron.minutes.toReversed()) {
        const instant = instantOf(day + hour * HOUR_MS + minute * MINUTE_MS);
        if (instant !== undefined && instant <= now) return instant;
      }
    }
  }
  return undefined;
}

/** How much a message may be stamped before the fire that it is of: the clocks of two services differ. */
const AHEAD_MS = 5_000;

/**
 * The fire that a message is of, by when it was sent: so a fire that is sent again later is the same one.
 * @param maxLateMs what was sent later than that is of no fire, as when a person makes a job run
 * @returns epoch milliseconds of a whole minute; that of the message where it is of no fire
 */
export function fireOf(cron: CronExpression, timeZone: string, sentAt: number, maxLateMs: number): number {
  const fired = lastFireBefore(cron, timeZone, sentAt + AHEAD_MS);
  return fired !== undefined && sentAt - fired <= maxLateMs ? fired : sentAt - (sentAt % MINUTE_MS);
}

/** The last minute whose year has four digits, as the id of a request holds it. */
const LAST_FIRE_MS = Date.UTC(9999, 11, 31, 23, 59);

/** True for a time from 1970 to 9999, epoch milliseconds, at which a message of a schedule may have been sent. */
export function isFireTime(at: number): boolean {
  return at >= 0 && at <= LAST_FIRE_MS;
}

function counts({ months, daysOfMonth, daysOfWeek }: CronExpression, day: Date): boolean {
  if (!months.includes(day.getUTCMonth() + 1)) return false;
  if (daysOfMonth === undefined && daysOfWeek === undefined) return true;
  return daysOfMonth?.includes(day.getUTCDate()) === true || daysOfWeek?.includes(day.getUTCDay()) === true;
}

/** True for the name of a time zone that this machine knows. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/**
 * What the clock on the wall shows in a time zone at an instant, both epoch milliseconds: the wall's as if it hung in UTC. Whole
 * seconds.
 * @throws RangeError for a zone that this machine does not know
 */
function wallClock(timeZone: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat("en", {
    timeZone,
    calendar: "gregory",
    numberingSystem: "latn",
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  return (instant) => {
    const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
    const [year, month, day] = [parts.get("year") ?? 0, parts.get("month") ?? 0, parts.get("day") ?? 0];
    return Date.UTC(year, month - 1, day, parts.get("hour"), parts.get("minute"), parts.get("second"));
  };
}

/** More than any zone's clock is away from UTC's, to either side. */
const FARTHEST_MS = 15 * 3_600_000;

/**
 * The instants at which the wall shows times of one day: the first one of a time that an autumn repeats, none of a time that a
 * spring leaves out.
 * @param day midnight of the day on the wall, epoch milliseconds
 */
function instantsOfDay(wallAt: (instant: number) => number, day: number): (wall: number) => number | undefined {
  const [early, late] = [day - FARTHEST_MS, day + DAY_MS + FARTHEST_MS];
  const before = wallAt(early) - early;
  const after = wallAt(late) - late;
  if (before === after) return (wall) => wall - before;
  return (wall) => {
    const shown = [wall - before, wall - after].filter((instant) => wallAt(instant) === wall);
    return shown.length === 0 ? undefined : Math.min(...shown);
  };
}
