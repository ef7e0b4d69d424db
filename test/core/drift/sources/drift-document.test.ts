import fc from "fast-check";
import { MAX_DOCUMENT_CHARS, parseDocument } from "../../../../functions/core/drift/sources/drift-document";
import { PoisonMessageError } from "../../../../functions/core/errors";

describe("parseDocument", () => {
  it("should read NaN and Infinity as missing numbers, and leave texts that hold them alone", () => {
    const text = '{"a": NaN, "b": [-Infinity, Infinity], "c": "a \\"NaN\\" and Infinity", "NaN": -1}';

    expect(parseDocument(text)).toEqual({ a: null, b: [null, null], c: 'a "NaN" and Infinity', NaN: -1 });
  });

  it("should read a text that starts with a byte order mark", () => {
    expect(parseDocument('\uFEFF{"violations": []}')).toEqual({ violations: [] });
  });

  it.each([
    ["lines", '{"a": 1}\n{"a": NaN}\n', [{ a: 1 }, { a: null }]],
    ["lines of Windows, with blank ones", '\uFEFF{"a": 1}\r\n\r\n{"a": "x\\ny"}', [{ a: 1 }, { a: "x\ny" }]],
    ["one line", '{"a": 1}\n', { a: 1 }],
  ])("should read JSON Lines: %s", (_name, text, expected) => {
    expect(parseDocument(text)).toEqual(expected);
  });

  it("should read every JSON as JSON.parse does", () => {
    fc.assert(fc.property(fc.json(), (text) => expect(parseDocument(text)).toEqual(JSON.parse(text))));
  });

  it.each([
    ["an empty text", "", "got an empty drift document, expected JSON: did the monitor finish writing?"],
    ["blanks", " \n", "got an empty drift document, expected JSON: did the monitor finish writing?"],
    [
      "a truncated text",
      '{"violations": [{"feature_na',
      'not JSON, or cut short: starts with {"violations": [{"feature_na and ends',
    ],
    ["lines of which the last is cut short", '{"a": 1}\n{"a":', 'not JSON, or cut short: starts with {"a": 1}'],
    ["lines of numbers", "1\n2", "not JSON, or cut short"],
    ["objects in one line", '{"a": 1}{"a": 2}', "not JSON, or cut short"],
    ["a text that ends within a string after NaN", '{"a": NaN, "b": "', 'not JSON, or cut short: starts with {"a": NaN, "b": "'],
    ["a huge text", `"${"x".repeat(MAX_DOCUMENT_CHARS)}"`, `got a drift document of ${MAX_DOCUMENT_CHARS + 2} characters`],
  ])("should refuse %s", (_name, text, message) => {
    expect(() => parseDocument(text)).toThrow(PoisonMessageError);
    expect(() => parseDocument(text)).toThrow(message);
  });

  it("should read NaN beside a text of millions of escaped characters, without a stack that grows with it", () => {
    const text = `{"a": NaN, "b": "${"\\\\NaN".repeat(3_000_000)}"}`;

    expect(parseDocument(text)).toEqual({ a: null, b: "\\NaN".repeat(3_000_000) });
  });
});
