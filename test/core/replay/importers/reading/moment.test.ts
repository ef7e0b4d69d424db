import fc from "fast-check";
import { momentReader } from "../../../../../functions/core/replay/importers/reading/moment";

describe("momentReader", () => {
  const read = momentReader({}, "seconds");

  it.each([
    "2026-11-01T02:00:00Z",
    "2026-11-01T02:00:00.000Z",
    "2026-11-01T02:00:00+0000",
    "2026-11-01T02:00:00.000000+00:00",
    "2026-11-01T07:30:00+05:30",
    "2026-10-31T18:00-08:00",
    "2026-11-01 02:00:00 UTC",
    "2026-11-01 02:00:00,000Z",
    " 2026-11-01t02:00:00z ",
    1793498400,
  ])("should read %s as one moment", (time) => {
    expect(read(time)).toBe(Date.parse("2026-11-01T02:00:00Z"));
  });

  it.each([1793498400, 1793498400000, "1793498400", "1793498400000", "1793498400.0", "2026-11-01T02:00:00Z"])(
    "should tell the unit of %j by its size where it is asked to",
    (time) => {
      expect(momentReader({}, "either")(time)).toBe(Date.parse("2026-11-01T02:00:00Z"));
    },
  );

  it("should read a day without a time as its beginning, where it is told the offset", () => {
    expect(momentReader({ offsetMinutes: 60 }, "either")("2026-11-01")).toBe(Date.parse("2026-10-31T23:00:00Z"));
    expect(momentReader({}, "either")("2026-11-01")).toMatchObject({ expected: expect.stringContaining("--timezone") });
    expect(momentReader({ offsetMinutes: 0 }, "either")("2026-02-30")).toMatchObject({ got: 'the time "2026-02-30"' });
  });

  it("should read what any offset says, as JavaScript does", () => {
    const moment = fc.date({ min: new Date("2000-01-02T00:00:00Z"), max: new Date("2099-12-30T00:00:00Z"), noInvalidDate: true });
    const offset = fc.integer({ min: -14 * 60, max: 14 * 60 });
    fc.assert(
      fc.property(moment, offset, (date, minutes) => {
        const local = new Date(date.getTime() + minutes * 60_000).toISOString().slice(0, -1);

        expect(momentReader({ offsetMinutes: minutes }, "seconds")(local)).toBe(date.getTime());
        expect(momentReader({ offsetMinutes: minutes }, "seconds")(date.toISOString())).toBe(date.getTime());
        expect(read(date.getTime() / 1000)).toBe(date.getTime());
        expect(momentReader({}, "milliseconds")(date.getTime())).toBe(date.getTime());
      }),
      { seed: jest.getSeed() },
    );
  });

  it.each(["2026-11-01T02:00:00", "2026-11-01 02:00"])("should refuse %s, which names no moment, and say how it would", (time) => {
    expect(read(time)).toMatchObject({ expected: expect.stringContaining("--timezone") });
  });

  it.each([
    "1999-12-31T23:59:59Z",
    "2100-01-01T00:00:00Z",
    "1970-01-01T00:00:00Z",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    0,
    -1,
    1e300,
    Number.NaN,
  ])("should refuse %s, when nothing was recorded", (time) => {
    expect(read(time)).toMatchObject({ expected: expect.stringContaining("years 2000 to 2099") });
  });

  it.each([
    "2026-02-29T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-11-01T25:00:00Z",
    "2026-11-01T00:00:00+99:00",
    "01/11/2026",
    "",
    null,
    [],
    true,
  ])("should refuse %j, which is no time", (time) => {
    expect(read(time)).toMatchObject({ expected: expect.stringContaining("ISO 8601") });
  });
});
