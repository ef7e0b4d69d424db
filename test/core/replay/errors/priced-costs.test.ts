import { bandOf, resampledSums } from "../../../../functions/core/replay/block-bootstrap";
import { bandedCosts, resampledCost } from "../../../../functions/core/replay/errors/priced-costs";

const STEPS = 120;
const NOISY = Array.from({ length: STEPS }, (_, step) => 0.2 + 0.15 * Math.sin(step / 3));

describe("resampledCost", () => {
  it("should sum errors and the price of each training, and be unknown with one error", () => {
    const series = { errors: Float64Array.of(0.1, 0.2, 0.3), trainings: Uint32Array.of(0, 2, 0) };

    expect(resampledCost(series, 0.5)).toMatchObject({ price: 0.5, trainings: 2, cost: expect.closeTo(1.6, 12) });
    expect(resampledCost({ ...series, errors: Float64Array.of(0.1, Number.NaN, 0.3) }, 0.5)).toBeUndefined();
  });
});

describe("bandedCosts", () => {
  it("should tell policies apart by their difference on the same steps", () => {
    const own = costsOf(NOISY);
    const other = costsOf(NOISY.map((error) => error + 0.01));

    const [cost] = bandedCosts(own, new Map([["other", other]]));

    // Their own bands overlap by far; the difference is the same on each step.
    expect(cost?.high).toBeGreaterThan((other[0]?.cost ?? 0) - 1);
    expect(cost?.minus?.other?.low).toBeCloseTo(-0.01 * STEPS, 9);
    expect(cost?.minus?.other?.high).toBeCloseTo(-0.01 * STEPS, 9);
  });

  it("should have the band that resampling the differences has", () => {
    const other = NOISY.map((error, step) => error + (step % 7) / 50);

    const [cost] = bandedCosts(costsOf(NOISY), new Map([["other", costsOf(other)]]));

    const differences = NOISY.map((error, step) => error - (other[step] ?? 0));
    const { low, high } = bandOf(resampledSums(differences, "bands of costs"));
    expect(cost?.minus).toEqual({ other: { low: expect.closeTo(low, 9), high: expect.closeTo(high, 9) } });
  });

  it("should leave out whoever has no such price", () => {
    expect(bandedCosts(costsOf(NOISY), new Map([["other", costsOf(NOISY, 2)]]))[0]?.minus).toBeUndefined();
  });
});

// Helpers

function costsOf(errors: readonly number[], price = 1) {
  const cost = resampledCost({ errors: Float64Array.from(errors), trainings: new Uint32Array(errors.length) }, price);
  return cost === undefined ? [] : [cost];
}
