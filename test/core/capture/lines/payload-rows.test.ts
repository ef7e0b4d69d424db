import { inputNames } from "../../../../functions/core/capture/lines/captured-row";
import { parsedJson, payloadRows } from "../../../../functions/core/capture/lines/payload-rows";

const INPUTS = inputNames(["a", "b"]);

describe("payloadRows", () => {
  it.each(
    ["", "*/*", "text/html; charset=utf-8", "text/plain", "TEXT/PLAIN", "application/octet-stream", "binary/octet-stream"].flatMap(
      (type) =>
        [
          [type, '{"instances":[[1,2]]}', [1, 2]],
          [type, " [[1,2]]", [1, 2]],
          [type, "1,2", ["1", "2"]],
        ] as const,
    ),
  )("should judge a payload of type '%s' by its looks: %s", (type, text, values) => {
    expect(payloadRows(text, type, INPUTS)).toMatchObject([{ values }]);
  });

  it.each(["application/jsonlines", "application/x-ndjson", "application/jsonl", "application/JSONLines; charset=utf-8"])(
    "should read JSON Lines of type %s",
    (type) => {
      expect(payloadRows("[1,2]\n[3,NaN]\n", type, INPUTS)).toMatchObject([{ values: [1, 2] }, { values: [3, null] }]);
    },
  );

  it.each(["1,2", "[1,2]"])("should read %s behind a mark of its byte order", (text) => {
    expect(payloadRows(`\ufeff${text}`, "", INPUTS)).toHaveLength(1);
  });

  it.each([
    ["an address", "s3://bucket/in/1.csv", "text/csv", /^got the address of a payload/],
    ["an address of Google's", "gs://bucket/in/1.csv\n", "", /^got the address of a payload/],
    ["bytes", "NUMPY\0\u0001,2", "application/octet-stream", /^got bytes of no known content type/],
    ["another type", "1 1:2", "text/libsvm", /^got a payload of another content type/],
    ["a type that is only like one of a text", "1,2", "text/plaintext", /^got a payload of another content type/],
  ])("should refuse %s", (_what, text, type, message) => {
    expect(() => payloadRows(text, type, INPUTS)).toThrow(message);
  });
});

describe("parsedJson", () => {
  it("should read the numbers that Python writes and JSON lacks", () => {
    const text = '{"a":[NaN,-Infinity,Infinity,1],"NaN":"Infinity, NaN and \\" -Infinity"}';

    expect(parsedJson(text)).toEqual({
      a: [null, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 1],
      NaN: 'Infinity, NaN and " -Infinity',
    });
  });

  it.each(["nan", "NaN1", "[NaN", "Infinity x", "{NaN:1}"])("should refuse %s", (text) => {
    expect(() => parsedJson(text)).toThrow(/^not JSON, or cut short$/);
  });
});
