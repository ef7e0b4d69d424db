import fc from "fast-check";
import { bandOf, drawnSums, resampledSums } from "../../../functions/core/replay/block-bootstrap";

describe("resampledSums", () => {
  it("should give a constant series its own sum", () => {
    const sums = resampledSums(Array(50).fill(0.5), "seed");
    expect(new Set(sums)).toEqual(new Set([25]));
  });

  it("should be equal for equal seeds and differ for others", () => {
    const series = Array.from({ length: 40 }, (_, step) => Math.sin(step));
    expect(resampledSums(series, "a")).toEqual(resampledSums(series, "a"));
    expect(resampledSums(series, "a")).not.toEqual(resampledSums(series, "b"));
  });

  it("should stay between the least and the greatest sum that a series allows, in rising order", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 60 }), (series) => {
        const sums = resampledSums(series, "seed");
        expect(sums.at(0)).toBeGreaterThanOrEqual(Math.min(...series) * series.length);
        expect(sums.at(-1)).toBeLessThanOrEqual(Math.max(...series) * series.length);
        expect(sums).toEqual([...sums].sort((a, b) => a - b));
      }),
      { numRuns: 50, endOnFailure: true },
    );
  });

  it("should widen the band of a series whose neighbours are alike", () => {
    const alternating = Array.from({ length: 100 }, (_, step) => (step % 2 === 0 ? 1 : -1));
    const inRuns = Array.from({ length: 100 }, (_, step) => (step % 50 < 25 ? 1 : -1));
    const width = (series: readonly number[]) => {
      const { low, high } = bandOf(resampledSums(series, "seed"));
      return high - low;
    };
    expect(width(inRuns)).toBeGreaterThan(3 * width(alternating));
  });

  it("should cover the true sum of independent steps in about 95 of 100 series", () => {
    let state = 1;
    const uniform = () => {
      state = (state * 16_807) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    const covered = Array.from({ length: 200 }, (_, one) => {
      const { low, high } = bandOf(resampledSums(Array.from({ length: 120 }, uniform), `series ${one}`));
      return low <= 60 && 60 <= high;
    }).filter(Boolean).length;
    expect(covered).toBeGreaterThanOrEqual(176);
    expect(covered).toBeLessThan(200);
  });
});

describe("drawnSums", () => {
  it("should draw the same blocks of two series, so that their differences are those of the sums", () => {
    const [one, other] = [0, 1].map((shift) => Array.from({ length: 40 }, (_, step) => Math.sin(step + shift)));
    const differences = (one ?? []).map((value, step) => value - (other?.[step] ?? 0));

    const [first, second] = [drawnSums(one ?? [], "seed"), drawnSums(other ?? [], "seed")];

    const expected = first.map((sum, draw) => expect.closeTo(sum - (second[draw] ?? 0), 9));
    expect(drawnSums(differences, "seed")).toEqual(expected);
  });
});

describe("bandOf", () => {
  it("should leave out 2.5 % at both ends", () => {
    expect(bandOf(Array.from({ length: 1_001 }, (_, index) => index))).toEqual({ low: 25, high: 975 });
  });
});
