import fc from "fast-check";
import { type AlignedPair, alignDistributions } from "../../../../functions/core/drift/aligned-pair";
import type { Distribution } from "../../../../functions/core/drift/distribution";
import { chiSquareTest, MIN_EXPECTED, poolRareBins } from "../../../../functions/core/drift/measures/chi-square";
import { kolmogorovSmirnovPValue, wasserstein } from "../../../../functions/core/drift/measures/distances";
import { psi } from "../../../../functions/core/drift/measures/divergences";
import { MEASURES, METRICS, type Metric } from "../../../../functions/core/drift/measures/metrics";

const BOUNDED: readonly Metric[] = [
  "jensen-shannon-divergence",
  "jensen-shannon-distance",
  "l-infinity",
  "cramers-v",
  "kolmogorov-smirnov",
];
const SYMMETRIC: readonly Metric[] = [...BOUNDED, "psi"];
const RUNS = { numRuns: 100, seed: jest.getSeed() };

describe.each(METRICS)("%s", (metric) => {
  const { score, noise, needsOrder } = MEASURES[metric];
  const pairs = needsOrder ? histogramPairs() : fc.oneof(histogramPairs(), categoryPairs());

  it("should be finite and not negative, whatever bin is empty", () => {
    fc.assert(
      fc.property(pairs, (pair) => {
        const most = BOUNDED.includes(metric) ? 1 : Number.MAX_VALUE;

        expect(score(pair)).toBeGreaterThanOrEqual(0);
        expect(score(pair)).toBeLessThanOrEqual(most);
        expect(noise(pair, 0.001)).toBeGreaterThanOrEqual(0);
        expect(noise(pair, 0.001)).toBeLessThan(Number.POSITIVE_INFINITY);
      }),
      RUNS,
    );
  });

  it("should be 0 on equal sides, of whatever size", () => {
    fc.assert(
      fc.property(pairs, fc.integer({ min: 1, max: 1_000_000 }), (pair, currentSize) => {
        expect(score({ ...pair, current: pair.reference, currentSize })).toBeCloseTo(0, 7);
      }),
      RUNS,
    );
  });

  it("should not depend on the scale of the counts at the same sample sizes", () => {
    fc.assert(
      fc.property(fc.tuple(countsOf(8), countsOf(8)), fc.double({ min: 1e-3, max: 1e3, noNaN: true }), ([then, now], factor) => {
        const sizes = { referenceSize: 900, currentSize: 700 };
        const scaled = now.map((count) => count * factor);

        const once = score(alignDistributions(histogram(then), histogram(now), sizes));
        const again = score(alignDistributions(histogram(then), histogram(scaled), sizes));

        // The root of a last digit that differs, where the measure is one.
        expect(again).toBeCloseTo(once, 7);
      }),
      RUNS,
    );
  });

  it("should grow while shares move from one end to the other", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 399 }), (moved) => {
        const then = [500, 500, 500, 500];
        const at = (count: number) => score(alignDistributions(histogram(then), histogram([500 + count, 500, 500, 500 - count])));

        expect(at(moved + 1)).toBeGreaterThan(at(moved));
      }),
      RUNS,
    );
  });

  it("should expect less noise of more values, and more of it at a smaller probability", () => {
    fc.assert(
      fc.property(countsOf(6), fc.integer({ min: 200, max: 100_000 }), (counts, size) => {
        const of = (currentSize: number) =>
          alignDistributions(histogram(counts), histogram(counts), { referenceSize: 10_000_000, currentSize });

        const even = { ...of(size), reference: of(size).reference.map(() => 1 / 6), current: of(size).current.map(() => 1 / 6) };

        expect(noise({ ...even, currentSize: size * 2 }, 0.01)).toBeLessThan(noise(even, 0.01));
        expect(noise(even, 0.001)).toBeGreaterThan(noise(even, 0.01));
      }),
      RUNS,
    );
  });

  if (SYMMETRIC.includes(metric)) {
    it("should be the same from either side", () => {
      fc.assert(
        fc.property(pairs, (pair) => {
          expect(score(swapped(pair))).toBeCloseTo(score(pair), 7);
        }),
        RUNS,
      );
    });
  }

  if (!needsOrder) {
    it("should not depend on the order of categories", () => {
      fc.assert(
        fc.property(categoryCounts(), categoryCounts(), (then, now) => {
          const reversed = (counts: Record<string, number>) => Object.fromEntries(Object.entries(counts).reverse());

          const once = score(alignDistributions(categories(then), categories(now)));
          const again = score(alignDistributions(categories(reversed(then)), categories(reversed(now))));

          expect(again).toBe(once);
        }),
        RUNS,
      );
    });
  }
});

describe("wasserstein", () => {
  it("should be the same from either side, and proportional to the unit of the feature", () => {
    fc.assert(
      fc.property(histogramPairs(), fc.double({ min: 0.01, max: 100, noNaN: true }), (pair, unit) => {
        const scaled = { ...pair, edges: (pair.edges ?? []).map((edge) => edge * unit) };

        expect(wasserstein(swapped(pair))).toBeCloseTo(wasserstein(pair), 9);
        expect(wasserstein(scaled) / unit).toBeCloseTo(wasserstein(pair), 9);
        expect(MEASURES["wasserstein-normed"].score(scaled)).toBeCloseTo(MEASURES["wasserstein-normed"].score(pair), 9);
      }),
      RUNS,
    );
  });

  it.each(["kolmogorov-smirnov", "wasserstein-normed"] as const)("should have no %s of what has no order", (metric) => {
    expect(MEASURES[metric].needsOrder).toBe(true);
  });

  it("should refuse categories", () => {
    expect(() => wasserstein(alignDistributions(categories({ a: 1 }), categories({ b: 1 })))).toThrow(
      "choose a metric that needs no order",
    );
  });
});

describe("noise", () => {
  it("should have the p-value that it was asked for", () => {
    const pair = alignDistributions(histogram([100, 200, 300, 400]), histogram([130, 190, 280, 400]));

    for (const alpha of [0.01, 0.001, 1e-6]) {
      const ks = MEASURES["kolmogorov-smirnov"].noise(pair, alpha);
      expect(kolmogorovSmirnovPValue(ks, pair.referenceSize, pair.currentSize) / alpha).toBeCloseTo(1, 6);
    }
  });

  it("should say of PSI about the same as the chi-square test does", () => {
    const pair = alignDistributions(histogram([1000, 2000, 3000, 4000]), histogram([1080, 1950, 3020, 3950]));
    const { pValue } = chiSquareTest(pair);

    expect(psi(pair)).toBeLessThan(MEASURES.psi.noise(pair, pValue * 0.95));
    expect(psi(pair)).toBeGreaterThan(MEASURES.psi.noise(pair, pValue * 1.05));
  });
});

describe("poolRareBins", () => {
  it("should leave no bin that is expected to hold too few values, and lose no share", () => {
    fc.assert(
      fc.property(fc.oneof(histogramPairs(), categoryPairs()), (pair) => {
        const { reference, current, edges, referenceSize: n, currentSize: m } = poolRareBins(pair);
        const expected = reference.map((share, bin) => (Math.min(n, m) * (share * n + (current[bin] ?? 0) * m)) / (n + m));

        if (expected.length > 1) expect(Math.min(...expected)).toBeGreaterThanOrEqual(MIN_EXPECTED - 1e-9);
        expect(total(reference)).toBeCloseTo(1, 9);
        expect(total(current)).toBeCloseTo(1, 9);
        expect(edges?.length ?? reference.length + 1).toBe(reference.length + 1);
      }),
      RUNS,
    );
  });

  it("should put rare categories together and leave the others alone", () => {
    const pair = alignDistributions(categories({ a: 90, b: 100, c: 3, d: 7 }), categories({ a: 94, b: 90, e: 16 }));

    expect(poolRareBins(pair).reference.map((share) => Math.round(share * 200))).toEqual([90, 100, 10]);
  });
});

// Helpers

function histogram(counts: readonly number[]): Distribution {
  return { type: "histogram", edges: [...counts, 0].map((_, index) => index), counts: [...counts] };
}

function categories(counts: Record<string, number>): Distribution {
  return { type: "categories", counts };
}

/** At least one value, many bins empty. */
function countsOf(bins: number): fc.Arbitrary<number[]> {
  const count = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 100_000 }));
  return fc.array(count, { minLength: bins, maxLength: bins }).filter((counts) => total(counts) > 0);
}

function histogramPairs(): fc.Arbitrary<AlignedPair> {
  return fc
    .integer({ min: 1, max: 60 })
    .chain((bins) => fc.tuple(countsOf(bins), countsOf(bins)))
    .map(([then, now]) => alignDistributions(histogram(then), histogram(now)));
}

function categoryCounts(): fc.Arbitrary<Record<string, number>> {
  return fc
    .uniqueArray(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 30 })
    .chain((names) =>
      countsOf(names.length).map((counts) => Object.fromEntries(names.map((name, index) => [`c${name}`, counts[index] ?? 0]))),
    );
}

function categoryPairs(): fc.Arbitrary<AlignedPair> {
  return fc.tuple(categoryCounts(), categoryCounts()).map(([then, now]) => alignDistributions(categories(then), categories(now)));
}

function swapped(pair: AlignedPair): AlignedPair {
  return {
    ...pair,
    reference: pair.current,
    current: pair.reference,
    referenceSize: pair.currentSize,
    currentSize: pair.referenceSize,
  };
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
