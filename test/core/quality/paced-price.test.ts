import fc from "fast-check";
import { pacedPrice } from "../../../functions/core/quality/paced-price";

describe("pacedPrice", () => {
  it("should be half a step at an even pace", () => {
    expect(pacedPrice({ most: 10, used: 0, elapsed: 0 })).toBe(0.5);
    expect(pacedPrice({ most: 4, used: 2, elapsed: 0.5 })).toBe(0.5);
  });

  it("should rise 3.3 times with each of ten trainings that is ahead, and fall as much behind", () => {
    expect(pacedPrice({ most: 10, used: 1, elapsed: 0 })).toBeCloseTo(0.5 * Math.exp(1.2), 12);
    expect(pacedPrice({ most: 10, used: 4, elapsed: 0.5 })).toBeCloseTo(0.5 * Math.exp(-1.2), 12);
  });

  it("should move less with each of many trainings", () => {
    expect(pacedPrice({ most: 40, used: 1, elapsed: 0 })).toBeCloseTo(0.5 * Math.exp(0.6), 12);
  });

  it("should stay from 0.01 to 5, rise with trainings and fall with time", () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), fc.nat({ max: 2_000 }), share, share, (most, used, elapsed, more) => {
        const price = pacedPrice({ most, used, elapsed });
        expect(price).toBeGreaterThanOrEqual(0.01);
        expect(price).toBeLessThanOrEqual(5);
        expect(pacedPrice({ most, used: used + 1, elapsed })).toBeGreaterThanOrEqual(price);
        expect(pacedPrice({ most, used, elapsed: elapsed + (1 - elapsed) * more })).toBeLessThanOrEqual(price);
      }),
    );
  });

  it("should refuse a pace without trainings", () => {
    expect(() => pacedPrice({ most: 0, used: 0, elapsed: 0 })).toThrow("a pace of 0 trainings; it needs more than 0");
  });
});
