// One document per report; a report that is recorded again has the same id. The ids are hashes, because those that rise with the
// time make a hot spot, and the list is a query on one field, which Firestore indexes by itself.
// https://cloud.google.com/firestore/docs/best-practices#document_ids
//
//   drifts/<hash of model, window's end, monitor, report id, contents>
//                                                       order (model, then window's end), data (deflated JSON), expireAt
//
// Earlier programs hashed no contents. Each has its shape, see state-layout.ts. Firestore may remove each at `expireAt`, the
// retention time after the evaluation.
import type { DocumentSnapshot, Firestore } from "@google-cloud/firestore";
import * as z from "zod/mini";
import type { DriftLog, DriftRecord } from "../../../core/drift/ports";
import { COLLECTIONS, EXPIRY_FIELD, type LeftOut, LOG_RETENTION_MS, readRows } from "../../../core/state-layout";
import { decodeDriftRecord, encodeDriftRecord } from "../../../node/drift-codecs";
import { driftRecordHash, paddedEnd, requestIdHash } from "../../../node/hashes";
import { documentId, queryPages, readRecord, writeRecord } from "./documents";

/** In words, for errors. */
const WHAT = "an evaluation of drift";

const documentSchema = z.object({ data: z.instanceof(Uint8Array) });

/**
 * `DriftLog` in Firestore; reads are strongly consistent.
 * @param retentionMs from an evaluation until it may be removed
 * @param leftOut is told of each evaluation that a list leaves out; @default - a list with one that cannot be read is refused
 */
export function firestoreDriftLog(firestore: Firestore, retentionMs: number = LOG_RETENTION_MS, leftOut?: LeftOut): DriftLog {
  const drifts = firestore.collection(COLLECTIONS.drifts);
  return {
    async record(record) {
      const { evaluation, evaluatedAt } = record;
      const order = startOfModel(evaluation.model) + paddedEnd(evaluation);
      const document = drifts.doc(requestIdHash(`${order} ${driftRecordHash(record)}`));
      const expiry = new Date(evaluatedAt + retentionMs);
      const fields = { order, data: encodeDriftRecord(record), [EXPIRY_FIELD]: expiry };
      await writeRecord(WHAT, `recording the evaluation of ${evaluation.reportId}`, document, fields);
    },

    async list(model, limit) {
      const found: DriftRecord[] = [];
      if (limit < 1) return found;
      const ofModel = drifts.where("order", ">=", startOfModel(model)).where("order", "<", endOfModel(model));
      for await (const page of queryPages(ofModel.orderBy("order", "desc"), limit)) found.push(...readRows(page, decode, leftOut));
      return found;
    },
  };
}

/** No model's start begins another's, since the id of a document has no space. */
function startOfModel(model: string): string {
  return `${documentId(model)} `;
}

/** After all times, which are digits. */
function endOfModel(model: string): string {
  return `${startOfModel(model)}~`;
}

function decode(snapshot: DocumentSnapshot): DriftRecord {
  return readRecord(WHAT, snapshot, (fields) => decodeDriftRecord(documentSchema.parse(fields).data));
}
