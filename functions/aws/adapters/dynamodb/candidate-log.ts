// One item per step of a candidate, in the order of the candidates' registration, and then of their steps.
//
//   pk candidates#<model>, sk <registered at>#<candidate>#<number of the step>     data (deflated JSON), expires_at, shape
//
// Each may be removed the retention time after the step.
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { CandidateLog } from "../../../core/promotion/ports";
import type { CandidateRecord } from "../../../core/promotion/promotion-state";
import { type LeftOut, LOG_RETENTION_MS, PARTITIONS } from "../../../core/state-layout";
import { candidateOrder, decodeCandidateRecord, encodeCandidateRecord } from "../../../node/promotion-codecs";
import { recordedRows } from "./recorded-rows";

const PAGE = 100;

/**
 * `CandidateLog` in the state table; reads are strongly consistent.
 * @param retentionMs from a step until it may be removed
 * @param leftOut is told of each step that a list leaves out; @default - a list with one that cannot be read is refused
 */
export function dynamoCandidateLog(
  client: DynamoDBClient,
  tableName: string,
  retentionMs: number = LOG_RETENTION_MS,
  leftOut?: LeftOut,
): CandidateLog {
  const decode = decodeCandidateRecord;
  const steps = { partition: PARTITIONS.candidates, what: "a step of a candidate", retentionMs, decode, leftOut };
  const rows = recordedRows<CandidateRecord>(client, tableName, steps);
  return {
    async record(record) {
      const { candidate, number, at } = record;
      const row = { model: candidate.model, order: candidateOrder(record), data: encodeCandidateRecord(record), at };
      await rows.put(`recording step ${number} of ${candidate.id}`, row);
    },

    async list(model, limit) {
      const found: CandidateRecord[] = [];
      if (limit < 1) return found;
      for await (const items of rows.newestFirst(model, Math.min(limit, PAGE))) {
        found.push(...rows.read(items));
        if (found.length >= limit) break;
      }
      return found.slice(0, limit);
    },

    async read(model, candidateId) {
      const found: CandidateRecord[] = [];
      for await (const items of rows.newestFirst(model, PAGE)) {
        const records = rows.read(items);
        const own = records.filter(({ candidate }) => candidate.id === candidateId);
        found.push(...own);
        if (found.length > 0 && own.length < records.length) break;
      }
      return found.toReversed();
    },
  };
}
