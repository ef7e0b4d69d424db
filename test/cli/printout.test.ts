import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { durationText, errorText, painter, plainValues, terminalText, usdText, wrapped } from "../../cli/printout";
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

describe("wrapped", () => {
  it("should keep every word, indent all lines but the first, and none reach beyond 120 columns", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b", "-"), minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 60 }), fc.nat({ max: 60 }), (words, indent) => {
        const [first = "", ...others] = wrapped(words.join(" "), indent).split("\n");

        expect([first, ...others.map((line) => line.trimStart())].join(" ")).toBe(words.join(" "));
        expect(first.length + indent).toBeLessThanOrEqual(120);
        for (const line of others) expect([line.search(/[^ ]/), line.length <= 120]).toEqual([indent, true]);
      }),
      { seed: jest.getSeed() },
    );
  });

  it("should not part a number from its per cent, nor tear the parts of a list apart", () => {
    expect(wrapped(`${"a".repeat(116)} 20 % of them`, 2)).toBe(`${"a".repeat(116)}\n  20 % of them`);
    expect(wrapped(["a".repeat(110), "p-value 0.01"], 2)).toBe(`${"a".repeat(110)},\n  p-value 0.01`);
    expect(wrapped([], 2)).toBe("");
  });

  it("should give a word that is longer a line of its own", () => {
    expect(wrapped(`so ${"x".repeat(200)} long`, 4)).toBe(`so\n    ${"x".repeat(200)}\n    long`);
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
