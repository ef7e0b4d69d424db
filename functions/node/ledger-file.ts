import { gunzipSync, gzipSync } from "node:zlib";
import { type Ledger, ledgerSchema } from "../core/batching/ledger";

/** Index of the byte of a gzip header that names the operating system, and its value for "unknown" (RFC 1952, 2.3.1). */
const GZIP_SYSTEM = { index: 9, unknown: 255 } as const;

/** The bytes of a ledger's file: the same on any system, for Node writes no time into the header, but the system that it runs on. */
export function ledgerFile(ledger: Ledger): Uint8Array {
  const bytes = gzipSync(JSON.stringify(ledger), { level: 9 });
  bytes[GZIP_SYSTEM.index] = GZIP_SYSTEM.unknown;
  return bytes;
}

/**
 * The ledger that was read from `uri`.
 * @throws Error when the bytes are not those of one
 */
export function parseLedger(uri: string, bytes: Uint8Array): Ledger {
  try {
    return ledgerSchema.parse(JSON.parse(gunzipSync(bytes).toString("utf8")));
  } catch (error) {
    const remedy = "delete it to go on, and late duplicates of its objects are published again";
    throw new Error(`${uri} is not a ledger; ${remedy}`, { cause: error });
  }
}
