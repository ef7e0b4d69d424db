import { FEATURE_FORMS } from "../../test/simulation/drift-features";
import { geometric, type StreamOptions, wander } from "../../test/simulation/drift-streams";
import type { Watching } from "../../test/simulation/watched-stream";
import { DAY_MS, daily, hourly, WEEK_MS } from "./calm-streams";

/** A stream whose normal features drift from the first window after the baseline on. */
export interface DriftingStream {
  readonly what: string;
  readonly options: (seed: number) => StreamOptions;
  readonly watching: Watching;
  /** In standard deviations, of the windows from 1 on since it began. */
  readonly drift: (windows: number) => number;
  /** Windows after which a feature counts as never found. */
  readonly windows: number;
  readonly seeds: number;
  /** Windows in which the median feature must be found. @default - none is set */
  readonly budget?: number;
  /** What the simulation of the design found. */
  readonly design: string;
}

/** A shift of a normal feature by so many standard deviations has a PSI of 0.2, and of 0.11. */
const PSI_20 = () => 0.447;
const PSI_11 = () => 0.332;

const OF_DAY: Watching = { baselineMs: DAY_MS };

export const DRIFTING_STREAMS: readonly DriftingStream[] = [
  {
    what: "step of PSI 0.2, independent rows",
    options: hourly,
    watching: OF_DAY,
    drift: PSI_20,
    windows: 10,
    seeds: 4,
    budget: 2,
    design: "2",
  },
  {
    what: "step of PSI 0.2, 3 equal rows a user",
    options: (seed) => ({ ...hourly(seed), rowsOfUser: () => 3 }),
    watching: OF_DAY,
    drift: PSI_20,
    windows: 10,
    seeds: 4,
    budget: 2,
    design: "2",
  },
  {
    what: "step of PSI 0.2, 10 equal rows a user",
    options: (seed) => ({ ...hourly(seed), rowsOfUser: () => 10 }),
    watching: OF_DAY,
    drift: PSI_20,
    windows: 24,
    seeds: 6,
    design: "3 to 4, 62 % within 3",
  },
  {
    what: "step of PSI 0.2, a geometric number of equal rows a user, 3 on average",
    options: (seed) => ({ ...hourly(seed), rowsOfUser: geometric(3) }),
    watching: OF_DAY,
    drift: PSI_20,
    windows: 10,
    seeds: 4,
    design: "2, 100 % within 3",
  },
  {
    what: "step of PSI 0.2, 5,000 rows a window",
    options: (seed) => ({ ...hourly(seed), rows: 5_000 }),
    watching: OF_DAY,
    drift: PSI_20,
    windows: 5,
    seeds: 1,
    design: "2",
  },
  {
    what: "step of PSI 0.11, 5,000 rows a window",
    options: (seed) => ({ ...hourly(seed), rows: 5_000 }),
    watching: OF_DAY,
    drift: PSI_11,
    windows: 5,
    seeds: 1,
    design: "2",
  },
  {
    what: "step of PSI 0.2, wander of 0.05 sd, baseline of a week",
    options: (seed) => ({ ...hourly(seed), shift: wander(seed, 0.9, 0.05) }),
    watching: { baselineMs: WEEK_MS },
    drift: PSI_20,
    windows: 24,
    seeds: 1,
    design: "2, 100 % within 3",
  },
  {
    what: "slow drift of +0.1 sd a week, daily windows of 5,000 rows: days",
    options: daily,
    watching: { baselineMs: WEEK_MS },
    drift: (windows) => (0.1 * windows) / 7,
    windows: 50,
    seeds: 6,
    budget: 24,
    design: "25",
  },
];

/** The stream with its drift. */
export function drifting({ options, drift, watching }: DriftingStream, seed: number): StreamOptions {
  const calm = options(seed);
  const first = watching.baselineMs / calm.periodMs;
  return {
    ...calm,
    shift(feature, window, start) {
      const own = calm.shift?.(feature, window, start) ?? 0;
      return window >= first && FEATURE_FORMS[feature] === "normal" ? own + drift(window - first + 1) : own;
    },
  };
}
