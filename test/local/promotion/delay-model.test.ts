import { isLate, lateProbability, trainDelayModel } from "../../../local/promotion/delay-model";
import type { Flight } from "../../../local/replay/landing-files";

const HOUR_MS = 3_600_000;

describe("trainDelayModel", () => {
  it("should learn at which hours flights are late", () => {
    const model = trainDelayModel(flightsOf(2_000));

    const [morning, night] = [6, 22].map((hour) => lateProbability(model, flightAt(hour, 0)));

    expect(morning).toBeLessThan(0.2);
    expect(night).toBeGreaterThan(0.8);
  });

  it("should give the same weights for the same flights, and others for others", () => {
    const [first, again, other] = [500, 500, 400].map((count) => trainDelayModel(flightsOf(count)).weights);

    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it("should give finite probabilities when all flights are late, and of a flight unlike any before", () => {
    const model = trainDelayModel([flightAt(6, 60), flightAt(7, 90)]);

    const probability = lateProbability(model, { departsAt: 0, distanceMiles: 99_999, origin: "", destination: "a long name" });

    expect(probability).toBeGreaterThan(0.5);
    expect(probability).toBeLessThan(1);
  });

  it("should refuse to learn from nothing", () => {
    expect(() => trainDelayModel([])).toThrow("got no flights to learn from");
  });
});

describe("isLate", () => {
  it.each([
    [-60, false],
    [15, false],
    [16, true],
  ])("should say of a delay of %d minutes: %s", (delayMinutes, expected) => {
    expect(isLate({ delayMinutes })).toBe(expected);
  });
});

// Helpers

/** As many flights in the morning, on time, as at night, late. */
function flightsOf(count: number): Flight[] {
  return Array.from({ length: count }, (_, index) => (index % 2 === 0 ? flightAt(6, 0) : flightAt(22, 45)));
}

function flightAt(hour: number, delayMinutes: number): Flight {
  return { departsAt: hour * HOUR_MS, delayMinutes, distanceMiles: 700, origin: "SEA", destination: "OAK" };
}
