import { types } from "node:util";
import { deflateRawSync, gzipSync } from "node:zlib";
import { decodeSegment, parseLedger } from "../../functions/node/batch-codecs";
import { fromDeflatedJson, toDeflatedJson } from "../../functions/node/deflated-json";

const MIB = 1024 * 1024;

describe("what is unpacked", () => {
  const blanks = Buffer.alloc(161 * MIB, " ");

  it("should be a record of at most 32 MiB", () => {
    expect(() => fromDeflatedJson(deflateRawSync(blanks))).toThrow("got more than 33554432 bytes when unpacked, expected fewer");
  });

  it("should be a segment of at most 2 MiB", () => {
    expect(causesOf(() => decodeSegment(deflateRawSync(blanks)))).toEqual([
      "the bytes are not those of a segment",
      "got more than 2097152 bytes when unpacked, expected fewer",
      expect.any(String),
    ]);
  });

  it("should be a ledger of at most 160 MiB, and the error should name the file", () => {
    expect(causesOf(() => parseLedger("s3://lake/ledger.json.gz", gzipSync(blanks)))).toEqual([
      expect.stringContaining("s3://lake/ledger.json.gz is not a ledger; delete it to go on"),
      "got more than 167772160 bytes when unpacked, expected fewer",
      expect.any(String),
    ]);
  });

  it("should be no ledger of more objects than one holds", () => {
    const ledger = `{"older":[],"entries":[${"{},".repeat(400_000)}{}]}`;

    expect(causesOf(() => parseLedger("s3://lake/ledger.json.gz", gzipSync(ledger)))[1]).toMatch(/^got JSON of more than 400000 /);
  });
});

describe("toDeflatedJson", () => {
  it("should refuse what could not be unpacked again, however little it takes", () => {
    expect(() => toDeflatedJson("the state of churn", "x".repeat(11 * MIB))).toThrow(
      "the state of churn takes 11534338 characters",
    );
  });
});

// Helpers

function causesOf(call: () => unknown): unknown[] {
  const messages: unknown[] = [];
  try {
    call();
  } catch (thrown) {
    for (let error: unknown = thrown; types.isNativeError(error); error = error.cause) messages.push(error.message);
  }
  return messages;
}
