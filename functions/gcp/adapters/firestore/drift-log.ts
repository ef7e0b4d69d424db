// One document per report, see recorded-rows.ts; a report that is recorded again has the same id:
//
//   drifts/<hash of model, window's end, monitor, report id, contents>
//                                                       order (model, then window's end), data (deflated JSON), expireAt
//
// Earlier programs hashed no contents. Firestore may remove each at `expireAt`, the retention time after the evaluation.
import type { Firestore } from "@google-cloud/firestore";
import type { DriftLog, DriftRecord } from "../../../core/drift/ports";
import { COLLECTIONS, type LeftOut, LOG_RETENTION_MS } from "../../../core/state-layout";
import { decodeDriftRecord, encodeDriftRecord } from "../../../node/drift-codecs";
import { driftRecordHash, paddedEnd } from "../../../node/hashes";
import { recordedRows } from "./recorded-rows";

/**
 * `DriftLog` in Firestore; reads are strongly consistent.
 * @param retentionMs from an evaluation until it may be removed
 * @param leftOut is told of each evaluation that a list leaves out; @default - a list with one that cannot be read is refused
 */
export function firestoreDriftLog(firestore: Firestore, retentionMs: number = LOG_RETENTION_MS, leftOut?: LeftOut): DriftLog {
  const decode = decodeDriftRecord;
  const evaluations = { collection: COLLECTIONS.drifts, what: "an evaluation of drift", retentionMs, decode, leftOut };
  const rows = recordedRows<DriftRecord>(firestore, evaluations);
  return {
    async record(record) {
      const { evaluation, evaluatedAt: at } = record;
      const { model, reportId } = evaluation;
      const names = { order: paddedEnd(evaluation), name: driftRecordHash(record) };
      await rows.put(`recording the evaluation of ${reportId}`, { model, ...names, data: encodeDriftRecord(record), at });
    },

    async list(model, limit) {
      const found: DriftRecord[] = [];
      if (limit < 1) return found;
      for await (const records of rows.newestFirst(model, limit)) found.push(...records);
      return found;
    },
  };
}
