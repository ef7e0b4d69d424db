import fc from "fast-check";
import { alignDistributions } from "../../../../functions/core/drift/distributions/aligned-pair";
import type { Distribution, Histogram } from "../../../../functions/core/drift/distributions/distribution";
import { MEASURES } from "../../../../functions/core/drift/measures/metrics";
import { xorshift } from "../streams";

const RUNS = { numRuns: 300, seed: jest.getSeed() };

describe("alignDistributions", () => {
  it("should take the union of categories, one that objects inherit among them", () => {
    const pair = alignDistributions(categories({ a: 3, constructor: 1 }), categories({ b: 1, a: 1 }));

    expect(pair).toEqual({
      names: ["a", "b", "constructor"],
      reference: [0.75, 0, 0.25],
      current: [0.5, 0.5, 0],
      referenceSize: 4,
      currentSize: 2,
    });
  });

  it("should take sizes from the report where the counts are shares", () => {
    const pair = alignDistributions(categories({ a: 0.5, b: 0.5 }), categories({ a: 1 }), { referenceSize: 900, currentSize: 70 });

    expect([pair.referenceSize, pair.currentSize]).toEqual([900, 70]);
  });

  it("should leave equal edges alone, rounded ones too", () => {
    const reference = histogram([0, 1, 2, 3], [1, 2, 1]);
    const current = histogram([0, 1 + 1e-12, 2 - 1e-12, 3], [5, 3, 2]);

    expect(alignDistributions(reference, current).current).toEqual([0.5, 0.3, 0.2]);
  });

  it("should keep to the reference's edges, with a bin for what lies beyond them", () => {
    const pair = alignDistributions(histogram([0, 1, 2], [1, 1]), histogram([-2, 0, 1, 2, 9], [1, 1, 1, 1]));

    expect(pair).toMatchObject({ edges: [-2, 0, 1, 2, 9], reference: [0, 0.5, 0.5, 0], current: [0.25, 0.25, 0.25, 0.25] });
  });

  it("should place the values of a bin where they fit the reference best, and no further", () => {
    const skewed = histogram([0, 1, 2], [90, 10]);

    const sharesOf = (current: Histogram) => alignDistributions(skewed, current).current;
    expect(sharesOf(histogram([0, 2], [50]))).toEqual([expect.closeTo(0.9), expect.closeTo(0.1)]);
    expect(sharesOf(histogram([0, 0.5, 2], [20, 80]))).toEqual([expect.closeTo(0.9), expect.closeTo(0.1)]);
    expect(sharesOf(histogram([0, 0.5, 1.5, 2], [0, 60, 40]))).toEqual([expect.closeTo(0.6), expect.closeTo(0.4)]);
  });

  it("should part the difference between bins in proportion, whichever of them an edge lies in", () => {
    const reference = histogram([0, 1, 2, 3, 4], [25, 25, 25, 25]);

    const { current } = alignDistributions(reference, histogram([0, 2.5, 4], [70, 30]));

    expect(current).toEqual([expect.closeTo(0.25), expect.closeTo(0.25), expect.closeTo(0.25), expect.closeTo(0.25)]);
    const { current: shifted } = alignDistributions(reference, histogram([0, 2, 4], [80, 20]));
    expect(shifted).toEqual([expect.closeTo(0.4), expect.closeTo(0.4), expect.closeTo(0.1), expect.closeTo(0.1)]);
  });

  it("should give shares that sum to 1, and no difference where there is none, whatever the edges", () => {
    fc.assert(
      fc.property(histograms(), histograms(), (reference, current) => {
        const pair = alignDistributions(reference, current);

        for (const side of [pair.reference, pair.current]) {
          expect(side.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
          expect(Math.min(...side)).toBeGreaterThanOrEqual(0);
        }
        expect(pair.edges).toHaveLength(pair.reference.length + 1);
        const same = alignDistributions(reference, reference);
        same.current.forEach((share, bin) => {
          expect(share).toBeCloseTo(same.reference[bin] ?? -1, 9);
        });
      }),
      RUNS,
    );
  });

  it.each([
    { sides: [categories({}), categories({})], says: "the reference side is empty" },
    { sides: [categories({ a: 1 }), categories({ a: 0 })], says: "the current side is empty" },
    { sides: [histogram([0, 1], [0]), histogram([0, 1], [1])], says: "the reference side is empty" },
    { sides: [histogram([0, 1], [1]), categories({ a: 1 })], says: "expected the same on both sides" },
  ])("should refuse what has no shares: $says", ({ sides: [reference, current], says }) => {
    expect(() => alignDistributions(reference as Distribution, current as Distribution)).toThrow(says);
  });
});

describe("windows that a monitor cuts into bins between their own least and largest value", () => {
  const random = xorshift(5);
  const lognormal = () => {
    const [angle, radius] = [random() / 2 ** 32, (random() + 1) / (2 ** 32 + 1)];
    return Math.exp(Math.sqrt(-2 * Math.log(radius)) * Math.cos(2 * Math.PI * angle));
  };
  const metrics = ["psi", "jensen-shannon-distance", "kolmogorov-smirnov", "wasserstein-normed"] as const;
  const drifts = Array.from({ length: 100 }, () => {
    const pair = alignDistributions(
      cut(Array.from({ length: 2_000 }, lognormal), 10),
      cut(Array.from({ length: 2_000 }, lognormal), 10),
    );
    return metrics.some((metric) => MEASURES[metric].score(pair) > Math.max(0.05, MEASURES[metric].noise(pair, 0.001)));
  }).filter(Boolean).length;

  it(`should not drift because of their edges, by any of ${metrics.join(", ")}: ${drifts} of 100 pairs of a skewed feature`, () => {
    expect(drifts).toBeLessThanOrEqual(2);
  });
});

// Helpers

function categories(counts: Record<string, number>): Distribution {
  return { type: "categories", counts };
}

function histogram(edges: number[], counts: number[]): Histogram {
  return { type: "histogram", edges, counts };
}

function histograms(): fc.Arbitrary<Histogram> {
  return fc
    .uniqueArray(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 20, comparator: "SameValueZero" })
    .chain((values) => {
      const edges = values.toSorted((a, b) => a - b);
      const counts = fc.array(fc.nat(1_000), { minLength: edges.length - 1, maxLength: edges.length - 1 });
      return counts.filter((list) => list.some((count) => count > 0)).map((list) => histogram(edges, list));
    });
}

function cut(values: readonly number[], bins: number): Histogram {
  const [least, most] = [Math.min(...values), Math.max(...values) + 1e-9];
  const width = (most - least) / bins;
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    const bin = Math.min(bins - 1, Math.floor((value - least) / width));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return histogram(
    Array.from({ length: bins + 1 }, (_, index) => least + index * width),
    counts,
  );
}
