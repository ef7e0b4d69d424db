import fc from "fast-check";
import { plainLine, plainLines } from "../../functions/core/plain-text";

const HOSTILE = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("\u001b[2J", "\u009b31m", "\r", "\n", "\u202e", "\u2066", "\u0000", "\ud800"),
    ),
    {
      maxLength: 40,
    },
  )
  .map((parts) => parts.join(""));

// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what is looked for
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

describe("plainLine", () => {
  it("should leave an ordinary text as it is", () => {
    expect(plainLine("not JSON: größer → 漢字", 60)).toBe("not JSON: größer → 漢字");
  });

  it("should show what a terminal would obey", () => {
    expect(plainLine("a\nb\u001b[31mred\u202egnp.exe")).toBe("a b\\u001b[31mred\\u202egnp.exe");
  });

  it("should keep any text to one line of the given length, without controls", () => {
    fc.assert(
      fc.property(HOSTILE, fc.integer({ min: 1, max: 80 }), (text, most) => {
        const shown = plainLine(text, most);

        expect(shown.length).toBeLessThanOrEqual(most);
        expect(shown.isWellFormed()).toBe(true);
        expect(shown).not.toMatch(OBEYED);
        expect(shown).not.toContain("\n");
      }),
    );
  });
});

describe("plainLines", () => {
  it("should keep lines and columns, and nothing else that a terminal obeys", () => {
    fc.assert(
      fc.property(HOSTILE, (text) => {
        const shown = plainLines(text);

        expect(shown.isWellFormed()).toBe(true);
        expect(shown).not.toMatch(OBEYED);
        expect(shown.split("\n")).toHaveLength(text.split("\n").length);
      }),
    );
  });

  it("should keep the values of JSON", () => {
    fc.assert(
      fc.property(HOSTILE, (text) => {
        const value = text.toWellFormed();
        expect(JSON.parse(plainLines(JSON.stringify({ value }, null, 2)))).toEqual({ value });
      }),
    );
  });
});
