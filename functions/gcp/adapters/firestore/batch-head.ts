// The head: one document per model, `batches/<model>`, with all that the store knows of its batches:
//
//   open            {generation, count, openedAt?, lastAppendAt?, expiresAt?, carried}
//   pending         the sealed batches that are not closed, by rising generation
//   lastPublished   {generation, sealedAt}
//
// So one read is a consistent view, and one write is a whole step; Firestore charges by the document, whatever its size, and 50
// pending batches are some 10 KB of the megabyte that a document may have. https://cloud.google.com/firestore/quotas
import type { DocumentReference, DocumentSnapshot, Firestore } from "@google-cloud/firestore";
import { type BatchHead, batchHeadSchema, FIRST_HEAD } from "../../../core/batching/batch";
import { COLLECTIONS } from "../../../core/state-layout";
import { documentId } from "./documents";

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
    return batchHeadSchema.parse(snapshot.data());
  } catch (error) {
    throw new Error(`the document ${snapshot.ref.path} is not a batch head; restore it from a backup of the database`, {
      cause: error,
    });
  }
}
