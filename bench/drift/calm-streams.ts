import { dailyCycle, geometric, type StreamOptions, wander, weekend } from "../../test/simulation/drift-streams";
import type { Watching } from "../../test/simulation/watched-stream";

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
export const WEEK_MS = 7 * DAY_MS;

/** A stream in which nothing drifts that a training would cure. */
export interface CalmStream {
  readonly what: string;
  readonly options: (seed: number) => StreamOptions;
  readonly watching: Watching;
  /** Of each seed, after the baseline. */
  readonly weeks: number;
  readonly seeds: number;
  /** Requests a week that are put up with. @default - none is set */
  readonly budget?: number;
  /** Requests a week that the simulation of the design had. */
  readonly design: string;
}

export function hourly(seed: number): StreamOptions {
  return { seed, periodMs: HOUR_MS, rows: 1_000 };
}

export function daily(seed: number): StreamOptions {
  return { seed, periodMs: DAY_MS, rows: 5_000 };
}

const OF_DAY: Watching = { baselineMs: DAY_MS };
const OF_WEEK: Watching = { baselineMs: WEEK_MS };
const OF_FOUR_WEEKS: Watching = { baselineMs: 4 * WEEK_MS };

function wandering(options: StreamOptions, sd: number): StreamOptions {
  return { ...options, shift: wander(options.seed, 0.9, sd) };
}

/** Half of the windows have one user who sends a tenth of the rows. */
function bursts(seed: number): StreamOptions {
  return { ...hourly(seed), burst: (_, random) => (random() < 0.5 ? 0.1 : 0) };
}

/** 0.5 a month. */
const HALF_A_MONTH = 0.5 / (30 / 7);

export const CALM_STREAMS: readonly CalmStream[] = [
  { what: "independent rows", options: hourly, watching: OF_DAY, weeks: 12, seeds: 1, budget: 0, design: "0" },
  {
    what: "3 equal rows a user",
    options: (seed) => ({ ...hourly(seed), rowsOfUser: () => 3 }),
    watching: OF_DAY,
    weeks: 12,
    seeds: 1,
    budget: 0,
    design: "0",
  },
  {
    what: "10 equal rows a user",
    options: (seed) => ({ ...hourly(seed), rowsOfUser: () => 10 }),
    watching: OF_DAY,
    weeks: 4,
    seeds: 4,
    budget: HALF_A_MONTH,
    design: "0.08",
  },
  {
    what: "a geometric number of equal rows a user, 3 on average",
    options: (seed) => ({ ...hourly(seed), rowsOfUser: geometric(3) }),
    watching: OF_DAY,
    weeks: 4,
    seeds: 1,
    design: "0",
  },
  {
    what: "one user sends a tenth of the rows in half of the windows",
    options: bursts,
    watching: OF_DAY,
    weeks: 2,
    seeds: 1,
    design: "3.3",
  },
  {
    what: "the same, of each unit the first row",
    options: bursts,
    watching: { ...OF_DAY, hasUnit: true },
    weeks: 4,
    seeds: 1,
    budget: 0,
    design: "0",
  },
  {
    what: "daily cycle of ±0.3 sd in 10 features, baseline of a day",
    options: (seed) => ({ ...hourly(seed), shift: dailyCycle(0.3) }),
    watching: OF_DAY,
    weeks: 2,
    seeds: 1,
    design: "0",
  },
  {
    what: "daily cycle, baseline of a week",
    options: (seed) => ({ ...hourly(seed), shift: dailyCycle(0.3) }),
    watching: OF_WEEK,
    weeks: 4,
    seeds: 1,
    budget: 0,
    design: "0",
  },
  {
    what: "daily cycle, baseline of four weeks",
    options: (seed) => ({ ...hourly(seed), shift: dailyCycle(0.3) }),
    watching: OF_FOUR_WEEKS,
    weeks: 2,
    seeds: 1,
    budget: 0,
    design: "0",
  },
  {
    what: "weekends of +0.3 sd in 10 features, baseline of a week",
    options: (seed) => ({ ...hourly(seed), shift: weekend(0.3) }),
    watching: OF_WEEK,
    weeks: 3,
    seeds: 1,
    budget: 0,
    design: "0",
  },
  {
    what: "weekends, baseline of four weeks",
    options: (seed) => ({ ...hourly(seed), shift: weekend(0.3) }),
    watching: OF_FOUR_WEEKS,
    weeks: 2,
    seeds: 1,
    budget: 0,
    design: "0",
  },
  {
    what: "weekends, daily windows of 5,000 rows, baseline of a week",
    options: (seed) => ({ ...daily(seed), shift: weekend(0.3) }),
    watching: OF_WEEK,
    weeks: 12,
    seeds: 2,
    budget: 0,
    design: "0",
  },
  {
    what: "weekends, daily windows of 5,000 rows, baseline of four weeks",
    options: (seed) => ({ ...daily(seed), shift: weekend(0.3) }),
    watching: OF_FOUR_WEEKS,
    weeks: 12,
    seeds: 2,
    budget: 0,
    design: "0",
  },
  {
    what: "wander of 0.05 sd (autoregression of 0.9) in all features, baseline of a week",
    options: (seed) => wandering(hourly(seed), 0.05),
    watching: OF_WEEK,
    weeks: 4,
    seeds: 1,
    budget: 0,
    design: "0",
  },
  {
    what: "wander of 0.15 sd, baseline of a day",
    options: (seed) => wandering(hourly(seed), 0.15),
    watching: OF_DAY,
    weeks: 4,
    seeds: 1,
    design: "0.92",
  },
  {
    what: "wander of 0.15 sd, baseline of a week",
    options: (seed) => wandering(hourly(seed), 0.15),
    watching: OF_WEEK,
    weeks: 4,
    seeds: 2,
    budget: 0.25,
    design: "0.17",
  },
  {
    what: "wander of 0.15 sd, daily windows of 5,000 rows, baseline of a week",
    options: (seed) => wandering(daily(seed), 0.15),
    watching: OF_WEEK,
    weeks: 12,
    seeds: 4,
    design: "0.23",
  },
  {
    what: "a spike of +1 sd in all features in one window",
    options: (seed) => ({ ...hourly(seed), shift: (_, window) => (window === 74 ? 1 : 0) }),
    watching: OF_DAY,
    weeks: 1,
    seeds: 2,
    budget: 0,
    design: "0",
  },
];
