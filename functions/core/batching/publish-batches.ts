import type { ModelSettings } from "../model-settings";
import { dataRequestId } from "../request-ids";
import { type BatchHead, type BatchStore, type PublishedBatch, type SealedBatch, sealReason } from "./batch";
import { dataRequest, repeatRequest, sizeOf } from "./batch-request";
import { byKeyThenVersion, identityOf, type LandedObject, newestOfEach } from "./landed-object";
import { extendLedger, type LedgerFile, removePublished } from "./ledger";
import type { ManifestLocation, PublishPorts } from "./ports";

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
  for (const batch of head.pending) newest = (await publishBatch(ports, settings, batch, newest)) ?? newest;
}

/** Resolves to the batch as the newest that was published, if it was. */
async function publishBatch(
  ports: PublishPorts,
  settings: ModelSettings,
  batch: SealedBatch,
  newest: BatchHead["lastPublished"],
): Promise<PublishedBatch | undefined> {
  const { model, data } = settings;
  const { generation, sealedAt, reason, count: delivered } = batch;
  const cutoff = sealedAt - batch.dedupeHorizonMs;
  const distinct = await readDistinct(ports.batches, model, batch);
  const requestId = dataRequestId(model, generation);
  const previous = await removeLedgered(ports, settings, { requestId, distinct, cutoff }, newest);
  const objects = newestOfEach(distinct.values());
  const summary = { model, requestId, generation, reason, delivered, distinct: objects.length };
  if (objects.length === 0) {
    await ports.batches.close(model, batch, "empty");
    ports.log({ level: "info", event: "batch-empty", ...summary });
    return undefined;
  }
  if (reason === "size" && objects.length < batch.batchSize && batch.sources.length <= MAX_CARRIES) {
    await carryOver(ports.batches, model, batch, objects.length);
    ports.log({ level: "info", event: "batch-carried", ...summary });
    return undefined;
  }
  const deployment = await ports.deployment();
  const at = { model, generation, data, deployment };
  const written = await ports.manifests.writeManifest(at, objects);
  const entry = { generation, sealedAt, objects: [...distinct.values()].sort(byKeyThenVersion) };
  if (written === undefined || !(await ports.manifests.writeLedger(at, extendLedger(previous, entry, cutoff)))) {
    await raiseBatch(ports, settings, batch, deployment);
    return undefined;
  }
  const size = sizeOf(objects);
  await ports.requests.send(dataRequest(at, batch, { ...written, ...size }));
  await ports.batches.close(model, batch, { publishedBy: deployment });
  const ageSec = Math.max(0, sealedAt - batch.openedAt) / 1000;
  ports.log({ level: "info", event: "batch-published", ...summary, uri: written.uri, bytes: size.bytes, ageSec });
  return { generation, sealedAt, deployment };
}

/**
 * Another list lies where this batch's manifest belongs: the state was restored from a backup, and its generations were given out
 * already. The batch goes into a generation above all that the bucket holds, so that no request id is used twice; and what those
 * generations published is asked for again, as the state does not know what became of it.
 */
async function raiseBatch(ports: PublishPorts, settings: ModelSettings, batch: SealedBatch, deployment: string) {
  const { model, data } = settings;
  const { generation } = batch;
  const newest = await newestLedger(ports, { model, generation, data, deployment });
  for (let lost = generation; lost <= newest.generation; lost++) {
    const at = { model, generation: lost, data, deployment };
    const entry = (await ports.manifests.readLedger(at))?.entries.at(-1);
    if (entry !== undefined) await repeatRequest(ports, at, entry);
  }
  const sealedAt = newest.ledger?.entries.at(-1)?.sealedAt ?? batch.sealedAt;
  const to = newest.generation + 1;
  await ports.batches.raise(model, batch, to, { generation: newest.generation, sealedAt, deployment });
  const requestId = dataRequestId(model, generation);
  ports.log({ level: "error", event: "generation-taken", model, requestId, generation, to });
}

/**
 * The highest generation from `from` on that has a ledger, by doubling steps and halving back. Gaps, of batches that were carried
 * or empty, may hide a higher one; its batch is then raised again.
 */
async function newestLedger({ manifests }: PublishPorts, from: ManifestLocation) {
  let newest = { generation: from.generation, ledger: await manifests.readLedger(from) };
  const isThere = async (generation: number) => {
    const ledger = await manifests.readLedger({ ...from, generation });
    if (ledger !== undefined) newest = { generation, ledger };
    return ledger !== undefined;
  };
  let step = 1;
  while (await isThere(from.generation + step)) step *= 2;
  for (step = Math.floor(step / 2); step >= 1; step = Math.floor(step / 2)) await isThere(newest.generation + step);
  return newest;
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
): Promise<LedgerFile | undefined> {
  if (newest === undefined || newest.sealedAt < cutoff) return undefined;
  const readPage = async ({ generation, deployment }: PublishedBatch) => {
    const location = { model, generation, data };
    const page = await ports.manifests.readLedger(deployment === undefined ? location : { ...location, deployment });
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
  const ledger = await readPage(newest);
  for (const page of ledger?.older ?? []) {
    if (page.sealedAt >= cutoff) await readPage(page);
  }
  return ledger && { of: newest, ledger };
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
 * filled it could not), prolongs what would expire unpublished, and publishes what waits. Resolves to what it found; where there
 * is nothing to do, a given head costs no call. Rejects when a port does; the next sweep goes on from there.
 * @param read the head, if it was read already; @default - it is read
 */
export async function sweepBatches(
  ports: PublishPorts,
  settings: ModelSettings,
  now: number,
  read?: BatchHead,
): Promise<BatchHead> {
  const { batches, log } = ports;
  const { model, batch: policy } = settings;
  const head = read ?? (await batches.readHead(model));
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
