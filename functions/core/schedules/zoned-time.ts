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
 * What the clock on the wall shows in a time zone at an instant, both epoch milliseconds: the wall's as if it hung in UTC. Whole seconds.
 * @throws RangeError for a zone that this machine does not know
 */
export function wallClock(timeZone: string): (instant: number) => number {
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
const DAY_MS = 86_400_000;

/**
 * The instants at which the wall shows times of one day: the first one of a time that an autumn repeats, none of a time that a spring
 * leaves out.
 * @param day midnight of the day on the wall, epoch milliseconds
 */
export function instantsOfDay(wallAt: (instant: number) => number, day: number): (wall: number) => number | undefined {
  const [early, late] = [day - FARTHEST_MS, day + DAY_MS + FARTHEST_MS];
  const before = wallAt(early) - early;
  const after = wallAt(late) - late;
  if (before === after) return (wall) => wall - before;
  return (wall) => {
    const shown = [wall - before, wall - after].filter((instant) => wallAt(instant) === wall);
    return shown.length === 0 ? undefined : Math.min(...shown);
  };
}
