import fc from "fast-check";
import { eventTimeSchema } from "../../../functions/core/sagemaker-events/event-entry";

const MS = Date.UTC(2026, 10, 21, 11, 2, 36, 250);

describe("eventTimeSchema", () => {
  it.each([
    ["epoch milliseconds", MS, MS],
    ["epoch milliseconds as a text", String(MS), MS],
    ["epoch milliseconds with a fraction of zero", `${MS}.0`, MS],
    ["epoch seconds", Math.floor(MS / 1000), MS - 250],
    ["epoch seconds with a fraction", MS / 1000, MS],
    ["epoch seconds as a text", String(Math.floor(MS / 1000)), MS - 250],
    ["ISO 8601", "2026-11-21T11:02:36.250Z", MS],
    ["ISO 8601 in nanoseconds", "2026-11-21T11:02:36.250854735Z", MS],
    ["ISO 8601 with an offset", "2026-11-21T12:02:36.250+01:00", MS],
    ["ISO 8601 without an offset, which is UTC", "2026-11-21T11:02:36.25", MS],
  ])("should read %s", (_, time, expected) => {
    expect(eventTimeSchema.parse(time)).toEqual(new Date(expected));
  });

  it.each([
    "",
    "Timestamp",
    "yesterday",
    "2026-13-01T00:00:00Z",
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    8.64e15 + 1,
    "9999999999999999",
    true,
    null,
    [MS],
    { MS },
  ])("should refuse %j", (time) => {
    expect(eventTimeSchema.safeParse(time).success).toBe(false);
  });

  it("should read a moment alike in every format, and never an invalid date", () => {
    fc.assert(
      fc.property(fc.date({ min: new Date("1974-01-01"), max: new Date("5000-01-01"), noInvalidDate: true }), (date) => {
        const ms = date.getTime();

        const read = [ms, String(ms), date.toISOString()].map((time) => eventTimeSchema.parse(time).getTime());

        expect(read).toEqual([ms, ms, ms]);
      }),
    );
    fc.assert(
      fc.property(fc.anything(), (time) => {
        const { success, data } = eventTimeSchema.safeParse(time);

        expect(success && Number.isNaN(data.getTime())).toBe(false);
      }),
    );
  });
});
