import { offsetOption } from "../../../cli/history/offset-option";

describe("offsetOption", () => {
  it.each([
    ["+02:00", 120],
    ["-0330", -210],
    ["+14:00", 840],
    ["Z", 0],
  ])("should read %s", (text, minutes) => {
    expect(offsetOption(text)).toBe(minutes);
  });

  it.each(["", "2", "+2", "+15:00", "+02:60", "CET"])("should refuse %j", (text) => {
    expect(() => offsetOption(text)).toThrow("such as +02:00");
  });
});
