import { pipeline, Readable } from "node:stream";
import { types } from "node:util";
import { createGunzip } from "node:zlib";
import { MAX_LINE_CHARS } from "../core/capture/ports";
import { PoisonMessageError } from "../core/errors";

/** What a member of a gzip file begins with (RFC 1952, 2.3.1). */
const GZIP_MAGIC = [0x1f, 0x8b] as const;

/** As much as connections bring at a time; by default zlib hands out a quarter of it. */
const UNPACKED_BYTES = 64 * 1024;

/**
 * The lines of a stream of UTF-8, unpacked where it is gzip, as many at a time as came together; without their ends (LF or CRLF)
 * and without empty ones. Bytes that are no UTF-8 become U+FFFD: whoever parses the line may judge them. Memory holds one chunk and
 * one line, whatever the length of the stream. `what` names it for errors.
 * @param mostBytes of the stream once it is unpacked, those of line ends and empty lines included
 * @throws PoisonMessageError when a line is longer than `maxLineChars`, there are more than `mostBytes`, or the gzip is broken;
 *   whatever reading the bytes throws
 */
export async function* textLines(
  what: string,
  bytes: AsyncIterable<Uint8Array>,
  maxLineChars: number = MAX_LINE_CHARS,
  mostBytes: number = Number.POSITIVE_INFINITY,
): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder("utf-8");
  let open = "";
  let got = 0;
  for await (const chunk of unpacked(what, bytes)) {
    got += chunk.length;
    if (got > mostBytes) throw tooLarge(what, got, mostBytes);
    const text = decoder.decode(chunk, { stream: true });
    const end = text.lastIndexOf("\n");
    if (end === -1) {
      // Not yet split: that would copy a long line once for every chunk of it.
      open += text;
    } else {
      const lines = linesOf(what, open + text.slice(0, end), maxLineChars);
      open = text.slice(end + 1);
      if (lines.length > 0) yield lines;
    }
    // One more: what follows may be the line's end, CRLF.
    if (open.length > maxLineChars + 1) throw tooLong(what, maxLineChars);
  }
  const lines = linesOf(what, open + decoder.decode(), maxLineChars);
  if (lines.length > 0) yield lines;
}

function linesOf(what: string, text: string, maxLineChars: number): string[] {
  const lines: string[] = [];
  for (const raw of text.split("\n")) {
    const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    if (line.length > maxLineChars) throw tooLong(what, maxLineChars);
    if (line !== "") lines.push(line);
  }
  return lines;
}

function tooLong(what: string, maxLineChars: number): PoisonMessageError {
  const remedy = "a line is one request; remove the object, or correct what writes it";
  return new PoisonMessageError(`${what} has a line of more than ${maxLineChars} characters; ${remedy}`);
}

function tooLarge(what: string, got: number, mostBytes: number): PoisonMessageError {
  const remedy = "write fewer or shorter lines into one file";
  return new PoisonMessageError(`got ${what} of ${got} bytes or more once unpacked, expected at most ${mostBytes}; ${remedy}`);
}

/**
 * The bytes of a stream, unpacked where they are gzip, whatever its name.
 * @throws PoisonMessageError when the gzip is broken; whatever reading the bytes throws
 */
export async function* unpacked(what: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = bytes[Symbol.asyncIterator]();
  try {
    const head = await readHead(iterator);
    const whole = prepended(head, iterator);
    if (GZIP_MAGIC.every((byte, index) => head[index] === byte)) yield* gunzipped(what, whole);
    else yield* whole;
  } finally {
    await iterator.return?.();
  }
}

/** The first bytes, enough to tell gzip by; fewer when there are no more. */
async function readHead(iterator: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array();
  while (head.length < GZIP_MAGIC.length) {
    const { done, value } = await iterator.next();
    if (done === true) break;
    head = head.length === 0 ? value : Buffer.concat([head, value]);
  }
  return head;
}

async function* prepended(head: Uint8Array, iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield head;
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
}

async function* gunzipped(what: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  // What breaks the source ends the stream that is read here, with the same error.
  const gunzip = pipeline(Readable.from(bytes), createGunzip({ chunkSize: UNPACKED_BYTES }), () => undefined);
  try {
    yield* gunzip;
  } catch (error) {
    if (!isZlibError(error)) throw error;
    throw new PoisonMessageError(`${what} is broken gzip (${error.message}); write it again, or remove it`, { cause: error });
  }
}

/** https://nodejs.org/api/zlib.html#constants */
function isZlibError(error: unknown): error is Error {
  return types.isNativeError(error) && "code" in error && String(error.code).startsWith("Z_");
}
