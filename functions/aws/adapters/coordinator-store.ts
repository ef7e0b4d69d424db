import { randomUUID } from "node:crypto";
import { ConditionalCheckFailedException, type DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import type { CoordinatorStore, VersionedState } from "../../core/coordination/coordinator-store";
import { ordinalSchema } from "../../core/quantities";
import { decodeState, encodeState } from "../../node/coordinator-state-codec";
import { fromItem, type Item, toItem } from "./attribute-values";
import { retryContention } from "./dynamo-contention";
import { dynamoExpression } from "./dynamo-expression";

const itemSchema = z.object({ version: ordinalSchema, state: z.instanceof(Uint8Array) });

/**
 * `CoordinatorStore` in the state table: pk `coordinator#<model>`, sk `state`, with `version`, `state` (deflated JSON) and
 * `savedAs`, a name of its own for each save. By that name a save whose response was lost is known again when the client's
 * repetition is refused by what it wrote itself; the bytes would not tell it from an equal state that another saved.
 */
export function dynamoCoordinatorStore(client: DynamoDBClient, tableName: string): CoordinatorStore {
  return {
    async load(model) {
      const read = { TableName: tableName, Key: keyOf(model), ConsistentRead: true };
      const { Item } = await retryContention(`reading the state of ${model}`, () => client.send(new GetItemCommand(read)));
      return Item && decodeItem(model, Item);
    },

    async save(model, state, version) {
      const { path, value, aliases } = dynamoExpression();
      const savedAs = randomUUID();
      const isNext = version === 0 ? `attribute_not_exists(${path("version")})` : `${path("version")} = ${value(version)}`;
      const put = new PutItemCommand({
        TableName: tableName,
        Item: { ...keyOf(model), ...toItem({ version: version + 1, state: encodeState(model, state), savedAs }) },
        ConditionExpression: isNext,
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        ...aliases(),
      });
      try {
        await retryContention(`saving the state of ${model}`, () => client.send(put));
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return error.Item?.savedAs?.S === savedAs;
        throw error;
      }
    },
  };
}

function keyOf(model: string): Item {
  return toItem({ pk: `coordinator#${model}`, sk: "state" });
}

function decodeItem(model: string, item: Item): VersionedState {
  try {
    const { version, state } = itemSchema.parse(fromItem(item));
    return { version, state: decodeState(state) };
  } catch (error) {
    const remedy = "restore it from a backup of the table, or deploy the version of Retrigger that wrote it";
    throw new Error(`the item coordinator#${model}, state is not a coordinator's state; ${remedy}`, { cause: error });
  }
}
