import fc from "fast-check";
import type { SketchBin } from "../../functions/core/capture/ports";
import { createQuantileSketch } from "../../functions/node/quantile-sketch";

const RUNS = { seed: jest.getSeed(), numRuns: 300 };

/** Of every magnitude that is told apart, and 0. */
const value = fc
  .oneof(
    fc.integer({ min: -50, max: 50 }),
    fc.double({ min: -1e3, max: 1e3, noNaN: true }),
    fc
      .tuple(fc.double({ min: 1, max: 10, noNaN: true }), fc.integer({ min: -17, max: 19 }), fc.constantFrom(1, -1))
      .map(([mantissa, exponent, sign]) => sign * mantissa * 10 ** exponent),
  )
  .filter((number) => number === 0 || Math.abs(number) > 1e-18);
const values = fc.array(value, { minLength: 1, maxLength: 200 });

describe("createQuantileSketch", () => {
  it("should tell every quantile within 1 % of the exact one", () => {
    fc.assert(
      fc.property(values, (numbers) => {
        const bins = binsOf(numbers);

        const sorted = numbers.toSorted((a, b) => a - b);
        sorted.forEach((exact, rank) => {
          const estimate = valueAtRank(bins, rank);
          expect(Math.abs(estimate - exact)).toBeLessThanOrEqual(0.01 * Math.abs(exact) * (1 + 1e-9));
        });
      }),
      RUNS,
    );
  });

  it("should count every value once, in bins that rise without overlap", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 200 }), (numbers) => {
        const bins = binsOf(numbers);

        expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(numbers.length);
        bins.forEach(({ lower, upper, count }, index) => {
          expect(lower).toBeLessThan(upper);
          expect(lower).toBeGreaterThanOrEqual(bins[index - 1]?.upper ?? Number.NEGATIVE_INFINITY);
          expect(count).toBeGreaterThan(0);
        });
      }),
      RUNS,
    );
  });

  it("should have the same limits in every sketch, so that none of two lies across another's", () => {
    fc.assert(
      fc.property(values, values, (some, others) => {
        const [bins, edges] = [binsOf(some), binsOf(others).flatMap(({ lower, upper }) => [lower, upper])];

        const torn = bins.filter(({ lower, upper }) => edges.some((edge) => edge > lower && edge < upper));
        expect(torn).toEqual([]);
      }),
      RUNS,
    );
  });

  it("should not depend on the order of the values", () => {
    fc.assert(
      fc.property(values, (numbers) => {
        expect(binsOf(numbers.toReversed())).toEqual(binsOf(numbers));
      }),
      RUNS,
    );
  });

  it("should keep its resolution whatever outliers there are, in bounded memory", () => {
    const numbers = [1, 2, 3, 3.4e38, -3.4e38, Number.MAX_VALUE, Number.MIN_VALUE, -0, 5e-324];

    const bins = binsOf(numbers);

    expect(bins.map(({ count }) => count)).toEqual([1, 3, 1, 1, 1, 2]);
    expect(bins.at(1)).toEqual({ lower: -1e-18, upper: 1e-18, count: 3 });
  });

  it("should hold what lies on the border of what it tells apart", () => {
    expect(binsOf([1e-18, 1.001e-18, 1e21, 1e22]).map(({ count }) => count)).toEqual([1, 1, 2]);
  });
});

// Helpers

function binsOf(numbers: readonly number[]): readonly SketchBin[] {
  const sketch = createQuantileSketch();
  for (const number of numbers) sketch.add(number);
  return sketch.bins();
}

/** Of the bin that holds the rank, the value from which its limits are equally far in proportion. */
function valueAtRank(bins: readonly SketchBin[], rank: number): number {
  let below = 0;
  for (const { lower, upper, count } of bins) {
    below += count;
    if (below > rank) return lower < 0 && upper > 0 ? 0 : (2 * lower * upper) / (lower + upper);
  }
  throw new RangeError(`there are ${below} values, none has rank ${rank}`);
}
