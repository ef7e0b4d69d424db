import { speaksOf } from "../../../../../functions/core/replay/importers/reading/speaks-of";

describe("speaksOf", () => {
  it.each(["flight_delay_training", "Train.Flight-Delay", "flight-delay"])("should hear the model in %s", (name) => {
    expect(speaksOf(name, "flight-delay")).toBe(true);
  });

  it.each(["flight_delays", "inflight_delay", "delay_flight", ""])("should not hear it in %j", (name) => {
    expect(speaksOf(name, "flight-delay")).toBe(false);
  });
});
