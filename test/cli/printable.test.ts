import fc from "fast-check";
import { printable } from "../../cli/printout";

describe("printable", () => {
  it("should leave an ordinary text as it is", () => {
    expect(printable("not JSON: größer → 漢字", 60)).toBe("not JSON: größer → 漢字");
  });

  it("should keep any text to one line of the given length, without controls", () => {
    const hostile = fc.array(
      fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("\u001b[2J", "\r", "\u202e", "\u0000", "\ud800")),
      { maxLength: 40 },
    );

    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 80 }), (parts, most) => {
        const shown = printable(parts.join(""), most);

        expect(shown.length).toBeLessThanOrEqual(most);
        expect(shown.isWellFormed()).toBe(true);
        expect([...shown].filter((one) => one < " " || (one >= "\u007f" && one <= "\u009f") || one === "\u202e")).toEqual([]);
      }),
    );
  });
});
