import { MAX_HOLD_OUT_OBJECTS, parseHoldOut } from "../../../functions/core/promotion/hold-out";

describe("parseHoldOut", () => {
  it("should read a ManifestFile, whose prefix may hold a part of the keys", () => {
    expect(parse('[{"prefix":"s3://lake/old/"},"a.csv","b/c.csv"]')).toEqual([{ key: "old/a.csv" }, { key: "old/b/c.csv" }]);
  });

  it("should read JSON Lines, with bytes and without, as any system ends its lines", () => {
    const text = '{"uri":"s3://lake/a","bytes":7}\r\n\n{"uri":"s3://lake/b","note":"x"}';
    expect(parse(text)).toEqual([{ key: "a", bytes: 7 }, { key: "b" }]);
  });

  it("should read an empty file as a hold-out without objects", () => {
    expect(parse("")).toEqual([]);
    expect(parse('[{"prefix":"s3://lake/"}]')).toEqual([]);
  });

  it("should read as many objects as there may be", () => {
    expect(parse(lines(MAX_HOLD_OUT_OBJECTS))).toHaveLength(MAX_HOLD_OUT_OBJECTS);
    expect(parse(fileOf(MAX_HOLD_OUT_OBJECTS))).toHaveLength(MAX_HOLD_OUT_OBJECTS);
  });

  it.each([
    [
      "more lines than a start can read",
      lines(MAX_HOLD_OUT_OBJECTS + 1),
      /^s3:\/\/archive\/hold-out lists more than 50000 objects/,
    ],
    [
      "a longer list than a start can read",
      fileOf(MAX_HOLD_OUT_OBJECTS + 1),
      /lists more than 50000 objects; list so many of them/,
    ],
    [
      "objects of another bucket",
      '[{"prefix":"s3://other/"},"a"]',
      /lists "s3:\/\/other\/a", expected s3:\/\/lake\/…: copy the hold-out/,
    ],
    ["a bucket as an object", '{"uri":"s3://lake/"}', /lists "s3:\/\/lake\/", expected/],
    [
      "a list of something else",
      '[{"prefix":"s3://lake/"},7]',
      /is not a SageMaker ManifestFile; correct the hold-out's manifest$/,
    ],
    ["a list without a prefix", '["a"]', /is not a SageMaker ManifestFile/],
    ["a broken list", '[{"prefix":"s3://lake/"},"a"', /is not a SageMaker ManifestFile/],
    [
      "a line that is no JSON",
      '{"uri":"s3://lake/a"}\nnope',
      /^line 2 of s3:\/\/archive\/hold-out is not \{"uri":"s3:\/\/lake\/…","bytes":…\}/,
    ],
    ["bytes that are none", '{"uri":"s3://lake/a","bytes":-1}', /^line 1 of/],
  ])("should refuse %s, and name it", (_, text, expected) => {
    expect(() => parse(text)).toThrow(expected);
  });
});

// Helpers

function parse(text: string) {
  return parseHoldOut("s3://archive/hold-out", "s3://lake/", text);
}

function lines(count: number): string {
  return Array.from({ length: count }, (_, n) => `{"uri":"s3://lake/${n}"}\n`).join("");
}

function fileOf(count: number): string {
  return JSON.stringify([{ prefix: "s3://lake/" }, ...Array.from({ length: count }, (_, n) => String(n))]);
}
