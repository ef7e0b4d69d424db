import { deflateRawSync, inflateRawSync } from "node:zlib";

/**
 * The tighter of both stores sets the limit, so that what one cloud can save the other can: an item of DynamoDB has at most 400 KB,
 * its keys and names included, a document of Firestore 1 MiB.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 */
export const MAX_RECORD_BYTES = 380 * 1024;

/**
 * A value as deflated JSON, for one field: requests repeat the same words, and DynamoDB charges by the kilobyte.
 * @throws Error when it does not fit into a record
 */
export function toDeflatedJson(what: string, value: unknown): Uint8Array {
  const data = deflatedJson(value);
  if (data.length <= MAX_RECORD_BYTES) return data;
  throw new Error(`${what} takes ${data.length} bytes, deflated; at most ${MAX_RECORD_BYTES} fit into a record of the state store`);
}

/** A value as deflated JSON, however large. */
export function deflatedJson(value: unknown): Uint8Array {
  return deflateRawSync(JSON.stringify(value), { level: 9 });
}

/** @throws Error when the bytes are not deflated JSON */
export function fromDeflatedJson(data: Uint8Array): unknown {
  return JSON.parse(inflateRawSync(data).toString("utf8"));
}
