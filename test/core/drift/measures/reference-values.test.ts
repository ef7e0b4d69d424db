import { type AlignedPair, alignDistributions } from "../../../../functions/core/drift/distributions/aligned-pair";
import type { Distribution } from "../../../../functions/core/drift/distributions/distribution";
import { performanceDelta } from "../../../../functions/core/drift/judge-feature";
import { balancedCramersV, chiSquareTest } from "../../../../functions/core/drift/measures/chi-square";
import {
  kolmogorovSmirnov,
  kolmogorovSmirnovPValue,
  lInfinity,
  normedWasserstein,
  standardDeviation,
  wasserstein,
} from "../../../../functions/core/drift/measures/distances";
import {
  hellinger,
  jensenShannonDistance,
  jensenShannonDivergence,
  klDivergence,
  psi,
} from "../../../../functions/core/drift/measures/divergences";
import {
  chiSquareQuantile,
  kolmogorovSurvival,
  logGamma,
  regularizedGammaQ,
  studentTQuantile,
  studentTSurvival,
} from "../../../../functions/core/drift/measures/special-functions";
import expected from "../fixtures/reference-values.json";

describe(`measures beside scipy ${expected.scipy}`, () => {
  it.each(expected.cases.map((values, index) => ({ ...values, index })))("should score case $index alike", (values) => {
    const pair = pairOf(values);
    const ks = kolmogorovSmirnov(pair);

    expectClose(psi(pair), values.psi);
    expectClose(klDivergence(pair), values.klDivergence);
    expectClose(jensenShannonDistance(pair), values.jensenShannonDistance);
    expectClose(lInfinity(pair), values.lInfinity);
    expectClose(ks, values.kolmogorovSmirnov);
    expectClose(kolmogorovSmirnovPValue(ks, pair.referenceSize, pair.currentSize), values.kolmogorovSmirnovPValue, 1e-9);
    expectClose(wasserstein(pair), values.wasserstein, 1e-6);
    expectClose(standardDeviation(pair), values.standardDeviation);
    expectClose(normedWasserstein(pair), values.wasserstein / values.standardDeviation, 1e-6);
    expectClose(chiSquareTest(pair).statistic, values.chiSquare.statistic);
    expect(chiSquareTest(pair).degreesOfFreedom).toBe(values.chiSquare.degreesOfFreedom);
    expectClose(chiSquareTest(pair).pValue, values.chiSquare.pValue, 1e-9);
    expectClose(balancedCramersV(pair), values.cramersV, 1e-6);
  });
});

describe(`special functions beside scipy ${expected.scipy}`, () => {
  it.each(expected.logGamma as [number, number][])("logGamma(%d)", (x, value) => {
    expectClose(logGamma(x), value, 1e-12);
  });

  it.each(expected.regularizedGammaQ as [number, number, number][])("regularizedGammaQ(%d, %d)", (a, x, value) => {
    expectClose(regularizedGammaQ(a, x), value, 1e-9);
  });

  it.each(expected.chiSquareQuantile as [number, number, number][])("chiSquareQuantile(%d, %d)", (alpha, df, value) => {
    expectClose(chiSquareQuantile(alpha, df), value, 1e-9);
  });

  it.each(expected.studentTQuantile as [number, number, number][])("studentTQuantile(%d, %d)", (alpha, df, value) => {
    expectClose(studentTQuantile(alpha, df), value, 1e-9);
    expectClose(studentTSurvival(value, df), alpha, 1e-9);
  });

  it.each(expected.kolmogorov as [number, number][])("kolmogorovSurvival(%d)", (x, value) => {
    expectClose(kolmogorovSurvival(x), value, 1e-9);
  });
});

describe("published and hand-computed values", () => {
  it("should give the PSI of two bins by its formula: 0.4 ln(0.7/0.3) + 0.4 ln(0.7/0.3)", () => {
    expectClose(psi(pairOf({ edges: [0, 1, 2], reference: [30, 70], current: [70, 30] }), 0), 0.8 * Math.log(7 / 3));
  });

  it("should give the KL divergences of Wikipedia's example, 0.0852996 and 0.0974550", () => {
    const [binomial, uniform] = [
      { a: 9, b: 12, c: 4 },
      { a: 1, b: 1, c: 1 },
    ];

    expectClose(klDivergence(categoriesPair(uniform, binomial), 0), 0.0852996, 1e-5);
    expectClose(klDivergence(categoriesPair(binomial, uniform), 0), 0.097455, 1e-5);
  });

  it("should give 1 for sides without a common category, where scipy's default base gives √ln 2", () => {
    const pair = categoriesPair({ a: 1 }, { b: 1 });

    expect([
      jensenShannonDivergence(pair),
      jensenShannonDistance(pair),
      balancedCramersV(pair),
      hellinger(pair),
      lInfinity(pair),
    ]).toEqual([1, 1, 1, 1, 1]);
  });

  it("should reach the published critical values of the Kolmogorov-Smirnov test, 1.358 at 5 % and 1.628 at 1 %", () => {
    expect(kolmogorovSurvival(1.358)).toBeCloseTo(0.05, 3);
    expect(kolmogorovSurvival(1.628)).toBeCloseTo(0.01, 3);
  });

  it("should reach the published critical values of the chi-square table: 3.841, 16.919, 27.877", () => {
    expect(chiSquareQuantile(0.05, 1)).toBeCloseTo(3.841, 3);
    expect(chiSquareQuantile(0.05, 9)).toBeCloseTo(16.919, 3);
    expect(chiSquareQuantile(0.001, 9)).toBeCloseTo(27.877, 3);
  });

  it("should reach the published critical values of Student's table: 6.314, 2.015, 1.812", () => {
    expect([1, 5, 10].map((df) => studentTQuantile(0.05, df).toFixed(3))).toEqual(["6.314", "2.015", "1.812"]);
    expect(studentTSurvival(0, 3)).toBe(0.5);
  });

  it("should move all earth by the shift of a block", () => {
    expectClose(wasserstein(pairOf({ edges: [0, 1, 2, 3], reference: [5, 0, 0], current: [0, 0, 9] })), 2);
  });
});

describe("performanceDelta", () => {
  it.each([
    { reference: 0.8, current: 0.6, higherIsBetter: true, delta: 0.25 },
    { reference: 0.8, current: 1, higherIsBetter: true, delta: -0.25 },
    { reference: 10, current: 15, higherIsBetter: false, delta: 0.5 },
    { reference: -2, current: -3, higherIsBetter: true, delta: 0.5 },
  ])("should tell $reference → $current as $delta, higher is better: $higherIsBetter", ({ delta, ...then }) => {
    expectClose(performanceDelta(then.reference, then.current, then.higherIsBetter), delta);
  });

  it("should refuse a reference of 0", () => {
    expect(() => performanceDelta(0, 1, true)).toThrow("got a reference of 0");
  });
});

// Helpers

interface Sides {
  readonly edges: number[];
  readonly reference: number[];
  readonly current: number[];
}

function pairOf({ edges, reference, current }: Sides): AlignedPair {
  return alignDistributions({ type: "histogram", edges, counts: reference }, { type: "histogram", edges, counts: current });
}

function categoriesPair(reference: Record<string, number>, current: Record<string, number>): AlignedPair {
  const side = (counts: Record<string, number>): Distribution => ({ type: "categories", counts });
  return alignDistributions(side(reference), side(current));
}

/** Equal to within `tolerance` of the expected value. */
function expectClose(actual: number, expected: number, tolerance = 1e-10): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(tolerance * Math.max(Math.abs(expected), 1e-3));
}
