// Bytes of a file as text and lines: what is large is never held.
import { createReadStream } from "node:fs";
import { isError, PoisonMessageError } from "../../functions/core/errors";
import { plainLine } from "../../functions/core/plain-text";
import { unpacked } from "../../functions/node/text-lines";
import { CommandError } from "../command-error";

/** By which the format of a file is told, bytes. */
const HEAD_BYTES = 64 * 1024;

/** Longest line of JSON Lines, characters: a drift report with thousands of features has fewer. */
export const MAX_LINE_CHARS = 1024 * 1024;

/** In the place of a path. */
export const STANDARD_INPUT = "-";

/** A file that is opened once. */
export interface OpenedFile {
  readonly path: string;
  /** Its beginning, as text. */
  readonly head: string;
  /** All of it, from the beginning, unpacked where it is gzip. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** @throws CommandError when it cannot be read */
export async function openFile(path: string): Promise<OpenedFile> {
  const iterator = readable(path)[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  for (let size = 0; size < HEAD_BYTES; ) {
    const { done, value } = await iterator.next();
    if (done === true) break;
    chunks.push(value);
    size += value.length;
  }
  const head = new TextDecoder().decode(Buffer.concat(chunks).subarray(0, HEAD_BYTES));
  return { path, head, bytes: chained(chunks, iterator) };
}

async function* readable(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* unpacked(path, path === STANDARD_INPUT ? process.stdin : createReadStream(path));
  } catch (error) {
    throw readingError(path, error);
  }
}

async function* chained(first: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* first;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

function readingError(path: string, error: unknown): unknown {
  if (error instanceof PoisonMessageError) return new CommandError(error.message);
  const code = isError(error) && "code" in error ? String(error.code) : "";
  const told = { ENOENT: "no such file", EISDIR: "it is a folder; name its files", EACCES: "may not be read" }[code];
  return told === undefined ? error : new CommandError(`${plainLine(path, 300)}: ${told}`);
}

/**
 * The text of a file.
 * @throws CommandError when it has more than `mostBytes`
 */
export async function wholeText({ path, bytes }: OpenedFile, mostBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > mostBytes) {
      const most = `${Math.floor(mostBytes / 2 ** 20)} MiB`;
      const remedy = "export a shorter time into each file; only JSON Lines of retrigger history import may be larger";
      throw new CommandError(`${plainLine(path, 300)}: got more than ${most} once unpacked, which is read as a whole; ${remedy}`);
    }
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

/**
 * The lines of a file, as many at a time as came together, those that are empty too, so that they can be counted. Memory holds one
 * piece and one line, whatever the size of the file.
 * @throws CommandError when a line is longer than MAX_LINE_CHARS
 */
export async function* fileLines({ path, bytes }: OpenedFile): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder();
  let [open, count] = ["", 0];
  for await (const chunk of bytes) {
    const lines = (open + decoder.decode(chunk, { stream: true })).split("\n");
    open = lines.pop() ?? "";
    const long = open.length > MAX_LINE_CHARS ? lines.length : lines.findIndex(({ length }) => length > MAX_LINE_CHARS);
    if (long !== -1) throw tooLong(path, count + long + 1);
    count += lines.length;
    yield lines;
  }
  yield [open + decoder.decode()];
}

function tooLong(path: string, number: number): CommandError {
  const remedy = "a line is one thing that happened; are its line ends missing?";
  return new CommandError(`${plainLine(path, 300)}:${number}: got a line of more than ${MAX_LINE_CHARS} characters; ${remedy}`);
}
