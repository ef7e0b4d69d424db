// One item per step of a candidate, in the order of the candidates' registration, and then of their steps.
//
//   pk candidates#<model>, sk <registered at>#<candidate>#<number of the step>     data (deflated JSON), expires_at, shape
//
// Each may be removed the retention time after the step.
import { type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import type { CandidateLog } from "../../../core/promotion/ports";
import type { CandidateRecord } from "../../../core/promotion/promotion-state";
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
import { candidateOrder, decodeCandidateRecord, encodeCandidateRecord } from "../../../node/promotion-codecs";
import { fromItem, type Item, toItem } from "./attribute-values";
import { dynamoExpression, isKnownShape, queryPages, refusedByShape, retryContention, TELLING_THE_REFUSED } from "./dynamo-calls";

const itemSchema = z.object({ [SHAPE_FIELD]: z.optional(z.unknown()), data: z.instanceof(Uint8Array) });

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
  async function* newestFirst(model: string, limit: number): AsyncGenerator<readonly CandidateRecord[]> {
    const { path, value, aliases } = dynamoExpression();
    const KeyConditionExpression = `${path("pk")} = ${value(partitionOf(model))}`;
    const query = { TableName: tableName, ConsistentRead: true, KeyConditionExpression, ...aliases() };
    for await (const items of queryPages(client, { ...query, ScanIndexForward: false, Limit: limit })) {
      yield readRows(items, decodeItem, leftOut);
    }
  }

  return {
    async record(record) {
      const { candidate, number, at } = record;
      const Item = toItem({
        pk: partitionOf(candidate.model),
        sk: candidateOrder(record),
        data: encodeCandidateRecord(record),
        [EXPIRY_ATTRIBUTE]: Math.ceil((at + retentionMs) / 1000),
        [SHAPE_FIELD]: SHAPE,
      });
      const expression = dynamoExpression();
      const ConditionExpression = isKnownShape(expression);
      const put = { TableName: tableName, Item, ConditionExpression, ...expression.aliases(), ...TELLING_THE_REFUSED };
      try {
        await retryContention(`recording step ${number} of ${candidate.id}`, () => client.send(new PutItemCommand(put)));
      } catch (error) {
        throw refusedByShape(error, decodeItem);
      }
    },

    async list(model, limit) {
      const found: CandidateRecord[] = [];
      if (limit < 1) return found;
      for await (const records of newestFirst(model, Math.min(limit, PAGE))) {
        found.push(...records);
        if (found.length >= limit) break;
      }
      return found.slice(0, limit);
    },

    async read(model, candidateId) {
      const found: CandidateRecord[] = [];
      for await (const records of newestFirst(model, PAGE)) {
        const own = records.filter(({ candidate }) => candidate.id === candidateId);
        found.push(...own);
        if (found.length > 0 && own.length < records.length) break;
      }
      return found.toReversed();
    },
  };
}

function partitionOf(model: string): string {
  return PARTITIONS.candidates + model;
}

function decodeItem(item: Item): CandidateRecord {
  try {
    const { data, [SHAPE_FIELD]: shape } = itemSchema.parse(fromItem(item));
    checkShape(shape);
    return decodeCandidateRecord(data);
  } catch (error) {
    const remedy = "deploy the version of Retrigger that wrote it, restore it from a backup, or remove it";
    throw new Error(`the item ${item.pk?.S}, ${item.sk?.S} is not a step of a candidate; ${remedy}`, { cause: error });
  }
}
