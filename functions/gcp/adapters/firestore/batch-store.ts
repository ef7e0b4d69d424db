import { randomUUID } from "node:crypto";
import type { Firestore, Timestamp, WriteBatch } from "@google-cloud/firestore";
import type { AppendOutcome, BatchHead, BatchStore, Segment } from "../../../core/batching/batch";
import {
  appendStep,
  carryStep,
  closeStep,
  isPending,
  raiseStep,
  retainStep,
  sealStep,
  sourcesOf,
} from "../../../core/batching/batch-transitions";
import { SHAPE, SHAPE_FIELD } from "../../../core/state-layout";
import { MAX_SEGMENT_BYTES } from "../../../node/batch-codecs";
import { decodeHead, findAppend, headOf, readSegments, retainSegments, segmentFields, segmentOf } from "./batch-rows";
import { getDocuments } from "./documents";
import { type Refusal, refusalOf, retryContention, retryOvertaken } from "./firestore-contention";

/** A head as it was stored, and its document's update time; without one there is no document yet. */
interface StoredHead {
  readonly head: BatchHead;
  readonly updateTime: Timestamp | undefined;
}

/** What a step makes of a head: nothing where `next` is absent; and what its caller is told. */
interface Change<T> {
  readonly next: BatchHead | undefined;
  readonly answer: T;
}

/**
 * `BatchStore` in Firestore; the documents are described in batch-head.ts and batch-segments.ts.
 *
 * An append is one commit of two writes, the head's next version and the new segment, on conditions that are part of the commit:
 * the head's document is as old as this instance knows it (its update time), and the segment is not there. An instance that
 * was the last to write a model's head knows it without a read; where others write too, the commit is refused, and repeated after
 * a look. An append that fills the batch seals it in the same commit, so that nothing is left half done when a process dies, and
 * no append can slip into a full batch. Appends of one instance to one model wait for each other.
 *
 * Of several conditions that fail, Firestore names one: so a commit refused for the head is tried again until the head fits or
 * the generation is found sealed. The segment is looked for then, where it cannot appear any more, which tells a duplicate from
 * `stale`.
 * When the response to a `seal` was lost, its `true` reaches nobody: the batch is pending then, and the next sweep publishes it.
 */
export function firestoreBatchStore(firestore: Firestore): BatchStore {
  /** Heads as this instance last read or wrote them: a guess that every commit verifies. */
  const known = new Map<string, StoredHead>();
  const turns = new Map<string, Promise<unknown>>();

  function inTurn<T>(model: string, step: () => Promise<T>): Promise<T> {
    const turn = (turns.get(model) ?? Promise.resolve()).then(step, step);
    turns.set(model, turn);
    return turn;
  }

  async function look(model: string): Promise<StoredHead> {
    const snapshot = await retryContention(firestore, `reading the batches of ${model}`, () => headOf(firestore, model).get());
    return { head: decodeHead(snapshot), updateTime: snapshot.updateTime };
  }

  /** Resolves to undefined once it is written, or to why nothing was. */
  async function replaceHead(
    model: string,
    { updateTime }: StoredHead,
    next: BatchHead,
    also: (batch: WriteBatch) => void = () => undefined,
  ): Promise<Refusal | undefined> {
    const document = headOf(firestore, model);
    known.delete(model);
    try {
      const [written] = await retryContention(firestore, `writing the batches of ${model}`, () => {
        const batch = firestore.batch();
        const fields = { ...next, [SHAPE_FIELD]: SHAPE };
        if (updateTime === undefined) batch.create(document, fields);
        else batch.update(document, fields, { lastUpdateTime: updateTime });
        also(batch);
        return batch.commit();
      });
      if (written !== undefined) known.set(model, { head: next, updateTime: written.writeTime });
      return undefined;
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined) throw error;
      return refusal;
    }
  }

  function changeHead<T>(model: string, what: string, step: (head: BatchHead) => Change<T>): Promise<T> {
    return inTurn(model, () =>
      retryOvertaken(`${what} of ${model}`, async (overtaken) => {
        const stored = await look(model);
        const { next, answer } = step(stored.head);
        if (next !== undefined && (await replaceHead(model, stored, next)) !== undefined) overtaken();
        return answer;
      }),
    );
  }

  return {
    maxSegmentBytes: MAX_SEGMENT_BYTES,

    readHead: async (model) => (await look(model)).head,

    async readHeads(models) {
      const snapshots = await getDocuments(
        firestore,
        models.map((model) => headOf(firestore, model)),
      );
      return await Promise.allSettled(snapshots.map(async (snapshot) => decodeHead(snapshot)));
    },

    async append(model, generation, segment, terms, at) {
      const savedAs = randomUUID();

      async function outcomeBefore(generations: readonly number[]): Promise<AppendOutcome | undefined> {
        const append = await findAppend(firestore, model, generations, segment.id);
        if (append === undefined) return undefined;
        return append.savedAs === savedAs ? { outcome: "appended", isSealed: append.isSealed } : { outcome: "duplicate" };
      }

      return inTurn(model, () =>
        retryOvertaken(`an append to ${model}`, async (overtaken): Promise<AppendOutcome> => {
          const last = known.get(model);
          const stored = last?.head.open.generation === generation ? last : await look(model);
          known.set(model, stored);
          const { open, pending } = stored.head;
          if (open.generation !== generation) {
            const before = await outcomeBefore([generation, ...pending.flatMap(sourcesOf)]);
            return before ?? { outcome: "stale", generation: open.generation };
          }
          const { next, isSealed } = appendStep(stored.head, segment.objects.length, terms, at);
          const document = segmentOf(firestore, model, generation, segment.id);
          const fields = segmentFields(segment, at + terms.retentionMs, { savedAs, isSealed });
          const refusal = await replaceHead(model, stored, next, (batch) => batch.create(document, fields));
          if (refusal === undefined) return { outcome: "appended", isSealed };
          return (refusal === "exists" ? await outcomeBefore([generation]) : undefined) ?? overtaken();
        }),
      );
    },

    seal: (model, generation, reason, terms, at) =>
      changeHead(model, "the seal", (head) => {
        const next = sealStep(head, generation, reason, terms, at);
        return { next, answer: next !== undefined };
      }),

    async *readSegments(model, generations): AsyncIterable<Segment> {
      for (const generation of generations) yield* readSegments(firestore, model, generation);
    },

    carry: (model, batch, into, distinct) =>
      changeHead(model, "a carry-over", (head) => {
        const next = carryStep(head, batch, into, distinct);
        return { next, answer: next !== undefined || !isPending(head, batch) };
      }),

    raise: (model, batch, to, published) =>
      changeHead(model, "the raise", (head) => ({ next: raiseStep(head, batch, to, published), answer: undefined })),

    close: (model, batch, end) =>
      changeHead(model, "the end of a batch", (head) => ({ next: closeStep(head, batch, end), answer: undefined })),

    async retain(model, batch, until) {
      if (batch.expiresAt === undefined) return;
      for (const source of sourcesOf(batch)) await retainSegments(firestore, model, source, until);
      await changeHead(model, "the retention", (head) => ({ next: retainStep(head, batch, until), answer: undefined }));
    },
  };
}
