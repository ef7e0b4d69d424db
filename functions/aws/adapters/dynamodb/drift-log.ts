// One item per report, in the order of the windows' ends; a report that is recorded again has the same key.
//
//   pk drifts#<model>, sk <window's end>#<hash of monitor, report id, contents>     data (deflated JSON), expires_at, shape
//
// Earlier programs hashed monitor and report id alone. Each may be removed the retention time after the evaluation.
import { type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import type { DriftLog, DriftRecord } from "../../../core/drift/ports";
import {
  checkShape,
  EXPIRY_ATTRIBUTE,
  type LeftOut,
  LOG_RETENTION_MS,
  PARTITIONS,
  readRows,
  SHAPE,
  SHAPE_FIELD,
} from "../../../core/state-layout";
import { decodeDriftRecord, encodeDriftRecord } from "../../../node/drift-codecs";
import { driftRecordHash, paddedEnd } from "../../../node/hashes";
import { fromItem, type Item, toItem } from "./attribute-values";
import { dynamoExpression, isKnownShape, queryPages, refusedByShape, retryContention, TELLING_THE_REFUSED } from "./dynamo-calls";

const itemSchema = z.object({ [SHAPE_FIELD]: z.optional(z.unknown()), data: z.instanceof(Uint8Array) });

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
  return {
    async record(record) {
      const { evaluation, evaluatedAt } = record;
      const { model, reportId } = evaluation;
      const Item = toItem({
        pk: partitionOf(model),
        sk: `${paddedEnd(evaluation)}#${driftRecordHash(record)}`,
        data: encodeDriftRecord(record),
        [EXPIRY_ATTRIBUTE]: Math.ceil((evaluatedAt + retentionMs) / 1000),
        [SHAPE_FIELD]: SHAPE,
      });
      const expression = dynamoExpression();
      const ConditionExpression = isKnownShape(expression);
      const put = { TableName: tableName, Item, ConditionExpression, ...expression.aliases(), ...TELLING_THE_REFUSED };
      try {
        await retryContention(`recording the evaluation of ${reportId}`, () => client.send(new PutItemCommand(put)));
      } catch (error) {
        throw refusedByShape(error, decodeItem);
      }
    },

    async list(model, limit) {
      const found: DriftRecord[] = [];
      let left = limit;
      if (left < 1) return found;
      const { path, value, aliases } = dynamoExpression();
      const KeyConditionExpression = `${path("pk")} = ${value(partitionOf(model))}`;
      const query = { TableName: tableName, ConsistentRead: true, KeyConditionExpression, ...aliases() };
      for await (const items of queryPages(client, { ...query, ScanIndexForward: false, Limit: limit })) {
        const rows = items.slice(0, left);
        left -= rows.length;
        found.push(...readRows(rows, decodeItem, leftOut));
        if (left === 0) break;
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
    const { data, [SHAPE_FIELD]: shape } = itemSchema.parse(fromItem(item));
    checkShape(shape);
    return decodeDriftRecord(data);
  } catch (error) {
    const remedy = "deploy the version of Retrigger that wrote it, restore it from a backup, or remove it";
    throw new Error(`the item ${item.pk?.S}, ${item.sk?.S} is not an evaluation of drift; ${remedy}`, { cause: error });
  }
}
