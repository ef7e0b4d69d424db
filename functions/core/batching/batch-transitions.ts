// The steps of a batch, each from one head to the next; undefined where the step does not fit the head. A store writes the next
// head on condition that the stored one has not changed since it was read.
import {
  type BatchEnd,
  type BatchHead,
  type BatchTerms,
  MAX_PENDING,
  type OpenBatch,
  type PublishedBatch,
  type SealedBatch,
  type SealReason,
} from "./batch";

/**
 * The head after `added` objects came into its open batch, which is sealed if that fills it. Their segment may be removed
 * `retentionMs` after `at`, so the batch expires at that time if no earlier segment does: the policy may have been shortened since.
 */
export function appendStep(
  head: BatchHead,
  added: number,
  terms: BatchTerms,
  at: number,
): { readonly next: BatchHead; readonly isSealed: boolean } {
  const { open } = head;
  const expiresAt = at + terms.retentionMs;
  const grown: BatchHead = {
    ...head,
    open: {
      ...open,
      count: open.count + added,
      openedAt: open.openedAt ?? at,
      lastAppendAt: at,
      expiresAt: Math.min(open.expiresAt ?? expiresAt, expiresAt),
    },
  };
  const sealed = grown.open.count >= terms.batchSize ? sealStep(grown, open.generation, "size", terms, at) : undefined;
  return { next: sealed ?? grown, isSealed: sealed !== undefined };
}

/** Undefined when another generation is open, nothing is in it, or `MAX_PENDING` wait. */
export function sealStep(
  head: BatchHead,
  generation: number,
  reason: SealReason,
  terms: BatchTerms,
  at: number,
): BatchHead | undefined {
  const { count, openedAt, expiresAt, carried } = head.open;
  if (head.open.generation !== generation || head.pending.length >= MAX_PENDING) return undefined;
  if (count === 0 || openedAt === undefined || expiresAt === undefined) return undefined;
  const { batchSize, dedupeHorizonMs } = terms;
  const sources = [generation, ...carried];
  const sealed = { generation, sources, reason, count, openedAt, sealedAt: at, expiresAt, batchSize, dedupeHorizonMs };
  return { ...head, open: { generation: generation + 1, count: 0, carried: [] }, pending: [...head.pending, sealed] };
}

/** Undefined when the batch is not pending, or `into` is not open. */
export function carryStep(head: BatchHead, batch: SealedBatch, into: number, distinct: number): BatchHead | undefined {
  const { open } = head;
  if (!isPending(head, batch) || open.generation !== into) return undefined;
  return {
    ...head,
    open: {
      generation: into,
      carried: [...open.carried, ...batch.sources],
      count: open.count + distinct,
      openedAt: Math.min(open.openedAt ?? batch.openedAt, batch.openedAt),
      lastAppendAt: open.lastAppendAt ?? batch.sealedAt,
      expiresAt: Math.min(open.expiresAt ?? batch.expiresAt, batch.expiresAt),
    },
    pending: without(head, batch),
  };
}

/**
 * The head of which the open generation is `to`, or the next where that is not above the open one, with all that a pending batch
 * and the open one held. Undefined when the batch is not pending.
 */
export function raiseStep(head: BatchHead, batch: SealedBatch, to: number, published: PublishedBatch): BatchHead | undefined {
  if (!isPending(head, batch)) return undefined;
  const { open } = head;
  return {
    open: {
      generation: Math.max(to, open.generation + 1),
      carried: [...(open.count > 0 ? sourcesOf(open) : []), ...batch.sources],
      count: open.count + batch.count,
      openedAt: Math.min(open.openedAt ?? batch.openedAt, batch.openedAt),
      lastAppendAt: open.lastAppendAt ?? batch.sealedAt,
      expiresAt: Math.min(open.expiresAt ?? batch.expiresAt, batch.expiresAt),
    },
    pending: without(head, batch),
    lastPublished: published,
  };
}

/** What the head knows of a batch that ends; undefined where nothing of it was published. */
export function publishedOf({ generation, sealedAt }: SealedBatch, end: BatchEnd): PublishedBatch | undefined {
  return end === "empty" ? undefined : { generation, sealedAt, deployment: end.publishedBy };
}

/** Undefined when the batch is not pending. */
export function closeStep(head: BatchHead, batch: SealedBatch, end: BatchEnd): BatchHead | undefined {
  if (!isPending(head, batch)) return undefined;
  const lastPublished = publishedOf(batch, end) ?? head.lastPublished;
  return { open: head.open, pending: without(head, batch), ...(lastPublished !== undefined && { lastPublished }) };
}

/**
 * Undefined when the batch holds nothing, is gone, expires at another time, or took in a batch whose segments were not retained.
 */
export function retainStep(head: BatchHead, batch: OpenBatch | SealedBatch, until: number): BatchHead | undefined {
  if (batch.expiresAt === undefined) return undefined;
  const isSame = (stored: OpenBatch | SealedBatch) =>
    stored.generation === batch.generation &&
    stored.expiresAt === batch.expiresAt &&
    sourcesOf(stored).join() === sourcesOf(batch).join();
  if (isSame(head.open)) return { ...head, open: { ...head.open, expiresAt: until } };
  if (!head.pending.some(isSame)) return undefined;
  return { ...head, pending: head.pending.map((sealed) => (isSame(sealed) ? { ...sealed, expiresAt: until } : sealed)) };
}

export function isPending(head: BatchHead, { generation }: SealedBatch): boolean {
  return head.pending.some((sealed) => sealed.generation === generation);
}

/** The generations whose segments a batch holds: its own first. */
export function sourcesOf(batch: OpenBatch | SealedBatch): readonly number[] {
  return "sources" in batch ? batch.sources : [batch.generation, ...batch.carried];
}

function without(head: BatchHead, { generation }: SealedBatch): readonly SealedBatch[] {
  return head.pending.filter((sealed) => sealed.generation !== generation);
}
