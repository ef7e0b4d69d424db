// One item per report, in the order of the windows' ends; a report that is recorded again has the same key.
//
//   pk drifts#<model>, sk <window's end>#<hash of monitor and report id>      data (deflated JSON), expires_at
//
// Each may be removed the retention time after the evaluation.
import { type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import type { DriftLog, DriftRecord } from "../../../core/drift/ports";
import { EXPIRY_ATTRIBUTE, LOG_RETENTION_MS, PARTITIONS } from "../../../core/state-layout";
import { decodeDriftRecord, encodeDriftRecord } from "../../../node/drift-codecs";
import { driftRecordHash, paddedEnd } from "../../../node/hashes";
import { fromItem, type Item, toItem } from "./attribute-values";
import { dynamoExpression, queryPages, retryContention } from "./dynamo-calls";

const itemSchema = z.object({ data: z.instanceof(Uint8Array) });

/** `DriftLog` in the state table; reads are strongly consistent. `retentionMs` counts from the evaluation. */
export function dynamoDriftLog(client: DynamoDBClient, tableName: string, retentionMs: number = LOG_RETENTION_MS): DriftLog {
  return {
    async record(record) {
      const { evaluation, evaluatedAt } = record;
      const { model, reportId } = evaluation;
      const Item = toItem({
        pk: partitionOf(model),
        sk: `${paddedEnd(evaluation)}#${driftRecordHash(evaluation)}`,
        data: encodeDriftRecord(record),
        [EXPIRY_ATTRIBUTE]: Math.ceil((evaluatedAt + retentionMs) / 1000),
      });
      await retryContention(`recording the evaluation of ${reportId}`, () =>
        client.send(new PutItemCommand({ TableName: tableName, Item })),
      );
    },

    async list(model, limit) {
      const found: DriftRecord[] = [];
      if (limit < 1) return found;
      const { path, value, aliases } = dynamoExpression();
      const KeyConditionExpression = `${path("pk")} = ${value(partitionOf(model))}`;
      const query = { TableName: tableName, ConsistentRead: true, KeyConditionExpression, ...aliases() };
      for await (const items of queryPages(client, { ...query, ScanIndexForward: false, Limit: limit })) {
        found.push(...items.slice(0, limit - found.length).map(decodeItem));
        if (found.length >= limit) break;
      }
      return found;
    },
  };
}

function partitionOf(model: string): string {
  return PARTITIONS.drifts + model;
}

function decodeItem(item: Item): DriftRecord {
  try {
    return decodeDriftRecord(itemSchema.parse(fromItem(item)).data);
  } catch (error) {
    const remedy = "remove it or restore it from a backup";
    throw new Error(`the item ${item.pk?.S}, ${item.sk?.S} is not an evaluation of drift; ${remedy}`, { cause: error });
  }
}
