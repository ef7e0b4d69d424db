import { calmFloor, chanceFloor, meanChance, rateOfEach } from "../../../../functions/core/drift/distributions/calm-floor";
import { chiSquareQuantile } from "../../../../functions/core/drift/measures/special-functions";
import { vectors } from "../vectors";

describe("floors of scores", () => {
  it("should share a rate among k of n windows, and leave the reference's part that of one window", () => {
    for (const { input, expected } of vectors("floor")) {
      const alpha = input.falseAlarmRate / input.features;
      const each = rateOfEach(alpha, input);
      const sides = { bins: input.degrees + 1, referenceSize: input.reference, currentSize: input.current };

      expect(alpha).toBeCloseTo(expected.alphaOne, 15);
      expect(each / expected.alphaK).toBeCloseTo(1, 9);
      expect(chiSquareQuantile(alpha, input.degrees) / expected.chiOne).toBeCloseTo(1, 9);
      expect(chanceFloor(sides, 1, { current: alpha, reference: alpha }) / expected.noiseOne).toBeCloseTo(1, 9);
      expect(chanceFloor(sides, 1, { current: each, reference: alpha }) / expected.noiseK).toBeCloseTo(1, 9);
    }
  });

  it("should widen by the design effect, as the mean by chance", () => {
    const sides = { bins: 11, referenceSize: 24_000, currentSize: 1_000 };
    const rates = { current: 0.001, reference: 0.001 };

    expect(chanceFloor(sides, 3, rates)).toBeCloseTo(3 * chanceFloor(sides, 1, rates), 12);
    expect(meanChance(sides, 3)).toBeCloseTo(30 * (1 / 24_000 + 1 / 1_000), 12);
  });

  it("should be no floor where there is one bin", () => {
    const sides = { bins: 1, referenceSize: 100, currentSize: 100 };

    expect(chanceFloor(sides, 3, { current: 0.001, reference: 0.001 })).toBe(0);
  });

  it("should exceed what a calm window scores the more, the fewer slices it was measured on", () => {
    const floors = [1, 4, 24, 168].map((slices) => calmFloor({ mean: 0.02, degrees: 19, slices }, 0.001));

    expect(floors.toSorted((a, b) => b - a)).toEqual(floors);
    expect(floors[3]).toBeGreaterThan((0.02 * chiSquareQuantile(0.001, 19)) / 19);
  });
});
