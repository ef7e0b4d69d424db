// One item per report, in the order of the windows' ends; a report that is recorded again has the same key.
//
//   pk drifts#<model>, sk <window's end>#<hash of monitor, report id, contents>     data (deflated JSON), expires_at, shape
//
// Earlier programs hashed monitor and report id alone. Each may be removed the retention time after the evaluation.
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { DriftLog, DriftRecord } from "../../../core/drift/ports";
import { type LeftOut, LOG_RETENTION_MS, PARTITIONS } from "../../../core/state-layout";
import { decodeDriftRecord, encodeDriftRecord } from "../../../node/drift-codecs";
import { driftRecordHash, paddedEnd } from "../../../node/hashes";
import { recordedRows } from "./recorded-rows";

/**
 * `DriftLog` in the state table; reads are strongly consistent.
 * @param retentionMs from an evaluation until it may be removed
 * @param leftOut is told of each evaluation that a list leaves out; @default - a list with one that cannot be read is refused
 */
export function dynamoDriftLog(
  client: DynamoDBClient,
  tableName: string,
  retentionMs: number = LOG_RETENTION_MS,
  leftOut?: LeftOut,
): DriftLog {
  const decode = decodeDriftRecord;
  const evaluations = { partition: PARTITIONS.drifts, what: "an evaluation of drift", retentionMs, decode, leftOut };
  const rows = recordedRows<DriftRecord>(client, tableName, evaluations);
  return {
    async record(record) {
      const { evaluation, evaluatedAt: at } = record;
      const order = `${paddedEnd(evaluation)}#${driftRecordHash(record)}`;
      const row = { model: evaluation.model, order, data: encodeDriftRecord(record), at };
      await rows.put(`recording the evaluation of ${evaluation.reportId}`, row);
    },

    async list(model, limit) {
      const found: DriftRecord[] = [];
      let left = limit;
      if (left < 1) return found;
      for await (const page of rows.newestFirst(model, limit)) {
        const items = page.slice(0, left);
        left -= items.length;
        found.push(...rows.read(items));
        if (left === 0) break;
      }
      return found;
    },
  };
}
