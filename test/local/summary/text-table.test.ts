import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { textTable } from "../../../local/summary/text-table";
import { fitted, textWidth } from "../../../local/summary/text-width";

const RED = "\u001b[31m";
const PLAIN = "\u001b[39m";

describe("textWidth", () => {
  it.each([
    ["plain", 5],
    ["モデル", 6],
    ["한국", 4],
    ["🚀 go", 5],
    ["👩‍🔬", 2],
    ["e\u0301te\u0301", 3],
    [`${RED}no${PLAIN}`, 2],
    ["…", 1],
  ])("should measure %j as %d columns", (text, columns) => {
    expect(textWidth(text)).toBe(columns);
  });
});

describe("fitted", () => {
  it.each([
    ["data/flight-delay/1", 8, "data/fl…"],
    ["モデル", 4, "モ…"],
    [`${RED}rejected${PLAIN} twice`, 4, `${RED}rej…${PLAIN}`],
    ["short", 5, "short"],
  ])("should show %j in %d columns as %j", (text, columns, shown) => {
    expect(fitted(text, columns)).toBe(shown);
  });
});

describe("textTable", () => {
  const cell = fc.string({ unit: fc.constantFrom("a", "b", "モ", "🚀", "-"), maxLength: 60 });

  it("should keep every line within the columns, and its columns under each other", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 60, max: 140 }),
        (rows, columns) => {
          const lines = textTable(
            rows.map(([first, ...others]) => [`${RED}${first}${PLAIN}`, ...others, "|"]),
            columns,
          ).split("\n");

          expect(lines.filter((line) => textWidth(line) > columns)).toEqual([]);
          expect(new Set(lines.map((line) => textWidth(line))).size).toBe(1);
        },
      ),
      { seed: jest.getSeed() },
    );
  });

  it("should shorten the widest cells first, and none where the output is no terminal", () => {
    const rows = [
      ["id", "x".repeat(80)],
      ["data/flight-delay/1", 12],
    ];

    expect(stripVTControlCharacters(textTable(rows, 60))).toContain("data/flight-delay/1  ");
    expect(textTable(rows, 60)).toContain("x…");
    expect(textTable(rows)).toContain("x".repeat(80));
  });
});
