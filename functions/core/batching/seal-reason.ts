import type { BatchPolicy } from "./batch-policy";
import type { OpenBatch, SealReason } from "./batch-store";

/** Why the open batch should be sealed now, or undefined while it should collect on. The size comes first, then the window. */
export function sealReason(policy: BatchPolicy, open: OpenBatch, now: number): SealReason | undefined {
  if (open.count === 0 || open.openedAt === undefined || open.lastAppendAt === undefined) return undefined;
  if (open.count >= policy.batchSize) return "size";
  if (policy.windowMs !== undefined && now - open.openedAt >= policy.windowMs) return "window";
  if (policy.quietPeriodMs !== undefined && now - open.lastAppendAt >= policy.quietPeriodMs) return "quiet";
  return undefined;
}
