import { durationMs, durationSchema } from "../../../config/sections/fields";

describe("durationMs", () => {
  it.each([
    ["45s", 45_000],
    ["30m", 1_800_000],
    ["6h", 21_600_000],
    ["7d", 604_800_000],
  ])("should read %s as %d milliseconds", (text, ms) => {
    expect(durationSchema.parse(text)).toBe(text);
    expect(durationMs(text)).toBe(ms);
  });

  it.each(["", "6", "h", "6 h", "-6h", "1.5h", "6h30m", "6H", "1e3s", "6h\n", "9999999d"])("should refuse %j", (text) => {
    expect(durationSchema.safeParse(text).success).toBe(false);
    expect(() => durationMs(text)).toThrow(RangeError);
  });
});
