const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Days from a Monday to 1970-01-01, a Thursday. */
const EPOCH_WEEKDAY = 3;

/** What windows have in common that are compared with each other, those of few groups first; `hour-of-week` is both. */
export const SEASONS = ["hour-of-day", "day-of-week", "hour-of-week"] as const;
export type Season = (typeof SEASONS)[number];

/** What a model's windows are compared with: of which season; `auto` finds out. */
export const SEASON_SETTINGS = ["auto", "none", "day", "week"] as const;
export type SeasonSetting = (typeof SEASON_SETTINGS)[number];

/** The seasons that a setting allows, those of few groups first. */
export function allowedSeasons(setting: SeasonSetting): readonly Season[] {
  switch (setting) {
    case "auto":
      return SEASONS;
    case "none":
      return [];
    case "day":
      return ["hour-of-day"];
    case "week":
      return ["day-of-week", "hour-of-week"];
  }
}

/** The group of a window that starts at `start`, epoch milliseconds: UTC hour of the day, day of the week from Monday, or both. */
export function seasonGroup(season: Season, start: number): number {
  const hour = Math.floor((start % DAY_MS) / HOUR_MS);
  const day = (Math.floor(start / DAY_MS) + EPOCH_WEEKDAY) % 7;
  switch (season) {
    case "hour-of-day":
      return hour;
    case "day-of-week":
      return day;
    case "hour-of-week":
      return 24 * day + hour;
  }
}

/** Slices that each group needs at least, and of days so many weeks. */
const LEAST_OF_GROUP = 3;
const LEAST_WEEKS = 2;

/**
 * The group of each slice; undefined where the slices are too few to tell a season: three of each hour, or of each hour of the
 * week, and two of each day where slices are whole days.
 */
export function seasonGroups(season: Season, starts: readonly number[], periodMs: number): number[] | undefined {
  const days = new Set(starts.map((start) => Math.floor(start / DAY_MS))).size;
  const isOfWeek = season !== "hour-of-day";
  if (isOfWeek && (periodMs > DAY_MS || days < 7 * LEAST_WEEKS)) return undefined;
  if (season !== "day-of-week" && periodMs >= DAY_MS) return undefined;
  const groups = starts.map((start) => seasonGroup(season, start));
  const sizes = new Map<number, number>();
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const least = season === "day-of-week" ? LEAST_WEEKS : LEAST_OF_GROUP;
  return sizes.size > 1 && Math.min(...sizes.values()) >= least ? groups : undefined;
}
