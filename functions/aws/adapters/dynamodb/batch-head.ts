// The head: one item per model, that every append touches, so it is kept below the kilobyte that one write unit pays for.
//
//   pk batch#<model>, sk head
//   generation      number of the open batch
//   batches         by generation, the open batch and those that are sealed and not closed:
//                   {count, openedAt?, lastAppendAt?, expiresAt?, carried, sealed?: {reason, sealedAt, batchSize, dedupeHorizonMs}}
//   lastPublished   {generation, sealedAt}
//
// A batch stays where it is when it is sealed: sealing adds `sealed` to it and opens its neighbour, so that an append can seal
// in the same update without knowing what the batch holds.
import * as z from "zod/mini";
import {
  type BatchHead,
  batchHeadSchema,
  FIRST_HEAD,
  type OpenBatch,
  openBatchSchema,
  type SealedBatch,
  sealedBatchSchema,
} from "../../../core/batching/batch";
import { ordinalSchema } from "../../../core/numbers";
import { PARTITIONS, SORT_KEYS } from "../../../core/state-layout";
import { fromItem, type Item, toItem } from "./attribute-values";

const { generation: _key, ...openFields } = openBatchSchema.shape;
const openSchema = z.object(openFields);

const { count, openedAt, expiresAt, reason, sealedAt, batchSize, dedupeHorizonMs } = sealedBatchSchema.shape;
const pendingSchema = z.object({
  count,
  openedAt,
  expiresAt,
  carried: openFields.carried,
  sealed: z.object({ reason, sealedAt, batchSize, dedupeHorizonMs }),
});

const headSchema = z.object({
  generation: ordinalSchema,
  batches: z.record(z.string(), z.unknown()),
  lastPublished: batchHeadSchema.shape.lastPublished,
});

/** A batch that holds nothing yet. */
export const EMPTY_BATCH = { count: 0, carried: [] } as const;

export function partitionOf(model: string): string {
  return PARTITIONS.batches + model;
}

export function headKey(model: string): Item {
  return toItem({ pk: partitionOf(model), sk: SORT_KEYS.head });
}

/** The head of a model that never had one. */
export function firstHead(model: string): Item {
  return { ...headKey(model), ...toItem({ generation: 1, batches: { "1": EMPTY_BATCH } }) };
}

/**
 * What a head item says.
 * @throws Error when the item is not a head
 */
export function decodeHead(model: string, item: Item | undefined): BatchHead {
  if (item === undefined) return FIRST_HEAD;
  try {
    const { generation, batches, lastPublished } = headSchema.parse(fromItem(item));
    const open: OpenBatch = { generation, ...openSchema.parse(batches[generation]) };
    const pending = Object.entries(batches)
      .filter(([sealed]) => Number(sealed) !== generation)
      .map(([sealed, batch]) => decodePending(Number(sealed), batch))
      .sort((a, b) => a.generation - b.generation);
    return lastPublished === undefined ? { open, pending } : { open, pending, lastPublished };
  } catch (error) {
    throw new Error(`the item ${partitionOf(model)}, head is not a batch head; restore it from a backup of the table`, {
      cause: error,
    });
  }
}

function decodePending(generation: number, batch: unknown): SealedBatch {
  const { carried, count, openedAt, expiresAt, sealed } = pendingSchema.parse(batch);
  return { generation, sources: [generation, ...carried], count, openedAt, expiresAt, ...sealed };
}
