import { configOf, messageOf } from "../../stacks/config-messages";

describe("the checks of durations", () => {
  it("should forbid to remember objects for longer than their records are kept", () => {
    const config = configOf({ one: { batch: { dedupeHorizon: "31d" } } });

    expect(messageOf(config)).toContain('batch.dedupeHorizon: got "31d"; expected at most the retention, 30d');
  });

  it("should forbid a window longer than a quarter of the retention", () => {
    const config = configOf({ one: { batch: { window: "8d" } } });

    expect(messageOf(config)).toContain('batch.window: got "8d"; expected at most a quarter of the retention, 30d');
  });

  it("should allow both at their limits, and a window of never", () => {
    const config = configOf({
      one: { batch: { dedupeHorizon: "4d", window: "1d", retention: "4d" }, policy: { deferralExpires: "4d" } },
      two: { batch: { dedupeHorizon: "1d", window: "never", retention: "1d" }, policy: { deferralExpires: "1d" } },
    });

    expect(messageOf(config)).toBe("no mistake");
  });

  it("should mind the default window when the retention is short", () => {
    const config = configOf({ one: { batch: { retention: "2d" } } });

    expect(messageOf(config)).toContain('batch.window: got "24h"; expected at most a quarter of the retention, 2d');
  });
});
