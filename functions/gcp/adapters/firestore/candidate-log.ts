// One document per step of a candidate, see recorded-rows.ts:
//
//   candidates/<hash of model and order>      order (model, registered at, candidate, number), data (deflated JSON), expireAt
//
// Firestore may remove each at `expireAt`, the retention time after the step.
import type { Firestore } from "@google-cloud/firestore";
import type { CandidateLog } from "../../../core/promotion/ports";
import type { CandidateRecord } from "../../../core/promotion/promotion-state";
import { COLLECTIONS, type LeftOut, LOG_RETENTION_MS } from "../../../core/state-layout";
import { candidateOrder, decodeCandidateRecord, encodeCandidateRecord } from "../../../node/promotion-codecs";
import { recordedRows } from "./recorded-rows";

/** More steps than a model has in its log. */
const ALL = 1_000_000;

/**
 * `CandidateLog` in Firestore; reads are strongly consistent.
 * @param retentionMs from a step until it may be removed
 * @param leftOut is told of each step that a list leaves out; @default - a list with one that cannot be read is refused
 */
export function firestoreCandidateLog(
  firestore: Firestore,
  retentionMs: number = LOG_RETENTION_MS,
  leftOut?: LeftOut,
): CandidateLog {
  const decode = decodeCandidateRecord;
  const steps = { collection: COLLECTIONS.candidates, what: "a step of a candidate", retentionMs, decode, leftOut };
  const rows = recordedRows<CandidateRecord>(firestore, steps);
  return {
    async record(record) {
      const { candidate, number, at } = record;
      const row = { model: candidate.model, order: candidateOrder(record), data: encodeCandidateRecord(record), at };
      await rows.put(`recording step ${number} of ${candidate.id}`, row);
    },

    async list(model, limit) {
      const found: CandidateRecord[] = [];
      if (limit < 1) return found;
      for await (const records of rows.newestFirst(model, limit)) found.push(...records);
      return found;
    },

    async read(model, candidateId) {
      const found: CandidateRecord[] = [];
      for await (const records of rows.newestFirst(model, ALL)) {
        const own = records.filter(({ candidate }) => candidate.id === candidateId);
        found.push(...own);
        if (found.length > 0 && own.length < records.length) break;
      }
      return found.toReversed();
    },
  };
}
