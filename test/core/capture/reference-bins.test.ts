import fc from "fast-check";
import { binnedLike, referenceBins } from "../../../functions/core/capture/make-baseline";
import type { SketchBin } from "../../../functions/core/capture/ports";
import { histogramSchema } from "../../../functions/core/drift/distribution";
import { createQuantileSketch } from "../../../functions/node/quantile-sketch";

const RUNS = { seed: jest.getSeed(), numRuns: 300 };
const numbers = fc.array(
  fc.oneof(
    fc.integer({ min: -20, max: 20 }),
    fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  ),
  { minLength: 1, maxLength: 300 },
);

describe("referenceBins", () => {
  it("should keep every value in a histogram that a report takes, of at most 81 bins", () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const histogram = referenceBins(sketched(values));

        expect(histogramSchema.safeParse(histogram).success).toBe(true);
        expect(histogram?.counts.reduce((sum, count) => sum + count, 0)).toBe(values.length);
        expect(histogram?.counts.length).toBeLessThanOrEqual(81);
        expect(histogram?.counts.every((count) => count > 0)).toBe(true);
      }),
      RUNS,
    );
  });

  it("should cut a wide feature into some 40 bins of equal counts", () => {
    const values = Array.from({ length: 10_000 }, (_, index) => 1.001 ** index);

    const counts = referenceBins(sketched(values))?.counts ?? [];

    expect(counts.length).toBeGreaterThan(35);
    expect(Math.max(...counts)).toBeLessThan(300);
  });

  it("should give a value that many rows have a bin of its own", () => {
    const values = [...Array.from({ length: 600 }, () => 0), ...Array.from({ length: 400 }, (_, index) => index + 1)];

    const { edges = [], counts = [] } = referenceBins(sketched(values)) ?? {};

    expect(counts[0]).toBe(600);
    expect(edges.slice(0, 2)).toEqual([-1e-18, 1e-18]);
  });

  it("should make nothing of nothing", () => {
    expect(referenceBins([])).toBeUndefined();
  });
});

describe("binnedLike", () => {
  it("should keep every value, on the same edges on both sides", () => {
    fc.assert(
      fc.property(numbers, numbers, (then, now) => {
        const histogram = referenceBins(sketched(then)) ?? { type: "histogram", edges: [0, 1], counts: [0] };

        const { reference, current } = binnedLike(histogram, sketched(now));

        expect(histogramSchema.safeParse(reference).success).toBe(true);
        expect(histogramSchema.safeParse(current).success).toBe(true);
        expect(current.edges).toEqual(reference.edges);
        expect(reference.counts.reduce((sum, count) => sum + count, 0)).toBe(then.length);
        expect(current.counts.reduce((sum, count) => sum + count, 0)).toBe(now.length);
      }),
      RUNS,
    );
  });

  it("should count the values of the reference as the reference does", () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const bins = sketched(values);
        const histogram = referenceBins(bins) ?? { type: "histogram", edges: [0, 1], counts: [0] };

        expect(binnedLike(histogram, bins)).toEqual({ reference: histogram, current: histogram });
      }),
      RUNS,
    );
  });

  it("should open a bin on each end for what lies beyond", () => {
    const histogram = referenceBins(sketched([5, 5, 5])) ?? { type: "histogram", edges: [0, 1], counts: [0] };

    const { reference, current } = binnedLike(histogram, sketched([-7, 5, 5, 9, 11]));

    expect(reference.counts).toEqual([0, 3, 0]);
    expect(current.counts).toEqual([1, 2, 2]);
  });

  it("should count over edges that a person wrote", () => {
    const histogram = { type: "histogram" as const, edges: [0, 10, 50], counts: [7, 3] };

    expect(binnedLike(histogram, sketched([1, 2, 30, 49, 70])).current.counts).toEqual([2, 2, 1]);
  });
});

// Helpers

function sketched(values: readonly number[]): readonly SketchBin[] {
  const sketch = createQuantileSketch();
  for (const value of values) sketch.add(value);
  return sketch.bins();
}
