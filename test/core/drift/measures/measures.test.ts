import fc from "fast-check";
import { type AlignedPair, alignDistributions } from "../../../../functions/core/drift/distributions/aligned-pair";
import type { Distribution } from "../../../../functions/core/drift/distributions/distribution";
import { chiSquareTest, MIN_EXPECTED, poolRareBins } from "../../../../functions/core/drift/measures/chi-square";
import { kolmogorovSmirnovPValue, wasserstein } from "../../../../functions/core/drift/measures/distances";
import { psi } from "../../../../functions/core/drift/measures/divergences";
import { MEASURES, METRICS, type Metric } from "../../../../functions/core/drift/measures/metrics";
import { histogramOf, samplerOf, xorshift } from "../streams";

const BOUNDED: readonly Metric[] = [
  "jensen-shannon-divergence",
  "jensen-shannon-distance",
  "hellinger",
  "l-infinity",
  "cramers-v-balanced",
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

describe("unbiased", () => {
  it.each([
    ["psi", 0.119, 0.1],
    ["kl-divergence", 0.0595, 0.05],
    ["jensen-shannon-divergence", 0.02 + 0.019 / 8 / Math.LN2, 0.02],
    ["jensen-shannon-distance", Math.sqrt(0.02 + 0.019 / 8 / Math.LN2), Math.sqrt(0.02)],
    ["hellinger", Math.sqrt(0.02 + 0.019 / 8), Math.sqrt(0.02)],
    ["cramers-v-balanced", Math.sqrt(0.02 + 0.019 / 4), Math.sqrt(0.02)],
    ["l-infinity", 0.1, 0.1],
    ["kolmogorov-smirnov", 0.1, 0.1],
    ["wasserstein-normed", 0.1, 0.1],
  ] as const)("should take from %s what 19 degrees of freedom add at 1,000 values", (metric, score, expected) => {
    expect(MEASURES[metric].unbiased(score, 0.019)).toBeCloseTo(expected, 12);
  });

  it("should leave nothing of what chance alone reaches, and never less than nothing", () => {
    fc.assert(
      fc.property(fc.constantFrom(...METRICS), fc.double({ min: 0, max: 100, noNaN: true }), (metric, chance) => {
        const { unbiased, fromChance } = MEASURES[metric];
        if (fromChance === undefined) return;

        expect(unbiased(fromChance(chance), chance)).toBeCloseTo(0, 6);
        expect(unbiased(fromChance(chance) / 2, chance)).toBe(0);
        expect(unbiased(fromChance(chance), 0)).toBeCloseTo(fromChance(chance), 12);
      }),
      RUNS,
    );
  });

  it("should be what a score of two samples of one distribution holds on average", () => {
    const random = xorshift(20_261_129);
    const sample = samplerOf(random, "zipf", 10);
    for (const metric of METRICS) {
      const { score, fromChance } = MEASURES[metric];
      if (fromChance === undefined) continue;
      const mean = (of: (score: number) => number) =>
        Array.from({ length: 200 }, () => score(alignDistributions(histogramOf(sample(20_000)), histogramOf(sample(5_000)))))
          .map(of)
          .reduce((sum, value) => sum + value / 200, 0);
      const isRoot = fromChance(4) < 4 * fromChance(1);

      const chance = 9 * (1 / 20_000 + 1 / 5_000);
      const [got, expected] = isRoot ? [mean((s) => s ** 2), fromChance(chance) ** 2] : [mean((s) => s), fromChance(chance)];
      expect(got / expected).toBeGreaterThan(0.85);
      expect(got / expected).toBeLessThan(1.15);
    }
  });
});

describe("poolRareBins", () => {
  it("should leave no bin that is expected to hold too few values, and lose no share", () => {
    fc.assert(
      fc.property(histogramPairs(), (pair) => {
        const { reference, current, edges, referenceSize: n, currentSize: m } = poolRareBins(pair, MIN_EXPECTED);
        const expected = reference.map((share, bin) => (Math.min(n, m) * (share + (current[bin] ?? 0))) / 2);

        if (expected.length > 1) expect(Math.min(...expected)).toBeGreaterThanOrEqual(MIN_EXPECTED - 1e-9);
        expect(total(reference)).toBeCloseTo(1, 9);
        expect(total(current)).toBeCloseTo(1, 9);
        expect(edges?.length ?? reference.length + 1).toBe(reference.length + 1);
      }),
      RUNS,
    );
  });

  it.each([
    { what: "a constant that became another one", before: [20_000, 0], now: [0, 300] },
    { what: "a constant that is above the reference's range", before: [451, 0], now: [0, 159_478] },
    { what: "a small reference and a large window", before: [0, 300], now: [20_000, 0] },
    { what: "a neighbour that the reference leaves empty", before: [8_000, 12_000, 0], now: [120, 0, 180] },
    { what: "a neighbour that it hardly fills", before: [8_000, 11_990, 10], now: [120, 60, 120] },
  ])("should keep apart what a side of another size fills: $what", ({ before, now }) => {
    const pair = poolRareBins(alignDistributions(histogram(before), histogram(now)), MIN_EXPECTED);

    expect(pair.reference).toHaveLength(before.length);
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
