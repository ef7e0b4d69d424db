import * as z from "zod/mini";
import { amountSchema, ordinalSchema } from "../numbers";
import type { LandedObject } from "./landed-object";

/** Why a batch was sealed: its size was reached, its window ended, or nothing came for the quiet period. */
export type SealReason = "size" | "window" | "quiet";

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
export interface SealedBatch {
  readonly generation: number;
  /** Generations whose segments it holds: its own, and those carried over into it. */
  readonly sources: readonly number[];
  readonly reason: SealReason;
  /** Objects appended, duplicates included. */
  readonly count: number;
  readonly openedAt: number;
  readonly sealedAt: number;
  /** When the first of its segments may be removed by retention. */
  readonly expiresAt: number;
  readonly batchSize: number;
  readonly dedupeHorizonMs: number;
}

/** The batch that collects now. `openedAt`, `lastAppendAt` and `expiresAt` are absent while it is empty. */
export interface OpenBatch {
  readonly generation: number;
  readonly count: number;
  readonly openedAt?: number;
  readonly lastAppendAt?: number;
  readonly expiresAt?: number;
  /** Earlier generations whose objects were carried over into this one. */
  readonly carried: readonly number[];
}

/** All that a store knows of a model's batches, read as one consistent record. */
export interface BatchHead {
  readonly open: OpenBatch;
  /** Sealed and not yet settled, by rising generation. */
  readonly pending: readonly SealedBatch[];
  /** The newest generation that published a manifest: the head of the ledger. */
  readonly lastPublished?: { readonly generation: number; readonly sealedAt: number };
}

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

/** How a sealed batch ended: a manifest was published, or there was nothing new in it. */
export type Settlement = "published" | "empty";

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
  /** Adds a segment to `generation` if it is still open, and seals it when `batchSize` is reached. */
  append(model: string, generation: number, segment: Segment, terms: BatchTerms, at: number): Promise<AppendOutcome>;
  /** Ends `generation` and opens the next; true for at most one caller (a lost answer reaches nobody). False too for an empty batch, or when `MAX_PENDING` wait. */
  seal(model: string, generation: number, reason: SealReason, terms: BatchTerms, at: number): Promise<boolean>;
  /** The segments of some generations, strongly consistent, in no particular order. */
  readSegments(model: string, generations: readonly number[]): AsyncIterable<Segment>;
  /** Moves a pending batch's objects into the open generation `into`; false when that is no longer open. No effect once settled. */
  carry(model: string, batch: SealedBatch, into: number, distinct: number): Promise<boolean>;
  /** Takes a batch off the pending ones. No effect when it is not there. */
  settle(model: string, batch: SealedBatch, settlement: Settlement): Promise<void>;
  /** Keeps the segments of an unsettled batch until `until`. */
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
  if (policy.windowMs !== undefined && now - open.openedAt >= policy.windowMs) return "window";
  if (policy.quietPeriodMs !== undefined && now - open.lastAppendAt >= policy.quietPeriodMs) return "quiet";
  return undefined;
}
