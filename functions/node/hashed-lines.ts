import { createHash } from "node:crypto";
import { MAX_LINE_CHARS } from "../core/capture/ports";
import { textLines } from "./text-lines";

/** Two million rows, as many as are read, of 500 characters. A few kilobytes of gzip may unpack to gigabytes of empty lines. */
const MOST_BYTES = 1024 ** 3;

/**
 * The lines of a stream of UTF-8 as `textLines` gives them, and the SHA-256 of its bytes as they came, hexadecimal, which is of the
 * whole stream once the lines have ended. `what` names it for errors.
 * @param mostBytes that are read of the stream once it is unpacked; the lines reject with PoisonMessageError when there are more
 */
export function hashedLines(what: string, bytes: AsyncIterable<Uint8Array>, mostBytes: number = MOST_BYTES) {
  const hash = createHash("sha256");
  async function* seen(): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      hash.update(chunk);
      yield chunk;
    }
  }
  return { lines: textLines(what, seen(), MAX_LINE_CHARS, mostBytes), sha256: () => hash.copy().digest("hex") };
}
