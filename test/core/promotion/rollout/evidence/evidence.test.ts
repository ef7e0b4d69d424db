import fc from "fast-check";
import type { CountedWindow } from "../../../../../functions/core/promotion/rollout/evidence/counted-window";
import { dispersionOf, noiseOver } from "../../../../../functions/core/promotion/rollout/evidence/dispersion";
import { comparableWindows, evidenceOf, studentScore } from "../../../../../functions/core/promotion/rollout/evidence/evidence";
import { EVIDENCE_POLICY } from "../../../../../functions/core/promotion/rollout/evidence/evidence-policy";
import {
  judgeWindows,
  type StageEvidence,
  type WindowVerdict,
} from "../../../../../functions/core/promotion/rollout/evidence/judge-windows";

const RUNS = { numRuns: 200, seed: jest.getSeed() };
const TESTED = { tolerance: 1.25, margin: 2 };

describe("evidenceOf", () => {
  // The strongest window is left out, so that these are the published sums less that of one window.
  it.each([
    ["equal models", repeated(10, window(19_000, 1000, 190, 10)), -5.950468],
    ["twice the errors", repeated(10, window(19_000, 1000, 190, 20)), 14.843649],
    ["a ramp", [...repeated(10, window(19_000, 1000, 190, 10)), ...repeated(10, window(10_000, 10_000, 200, 200))], -31.603292],
    ["one burst", [...repeated(9, window(19_000, 1000, 190, 10)), window(19_000, 1000, 190, 90)], 7.15653],
    ["no errors", repeated(10, window(19_000, 1000, 0, 0)), 0],
    ["what is tolerated", repeated(200, window(19_000, 1000, 190, 12)), -23.049792],
  ])("should lie below the evidence of all windows by no more than the strongest has: %s", (_, windows, published) => {
    const { worse } = evidenceOf("errors", windows, TESTED);

    expect(worse).toBeLessThanOrEqual(published + 1e-6);
    expect(allEvidence(windows, TESTED.tolerance)).toBeCloseTo(published, 6);
    expect(worse).toBeCloseTo(weakenedEvidence(windows, TESTED.tolerance), 9);
  });

  it("should not depend on the order of windows, nor does the dispersion", () => {
    fc.assert(
      fc.property(
        stages().chain((windows) => fc.tuple(fc.constant(windows), shuffled(windows))),
        ([windows, others]) => {
          const [one, other] = [windows, others].map((some) => evidenceOf("errors", some, TESTED));

          expect(other?.worse).toBeCloseTo(one?.worse ?? Number.NaN, 7);
          expect(other?.notWorse).toBeCloseTo(one?.notWorse ?? Number.NaN, 7);
          expect(dispersionOf("errors", others, 0.1).phi).toBeCloseTo(dispersionOf("errors", windows, 0.1).phi, 7);
        },
      ),
      RUNS,
    );
  });

  it("should be the same for a stage that grew and for one that is new", () => {
    fc.assert(
      fc.property(stages(), fc.nat(), (windows, at) => {
        const grown = windows.map((_, place) => evidenceOf("errors", windows.slice(0, place + 1), TESTED)).at(-1);
        const reread = windows.map((window, place) => (place === at % windows.length ? { ...window } : window));

        expect(evidenceOf("errors", structuredClone(windows), TESTED)).toEqual(grown);
        expect(evidenceOf("errors", reread, TESTED)).toEqual(grown);
        expect(evidenceOf("errors", windows, TESTED)).toEqual(grown);
      }),
      RUNS,
    );
  });

  it("should see a window that was counted again", () => {
    const windows = repeated(8, window(1900, 100, 19, 1));
    evidenceOf("errors", windows, TESTED);
    const reread = windows.with(3, window(1900, 100, 19, 9));

    expect(evidenceOf("errors", reread, TESTED).notWorse).toBeLessThan(evidenceOf("errors", windows, TESTED).notWorse);
  });

  it("should say no less of worse, and no more of not worse, when the candidate has more errors in each window", () => {
    fc.assert(
      fc.property(stages(), fc.integer({ min: 1, max: 20 }), (windows, more) => {
        const [before, after] = [windows, windows.map((window) => ({ ...window, xB: window.xB + more }))].map((some) =>
          evidenceOf("errors", some, TESTED),
        );

        expect(after?.worse).toBeGreaterThanOrEqual((before?.worse ?? 0) - 1e-9);
        expect(after?.notWorse).toBeLessThanOrEqual((before?.notWorse ?? 0) + 1e-9);
      }),
      RUNS,
    );
  });

  it("should be an e-process: of equal models the mean of the likelihood ratios is at most 1", () => {
    // Exact, over all splits of ten errors of one window: what is left out only makes it less.
    const share = 0.05;
    const mean = Array.from({ length: 11 }, (_, xB) => {
      const windows = [window(1900, 100, 10 - xB, xB)];
      return choices(10, xB) * share ** xB * (1 - share) ** (10 - xB) * Math.exp(allEvidence(windows, 1));
    }).reduce((sum, value) => sum + value, 0);

    expect(mean).toBeCloseTo(1, 9);
  });
});

describe("studentScore", () => {
  it("should say nothing in favour with few windows, and ever more with more", () => {
    expect(studentScore(5, 2, 4, false)).toBeUndefined();
    expect(studentScore(5, 2, 0, true)).toBeUndefined();
    expect(studentScore(-5, 2, -1, false)).toBe(-2.5);
    const scores = [1, 4, 20, 1e6].map((freedom) => studentScore(5, 2, freedom, true) ?? 0);
    expect(scores).toEqual(scores.toSorted((a, b) => a - b));
    expect(scores.at(-1)).toBeCloseTo(2.5, 4);
  });
});

describe("dispersionOf", () => {
  it("should be that of one burst among equal windows", () => {
    const windows = [...repeated(9, window(19_000, 1000, 190, 10)), window(19_000, 1000, 190, 90)];

    expect(dispersionOf("errors", windows, 0).phi).toBeCloseTo(25.140558, 6);
  });

  it.each([
    [1, 0.25],
    [5, 0.2],
    [35, 0.06],
    [36, 0.04],
    [72, 0.02],
  ])("should take the noise of the largest scale that %d windows fill: %d", (windows, expected) => {
    expect(noiseOver(windows, EVIDENCE_POLICY.noiseScales, [0.25, 0.23, 0.2, 0.15, 0.1, 0.06, 0.04])).toBeCloseTo(expected, 12);
    expect(noiseOver(windows, EVIDENCE_POLICY.noiseScales, [])).toBe(0);
  });
});

describe("judgeWindows of any stage", () => {
  it("should not be touched by windows in which one model had no requests", () => {
    fc.assert(
      fc.property(stages(), fc.boolean(), fc.nat(500), fc.nat(), (windows, isCandidate, errors, at) => {
        const silent = isCandidate ? window(1000, 0, errors, 0) : window(0, 1000, 0, errors);
        const place = 1 + (at % windows.length);

        const [one, other] = [windows, windows.toSpliced(place, 0, silent)].map((some) => scoresOf(judged(some, { high: 1 })));

        expect(other).toEqual(one);
      }),
      RUNS,
    );
  });

  it("should not advance with less than 6 windows that compare, 100 requests of the candidate, and both acceptances", () => {
    fc.assert(
      fc.property(stages({ requests: 40, lessErrors: true }), (windows) => {
        const verdict = judged(windows);
        if (verdict.decision !== "advance") return;
        const compared = comparableWindows("errors", windows.slice(1));

        expect(compared.length).toBeGreaterThanOrEqual(6);
        expect(compared.reduce((sum, { nB }) => sum + nB, 0)).toBeGreaterThanOrEqual(100);
        expect(verdict.errors?.notWorse).toBeGreaterThanOrEqual(Math.log(50));
        if (verdict.latency !== undefined) expect(verdict.latency.notWorse).toBeGreaterThanOrEqual(Math.log(50));
      }),
      { ...RUNS, numRuns: 500 },
    );
  });

  it("should advance where the latency is not measured, and wait where it is measured and says nothing", () => {
    const windows = repeated(8, window(10_000, 10_000, 500, 500));

    expect(judged(windows).decision).toBe("advance");
    expect(judged(windows.map((some) => ({ ...some, lA: 0, lB: 0 })))).toMatchObject({ decision: "hold", latency: { phi: 1 } });
  });

  it("should hold a stage while the evidence of worse is near, though worse is ruled out", () => {
    const windows = repeated(8, window(100_000, 100_000, 1000, 1350));

    const { decision, errors } = judged(windows);

    expect(errors?.notWorse).toBeGreaterThan(Math.log(50));
    expect(errors?.worse).toBeGreaterThan(1.4);
    expect(errors?.worse).toBeLessThan(Math.log(4 / 0.012));
    expect(decision).toBe("hold");
  });

  it("should keep the last stage for the dwell of a business value, and no other stage", () => {
    const policy = { ...EVIDENCE_POLICY, business: { ...EVIDENCE_POLICY.business, dwellWindows: 72 } };
    const windows = repeated(20, { ...window(10_000, 10_000, 500, 500), bA: 1000, bB: 1000 });
    const decided = (stage: Partial<StageEvidence>) => judged(windows, stage, policy).decision;

    expect(decided({ isLast: true })).toBe("hold");
    expect(decided({ isLast: true, windows: repeated(72, windows[0] ?? window(0, 0, 0, 0)) })).toBe("advance");
    expect(decided({ isLast: false })).toBe("advance");
    expect(decided({ isLast: true, kind: "verify" })).toBe("advance");
    expect(decided({ isLast: true, windows: repeated(20, window(10_000, 10_000, 500, 500)) })).toBe("advance");
  });

  it("should add up what stages say of a business value, and roll back by it where each alone says nothing", () => {
    const stage = Array.from({ length: 8 }, (_, place) => ({
      ...window(1000, 1000, 10, 10),
      bA: 100 + (place % 3),
      bB: 80 + (place % 2),
    }));

    expect(judged(stage).business).toBeUndefined();
    expect(judged(stage, { earlier: [stage.slice(1)] })).toMatchObject({ decision: "rollback", by: "business" });
  });

  it("should roll back by a business value that the candidate never has, with numbers that can be stored", () => {
    const windows = repeated(12, { ...window(1000, 1000, 10, 10), bA: 100, bB: 0 });

    const { by, business } = judged(windows);

    expect(by).toBe("business");
    expect(Number.isFinite(business?.z)).toBe(true);
  });

  it("should not roll back by one window of gross failure, nor while the champion fails as badly, and by two in the second", () => {
    const [good, bad] = [window(1900, 100, 19, 1), window(1900, 100, 19, 60)];

    expect(judged([good, good, bad]).by).toBeUndefined();
    expect(judged([bad]).decision).toBe("hold");
    expect(judged([bad, bad])).toEqual({ decision: "rollback", by: "gross" });
    expect(judged([bad, window(1900, 100, 1100, 60)]).by).toBeUndefined();
    expect(judged([bad, bad], { high: 0.5 }).by).toBeUndefined();
    expect(judged([window(1900, 100, 1100, 60), ...repeated(4, bad)]).by).not.toBe("gross");
  });

  it("should see a gross failure in thin traffic within 48 windows", () => {
    const thin = window(19, 1, 0, 1);

    expect(judged(repeated(10, thin)).by).not.toBe("gross");
    expect(judged(repeated(11, thin)).by).toBe("gross");
    expect(
      judged(
        repeated(60, window(20, 0, 0, 0))
          .with(0, thin)
          .with(59, thin),
      ).by,
    ).not.toBe("gross");
  });
});

describe("judgeWindows of a bake", () => {
  const [quiet, loud, none] = [window(0, 2000, 0, 20), window(0, 2000, 0, 60), window(0, 0, 0, 0)];
  const bake = (windows: readonly CountedWindow[], stage: Partial<StageEvidence> = {}) =>
    judged(windows, { kind: "bake", ...stage }).decision;

  it("should verify after two alarms in a row, and ask when that did not help three times", () => {
    expect(bake([loud])).toBe("hold");
    expect(bake([loud, quiet, loud])).toBe("hold");
    expect(bake([quiet, loud, loud])).toBe("verify");
    expect(bake([loud, loud], { verifies: 2 })).toBe("verify");
    expect(bake([loud, loud], { verifies: 3 })).toBe("ask");
    expect(bake([loud, loud], { high: 0.03 })).toBe("hold");
  });

  it("should be done after its windows, but not by windows without requests", () => {
    expect(bake(repeated(23, quiet))).toBe("hold");
    expect(bake(repeated(24, quiet))).toBe("done");
    expect(bake([...repeated(23, quiet), none, none])).toBe("hold");
    expect(bake([loud, none, loud])).toBe("verify");
  });

  it("should be done at the deadline where its windows are over, and given up where they are not", () => {
    expect(bake(repeated(24, quiet), { total: 2016 })).toBe("done");
    expect(bake(repeated(23, quiet), { total: 2016 })).toBe("give-up");
    expect(bake([loud, loud], { total: 2016 })).toBe("give-up");
  });
});

// Helpers

function window(nA: number, nB: number, xA: number, xB: number): CountedWindow {
  return { at: 0, nA, nB, xA, xB };
}

function repeated(count: number, some: CountedWindow): CountedWindow[] {
  return Array.from({ length: count }, (_, place) => ({ ...some, at: place * 300_000 }));
}

function judged(windows: readonly CountedWindow[], stage: Partial<StageEvidence> = {}, policy = EVIDENCE_POLICY): WindowVerdict {
  const history = { rate: 0.01, high: 0.012, noise: [], requests: 2000 };
  const fresh: StageEvidence = {
    kind: "compare",
    isLast: false,
    windows,
    history,
    high: 0.012,
    earlier: [],
    verifies: 0,
    total: windows.length,
  };
  return judgeWindows(policy, { ...fresh, ...stage });
}

function scoresOf({ errors, latency }: WindowVerdict) {
  return { errors, latency };
}

/** Windows in which both models had requests. */
function stages({ requests = 5000, lessErrors = false } = {}): fc.Arbitrary<CountedWindow[]> {
  const counted = fc
    .record({
      nA: fc.integer({ min: 1, max: requests }),
      nB: fc.integer({ min: 1, max: requests }),
      a: fc.double(NOT_ONE),
      b: fc.double(NOT_ONE),
    })
    .map(({ nA, nB, a, b }) => window(nA, nB, Math.floor(nA * a), Math.floor(nB * b * (lessErrors ? a : 1))));
  return fc.array(counted, { minLength: 2, maxLength: 30 });
}

const NOT_ONE = { min: 0, max: 0.5, noNaN: true };

function shuffled(windows: readonly CountedWindow[]): fc.Arbitrary<CountedWindow[]> {
  return fc.shuffledSubarray([...windows], { minLength: windows.length });
}

/** Log-likelihood ratios of each window at each of the 24 ratios, as the formula is written. */
function logRatios(windows: readonly CountedWindow[], tolerance: number): number[][] {
  return Array.from({ length: 24 }, (_, place) => {
    const ratio = tolerance * Math.exp(Math.log(1.1) + (Math.log(20 / 1.1) * place) / 23);
    return windows.map(({ nA, nB, xA, xB }) => {
      const share = nB / (nA + nB);
      const q = (some: number) => (some * share) / (some * share + 1 - share);
      return xB * Math.log(q(ratio) / q(tolerance)) + xA * Math.log((1 - q(ratio)) / (1 - q(tolerance)));
    });
  });
}

function allEvidence(windows: readonly CountedWindow[], tolerance: number): number {
  return logMean(logRatios(windows, tolerance).map((values) => values.reduce((sum, value) => sum + value, 0)));
}

function weakenedEvidence(windows: readonly CountedWindow[], tolerance: number): number {
  return logMean(
    logRatios(windows, tolerance).map((values) => values.reduce((sum, value) => sum + value, 0) - Math.max(0, ...values)),
  );
}

function logMean(values: readonly number[]): number {
  const most = Math.max(...values);
  return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0) / values.length);
}

function choices(all: number, some: number): number {
  return some === 0 ? 1 : (choices(all - 1, some - 1) * all) / some;
}
