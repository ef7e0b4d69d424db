import * as z from "zod/mini";
import { ordinalSchema, timeSchema } from "../numbers";
import { type PublishedBatch, publishedBatchSchema } from "./batch";
import { identityOf, type LandedObject, landedObjectSchema } from "./landed-object";

/**
 * The ledger says which object versions were published, so that a late duplicate is recognised. Each publish writes one ledger
 * file: the page it continues, and links to the full pages before it. A publish therefore reads one file for every
 * PAGE_OBJECTS objects of the dedupe horizon, however many batches those were.
 */
export const PAGE_OBJECTS = 20_000;

const entrySchema = z.object({
  generation: ordinalSchema,
  sealedAt: timeSchema,
  objects: z.array(landedObjectSchema),
});

/** The ledger file of one generation; its last entry is that generation itself. */
export const ledgerSchema = z.object({
  entries: z.array(entrySchema).check(z.minLength(1)),
  /** Full pages before this one: the batch whose file holds the page, and when its newest batch was sealed. */
  older: z.array(publishedBatchSchema),
});

export type Ledger = z.infer<typeof ledgerSchema>;
export type LedgerEntry = z.infer<typeof entrySchema>;

/** A ledger file, and the batch that it is of. */
export interface LedgerFile {
  readonly of: PublishedBatch;
  readonly ledger: Ledger;
}

/** The ledger after `entry` was published on top of `previous`; what was sealed before `cutoff` is left out. */
export function extendLedger(previous: LedgerFile | undefined, entry: LedgerEntry, cutoff: number): Ledger {
  if (previous === undefined) return { entries: [entry], older: [] };
  const older = previous.ledger.older.filter((page) => page.sealedAt >= cutoff);
  const entries = previous.ledger.entries.filter((kept) => kept.sealedAt >= cutoff);
  const size = entries.reduce((sum, kept) => sum + kept.objects.length, entry.objects.length);
  if (size <= PAGE_OBJECTS || entries.length === 0) return { entries: [...entries, entry], older };
  const sealedAt = Math.max(...entries.map((kept) => kept.sealedAt));
  return { entries: [entry], older: [...older, { ...previous.of, sealedAt }] };
}

/** Removes from `objects` (by identity) what a page says was published at `cutoff` or later. */
export function removePublished(objects: Map<string, LandedObject>, page: Ledger, cutoff: number): void {
  for (const entry of page.entries) {
    if (entry.sealedAt < cutoff) continue;
    for (const object of entry.objects) objects.delete(identityOf(object));
  }
}
