import { RetryableError } from "../errors";
import { messageOf } from "../log/log";
import { isWatched, type ModelList, type ModelSettings, unreadableWatcher } from "../model-settings";
import type { BatchStore, BatchTerms, Segment } from "./batch";
import { byKeyThenVersion, type LandedObject, utf8Bytes } from "./landed-object";
import type { DataPorts } from "./ports";
import { publishBatches } from "./publish-batches";

/** An object that landed, and the message that told of it. */
export interface Arrival {
  readonly messageId: string;
  readonly bucket: string;
  readonly object: LandedObject;
}

/** What a function remembers between deliveries. */
export interface Collector {
  /** The open generation by model, as far as it is known. */
  readonly hints: Map<string, number>;
  /** Equal for equal sets of message ids, so that a redelivery is known again. */
  readonly deliveryIdOf: (messageIds: readonly string[]) => string;
}

/**
 * Adds what landed to the batch of every model that watches it, in one append for each model, and publishes a batch that this
 * filled. Resolves to the ids of the messages whose objects are not stored for every model: those must be delivered again.
 */
export async function collectArrivals(
  ports: DataPorts,
  { hints, deliveryIdOf }: Collector,
  models: ModelList,
  arrivals: readonly Arrival[],
): Promise<ReadonlySet<string>> {
  const failed = new Set<string>();
  for (const settings of models) {
    const { model, data, batch } = settings;
    const arrived = arrivals.filter(({ bucket, object }) => isWatched(data, bucket, object.key));
    if (arrived.length === 0) continue;
    const messageIds = arrived.map(({ messageId }) => messageId);
    try {
      const delivery = { model, id: deliveryIdOf(messageIds), objects: arrived.map(({ object }) => object) };
      const { isSealed } = await appendObjects(ports.batches, hints, delivery, batch, ports.now());
      if (isSealed) await publishNow(ports, settings);
    } catch (error) {
      for (const messageId of messageIds) failed.add(messageId);
      const about = { function: "batcher", model, messages: messageIds.length, error: messageOf(error) };
      ports.log({ level: "error", event: "handler-failed", ...about });
    }
  }
  for (const { messageId, bucket, object } of arrivals) {
    const unreadable = unreadableWatcher(models, bucket, object.key);
    if (unreadable === undefined) continue;
    failed.add(messageId);
    const about = { function: "batcher", model: unreadable.model, messages: 1, error: unreadable.why };
    ports.log({ level: "error", event: "handler-failed", ...about });
  }
  return failed;
}

/** The consoles create empty objects named `folder/`; they hold no data. */
export function isFolderMarker({ key, bytes }: LandedObject): boolean {
  return bytes === 0 && key.endsWith("/");
}

/** The objects are stored, so a failure here must not return their messages: the sweeper publishes again. */
async function publishNow(ports: DataPorts, settings: ModelSettings): Promise<void> {
  try {
    await publishBatches(ports, settings);
  } catch (error) {
    ports.log({ level: "error", event: "publish-postponed", model: settings.model, error: messageOf(error) });
  }
}

/** Bytes that a segment spends on an object beside its key and version: size, quotes and commas. */
const OBJECT_OVERHEAD_BYTES = 24;

/** Each refusal means that another writer sealed a batch meanwhile, so the limit is far above real contention. */
const MAX_ATTEMPTS = 50;

export interface AppendResult {
  /** Objects written; 0 when the whole delivery was there already. */
  readonly appended: number;
  /** True when an append filled a batch, so that something waits to be published. */
  readonly isSealed: boolean;
}

/**
 * Adds the objects of one delivery to a model's open batch: in one segment, or more when they exceed the store's segment size.
 * `deliveryId` must be equal for a redelivery of the same messages. `hints` remembers the generation per model between
 * calls, which saves a read; a wrong or missing hint costs one refused append.
 * @throws RetryableError when the generation kept moving away
 */
export async function appendObjects(
  store: BatchStore,
  hints: Map<string, number>,
  delivery: { readonly model: string; readonly id: string; readonly objects: readonly LandedObject[] },
  terms: BatchTerms,
  now: number,
): Promise<AppendResult> {
  let appended = 0;
  let isSealed = false;
  for (const segment of segmentsOf(delivery.id, delivery.objects, store.maxSegmentBytes)) {
    const result = await appendSegment(store, hints, delivery.model, segment, terms, now);
    if (result.outcome === "appended") {
      appended += segment.objects.length;
      isSealed ||= result.isSealed;
    }
  }
  return { appended, isSealed };
}

async function appendSegment(
  store: BatchStore,
  hints: Map<string, number>,
  model: string,
  segment: Segment,
  terms: BatchTerms,
  now: number,
) {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const generation = hints.get(model) ?? 1;
    const result = await store.append(model, generation, segment, terms, now);
    if (result.outcome !== "stale") return result;
    hints.set(model, result.generation);
  }
  throw new RetryableError(`the open batch of ${model} was sealed ${MAX_ATTEMPTS} times while a delivery was being added`);
}

function* segmentsOf(id: string, objects: readonly LandedObject[], maxBytes: number): Generator<Segment> {
  let part: LandedObject[] = [];
  let bytes = 0;
  let index = 0;
  for (const object of objects.toSorted(byKeyThenVersion)) {
    const size = utf8Bytes(object.key) + utf8Bytes(object.version) + OBJECT_OVERHEAD_BYTES;
    if (part.length > 0 && bytes + size > maxBytes) {
      yield { id: `${id}.${index++}`, objects: part };
      part = [];
      bytes = 0;
    }
    part.push(object);
    bytes += size;
  }
  if (part.length > 0) yield { id: `${id}.${index}`, objects: part };
}
