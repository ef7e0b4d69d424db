// The head: one document per model, `batches/<model>`, with all that the store knows of its batches:
//
//   open            {generation, count, openedAt?, lastAppendAt?, expiresAt?, carried}
//   pending         the sealed batches that are not settled, by rising generation
//   lastPublished   {generation, sealedAt}
//
// So one read is a consistent view, and one write is a whole step; Firestore charges by the document, whatever its size, and 50
// pending batches are some 10 KB of the megabyte that a document may have. https://cloud.google.com/firestore/quotas
import type { DocumentReference, DocumentSnapshot, Firestore } from "@google-cloud/firestore";
import * as z from "zod/mini";
import type { BatchHead } from "../../../core/batching/batch";
import { amountSchema, ordinalSchema, timeSchema } from "../../../core/numbers";
import { documentId } from "./documents";

const openSchema = z.object({
  generation: ordinalSchema,
  count: amountSchema,
  openedAt: z.exactOptional(timeSchema),
  lastAppendAt: z.exactOptional(timeSchema),
  expiresAt: z.exactOptional(timeSchema),
  carried: z.array(ordinalSchema),
});

const pendingSchema = z.object({
  generation: ordinalSchema,
  sources: z.array(ordinalSchema).check(z.minLength(1)),
  reason: z.enum(["size", "window", "quiet"]),
  count: ordinalSchema,
  openedAt: timeSchema,
  sealedAt: timeSchema,
  expiresAt: timeSchema,
  batchSize: ordinalSchema,
  dedupeHorizonMs: amountSchema,
});

const headSchema = z.object({
  open: openSchema,
  pending: z.array(pendingSchema),
  lastPublished: z.exactOptional(z.object({ generation: ordinalSchema, sealedAt: timeSchema })),
});

/** The head's document. */
export function headOf(firestore: Firestore, model: string): DocumentReference {
  return firestore.collection("batches").doc(documentId(model));
}

/**
 * What a head says; a model without one has an empty open generation 1.
 * @throws Error when the document is not a head
 */
export function decodeHead(snapshot: DocumentSnapshot): BatchHead {
  if (!snapshot.exists) return { open: { generation: 1, count: 0, carried: [] }, pending: [] };
  try {
    return headSchema.parse(snapshot.data());
  } catch (error) {
    throw new Error(`the document ${snapshot.ref.path} is not a batch head; restore it from a backup of the database`, {
      cause: error,
    });
  }
}
