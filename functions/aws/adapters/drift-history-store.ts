import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { DriftState } from "../../core/drift/drift-state";
import type { VersionedStore } from "../../core/versioned-store";
import { decodeDriftState, encodeDriftState } from "../../node/drift-history-codec";
import { dynamoVersionedStore } from "./versioned-store";

/** The models' drift histories in the state table, under `drift#<model>`. */
export function dynamoDriftHistoryStore(client: DynamoDBClient, tableName: string): VersionedStore<DriftState> {
  const codec = { encode: encodeDriftState, decode: decodeDriftState };
  return dynamoVersionedStore(client, tableName, { kind: "drift", what: "a drift history", codec });
}
