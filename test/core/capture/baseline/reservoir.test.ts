import { createReservoir, reservoirSize } from "../../../../functions/core/capture/baseline/reservoir";

describe("createReservoir", () => {
  it("should keep all of as many numbers as it has room for", () => {
    expect(sampleOf("a", 500, 500)).toEqual(Array.from({ length: 500 }, (_, value) => value));
  });

  it("should keep as many of more, each as likely as the others", () => {
    const means = Array.from({ length: 60 }, (_, seed) => {
      const sample = sampleOf(`seed ${seed}`, 100, 20_000);
      expect(new Set(sample).size).toBe(100);
      return sample.reduce((sum, value) => sum + value, 0) / sample.length;
    });

    // The mean of 6,000 even numbers below 20,000 is 10,000 with a standard error of 75.
    expect(Math.abs(means.reduce((sum, mean) => sum + mean, 0) / means.length - 10_000)).toBeLessThan(4 * 75);
  });

  it("should keep late numbers as often as early ones", () => {
    const late = Array.from({ length: 60 }, (_, seed) => sampleOf(`${seed}`, 100, 5_000).filter((value) => value >= 4_000).length);

    // A fifth of 6,000, with a standard error of 31.
    expect(Math.abs(late.reduce((sum, count) => sum + count, 0) - 1_200)).toBeLessThan(4 * 31);
  });

  it("should keep the same again by the same seed, and others by another", () => {
    expect(sampleOf("flights delay", 50, 5_000)).toEqual(sampleOf("flights delay", 50, 5_000));
    expect(sampleOf("flights delay", 50, 5_000)).not.toEqual(sampleOf("flights origin", 50, 5_000));
  });

  it("should be smaller where there are many features", () => {
    expect([1, 500, 501, 2_000].map(reservoirSize)).toEqual([4_096, 4_096, 2_048, 2_048]);
  });
});

// Helpers

/** The sample of 0, 1, 2, … in order. */
function sampleOf(seed: string, size: number, count: number): number[] {
  const reservoir = createReservoir(seed, size);
  for (let value = 0; value < count; value++) reservoir.add(value);
  return [...reservoir.values()].sort((a, b) => a - b);
}
