import { gzipSync } from "node:zlib";
import { PoisonMessageError } from "../../functions/core/errors";
import { textLines } from "../../functions/node/text-lines";

const CHUNK = 1_000;

describe("the bytes that are read of a line that does not end", () => {
  it("should be as many as a line may have, and one piece more", async () => {
    const source = endless(Buffer.alloc(CHUNK, "x"));

    await expect(firstOf(textLines("s3://lake/a", source.bytes, 10 * CHUNK))).rejects.toThrow(PoisonMessageError);

    expect(source.pulled()).toBeLessThanOrEqual(11);
  });

  it("should be some of the unpacking stream's pieces where they are packed, however much they unpack to", async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, "x"));
    const source = endless(bomb.subarray(0, CHUNK), bomb.subarray(CHUNK, 2 * CHUNK));

    await expect(firstOf(textLines("s3://lake/a", source.bytes, 10 * CHUNK))).rejects.toThrow(PoisonMessageError);

    expect(source.pulled()).toBeLessThanOrEqual(200);
  });
});

// Helpers

/** The first piece, and then the others again and again; counts what was pulled. */
function endless(first: Uint8Array, rest: Uint8Array = first) {
  let count = 0;
  async function* bytes() {
    for (let piece = first; ; piece = rest) {
      count++;
      yield piece;
    }
  }
  return { bytes: bytes(), pulled: () => count };
}

async function firstOf<T>(values: AsyncIterable<T>): Promise<T | undefined> {
  for await (const value of values) return value;
  return undefined;
}
