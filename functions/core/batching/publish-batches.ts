import type { ModelSettings } from "../model-settings";
import { dataRequestId } from "../request-ids";
import { DATA_PRIORITY } from "../training-request";
import { type BatchHead, type BatchStore, type SealedBatch, sealReason } from "./batch";
import { byKeyThenVersion, identityOf, type LandedObject } from "./landed-object";
import { extendLedger, type Ledger, removePublished } from "./ledger";
import type { PublishPorts } from "./ports";

/**
 * A batch that shrank below its size through duplicates is carried over at most this often, so that a stream of duplicates ends.
 */
export const MAX_CARRIES = 10;

/**
 * Publishes every sealed batch of a model, in the order of generations: writes the manifest of what is new in it, sends the
 * request, closes it. Anybody may call it at any time, at the same time as others or again after a crash: all publishers
 * of a generation compute the same manifest from the same sealed segments, and send the same request id.
 * Rejects when a port does; what was not closed is then published by the next call.
 */
export async function publishBatches(ports: PublishPorts, settings: ModelSettings): Promise<void> {
  const head = await ports.batches.readHead(settings.model);
  let newest = head.lastPublished;
  for (const batch of head.pending) {
    const hasManifest = await publishBatch(ports, settings, batch, newest);
    if (hasManifest) newest = { generation: batch.generation, sealedAt: batch.sealedAt };
  }
}

async function publishBatch(
  ports: PublishPorts,
  settings: ModelSettings,
  batch: SealedBatch,
  newest: BatchHead["lastPublished"],
): Promise<boolean> {
  const { model, data } = settings;
  const cutoff = batch.sealedAt - batch.dedupeHorizonMs;
  const distinct = await readDistinct(ports.batches, model, batch);
  const requestId = dataRequestId(model, batch.generation);
  const previous = await removeLedgered(ports, settings, { requestId, distinct, cutoff }, newest);
  const { generation, reason, count: delivered } = batch;
  const summary = { model, requestId, generation, reason, delivered, distinct: distinct.size };
  if (distinct.size === 0) {
    await ports.batches.close(model, batch, "empty");
    ports.log({ level: "info", event: "batch-empty", ...summary });
    return false;
  }
  if (batch.reason === "size" && distinct.size < batch.batchSize && batch.sources.length <= MAX_CARRIES) {
    await carryOver(ports.batches, model, batch, distinct.size);
    ports.log({ level: "info", event: "batch-carried", ...summary });
    return false;
  }
  const objects = [...distinct.values()].sort(byKeyThenVersion);
  const at = { model, generation: batch.generation, data };
  const uri = await ports.manifests.writeManifest(at, objects);
  await ports.manifests.writeLedger(
    at,
    extendLedger(previous, { generation: batch.generation, sealedAt: batch.sealedAt, objects }, cutoff),
  );
  const bytes = objects.reduce((sum, object) => sum + object.bytes, 0);
  await ports.requests.send({
    id: requestId,
    model,
    causes: [
      { type: "data", generation: batch.generation, reason: batch.reason, openedAt: batch.openedAt, sealedAt: batch.sealedAt },
    ],
    priority: DATA_PRIORITY,
    manifests: [{ uri, objects: objects.length, bytes }],
    requestedAt: batch.sealedAt,
  });
  await ports.batches.close(model, batch, "published");
  const ageSec = Math.max(0, batch.sealedAt - batch.openedAt) / 1000;
  ports.log({ level: "info", event: "batch-published", ...summary, uri, bytes, ageSec });
  return true;
}

async function readDistinct(store: BatchStore, model: string, batch: SealedBatch): Promise<Map<string, LandedObject>> {
  const distinct = new Map<string, LandedObject>();
  for await (const segment of store.readSegments(model, batch.sources)) {
    for (const object of segment.objects) distinct.set(identityOf(object), object);
  }
  return distinct;
}

/** Drops what the ledger knows, and returns the ledger file that the next one continues. */
async function removeLedgered(
  ports: PublishPorts,
  { model, data }: ModelSettings,
  { requestId, distinct, cutoff }: { requestId: string; distinct: Map<string, LandedObject>; cutoff: number },
  newest: BatchHead["lastPublished"],
): Promise<Ledger | undefined> {
  if (newest === undefined || newest.sealedAt < cutoff) return undefined;
  const readPage = async (generation: number) => {
    const page = await ports.manifests.readLedger({ model, generation, data });
    if (page === undefined) {
      ports.log({
        level: "warn",
        event: "ledger-missing",
        model,
        requestId,
        generation,
        effect: "late duplicates of its objects are not recognised",
      });
    } else {
      removePublished(distinct, page, cutoff);
    }
    return page;
  };
  const previous = await readPage(newest.generation);
  for (const page of previous?.older ?? []) {
    if (page.sealedAt >= cutoff) await readPage(page.generation);
  }
  return previous;
}

async function carryOver(store: BatchStore, model: string, batch: SealedBatch, distinct: number): Promise<void> {
  let isCarried = false;
  while (!isCarried) {
    const { open } = await store.readHead(model);
    isCarried = await store.carry(model, batch, open.generation, distinct);
  }
}

/**
 * What the clock does for a model's batches: seals the open one when its window or quiet period ended (or when an append that
 * filled it could not), prolongs what would expire unpublished, and publishes what waits. Resolves to what it found.
 * Rejects when a port does; the next sweep goes on from there.
 */
export async function sweepBatches(ports: PublishPorts, settings: ModelSettings, now: number): Promise<BatchHead> {
  const { batches, log } = ports;
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
    log({ level: "info", event: "batch-sealed", model, requestId, generation, reason, delivered: count });
    log({ level: "info", event: "sweep-repaired", model, kind: "sealed", count: 1 });
  }
  const waited = head.pending.length;
  if (isSealed || waited > 0) await publishBatches(ports, settings);
  if (waited > 0) log({ level: "info", event: "sweep-repaired", model, kind: "published", count: waited });
  return head;
}
