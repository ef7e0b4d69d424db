import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { CoordinatorStore } from "../../core/coordination/coordinator-store";
import { decodeState, encodeState } from "../../node/coordinator-state-codec";
import { dynamoVersionedStore } from "./versioned-store";

/** `CoordinatorStore` in the state table, under `coordinator#<model>`. */
export function dynamoCoordinatorStore(client: DynamoDBClient, tableName: string): CoordinatorStore {
  const codec = { encode: encodeState, decode: decodeState };
  return dynamoVersionedStore(client, tableName, { kind: "coordinator", what: "a coordinator's state", codec });
}
