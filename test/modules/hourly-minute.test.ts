import fc from "fast-check";
import { hourlyMinute } from "../../modules/captured-models";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

describe("hourlyMinute", () => {
  it.each([
    ["5m", 5 * MINUTE_MS, 5],
    ["1h", HOUR_MS, 0],
    ["90m", 90 * MINUTE_MS, 30],
    ["61s", 61_000, 2],
    ["59m 1s", 59 * MINUTE_MS + 1000, 0],
  ])("should, %s after full hours, be minute %#", (_name, delayMs, expected) => {
    expect(hourlyMinute(delayMs)).toBe(expected);
  });

  it("should be the first minute of an hour at which a window is due, whenever it ended", () => {
    fc.assert(
      fc.property(fc.nat({ max: 7 * 24 * 3600 }), fc.nat({ max: 1_000_000 }), (delaySec, hour) => {
        const dueAt = hour * HOUR_MS + delaySec * 1000;
        const minute = hourlyMinute(delaySec * 1000);

        const fires = [-1, 0, 1].map((offset) => (Math.floor(dueAt / HOUR_MS) + offset) * HOUR_MS + minute * MINUTE_MS);
        const first = Math.min(...fires.filter((fire) => fire >= dueAt));
        expect(minute).toBeGreaterThanOrEqual(0);
        expect(minute).toBeLessThan(60);
        expect(first - dueAt).toBeLessThan(MINUTE_MS);
      }),
    );
  });
});
