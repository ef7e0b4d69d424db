import { types } from "node:util";
import { deflateRawSync, gunzipSync, inflateRawSync } from "node:zlib";

/**
 * The tighter of both stores sets the limit, so that what one cloud can save the other can: an item of DynamoDB has at most 400 KB,
 * its keys and names included, a document of Firestore 1 MiB.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 */
export const MAX_RECORD_BYTES = 380 * 1024;

/** Of a record, unpacked: some forty times what the largest that was measured takes, whose texts repeat much. */
const MAX_INFLATED_BYTES = 32 * 1024 * 1024;

/** Bytes of UTF-8 that one UTF-16 code unit takes at most. */
const LONGEST_CHARACTER = 3;

/**
 * A value as deflated JSON, for one field: requests repeat the same words, and DynamoDB charges by the kilobyte.
 * @throws Error when it does not fit into a record, or could not be unpacked again
 */
export function toDeflatedJson(what: string, value: unknown): Uint8Array {
  const json = JSON.stringify(value);
  if (json.length > MAX_INFLATED_BYTES / LONGEST_CHARACTER) {
    throw new Error(
      `${what} takes ${json.length} characters of JSON; at most ${MAX_INFLATED_BYTES / LONGEST_CHARACTER} are read again`,
    );
  }
  const data = deflateRawSync(json, { level: 9 });
  if (data.length <= MAX_RECORD_BYTES) return data;
  throw new Error(`${what} takes ${data.length} bytes, deflated; at most ${MAX_RECORD_BYTES} fit into a record of the state store`);
}

/** A value as deflated JSON, however large; for its size. */
export function deflatedJson(value: unknown): Uint8Array {
  return deflateRawSync(JSON.stringify(value), { level: 9 });
}

/** @throws Error when the bytes are not deflated JSON, or of more than any record holds */
export function fromDeflatedJson(data: Uint8Array): unknown {
  return JSON.parse(inflated(data, MAX_INFLATED_BYTES).toString("utf8"));
}

/**
 * Bytes that were deflated.
 * @throws Error when they are not, or were more than `maxBytes`: no more are unpacked
 */
export function inflated(data: Uint8Array, maxBytes: number): Buffer {
  return unpacked(() => inflateRawSync(data, { maxOutputLength: maxBytes }), maxBytes);
}

/** As `inflated`, of gzip. */
export function gunzipped(data: Uint8Array, maxBytes: number): Buffer {
  return unpacked(() => gunzipSync(data, { maxOutputLength: maxBytes }), maxBytes);
}

function unpacked(unpack: () => Buffer, maxBytes: number): Buffer {
  try {
    return unpack();
  } catch (error) {
    const isTooLarge = types.isNativeError(error) && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
    if (isTooLarge) throw new Error(`got more than ${maxBytes} bytes when unpacked, expected fewer`, { cause: error });
    throw error;
  }
}
