import { randomUUID } from "node:crypto";
import { ConditionalCheckFailedException, type DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import type { CoordinatorStore } from "../../../core/coordination/ports";
import type { DeploymentStore } from "../../../core/deployment-id";
import type { DriftState } from "../../../core/drift/drift-state";
import { type ToldStore, tellingExpiry } from "../../../core/notices/chats/telling";
import { ordinalSchema } from "../../../core/numbers";
import type { PromotionStore } from "../../../core/promotion/ports";
import type { HeartbeatStore } from "../../../core/schedules/heartbeats";
import { checkShape, EXPIRY_ATTRIBUTE, PARTITIONS, SHAPE, SHAPE_FIELD, SORT_KEYS } from "../../../core/state-layout";
import type { RecordCodec, Versioned, VersionedStore } from "../../../core/versioned-store";
import { decodeDriftState, encodeDriftState } from "../../../node/drift-codecs";
import { decodePromotion, encodePromotion } from "../../../node/promotion-codecs";
import {
  decodeDeployment,
  decodeHeartbeats,
  decodeState,
  decodeTelling,
  encodeDeployment,
  encodeHeartbeats,
  encodeState,
  encodeTelling,
} from "../../../node/record-codecs";
import { fromItem, type Item, toItem } from "./attribute-values";
import { dynamoExpression, getItems, retryContention } from "./dynamo-calls";

const itemSchema = z.object({ [SHAPE_FIELD]: z.optional(z.unknown()), version: ordinalSchema, state: z.instanceof(Uint8Array) });

/** What a store keeps, and where. */
interface DynamoRecords<T> {
  /** What the partition key begins with; the model's name follows. */
  readonly partition: string;
  /** One record in words, for errors. */
  readonly what: string;
  readonly codec: RecordCodec<T>;
  /** From when a record may be removed, epoch milliseconds. @default - it is kept */
  readonly expiry?: (state: T) => number;
}

/**
 * `VersionedStore` in the state table: pk `<partition><model>`, sk `state`, with `version`, `state` (the codec's bytes) and
 * `savedAs`, a name of its own for each save. By that name a save whose response was lost is known again when the client's
 * repetition is refused by what it wrote itself; the bytes would not tell it from an equal state that another saved.
 */
function dynamoVersionedStore<T>(
  client: DynamoDBClient,
  tableName: string,
  { partition, what, codec, expiry }: DynamoRecords<T>,
): VersionedStore<T> {
  const keyOf = (model: string): Item => toItem({ pk: partition + model, sk: SORT_KEYS.state });

  function decodeItem(model: string, item: Item): Versioned<T> {
    try {
      const { version, state, [SHAPE_FIELD]: shape } = itemSchema.parse(fromItem(item));
      checkShape(shape);
      return { version, state: codec.decode(state) };
    } catch (error) {
      const remedy = "restore it from a backup of the table, or deploy the version of Retrigger that wrote it";
      throw new Error(`the item ${partition}${model}, ${SORT_KEYS.state} is not ${what}; ${remedy}`, { cause: error });
    }
  }

  return {
    async load(model) {
      const read = { TableName: tableName, Key: keyOf(model), ConsistentRead: true };
      const { Item } = await retryContention(`reading ${what} of ${model}`, () => client.send(new GetItemCommand(read)));
      return Item && decodeItem(model, Item);
    },

    async loadAll(models) {
      const items = await getItems(client, tableName, models.map(keyOf));
      return await Promise.allSettled(items.map(async (item, index) => item && decodeItem(models[index] ?? "", item)));
    },

    async save(model, state, version) {
      const { path, value, aliases } = dynamoExpression();
      const savedAs = randomUUID();
      const isNext = version === 0 ? `attribute_not_exists(${path("version")})` : `${path("version")} = ${value(version)}`;
      const expires = expiry && { [EXPIRY_ATTRIBUTE]: Math.ceil(expiry(state) / 1000) };
      const put = new PutItemCommand({
        TableName: tableName,
        Item: {
          ...keyOf(model),
          ...toItem({ version: version + 1, state: codec.encode(model, state), savedAs, ...expires, [SHAPE_FIELD]: SHAPE }),
        },
        ConditionExpression: isNext,
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        ...aliases(),
      });
      try {
        await retryContention(`saving ${what} of ${model}`, () => client.send(put));
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return error.Item?.savedAs?.S === savedAs;
        throw error;
      }
    },
  };
}

/** `CoordinatorStore` in the state table, under `coordinator#<model>`. */
export function dynamoCoordinatorStore(client: DynamoDBClient, tableName: string): CoordinatorStore {
  const codec = { encode: encodeState, decode: decodeState };
  return dynamoVersionedStore(client, tableName, { partition: PARTITIONS.coordinators, what: "a coordinator's state", codec });
}

/** The models' drift histories in the state table, under `drift#<model>`. */
export function dynamoDriftHistoryStore(client: DynamoDBClient, tableName: string): VersionedStore<DriftState> {
  const codec = { encode: encodeDriftState, decode: decodeDriftState };
  return dynamoVersionedStore(client, tableName, { partition: PARTITIONS.driftHistories, what: "a drift history", codec });
}

/** `PromotionStore` in the state table, under `promotion#<model>`. */
export function dynamoPromotionStore(client: DynamoDBClient, tableName: string): PromotionStore {
  const codec = { encode: encodePromotion, decode: decodePromotion };
  return dynamoVersionedStore(client, tableName, { partition: PARTITIONS.promotions, what: "a promotion's state", codec });
}

/** `HeartbeatStore` in the state table, under `heartbeats#all`. */
export function dynamoHeartbeatStore(client: DynamoDBClient, tableName: string): HeartbeatStore {
  const codec = { encode: encodeHeartbeats, decode: decodeHeartbeats };
  return dynamoVersionedStore(client, tableName, {
    partition: PARTITIONS.heartbeats,
    what: "a record of watched schedules",
    codec,
  });
}

/** `DeploymentStore` in the state table, under `deployment#this`. */
export function dynamoDeploymentStore(client: DynamoDBClient, tableName: string): DeploymentStore {
  const codec = { encode: encodeDeployment, decode: decodeDeployment };
  return dynamoVersionedStore(client, tableName, { partition: PARTITIONS.deployment, what: "a deployment's record", codec });
}

/** `ToldStore` in the state table, under `telling#<chat>#<message>`; an item expires. */
export function dynamoToldStore(client: DynamoDBClient, tableName: string): ToldStore {
  const codec = { encode: encodeTelling, decode: decodeTelling };
  const what = "a record of a telling";
  return dynamoVersionedStore(client, tableName, { partition: PARTITIONS.tellings, what, codec, expiry: tellingExpiry });
}
