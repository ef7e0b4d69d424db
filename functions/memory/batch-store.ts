import {
  type BatchHead,
  type BatchStore,
  type BatchTerms,
  MAX_PENDING,
  type OpenBatch,
  type SealedBatch,
  type SealReason,
  type Segment,
} from "../core/batching/batch";

interface ModelBatches {
  open: OpenBatch;
  readonly pending: Map<number, SealedBatch>;
  readonly segments: Map<number, Map<string, Segment>>;
  lastPublished?: NonNullable<BatchHead["lastPublished"]>;
}

const EMPTY = { count: 0, carried: [] } as const;

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
    const known = models.get(model);
    if (known !== undefined) return known;
    const fresh: ModelBatches = { open: { generation: 1, ...EMPTY }, pending: new Map(), segments: new Map() };
    models.set(model, fresh);
    return fresh;
  }

  return {
    maxSegmentBytes: 256 * 1024,

    async readHead(model) {
      const { open, pending, lastPublished } = batchesOf(model);
      const head = { open, pending: [...pending.values()].sort((a, b) => a.generation - b.generation) };
      return lastPublished === undefined ? head : { ...head, lastPublished };
    },

    async append(model, generation, segment, terms, at) {
      const batches = batchesOf(model);
      const { open } = batches;
      const segments = batches.segments.get(generation) ?? new Map<string, Segment>();
      if (segments.has(segment.id)) return { outcome: "duplicate" };
      if (open.generation !== generation) {
        const waiting = [...batches.pending.values()].flatMap(({ sources }) => sources);
        const isWaiting = waiting.some((source) => batches.segments.get(source)?.has(segment.id));
        return isWaiting ? { outcome: "duplicate" } : { outcome: "stale", generation: open.generation };
      }
      batches.segments.set(generation, segments.set(segment.id, structuredClone(segment)));
      batches.open = {
        generation,
        carried: open.carried,
        count: open.count + segment.objects.length,
        openedAt: open.openedAt ?? at,
        lastAppendAt: at,
        expiresAt: open.expiresAt ?? at + terms.retentionMs,
      };
      const isFull = batches.open.count >= terms.batchSize;
      return { outcome: "appended", isSealed: isFull && sealOpen(batches, "size", terms, at) };
    },

    async seal(model, generation, reason, terms, at) {
      const batches = batchesOf(model);
      return batches.open.generation === generation && sealOpen(batches, reason, terms, at);
    },

    async *readSegments(model, generations) {
      for (const generation of generations) {
        yield* batchesOf(model).segments.get(generation)?.values() ?? [];
      }
    },

    async carry(model, batch, into, distinct) {
      const batches = batchesOf(model);
      if (!batches.pending.has(batch.generation)) return true;
      const { open } = batches;
      if (open.generation !== into) return false;
      batches.pending.delete(batch.generation);
      batches.open = {
        generation: into,
        carried: [...open.carried, ...batch.sources],
        count: open.count + distinct,
        openedAt: Math.min(open.openedAt ?? batch.openedAt, batch.openedAt),
        lastAppendAt: open.lastAppendAt ?? batch.sealedAt,
        expiresAt: Math.min(open.expiresAt ?? batch.expiresAt, batch.expiresAt),
      };
      return true;
    },

    async settle(model, batch, settlement) {
      const batches = batchesOf(model);
      if (!batches.pending.delete(batch.generation)) return;
      if (settlement === "published") batches.lastPublished = { generation: batch.generation, sealedAt: batch.sealedAt };
    },

    async retain(model, batch, until) {
      const batches = batchesOf(model);
      const sealed = batches.pending.get(batch.generation);
      if (sealed !== undefined) batches.pending.set(batch.generation, { ...sealed, expiresAt: until });
      if (batches.open.generation === batch.generation && batches.open.count > 0)
        batches.open = { ...batches.open, expiresAt: until };
    },
  };
}

function restored({ head: { open, pending, lastPublished }, segments }: PastBatches): ModelBatches {
  const byGeneration = new Map<number, Map<string, Segment>>();
  for (const { generation, segment } of segments) {
    const known = byGeneration.get(generation) ?? new Map<string, Segment>();
    byGeneration.set(generation, known.set(segment.id, segment));
  }
  return {
    open,
    pending: new Map(pending.map((batch) => [batch.generation, batch])),
    segments: byGeneration,
    ...(lastPublished !== undefined && { lastPublished }),
  };
}

function sealOpen(batches: ModelBatches, reason: SealReason, terms: BatchTerms, at: number): boolean {
  const { generation, count, openedAt, expiresAt, carried } = batches.open;
  if (count === 0 || openedAt === undefined || expiresAt === undefined || batches.pending.size >= MAX_PENDING) return false;
  batches.pending.set(generation, {
    generation,
    sources: [generation, ...carried],
    reason,
    count,
    openedAt,
    sealedAt: at,
    expiresAt,
    batchSize: terms.batchSize,
    dedupeHorizonMs: terms.dedupeHorizonMs,
  });
  batches.open = { generation: generation + 1, ...EMPTY };
  return true;
}
