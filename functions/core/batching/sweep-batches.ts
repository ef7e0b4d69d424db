import type { ModelSettings } from "../model-settings";
import { dataRequestId } from "../training-request";
import type { BatchHead } from "./batch-store";
import { type PublishPorts, publishBatches } from "./publish-batches";
import { sealReason } from "./seal-reason";

/**
 * What the clock does for a model's batches: seals the open one when its window or quiet period ended (or when an append that
 * filled it could not), prolongs what would expire unpublished, and publishes what waits. Resolves to what it found.
 * Rejects when a port does; the next sweep goes on from there.
 */
export async function sweepBatches(ports: PublishPorts, settings: ModelSettings, now: number): Promise<BatchHead> {
  const { batches, report } = ports;
  const { model, batch: policy } = settings;
  const head = await batches.readHead(model);
  const { open } = head;
  for (const batch of [open, ...head.pending]) {
    if (batch.expiresAt !== undefined && now > batch.expiresAt - policy.retentionMs / 2) {
      await batches.retain(model, batch, now + policy.retentionMs);
    }
  }
  const reason = sealReason(policy, open, now);
  const isSealed = reason !== undefined && (await batches.seal(model, open.generation, reason, policy, now));
  if (isSealed) {
    const { generation, count } = open;
    const requestId = dataRequestId(model, generation);
    report({ level: "info", event: "batch-sealed", model, requestId, generation, reason, delivered: count });
    report({ level: "info", event: "sweep-repaired", model, kind: "sealed", count: 1 });
  }
  const waited = head.pending.length;
  if (isSealed || waited > 0) await publishBatches(ports, settings);
  if (waited > 0) report({ level: "info", event: "sweep-repaired", model, kind: "published", count: waited });
  return head;
}
