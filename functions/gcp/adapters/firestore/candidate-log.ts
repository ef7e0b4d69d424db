// One document per step of a candidate; their ids are hashes, because those that rise with the time make a hot spot.
// https://cloud.google.com/firestore/docs/best-practices#document_ids
//
//   candidates/<hash of model and order>      order (model, registered at, candidate, number), data (deflated JSON), expireAt
//
// Firestore may remove each at `expireAt`, the retention time after the step.
import type { DocumentSnapshot, Firestore } from "@google-cloud/firestore";
import * as z from "zod/mini";
import type { CandidateLog } from "../../../core/promotion/ports";
import type { CandidateRecord } from "../../../core/promotion/promotion-state";
import { COLLECTIONS, EXPIRY_FIELD, type LeftOut, LOG_RETENTION_MS, readRows } from "../../../core/state-layout";
import { requestIdHash } from "../../../node/hashes";
import { candidateOrder, decodeCandidateRecord, encodeCandidateRecord } from "../../../node/promotion-codecs";
import { documentId, queryPages, readRecord, writeRecord } from "./documents";

/** In words, for errors. */
const WHAT = "a step of a candidate";

const documentSchema = z.object({ data: z.instanceof(Uint8Array) });

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
  const candidates = firestore.collection(COLLECTIONS.candidates);

  async function* newestFirst(model: string, limit: number): AsyncGenerator<readonly CandidateRecord[]> {
    const ofModel = candidates.where("order", ">=", startOfModel(model)).where("order", "<", endOfModel(model));
    for await (const page of queryPages(ofModel.orderBy("order", "desc"), limit)) yield readRows(page, decode, leftOut);
  }

  return {
    async record(record) {
      const { candidate, number, at } = record;
      const order = startOfModel(candidate.model) + candidateOrder(record);
      const fields = { order, data: encodeCandidateRecord(record), [EXPIRY_FIELD]: new Date(at + retentionMs) };
      await writeRecord(WHAT, `recording step ${number} of ${candidate.id}`, candidates.doc(requestIdHash(order)), fields);
    },

    async list(model, limit) {
      const found: CandidateRecord[] = [];
      if (limit < 1) return found;
      for await (const records of newestFirst(model, limit)) found.push(...records);
      return found;
    },

    async read(model, candidateId) {
      const found: CandidateRecord[] = [];
      for await (const records of newestFirst(model, ALL)) {
        const own = records.filter(({ candidate }) => candidate.id === candidateId);
        found.push(...own);
        if (found.length > 0 && own.length < records.length) break;
      }
      return found.toReversed();
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

function decode(snapshot: DocumentSnapshot): CandidateRecord {
  return readRecord(WHAT, snapshot, (fields) => decodeCandidateRecord(documentSchema.parse(fields).data));
}
