import { seededRandom } from "../../../../../functions/core/capture/seeded-random";
import {
  championHistory,
  refreshedHigh,
  usualLow,
} from "../../../../../functions/core/promotion/rollout/evidence/champion-history";
import { estimateRollout } from "../../../../../functions/core/promotion/rollout/evidence/estimate-rollout";
import {
  EVIDENCE_POLICY,
  errorMargin,
  evidencePolicy,
} from "../../../../../functions/core/promotion/rollout/evidence/evidence-policy";
import type { RolloutSettings } from "../../../../../functions/core/promotion/rollout/rollout-settings";
import { drawBinomial } from "../../../../../functions/core/promotion/statistics/binomial";

const WEEK = 2016;
const PERCENTS = [5, 25, 50];

describe("estimateRollout", () => {
  it("should take 20 windows at 5 % of 2,000 requests and 1 % errors, the settling one among them", () => {
    const estimate = estimateRollout(EVIDENCE_POLICY, quiet(2000, 0.01), PERCENTS);

    // 19.1 by the formula; the simulation saw about 20.
    expect(estimate.stages[0]).toEqual({ percent: 5, windows: 21, isInTime: true });
    expect(estimate).toMatchObject({ is: "possible", percents: PERCENTS, bakeWindows: 24 });
  });

  it("should never take less than the policy's windows and requests", () => {
    const windowsOf = (requests: number, rate: number) =>
      estimateRollout(EVIDENCE_POLICY, quiet(requests, rate), PERCENTS).stages.map(({ windows }) => windows);

    expect(windowsOf(1e6, 0.05)).toEqual([7, 7, 7]);
    // 100 requests of the candidate at 5 % of 20 are 100 windows.
    expect(windowsOf(20, 0.9)[0]).toBe(101);
  });

  it("should leave out the lowest percents where all of them take longer than the deadline", () => {
    const estimate = estimateRollout(EVIDENCE_POLICY, quiet(20, 0.01), PERCENTS);

    // 1,911 windows at 5 % are in time alone, but not with the others.
    expect(estimate.stages.map(({ isInTime }) => isInTime)).toEqual([true, true, true]);
    expect(estimate).toMatchObject({ is: "possible", percents: [25, 50] });
    expect(estimate.windows).toBeLessThanOrEqual(WEEK);
    expect(estimateRollout(EVIDENCE_POLICY, quiet(6, 0.01), PERCENTS)).toMatchObject({ is: "possible", percents: [50] });
    expect(estimateRollout(EVIDENCE_POLICY, quiet(6, 0.01), PERCENTS).stages.map(({ isInTime }) => isInTime)).toEqual([
      false,
      true,
      true,
    ]);
  });

  it.each([
    ["too little traffic", 1, 0.001, 4010],
    ["no requests", 0, 0, undefined],
  ])("should be impossible with %s", (_, requests, rate, windows) => {
    const estimate = estimateRollout(EVIDENCE_POLICY, quiet(requests, rate), PERCENTS);

    expect(estimate.is).toBe("impossible");
    if (windows === undefined) expect(estimate.windows).toBeUndefined();
    else expect(estimate.windows).toBeGreaterThan(WEEK);
  });

  it("should count the dwell of a business value at the last percent", () => {
    const policy = { ...EVIDENCE_POLICY, business: { ...EVIDENCE_POLICY.business, dwellWindows: 72 } };

    const { stages } = estimateRollout(policy, quiet(20_000, 0.05), PERCENTS);

    expect(stages.map(({ windows }) => windows)).toEqual([7, 7, 72]);
  });
});

describe("evidencePolicy", () => {
  it("should be the policy that was proved, with what people chose", () => {
    expect(evidencePolicy(settings())).toEqual(EVIDENCE_POLICY);
    const policy = evidencePolicy(
      settings({
        percents: [10, 50],
        tolerance: 1.5,
        bakeWindows: 12,
        deadlineWindows: 600,
        business: { metric: "Sales", dwellWindows: 72 },
      }),
    );
    expect(policy).toMatchObject({
      parts: 3,
      deadlineWindows: 600,
      bake: { windows: 12, alarmFactor: 1.5 },
      business: { dwellWindows: 72 },
    });
    expect(policy.tolerance).toEqual({ errors: 1.5, latency: 1.5 });
  });

  it.each([
    [0.05, 2],
    [0.005, 2],
    [0.001, 6],
    [0.0001, 10],
    [0, 10],
  ])("should rule out, of an error rate of %d, the ratio %d", (rate, margin) => {
    expect(errorMargin(EVIDENCE_POLICY, rate)).toBeCloseTo(margin, 12);
  });
});

describe("championHistory", () => {
  it("should find no noise where there is only chance, and the noise there is where there is some", () => {
    const chance = historyOf(() => 1);
    const independent = historyOf((random) => 1 + (random() < 0.5 ? -0.5 : 0.5));
    let factor = 1;
    const held = historyOf((random, place) => {
      if (place % 6 === 0) factor = 1 + (random() < 0.5 ? -0.5 : 0.5);
      return factor;
    });

    expect(Math.max(...chance.noise)).toBeLessThan(0.02);
    expect(chance.rate).toBeCloseTo(0.01, 3);
    expect(chance.high).toBeGreaterThan(chance.rate);
    expect(chance.requests).toBe(2000);
    // The squared coefficient of variation is 1/4, of a mean of six independent windows 1/24.
    expect(independent.noise[0]).toBeCloseTo(0.25, 1);
    expect(independent.noise[3]).toBeCloseTo(0.25 / 6, 1);
    expect(held.noise[3]).toBeCloseTo(0.25, 1);
  });

  it("should take no daily trend for noise", () => {
    const { noise } = historyOf((_, place) => 1 + 0.6 * Math.sin((2 * Math.PI * place) / 288));

    expect(Math.max(...noise)).toBeLessThan(0.02);
  });

  it("should be exact on three windows, and take the last known noise for scales that these do not fill", () => {
    const windows = [10, 40, 10].map((errors) => ({ requests: 1000, errors }));
    const p = 60 / 3000;
    const expected = (0.06 ** 2 - p * (1 - p) * (6 / 1000)) / (6 * p ** 2);

    const { noise } = championHistory(windows, EVIDENCE_POLICY);

    expect(noise).toHaveLength(7);
    for (const value of noise) expect(value).toBeCloseTo(expected, 12);
  });

  it.each([
    ["no windows", [], { rate: 0, high: 0, noise: [], requests: 0 }],
    ["windows without requests", Array(50).fill({ requests: 0, errors: 0 }), { rate: 0, high: 0, noise: [], requests: 0 }],
    ["windows without errors", Array(500).fill({ requests: 10, errors: 0 }), { rate: 0, high: 0, noise: [], requests: 10 }],
    ["more errors than requests", [{ requests: 10, errors: 20 }], { rate: 1, high: 1, noise: [], requests: 10 }],
  ])("should know what there is to know of %s", (_, windows, expected) => {
    expect(championHistory(windows, EVIDENCE_POLICY)).toEqual(expected);
  });

  it("should take what the champion's errors have come to in the last half hour beside the candidate", () => {
    const history = { rate: 0.01, high: 0.012, noise: [], requests: 2000 };
    const evening = (xA: number) => ({ at: 0, nA: 1000, nB: 1000, xA, xB: 20 });
    const [usual, loud] = [evening(10), evening(40)];

    expect(refreshedHigh(history, [])).toBe(0.012);
    expect(refreshedHigh(history, [usual, usual])).toBe(0.012);
    expect(refreshedHigh(history, [usual, loud, usual])).toBe(usualLow(40, 1000));
    expect(refreshedHigh(history, [loud, ...Array(6).fill(usual)])).toBe(0.012);
  });
});

// Helpers

function quiet(requests: number, rate: number) {
  return { requests, rate, high: 1.2 * rate, noise: [] };
}

function settings(some: Partial<RolloutSettings> = {}): RolloutSettings {
  return {
    endpoint: "churn",
    shadowWindows: 0,
    percents: PERCENTS,
    tolerance: 1.25,
    bakeWindows: 24,
    deadlineWindows: WEEK,
    laterCandidate: "waits",
    ...some,
  };
}

/** A week of 2,000 requests a window with 1 % errors, times a factor of each window. */
function historyOf(factorOf: (random: () => number, place: number) => number) {
  const random = seededRandom("a week of the champion");
  const windows = Array.from({ length: WEEK }, (_, place) => ({
    requests: 2000,
    errors: drawBinomial(random, 2000, 0.01 * factorOf(random, place)),
  }));
  return championHistory(windows, EVIDENCE_POLICY);
}
