import { createHash } from "node:crypto";
import type { LandedObject } from "../functions/core/batching/landed-object";

/** What names an object's version: the event's sequencer where the bucket keeps no versions, else S3's version id. */
export type VersionKind = "sequencer" | "version id";

/** Objects as a daily feed writes them; versions and sizes are spread by a hash, because real ones do not compress. */
export function landedObjects(count: number, kind: VersionKind): LandedObject[] {
  return Array.from({ length: count }, (_, index) => {
    const spread = createHash("sha256").update(String(index)).digest();
    const seconds = (0x65_00_00_00 + index * 3).toString(16);
    const version = kind === "sequencer" ? `00${seconds}${spread.toString("hex", 0, 4)}` : spread.toString("base64url", 0, 24);
    const day = String(1 + (Math.floor(index / 400) % 28)).padStart(2, "0");
    return {
      key: `incoming/2001/01/${day}/flights-${String(index).padStart(7, "0")}.parquet`,
      version,
      bytes: 180_000 + spread.readUInt16BE(4),
    };
  });
}
