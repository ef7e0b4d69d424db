import {
  BAD_WINDOW,
  BURSTS_CV_1,
  FIVE_TIMES,
  MIX,
  OUTAGE,
  PLAIN,
  type Regression,
  type Scenario,
  TOTAL_FAILURE,
  TWICE,
} from "../../../simulation/rollout/scenarios";
import { playByEvidence, playRollouts, type RolloutEnd } from "../../../simulation/rollout/simulate-rollout";

const SEED = 20_261_201;

/** Played when the suite is collected, so that the measured rates stand in the tests' names. */
const EQUAL = [
  { scenario: PLAIN, rollouts: 150, most: 0.02 },
  { scenario: BAD_WINDOW, rollouts: 100, most: 0.02 },
  { scenario: OUTAGE, rollouts: 50, most: 0.02 },
  { scenario: BURSTS_CV_1, rollouts: 50, most: 0.02 },
  { scenario: MIX, rollouts: 50, most: 0.02 },
].map(({ scenario, rollouts, most }) => {
  const ends = played(scenario, undefined, rollouts);
  return { what: scenario.what, rollouts, most, ends, shown: percent(shareOf(ends, isRolledBack)) };
});

const WORSE = [
  { regression: TWICE, rollouts: 150, within: 2_016, least: 0.95 },
  { regression: FIVE_TIMES, rollouts: 50, within: 15, least: 0.95 },
  { regression: TOTAL_FAILURE, rollouts: 50, within: 2, least: 0.95 },
].map(({ regression, rollouts, within, least }) => {
  const found = shareOf(
    played(PLAIN, regression, rollouts),
    (end) => isRolledBack(end) && end.share === 0.05 && end.windows <= within,
  );
  return { what: regression.what, rollouts, within, least, found, shown: percent(found) };
});

describe(`rollouts of seed ${SEED}, 2,000 requests a window of which 1 % fail`, () => {
  it.each(EQUAL)("should roll back at most 2 % of $rollouts equal candidates, $what: $shown", ({ ends, most }) => {
    expect(shareOf(ends, isRolledBack)).toBeLessThanOrEqual(most);
  });

  it.each(EQUAL)("should let every other one of them serve alone, $what", ({ ends }) => {
    expect(ends.filter((end) => !isRolledBack(end) && end.end !== "done")).toEqual([]);
  });

  it.each(WORSE)(
    "should roll back at least 95 % of $rollouts worse candidates at 5 % and within $within windows, $what: $shown",
    ({ found, least }) => {
      expect(found).toBeGreaterThanOrEqual(least);
    },
  );
});

// Helpers

function played(scenario: Scenario, regression: Regression | undefined, rollouts: number): readonly RolloutEnd[] {
  const options = { scenario, requests: 2_000, errorRate: 0.01, ...(regression && { regression }) };
  return playRollouts(playByEvidence(), options, SEED, rollouts);
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
