import { inputNames, OUTPUT_NAMES } from "../../../../functions/core/capture/lines/captured-row";
import { csvPayload } from "../../../../functions/core/capture/lines/csv-payload";

const INPUTS = inputNames(["delay", "Origin", "n"]);

describe("csvPayload", () => {
  it.each([
    ["as it is", "delay,Origin,n\n4,SEA,1"],
    ["in another case, with blanks and quotes", ' DELAY ,"origin","N"\r\n4,SEA,1\r\n'],
    ["in another order", "n,Origin,delay\n1,SEA,4"],
    ["with the index that pandas writes", ",delay,Origin,n\n0,4,SEA,1\n"],
    ["on a text of JSON's line ends", "delay,Origin,n\n\n4,SEA,1\n\n"],
  ])("should skip a header of the columns %s", (_what, text) => {
    expect(rowsOf(text)).toEqual([{ delay: "4", Origin: "SEA", n: "1" }]);
  });

  it("should know the columns by a header that lacks one", () => {
    expect(rowsOf("Origin,n\nSEA,1\nLAX,2")).toEqual([
      { Origin: "SEA", n: "1" },
      { Origin: "LAX", n: "2" },
    ]);
  });

  it("should read no row of a header alone", () => {
    expect(rowsOf("delay,Origin,n\n")).toEqual([]);
  });

  it.each([
    ["names of other columns", "wait,from,count\n4,1,1\n5,2,2"],
    ["one other name among the columns", "delay,Origin,count\n4,SEA,1"],
    ["one name more", "delay,Origin,n,count\n4,SEA,1,1"],
    ["one other name, and no row", "delay,Origin,count"],
  ])("should refuse a payload whose header has %s", (_what, text) => {
    expect(() => rowsOf(text)).toThrow(/^got a CSV header of \d names, \d of them in columns, expected no other names/);
  });

  it("should refuse a payload of which the content type says that it has a header, where that names none of the columns", () => {
    expect(() => csvPayload("x,y,z\nSEA,LAX,ORD", INPUTS, "present")).toThrow(/^got a CSV header of 3 names, 0 of them/);
  });

  it("should refuse rows of another length than the header's", () => {
    expect(() => rowsOf("delay,Origin,n\n4,SEA,1\n5,LAX")).toThrow(/^got a row of 2 values under a header of 3/);
  });

  it.each([
    ["one row of texts", "SEA,LAX,ORD", 1],
    ["rows of texts", "SEA,LAX,ORD\nDFW,LAX,ORD", 2],
    ["codes of letters or digits", "A1,SEA,x\n17,LAX,y", 2],
    ["a missing first value", ",SEA,1\n4,LAX,2", 2],
    ["a text that is twice in a row of texts", "SEA,SEA,ORD\n1,2,3", 2],
  ])("should take for values, and no header, %s", (_what, text, rows) => {
    expect(rowsOf(text)).toHaveLength(rows);
  });

  it("should take names of the columns for values where the content type says so", () => {
    expect(csvPayload("delay,Origin,n", INPUTS, "absent")).toHaveLength(1);
  });

  it("should take numbers for values, whatever the columns are called", () => {
    expect(csvPayload("0,1,2\n3,4,5", inputNames(["0", "1", "2"]))).toHaveLength(2);
  });

  it("should know columns by a header alone where the settings name none, of answers too", () => {
    const told = [inputNames([]), OUTPUT_NAMES].map((names) => csvPayload("label,score\n1,0.9", names));

    expect(told).toEqual(Array(2).fill([{ names: ["label", "score"], values: ["1", "0.9"], isTyped: false }]));
  });

  it("should ask for columns where nothing names them", () => {
    expect(() => csvPayload("1,2", inputNames([]))).toThrow(/^got 2 values without names, expected names: set columns/);
  });
});

// Helpers

function rowsOf(text: string): Record<string, string>[] {
  return csvPayload(text, INPUTS).map(({ names, values }) =>
    Object.fromEntries(values.map((value, place) => [names[place] ?? "", String(value)])),
  );
}
