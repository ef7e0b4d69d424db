import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { PoisonMessageError } from "../../functions/core/errors";
import { hashedLines } from "../../functions/node/hashed-lines";
import { textLines } from "../../functions/node/text-lines";

describe("textLines", () => {
  it("should give the lines of any text, however it comes in pieces, packed or not", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: UNIT, maxLength: 60 }),
        fc.array(fc.nat(9)),
        fc.boolean(),
        async (text, sizes, isPacked) => {
          const bytes = isPacked ? gzipSync(text) : Buffer.from(text);

          const lines = await linesOf(pieces(bytes, sizes));

          expect(lines).toEqual(expectedLines(text));
        },
      ),
      { numRuns: 500 },
    );
  });

  it("should refuse a line that is too long, and no other, wherever the pieces end", async () => {
    const line = fc.nat(12).map((length) => "x".repeat(length));
    const end = fc.constantFrom("\n", "\r\n");
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(line, end)), line, fc.array(fc.nat(5)), async (ended, last, sizes) => {
        const text = ended.map((parts) => parts.join("")).join("") + last;

        const lines = linesOf(pieces(Buffer.from(text), sizes), 9);

        if (expectedLines(text).every(({ length }) => length <= 9)) expect(await lines).toEqual(expectedLines(text));
        else await expect(lines).rejects.toThrow(PoisonMessageError);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["lines", "one\n"],
    ["empty lines", "\n"],
    ["empty lines as Windows ends them", "\r\n"],
    ["a line without end", "x"],
  ])("should stop at more bytes than are allowed once unpacked, and name both: %s", async (_case, piece) => {
    const text = piece.repeat(100_000);
    let isClosed = false;
    async function* bomb() {
      try {
        for (;;) yield gzipSync(text);
      } finally {
        isClosed = true;
      }
    }

    const lines = drain(textLines("gs://lake/a", bomb(), 1_000_000, text.length));

    await expect(lines).rejects.toThrow(PoisonMessageError);
    await expect(lines).rejects.toThrow(
      new RegExp(`^got gs://lake/a of \\d+ bytes or more once unpacked, expected at most ${text.length}; write fewer`),
    );
    expect(isClosed).toBe(true);
    expect(await drain(textLines("a", pieces(gzipSync(text), []), 1_000_000, text.length))).toBeUndefined();
  });

  it("should count what is not packed as well", async () => {
    const bytes = Buffer.from("\n".repeat(100));

    await expect(drain(textLines("a", pieces(bytes, [7]), 10, 99))).rejects.toThrow(PoisonMessageError);
    expect(await drain(textLines("a", pieces(bytes, [7]), 10, 100))).toBeUndefined();
    await expect(drain(hashedLines("a", pieces(bytes, [7]), 99).lines)).rejects.toThrow(PoisonMessageError);
  });

  it("should read what several packers wrote one after the other", async () => {
    const bytes = Buffer.concat([gzipSync("one\ntw"), gzipSync("o\nthree")]);

    expect(await linesOf(pieces(bytes, []))).toEqual(["one", "two", "three"]);
  });

  it("should hand out what came together, and hold back only the line that is open", async () => {
    const batches: (readonly string[])[] = [];
    for await (const batch of textLines("a", pieces(Buffer.from("a\nb\nc\nd"), [3, 3]))) batches.push(batch);

    expect(batches).toEqual([["a"], ["b", "c"], ["d"]]);
  });

  it("should keep bytes that are no UTF-8 from spoiling other lines", async () => {
    const bytes = Buffer.concat([
      Buffer.from("good\n"),
      Buffer.from([0x62, 0xff, 0x64, 0x0a]),
      Buffer.from("fine\n"),
      Buffer.from([0xe2]),
    ]);

    expect(await linesOf(pieces(bytes, [1]))).toEqual(["good", "b\uFFFDd", "fine", "\uFFFD"]);
  });

  it.each([
    ["cut short", gzipSync("one\ntwo\nthree").subarray(0, -4)],
    ["changed", withByte(gzipSync("one\ntwo\nthree"), 12)],
  ])("should refuse gzip that was %s, and name it", async (_case, bytes) => {
    const lines = linesOf(pieces(bytes, [7]));

    await expect(lines).rejects.toThrow(PoisonMessageError);
    await expect(lines).rejects.toThrow(/^gs:\/\/lake\/a is broken gzip \(.+\); write it again, or remove it$/);
  });

  it.each([
    ["packed", gzipSync("one\n".repeat(1000))],
    ["plain", Buffer.from("one\n")],
    ["a single byte", Buffer.from([0x1f])],
  ])("should pass on what breaks the connection: %s", async (_case, bytes) => {
    const broken = new Error("ECONNRESET");
    async function* breaking() {
      yield bytes.subarray(0, 20);
      throw broken;
    }

    await expect(linesOf(breaking())).rejects.toBe(broken);
  });

  it.each([
    ["packed", gzipSync("one\n".repeat(1000))],
    ["plain", Buffer.from("one\n")],
  ])("should let go of the connection when no more lines are wanted: %s", async (_case, bytes) => {
    let isClosed = false;
    async function* endless() {
      try {
        for (;;) yield bytes;
      } finally {
        isClosed = true;
      }
    }

    for await (const lines of textLines("a", endless())) {
      expect(lines.length).toBeGreaterThan(0);
      break;
    }

    expect(isClosed).toBe(true);
  });
});

// Helpers

/** What is likely to be cut in two, and what ends lines. */
const UNIT = fc.constantFrom("a", "é", "€", "😀", "\n", "\r\n", "\r", " ");

function expectedLines(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.replace(/\r$/, ""))
    .filter((line) => line !== "");
}

/** The bytes in pieces of these sizes, which begin again at their end; all at once without any. */
async function* pieces(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  const isCut = sizes.some((size) => size > 0);
  let at = 0;
  for (let turn = 0; at < bytes.length; turn++) {
    const end = isCut ? at + (sizes[turn % sizes.length] ?? 0) : bytes.length;
    yield bytes.subarray(at, end);
    at = end;
  }
}

async function linesOf(bytes: AsyncIterable<Uint8Array>, maxLineChars?: number): Promise<string[]> {
  const found: string[] = [];
  for await (const lines of textLines("gs://lake/a", bytes, maxLineChars)) found.push(...lines);
  return found;
}

async function drain(lines: AsyncIterable<readonly string[]>): Promise<void> {
  for await (const _ of lines);
}

function withByte(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[at] = (changed[at] ?? 0) ^ 0xff;
  return changed;
}
