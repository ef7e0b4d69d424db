import * as z from "zod/mini";
import { amountSchema, CLOCK_TOLERANCE_MS, ordinalSchema, timeSchema } from "../numbers";
import type { Stored } from "../state-layout";
import type { LandedObject } from "./landed-object";

/** What one append writes: the objects of one delivery. Equal deliveries have equal ids. */
export interface Segment {
  readonly id: string;
  readonly objects: readonly LandedObject[];
}

/** The policy as a store needs it; it is copied into the sealed batch, so that publishing is repeatable. */
export interface BatchTerms {
  readonly batchSize: number;
  readonly dedupeHorizonMs: number;
  readonly retentionMs: number;
}

/** A batch that takes no more objects and waits to be published. Times are epoch milliseconds. */
export const sealedBatchSchema = z.object({
  generation: ordinalSchema,
  /** Generations whose segments it holds: its own first, then those carried over into it. */
  sources: z.array(ordinalSchema).check(z.minLength(1)),
  /** Its size was reached, its window ended, or nothing came for the quiet period. */
  reason: z.enum(["size", "window", "quiet"]),
  /** Objects appended, each write of a key and duplicates included: what is left of them is told when the batch is published. */
  count: ordinalSchema,
  openedAt: timeSchema,
  sealedAt: timeSchema,
  /** When the first of its segments may be removed by retention. */
  expiresAt: timeSchema,
  batchSize: ordinalSchema,
  dedupeHorizonMs: amountSchema,
});

/** The batch that collects now. `openedAt`, `lastAppendAt` and `expiresAt` are absent while it is empty. */
export const openBatchSchema = z.object({
  generation: ordinalSchema,
  count: amountSchema,
  openedAt: z.exactOptional(timeSchema),
  lastAppendAt: z.exactOptional(timeSchema),
  /** When the first of its segments may be removed by retention. */
  expiresAt: z.exactOptional(timeSchema),
  /** Earlier generations whose objects were carried over into this one. */
  carried: z.array(ordinalSchema),
});

/** A batch with a manifest. Its files lie under the id of its deployment; without one, an earlier version wrote them. */
export const publishedBatchSchema = z.object({
  generation: ordinalSchema,
  sealedAt: timeSchema,
  deployment: z.exactOptional(z.string()),
});

/** All that a store knows of a model's batches, read as one consistent record. */
export const batchHeadSchema = z.object({
  open: openBatchSchema,
  /** Sealed and not yet closed, by rising generation. */
  pending: z.array(sealedBatchSchema),
  /** The newest generation that published a manifest: the head of the ledger. */
  lastPublished: z.exactOptional(publishedBatchSchema),
});

export type SealedBatch = Stored<typeof sealedBatchSchema>;
export type OpenBatch = Stored<typeof openBatchSchema>;
export type PublishedBatch = Stored<typeof publishedBatchSchema>;
export type BatchHead = Stored<typeof batchHeadSchema>;
export type SealReason = SealedBatch["reason"];

/** The head of a model of which nothing was stored yet. */
export const FIRST_HEAD: BatchHead = { open: { generation: 1, count: 0, carried: [] }, pending: [] };

export type AppendOutcome =
  /** Written; `isSealed` when this append filled the batch and thereby sealed it; at most one append says so. */
  | { readonly outcome: "appended"; readonly isSealed: boolean }
  /**
   * A redelivery: the segment is in the named generation, open or sealed since, or, where that is not the open one, in a batch
   * that waits to be published, as after a crash of the append that sealed it. Takes precedence over `stale`.
   */
  | { readonly outcome: "duplicate" }
  /** Nothing was written: the open generation is another. */
  | { readonly outcome: "stale"; readonly generation: number };

/** How a sealed batch ended: a manifest was published by a deployment, or there was nothing new in it. */
export type BatchEnd = "empty" | { readonly publishedBy: string };

/** At most this many sealed batches wait; past it the open one keeps growing, so that a record stays small and nothing is lost. */
export const MAX_PENDING = 50;

/**
 * Port: the batches of every model. Each method is one atomic step; all may be repeated, by anyone, at the same time.
 * Every method rejects when the store cannot answer, and then the step happened wholly or not at all.
 */
export interface BatchStore {
  /** Most UTF-8 bytes of one segment's keys, versions and sizes together. */
  readonly maxSegmentBytes: number;
  /** The record of a model; a model never seen has an empty open generation 1. Strongly consistent. */
  readHead(model: string): Promise<BatchHead>;
  /** As `readHead`, of many models in few calls, in their order. What is wrong with one record is told of its model alone. */
  readHeads(models: readonly string[]): Promise<readonly PromiseSettledResult<BatchHead>[]>;
  /** Adds a segment to `generation` if it is still open, and seals it when `batchSize` is reached. */
  append(model: string, generation: number, segment: Segment, terms: BatchTerms, at: number): Promise<AppendOutcome>;
  /**
   * Ends `generation` and opens the next; true for at most one caller (a lost answer reaches nobody). False too for an empty batch,
   * or when `MAX_PENDING` wait.
   */
  seal(model: string, generation: number, reason: SealReason, terms: BatchTerms, at: number): Promise<boolean>;
  /** The segments of some generations, strongly consistent, in no particular order. */
  readSegments(model: string, generations: readonly number[]): AsyncIterable<Segment>;
  /** Moves a pending batch's objects into the open generation `into`; false when that is no longer open. No effect once closed. */
  carry(model: string, batch: SealedBatch, into: number, distinct: number): Promise<boolean>;
  /**
   * Moves a pending batch's objects, and those of the open generation, into a new open generation `to` or the next one above the
   * open one, and takes `published` for the newest that has a manifest. No effect when the batch is not pending.
   */
  raise(model: string, batch: SealedBatch, to: number, published: PublishedBatch): Promise<void>;
  /** Takes a batch off the pending ones. No effect when it is not there. */
  close(model: string, batch: SealedBatch, end: BatchEnd): Promise<void>;
  /**
   * Keeps the segments of a batch that is not closed until `until`. No effect on the head when the batch was read before another
   * was carried into it, or before its time changed: the segments of that one would be forgotten.
   */
  retain(model: string, batch: OpenBatch | SealedBatch, until: number): Promise<void>;
}

/**
 * When a batch is enough, and how long its traces are kept. Times are milliseconds.
 * `windowMs` runs from the first object of a batch, `quietPeriodMs` from the last; absent means "never".
 */
export const batchPolicySchema = z.object({
  batchSize: ordinalSchema.check(z.maximum(100_000)),
  windowMs: z.optional(ordinalSchema),
  quietPeriodMs: z.optional(ordinalSchema),
  dedupeHorizonMs: amountSchema,
  retentionMs: ordinalSchema,
});

export type BatchPolicy = z.infer<typeof batchPolicySchema>;

/** Why the open batch should be sealed now, or undefined while it should collect on. The size comes first, then the window. */
export function sealReason(policy: BatchPolicy, open: OpenBatch, now: number): SealReason | undefined {
  if (open.count === 0 || open.openedAt === undefined || open.lastAppendAt === undefined) return undefined;
  if (open.count >= policy.batchSize) return "size";
  if (policy.windowMs !== undefined && hasPassed(policy.windowMs, open.openedAt, now)) return "window";
  if (policy.quietPeriodMs !== undefined && hasPassed(policy.quietPeriodMs, open.lastAppendAt, now)) return "quiet";
  return undefined;
}

/** Also where a clock that was wrong said a time that is further ahead than the clocks of machines differ. */
function hasPassed(periodMs: number, since: number, now: number): boolean {
  return now - since >= periodMs || since > now + CLOCK_TOLERANCE_MS;
}
