import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { HeartbeatStore } from "../../core/schedules/heartbeats";
import { decodeHeartbeats, encodeHeartbeats } from "../../node/heartbeat-codec";
import { dynamoVersionedStore } from "./versioned-store";

/** `HeartbeatStore` in the state table, under `heartbeats#all`. */
export function dynamoHeartbeatStore(client: DynamoDBClient, tableName: string): HeartbeatStore {
  const codec = { encode: encodeHeartbeats, decode: decodeHeartbeats };
  return dynamoVersionedStore(client, tableName, { kind: "heartbeats", what: "a record of watched schedules", codec });
}
