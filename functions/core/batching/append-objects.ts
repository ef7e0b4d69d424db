import { RetryableError } from "../errors";
import type { BatchStore, BatchTerms, Segment } from "./batch-store";
import { byKeyThenVersion, type LandedObject, utf8Bytes } from "./landed-object";

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
