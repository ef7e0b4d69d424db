import { stripVTControlCharacters } from "node:util";
import { durationText, errorText, painter, plainValues, terminalText, usdText } from "../../cli/printout";
import { textTable } from "../../local/summary/text-table";

describe("durationText", () => {
  it.each([
    [0, "0 s"],
    [12_400, "12 s"],
    [21_600_000, "6 h"],
    [90_061_000, "1 d 1 h"],
    [-5, "0 s"],
  ])("should tell %d ms as %s", (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });
});

describe("painter", () => {
  it("should colour only where it is wanted", () => {
    expect(painter(false)("red", "no")).toBe("no");
    expect(painter(true)("red", "no")).toBe("\u001b[31mno\u001b[39m");
  });

  it("should not move the columns of a table", () => {
    const rows = [
      ["a", "bb"],
      [painter(true)("red", "ccc"), "d"],
    ];

    expect(stripVTControlCharacters(textTable(rows))).toBe("  a    bb\n  ccc  d");
  });
});

describe("terminalText", () => {
  it("should keep the colours of a command, and show whatever else a terminal would obey", () => {
    expect(terminalText(`${painter(true)("red", "no")}\n\u001b[2J\u001b]0;x\u0007`, true)).toBe(
      "\u001b[31mno\u001b[39m\n\\u001b[2J\\u001b]0;x\\u0007",
    );
  });
});

describe("terminalText without colours", () => {
  it("should take no colour for the command's own", () => {
    expect(terminalText("\u001b[31mred", false)).toBe("\\u001b[31mred");
  });
});

describe("errorText", () => {
  it("should show controls, keep lines, and shorten what is too long to be read", () => {
    const [first = "", second = ""] = errorText(`\u001b[31mred\n  ${"y".repeat(3_000)}; ${"word ".repeat(600)}`).split("\n");

    expect(first).toBe("\\u001b[31mred");
    expect(second).toMatch(/^ {2}y{299}… word word .*…$/);
    expect(second).toHaveLength(2_000);
  });
});

describe("plainValues", () => {
  it("should reach every text, names included, and leave the rest", () => {
    expect(plainValues({ "a\u001b": ["b\nc", 1, null, undefined], d: { e: true } })).toEqual({
      "a\\u001b": ["b c", 1, null, undefined],
      d: { e: true },
    });
  });
});

describe("usdText", () => {
  it("should round to cents", () => {
    expect(usdText(16.437)).toBe("16.44 USD");
  });
});
