import fc from "fast-check";
import { csvRows } from "../../../../functions/core/capture/lines/csv-rows";

describe("csvRows", () => {
  it.each([
    { text: "69,0,153.7\n", rows: [["69", "0", "153.7"]] },
    {
      text: "1,a\r\n2,b\r\n",
      rows: [
        ["1", "a"],
        ["2", "b"],
      ],
    },
    { text: "1,,3", rows: [["1", "", "3"]] },
    {
      text: "1,\n,2\n",
      rows: [
        ["1", ""],
        ["", "2"],
      ],
    },
    {
      text: '"Berlin, Mitte",1\n"say ""hi""",2',
      rows: [
        ["Berlin, Mitte", "1"],
        ['say "hi"', "2"],
      ],
    },
    { text: '"two\nlines",1', rows: [["two\nlines", "1"]] },
    { text: '1,"a",\n', rows: [["1", "a", ""]] },
    { text: '"a",', rows: [["a", ""]] },
    { text: "", rows: [] },
    { text: "\n\n", rows: [] },
  ])("should read $text", ({ text, rows }) => {
    expect(csvRows(text)).toEqual(rows);
  });

  it.each(['"open', '1,"open', '"a"b,1', '"a" ,1'])("should refuse %s", (text) => {
    expect(() => csvRows(text)).toThrow(/^got CSV with /);
  });

  it("should read back whatever was quoted as RFC 4180 says", () => {
    const row = fc.array(fc.string({ unit: "binary" }), { minLength: 1, maxLength: 5 }).filter((cells) => cells.join("") !== "");
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 4 }), fc.constantFrom("\n", "\r\n"), (rows, end) => {
        const text = rows.map((cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",")).join(end);

        expect(csvRows(text)).toEqual(rows);
      }),
      { seed: jest.getSeed() },
    );
  });

  it("should read a row of quoted values as it reads the same without quotes", () => {
    const cell = fc.stringMatching(/^[a-z0-9 .;-]{0,6}$/);
    fc.assert(
      fc.property(fc.array(cell, { minLength: 2, maxLength: 5 }), (cells) => {
        expect(csvRows(`"x",${cells.join(",")}\n`)).toEqual(csvRows(`x,${cells.join(",")}\n`));
      }),
      { seed: jest.getSeed() },
    );
  });
});
