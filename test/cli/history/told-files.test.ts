import { filesText, noLinesError, toldFiles } from "../../../cli/history/told-files";
import { painter } from "../../../cli/printout";

const READING = { path: "half.csv", format: "error-csv", title: "", lines: 19, problems: [], missing: [] };
const plain = painter(false);

describe("filesText", () => {
  it("should tell the first twenty problems and how many there are, wrapped, apart from what the file lacks", () => {
    const problems = Array.from({ length: 81 }, (_, place) => `line ${place + 2}: ${"got what cannot be read ".repeat(8)}`);

    const [leftOut = "", lacks = ""] = filesText(toldFiles([{ ...READING, problems, missing: ["no rows"] }]), plain);

    expect(leftOut.split("\n").slice(0, 2)).toEqual(["Left out", "  81 problems in half.csv, 19 lines read; the first 20:"]);
    expect(leftOut.match(/ {2}- line/g)).toHaveLength(20);
    expect(Math.max(...leftOut.split("\n").map((line) => line.length))).toBeLessThanOrEqual(120);
    expect(lacks).toBe("What the files do not tell\n  - half.csv: no rows");
  });

  it("should say nothing where there is nothing to tell", () => {
    expect(filesText(toldFiles([READING]), plain)).toEqual([]);
  });

  it("should obey nothing that a file says", () => {
    const [told] = toldFiles([{ ...READING, path: "a\u001b[2J", problems: ["\u202e\n"], missing: ["\u009b"] }]);

    expect(JSON.stringify(told)).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
  });
});

describe("noLinesError", () => {
  it("should give the first reasons of each file", () => {
    const problems = ["line 2: a", "line 3: b", "line 4: c", "line 5: d", "line 6: e"];

    const { message } = noLinesError([{ ...READING, lines: 0, problems }], { page: "docs/simulate.md" });

    expect(message.split("\n")).toEqual([
      "no line in half.csv; expected a history, see docs/simulate.md",
      "half.csv: line 2: a",
      "half.csv: line 3: b",
      "half.csv: line 4: c",
      "half.csv: and 2 more",
    ]);
  });
});
