import { createHash } from "node:crypto";

/** 64 hexadecimal digits for a request id, which itself is too long, and too free in its characters, for a cloud's token. */
export function requestIdHash(requestId: string): string {
  return createHash("sha256").update(requestId).digest("hex");
}
