import fc from "fast-check";
import { csvRows } from "../../../../functions/core/replay/importers/csv-rows";

describe("csvRows", () => {
  it("should leave out a byte order mark and empty lines, and read either end of a line", () => {
    expect(csvRows('\uFEFFat,error\r\n\r\n2026-11-01,"0,1"\n')).toEqual({
      rows: [
        ["at", "error"],
        ["2026-11-01", "0,1"],
      ],
    });
  });

  it.each([
    { text: 'a,b\n1,"2', problem: /^row 2: .*does not end.*Export it again$/ },
    { text: 'a,b\n1,"2"x\n3,4\n', problem: /^row 2: .*behind a closing quote/ },
  ])("should keep the rows before one that cannot be read, and tell its place: $text", ({ text, problem }) => {
    expect(csvRows(text)).toEqual({ rows: [["a", "b"]], problem: expect.stringMatching(problem) });
  });

  it("should read an empty text as no rows", () => {
    expect(csvRows("")).toEqual({ rows: [] });
    expect(csvRows("\uFEFF\n\n")).toEqual({ rows: [] });
  });

  it("should throw for no text", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('"', ",", "\n", "\r", "a", "\uFEFF") }), (text) => {
        expect(Array.isArray(csvRows(text).rows)).toBe(true);
      }),
      { seed: jest.getSeed() },
    );
  });
});
