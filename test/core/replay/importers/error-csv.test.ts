import { errorCsv } from "../../../../functions/core/replay/importers/error-csv";
import { exported } from "./exports";

const OPTIONS = { model: "flight-delay" };

describe("errorCsv", () => {
  it("should read columns in any order, and tell of each line that is wrong", () => {
    const { lines, problems } = errorCsv.read(exported("error-csv/errors.csv"), OPTIONS);

    const quality = { type: "quality", model: "flight-delay" };
    expect(lines).toEqual([
      { ...quality, at: Date.parse("2026-11-02T00:00:00Z"), error: 0.121, rows: 2600, run: "weekly-44" },
      { ...quality, at: Date.parse("2026-11-02T23:00:00Z"), error: 0.118, rows: 2510, run: "weekly-44" },
      { ...quality, at: Date.parse("2026-11-04T00:00:00Z"), error: 0.13 },
    ]);
    expect(problems).toEqual([
      'line 1: the columns "note" are not read; known are at, error, rows, run, model',
      expect.stringMatching(/^line 5: error: got "NaN", expected a share/),
      expect.stringMatching(/^line 6: error: got "12.5".*divide percentages by 100/),
      expect.stringMatching(/^line 7: error: got "13%", a percentage/),
      expect.stringMatching(/^line 8: error: got "0,13", a decimal comma: write 0.13/),
      expect.stringMatching(/^line 9: got 6 values for 5 columns; is there a decimal comma/),
      expect.stringMatching(/^line 10: at: got the time "2026-11-10T00:00:00", expected a time with its offset/),
      expect.stringMatching(/^line 11: rows: got "many"/),
    ]);
  });

  it("should say once that no model is named, and by the row where only some name one", () => {
    const rows = "2026-11-10T00:00:00Z,0.13\n".repeat(30);

    const unnamed = errorCsv.read(`at,error,rows\n${rows.replaceAll("\n", ",5\n")}`, { model: "" });
    const some = errorCsv.read("at,error,model,rows\n2026-11-10T00:00:00Z,0.13,churn,5\n2026-11-11T00:00:00Z,0.13,,5\n", {
      model: "",
    });

    expect(unnamed.lines).toEqual([]);
    expect(unnamed.problems).toEqual(["no model is named: say it with --model, or add a column model"]);
    expect(some.lines).toHaveLength(1);
    expect(some.problems).toEqual(["line 3: got no model; expected its name in the column model, or in --model"]);
  });

  it("should read local times where it is told their offset, a byte order mark, CRLF, and a model of each line", () => {
    const text = "\uFEFFat,error,model\r\n2026-11-10T00:00:00,0.13,churn\r\n\r\n2026-11-11,1e-2,\r\n";

    const { lines, problems } = errorCsv.read(text, { ...OPTIONS, offsetMinutes: 120 });

    expect(problems).toEqual([]);
    expect(lines).toEqual([
      { type: "quality", model: "churn", at: Date.parse("2026-11-09T22:00:00Z"), error: 0.13 },
      { type: "quality", model: "flight-delay", at: Date.parse("2026-11-10T22:00:00Z"), error: 0.01 },
    ]);
  });

  it.each([
    ["at;error\n2026-11-10;0,1", "semicolons"],
    ["at,rows\n", "without error"],
    ["at,error,at\n", "the column at twice"],
    ["", "without at"],
  ])("should refuse the header of %j", (text, why) => {
    const { lines, problems } = errorCsv.read(text, OPTIONS);

    expect(lines).toEqual([]);
    expect(problems).toEqual([expect.stringContaining(why)]);
  });
});
