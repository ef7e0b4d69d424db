import { type BatchHead, type BatchStore, FIRST_HEAD, type Segment } from "../core/batching/batch";
import {
  appendStep,
  carryStep,
  closeStep,
  isPending,
  raiseStep,
  retainStep,
  sealStep,
  sourcesOf,
} from "../core/batching/batch-transitions";

interface ModelBatches {
  head: BatchHead;
  /** By generation, then by id. */
  readonly segments: Map<number, Map<string, Segment>>;
}

/** What a store is to know of a model from the start. */
export interface PastBatches {
  readonly head: BatchHead;
  readonly segments: readonly { readonly generation: number; readonly segment: Segment }[];
}

/**
 * `BatchStore` in memory. Every step runs without a pause inside, which makes it atomic; nothing expires.
 * @param past by model; @default - no model was seen yet
 */
export function memoryBatchStore(past: ReadonlyMap<string, PastBatches> = new Map()): BatchStore {
  const models = new Map([...past].map(([model, batches]) => [model, restored(batches)]));

  function batchesOf(model: string): ModelBatches {
    const known = models.get(model) ?? { head: FIRST_HEAD, segments: new Map() };
    models.set(model, known);
    return known;
  }

  /** Takes a step where it fits; true when it did. */
  function changeHead(model: string, step: (head: BatchHead) => BatchHead | undefined): boolean {
    const batches = batchesOf(model);
    const next = step(batches.head);
    if (next !== undefined) batches.head = next;
    return next !== undefined;
  }

  return {
    maxSegmentBytes: 256 * 1024,

    readHead: async (model) => batchesOf(model).head,
    readHeads: (models) => Promise.allSettled(models.map(async (model) => batchesOf(model).head)),

    async append(model, generation, segment, terms, at) {
      const batches = batchesOf(model);
      const { head, segments } = batches;
      const holds = (source: number) => segments.get(source)?.has(segment.id) === true;
      if (holds(generation)) return { outcome: "duplicate" };
      if (head.open.generation !== generation) {
        if (head.pending.flatMap(sourcesOf).some(holds)) return { outcome: "duplicate" };
        return { outcome: "stale", generation: head.open.generation };
      }
      const { next, isSealed } = appendStep(head, segment.objects.length, terms, at);
      batches.head = next;
      const kept = segments.get(generation) ?? new Map<string, Segment>();
      segments.set(generation, kept.set(segment.id, structuredClone(segment)));
      return { outcome: "appended", isSealed };
    },

    seal: async (model, generation, reason, terms, at) =>
      changeHead(model, (head) => sealStep(head, generation, reason, terms, at)),

    async *readSegments(model, generations) {
      for (const generation of generations) {
        yield* batchesOf(model).segments.get(generation)?.values() ?? [];
      }
    },

    carry: async (model, batch, into, distinct) =>
      changeHead(model, (head) => carryStep(head, batch, into, distinct)) || !isPending(batchesOf(model).head, batch),

    async raise(model, batch, to, published) {
      changeHead(model, (head) => raiseStep(head, batch, to, published));
    },

    async close(model, batch, end) {
      changeHead(model, (head) => closeStep(head, batch, end));
    },

    async retain(model, batch, until) {
      changeHead(model, (head) => retainStep(head, batch, until));
    },
  };
}

function restored({ head, segments }: PastBatches): ModelBatches {
  const byGeneration = new Map<number, Map<string, Segment>>();
  for (const { generation, segment } of segments) {
    const known = byGeneration.get(generation) ?? new Map<string, Segment>();
    byGeneration.set(generation, known.set(segment.id, segment));
  }
  return { head, segments: byGeneration };
}
