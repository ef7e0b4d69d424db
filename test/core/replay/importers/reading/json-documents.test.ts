import fc from "fast-check";
import type { Mistake } from "../../../../../functions/core/replay/importers/reading/findings";
import { firstObject, jsonDocuments } from "../../../../../functions/core/replay/importers/reading/json-documents";

describe("jsonDocuments", () => {
  it("should read back objects and lists that follow each other, whatever is between them", () => {
    const value = fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue()));
    const gap = fc.constantFrom("", "\n", "\r\n\r\n", " \t");
    fc.assert(
      fc.property(fc.array(fc.tuple(value, gap), { maxLength: 4 }), fc.constantFrom("", "\uFEFF"), (values, mark) => {
        const text = mark + values.map(([one, space]) => JSON.stringify(one) + space).join("");

        const { documents, refused } = read(text);

        expect(documents).toEqual(values.map(([one]) => JSON.parse(JSON.stringify(one))));
        expect(refused).toEqual([]);
      }),
      { seed: jest.getSeed() },
    );
  });

  it("should read the documents before one that is cut short, wherever it is cut", () => {
    const last = '{"a": ["\\"}", {"b": 1}]}';
    for (let length = 1; length < last.length; length++) {
      const { documents, refused } = read(`{"first": 1}\n\n${last.slice(0, length)}`);

      expect(documents).toEqual([{ first: 1 }]);
      expect(refused).toEqual(["line 3"]);
    }
  });

  it("should leave out lines of JSON Lines that are cut short, and go on behind them", () => {
    expect(read('{"a": 1}\n{"b": "2\n{"c": {\n{"d": 4}\n{"e"')).toEqual({
      documents: [{ a: 1 }, { d: 4 }],
      refused: ["line 2", "line 3", "line 5"],
    });
  });

  it("should read a document of several lines behind one of a single line", () => {
    expect(read('{"a": 1}\n{\n"b": [\n{"c": 2}\n]\n}\n')).toEqual({
      documents: [{ a: 1 }, { b: [{ c: 2 }] }],
      refused: [],
    });
  });

  it("should read the numbers that JSON lacks as null where that is asked for", () => {
    const documents = jsonDocuments('{"a": NaN}', { refuse: () => undefined }, "as null");

    expect(documents.map(({ value }) => value)).toEqual([{ a: null }]);
  });

  it("should name the line of each thing that is no JSON, and go on behind it", () => {
    expect(read('WARNING: {"a": 1}\n[1]\n}\n{,}\n{"b": NaN}')).toEqual({
      documents: [[1], { b: "NaN" }],
      refused: ["line 1", "line 3", "line 4"],
    });
  });
});

describe("firstObject", () => {
  it("should tell where the object ends", () => {
    expect(firstObject(' {"a": "}"}\nrest')).toEqual({ value: { a: "}" }, end: 11 });
  });

  it.each(["", "[1]", '"flights","a.csv"', '{"a": 1', "{,}"])("should find none in %s", (text) => {
    expect(firstObject(text)).toBeUndefined();
  });
});

// Helpers

function read(text: string): { documents: unknown[]; refused: string[] } {
  const refused: string[] = [];
  const documents = jsonDocuments(text, { refuse: (place: string, _: Mistake) => refused.push(place) });
  return { documents: documents.map(({ value }) => value), refused };
}
