import { deflateRawSync, inflateRawSync } from "node:zlib";

/** An item has at most 400 KB, its keys and names included: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
export const MAX_ITEM_BYTES = 380 * 1024;

/**
 * A value as deflated JSON, for an attribute: writes are charged by the kilobyte, and requests repeat the same words.
 * @throws Error when it does not fit into an item
 */
export function toDeflatedJson(what: string, value: unknown): Uint8Array {
  const data = deflateRawSync(JSON.stringify(value), { level: 9 });
  if (data.length <= MAX_ITEM_BYTES) return data;
  throw new Error(`${what} takes ${data.length} bytes, deflated; at most ${MAX_ITEM_BYTES} fit into an item of the state table`);
}

/** @throws Error when the bytes are not deflated JSON */
export function fromDeflatedJson(data: Uint8Array): unknown {
  return JSON.parse(inflateRawSync(data).toString("utf8"));
}
