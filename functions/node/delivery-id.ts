import { createHash } from "node:crypto";

/** One id for a set of messages, in whatever order they come. */
export function deliveryIdOf(messageIds: readonly string[]): string {
  return createHash("sha256")
    .update(JSON.stringify([...messageIds].sort()))
    .digest("base64url");
}
