import { ConditionalCheckFailedException, type DynamoDBClient, PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import type { StartLog, StartRecord } from "../../core/coordination/start-log";
import { timeSchema } from "../../core/quantities";
import { fromItem, type Item, toItem } from "./attribute-values";
import { retryContention } from "./dynamo-contention";
import { dynamoExpression } from "./dynamo-expression";

const recordSchema = z.object({ intendedAt: timeSchema, runId: z.exactOptional(z.string()) });

/** `StartLog` in the state table: pk `start#<request id>`, sk `start`. A record may be removed `retentionMs` after the intention. */
export function dynamoStartLog(client: DynamoDBClient, tableName: string, retentionMs: number): StartLog {
  return {
    async intend(requestId, at): Promise<StartRecord> {
      const put = new PutItemCommand({
        TableName: tableName,
        Item: { ...keyOf(requestId), ...toItem({ intendedAt: at, expires_at: Math.ceil((at + retentionMs) / 1000) }) },
        ConditionExpression: "attribute_not_exists(pk)",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      });
      try {
        await retryContention(`recording the start of ${requestId}`, () => client.send(put));
        return { intendedAt: at };
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException && error.Item !== undefined) {
          return recordSchema.parse(fromItem(error.Item));
        }
        throw error;
      }
    },

    async complete(requestId, runId) {
      const expression = dynamoExpression();
      const update = new UpdateItemCommand({
        TableName: tableName,
        Key: keyOf(requestId),
        UpdateExpression: `SET ${expression.path("runId")} = ${expression.value(runId)}`,
        ConditionExpression: `attribute_exists(${expression.path("pk")})`,
        ...expression.aliases(),
      });
      try {
        await retryContention(`recording the run of ${requestId}`, () => client.send(update));
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        throw new Error(`no start was intended for ${requestId}; call intend before complete`, { cause: error });
      }
    },
  };
}

function keyOf(requestId: string): Item {
  return toItem({ pk: `start#${requestId}`, sk: "start" });
}
