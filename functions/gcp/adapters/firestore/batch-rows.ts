// The head: one document per model, `batches/<model>`, with all that the store knows of its batches:
//
//   open            {generation, count, openedAt?, lastAppendAt?, expiresAt?, carried}
//   pending         the sealed batches that are not closed, by rising generation
//   lastPublished   {generation, sealedAt, deployment?}
//   shape           see state-layout.ts
//
// So one read is a consistent view, and one write is a whole step; Firestore charges by the document, whatever its size, and 50
// pending batches are some 10 KB of the megabyte that a document may have. https://cloud.google.com/firestore/quotas
import type { CollectionReference, DocumentReference, DocumentSnapshot, Firestore } from "@google-cloud/firestore";
import * as z from "zod/mini";
import { type BatchHead, batchHeadSchema, FIRST_HEAD, type Segment } from "../../../core/batching/batch";
import { COLLECTIONS, checkShape, EXPIRY_FIELD, SHAPE, SHAPE_FIELD } from "../../../core/state-layout";
import { decodeSegment, encodeSegment } from "../../../node/batch-codecs";
import { documentId, queryPages, textOf } from "./documents";
import { refusalOf, retryContention } from "./firestore-contention";

/** The head's document. */
export function headOf(firestore: Firestore, model: string): DocumentReference {
  return firestore.collection(COLLECTIONS.batches).doc(documentId(model));
}

/**
 * What a head says; a model without one has an empty open generation 1.
 * @throws Error when the document is not a head
 */
export function decodeHead(snapshot: DocumentSnapshot): BatchHead {
  if (!snapshot.exists) return FIRST_HEAD;
  try {
    checkShape(snapshot.get(SHAPE_FIELD));
    return batchHeadSchema.parse(snapshot.data());
  } catch (error) {
    throw new Error(
      `the document ${snapshot.ref.path} is not a batch head; restore it from a backup of the database, or deploy the version of Retrigger that wrote it`,
      {
        cause: error,
      },
    );
  }
}

// A segment: `batches/<model>/generations/<generation>/segments/<segment id>`, written once, in one commit with the head.
//
//   data       the objects
//   expireAt   when Firestore may remove it: the time-to-live field of the collection group `segments`
//   savedAs    a name of the append's own; `isSealed` whether it sealed the batch: by them an append whose response was lost is
//              known again when its repetition is refused by what it wrote itself
//   shape

/** Updates under way at once while a batch is retained. */
const PARALLEL_UPDATES = 16;

const dataSchema = z.object({ data: z.instanceof(Uint8Array) });
const expirySchema = z.object({
  [EXPIRY_FIELD]: z.custom<{ toMillis(): number }>((value) => typeof Object(value).toMillis === "function"),
});
const appendSchema = z.object({ savedAs: z.string(), isSealed: z.boolean() });

/** Who wrote a segment, and what its append did. */
export type SegmentAppend = z.infer<typeof appendSchema>;

export function segmentOf(firestore: Firestore, model: string, generation: number, id: string): DocumentReference {
  return segmentsOf(firestore, model, generation).doc(documentId(id));
}

/** The fields of a segment. `expiresAt` is epoch milliseconds. */
export function segmentFields(segment: Segment, expiresAt: number, append: SegmentAppend) {
  return { data: encodeSegment(segment.objects), [EXPIRY_FIELD]: new Date(expiresAt), ...append, [SHAPE_FIELD]: SHAPE };
}

/** The append that wrote a segment into one of these generations; undefined when none did. */
export async function findAppend(
  firestore: Firestore,
  model: string,
  generations: readonly number[],
  id: string,
): Promise<SegmentAppend | undefined> {
  const documents = [...new Set(generations)].map((generation) => segmentOf(firestore, model, generation, id));
  const found = await retryContention(firestore, `looking for a segment of ${model}`, () =>
    firestore.getAll(...documents, { fieldMask: ["savedAs", "isSealed"] }),
  );
  const segment = found.find(({ exists }) => exists);
  return segment && parsed(appendSchema, segment);
}

/** The segments of one generation; those past their time count until Firestore removes them. */
export async function* readSegments(firestore: Firestore, model: string, generation: number): AsyncGenerator<Segment> {
  for await (const page of queryPages(segmentsOf(firestore, model, generation).select("data", SHAPE_FIELD))) {
    for (const snapshot of page) yield decodeSegmentOf(snapshot);
  }
}

/** Keeps every segment of a generation at least until `until`, epoch milliseconds. */
export async function retainSegments(firestore: Firestore, model: string, generation: number, until: number): Promise<void> {
  for await (const page of queryPages(segmentsOf(firestore, model, generation).select(EXPIRY_FIELD))) {
    for (let from = 0; from < page.length; from += PARALLEL_UPDATES) {
      await Promise.all(page.slice(from, from + PARALLEL_UPDATES).map((snapshot) => retainSegment(firestore, snapshot, until)));
    }
  }
}

/** A segment that was removed meanwhile must not come back empty, and no segment's time is shortened. */
async function retainSegment(firestore: Firestore, segment: DocumentSnapshot, until: number): Promise<void> {
  const { ref, updateTime } = segment;
  if (updateTime === undefined || parsed(expirySchema, segment)[EXPIRY_FIELD].toMillis() >= until) return;
  const what = `retaining ${ref.path}`;
  try {
    await retryContention(firestore, what, () =>
      firestore
        .batch()
        .update(ref, { [EXPIRY_FIELD]: new Date(until) }, { lastUpdateTime: updateTime })
        .commit(),
    );
  } catch (error) {
    if (refusalOf(error) === undefined) throw error;
    const [changed] = await retryContention(firestore, what, () => firestore.getAll(ref, { fieldMask: [EXPIRY_FIELD] }));
    if (changed !== undefined) await retainSegment(firestore, changed, until);
  }
}

function segmentsOf(firestore: Firestore, model: string, generation: number): CollectionReference {
  return headOf(firestore, model).collection(COLLECTIONS.generations).doc(String(generation)).collection(COLLECTIONS.segments);
}

function decodeSegmentOf(snapshot: DocumentSnapshot): Segment {
  const { data } = parsed(dataSchema, snapshot);
  try {
    checkShape(snapshot.get(SHAPE_FIELD));
    return { id: textOf(snapshot.id), objects: decodeSegment(data) };
  } catch (error) {
    throw notASegment(snapshot, error);
  }
}

function parsed<T>(schema: z.ZodMiniType<T>, snapshot: DocumentSnapshot): T {
  const result = schema.safeParse(snapshot.data());
  if (result.success) return result.data;
  throw notASegment(snapshot, result.error);
}

function notASegment(snapshot: DocumentSnapshot, cause: unknown): Error {
  const remedy = "restore it from a backup of the database, or deploy the version of Retrigger that wrote it";
  return new Error(`the document ${snapshot.ref.path} is not a segment; ${remedy}`, { cause });
}
