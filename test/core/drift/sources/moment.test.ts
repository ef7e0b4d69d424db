import { momentOf } from "../../../../functions/core/drift/sources/source-report";

describe("momentOf", () => {
  it.each([
    ["ISO 8601 in UTC", "2026-11-21T11:20:04.149Z", Date.UTC(2026, 10, 21, 11, 20, 4, 149)],
    ["an offset without a colon, as CloudWatch writes it", "2026-11-21T11:20:04.149+0000", Date.UTC(2026, 10, 21, 11, 20, 4, 149)],
    ["an offset", "2026-11-21T11:20:04+02:00", Date.UTC(2026, 10, 21, 9, 20, 4)],
    ["no offset, as pandas writes it", "2026-11-21T11:20:04.000", Date.UTC(2026, 10, 21, 11, 20, 4)],
    ["a blank before the time", "2026-11-21 11:20:04", Date.UTC(2026, 10, 21, 11, 20, 4)],
    ["nanoseconds", "2026-11-21T11:20:04.123456789Z", Date.UTC(2026, 10, 21, 11, 20, 4, 123)],
    ["epoch milliseconds", 1_795_258_804_149, 1_795_258_804_149],
    ["epoch seconds", 1_795_258_804.149, 1_795_258_804_149],
    ["a Date", new Date(1_795_258_804_149), 1_795_258_804_149],
  ])("should read %s", (_name, value, expected) => {
    expect(momentOf(value)).toBe(expected);
  });

  it.each([
    ["a number as text", "1"],
    ["a day alone", "2026-11-21"],
    ["a day that does not exist", "2026-13-41T00:00:00Z"],
    ["another calendar", "21 Nov 2026 11:20"],
    ["a time before 1970", -1],
    ["NaN", Number.NaN],
    ["infinity", Number.POSITIVE_INFINITY],
    ["an invalid Date", new Date("x")],
    ["null", null],
    ["an object", { valueOf: (): number => 1 }],
  ])("should not take %s for a time", (_name, value) => {
    expect(momentOf(value)).toBeUndefined();
  });
});
