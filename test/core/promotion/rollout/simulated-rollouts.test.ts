import {
  BAD_WINDOW,
  FIVE_TIMES,
  MIX,
  OUTAGE,
  PLAIN,
  RAMP,
  SLOW_BURSTS_CV_05,
  TOTAL_FAILURE,
  TWICE,
} from "../../../simulation/rollout/scenarios";
import { playByEvidence, playRollouts, type RolloutEnd } from "../../../simulation/rollout/simulate-rollout";
import type { TrafficOptions } from "../../../simulation/rollout/traffic";

const SEED = 20_261_201;

/** Played when the suite is collected, so that the measured rates stand in the tests' names. */
const EQUAL = [
  { scenario: PLAIN, rollouts: 75 },
  { scenario: BAD_WINDOW, rollouts: 40 },
  { scenario: OUTAGE, rollouts: 20 },
  { scenario: RAMP, rollouts: 25 },
  { scenario: MIX, rollouts: 40 },
  { scenario: SLOW_BURSTS_CV_05, rollouts: 30, requests: 20_000 },
].map(({ scenario, rollouts, requests = 2_000 }) => {
  const ends = played({ scenario, requests }, rollouts);
  return { what: scenario.what, requests: requests.toLocaleString("en"), ends, shown: percent(shareOf(ends, isRolledBack)) };
});

/** Windows within which so many are to be rolled back; 2,016 are the seven days of a rollout. */
const WORSE = [
  { regression: TWICE, rollouts: 100, within: 2_016 },
  { regression: FIVE_TIMES, rollouts: 25, within: 15 },
  { regression: TOTAL_FAILURE, rollouts: 25, within: 2 },
].map(({ regression, rollouts, within }) => {
  const ends = played({ scenario: PLAIN, regression, requests: 2_000 }, rollouts);
  const found = shareOf(ends, (end) => isRolledBack(end) && end.share === 0.05 && end.windows <= within);
  return { what: regression.what, within: within.toLocaleString("en"), found, shown: percent(found) };
});

describe(`rollouts of seed ${SEED}, 1 % of whose requests fail`, () => {
  it.each(EQUAL)("should roll back at most 2 % of equal candidates, $requests requests a window, $what: $shown", ({ ends }) => {
    expect(shareOf(ends, isRolledBack)).toBeLessThanOrEqual(0.02);
  });

  it.each(EQUAL)("should let every other equal candidate serve alone, $requests requests a window, $what", ({ ends }) => {
    expect(ends.filter((end) => !isRolledBack(end) && end.end !== "done")).toEqual([]);
  });

  it.each(WORSE)(
    "should roll back 95 % of candidates at 5 % and within $within windows, 2,000 requests each, $what: $shown",
    ({ found }) => {
      expect(found).toBeGreaterThanOrEqual(0.95);
    },
  );
});

// Helpers

function played(options: Omit<TrafficOptions, "errorRate">, rollouts: number): readonly RolloutEnd[] {
  return playRollouts(playByEvidence, { ...options, errorRate: 0.01 }, SEED, rollouts);
}

function isRolledBack({ end }: RolloutEnd): boolean {
  return end === "rolled back";
}

function shareOf(ends: readonly RolloutEnd[], holds: (end: RolloutEnd) => boolean): number {
  return ends.filter(holds).length / ends.length;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
