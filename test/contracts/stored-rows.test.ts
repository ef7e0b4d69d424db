import { type AttributeValue, type DynamoDBClient, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import type { DocumentData, Firestore } from "@google-cloud/firestore";
import { dynamoBatchStore } from "../../functions/aws/adapters/dynamodb/batch-store";
import { dynamoDecisionLog } from "../../functions/aws/adapters/dynamodb/decision-log";
import { dynamoDriftLog } from "../../functions/aws/adapters/dynamodb/drift-log";
import {
  dynamoCoordinatorStore,
  dynamoDriftHistoryStore,
  dynamoHeartbeatStore,
} from "../../functions/aws/adapters/dynamodb/versioned-store";
import { firestoreBatchStore } from "../../functions/gcp/adapters/firestore/batch-store";
import { firestoreDecisionLog } from "../../functions/gcp/adapters/firestore/decision-log";
import { firestoreDriftLog } from "../../functions/gcp/adapters/firestore/drift-log";
import {
  firestoreCoordinatorStore,
  firestoreDriftHistoryStore,
  firestoreHeartbeatStore,
} from "../../functions/gcp/adapters/firestore/versioned-store";
import { describeWithDynamoDb } from "./dynamodb-endpoint";
import { describeWithFirestore } from "./firestore-endpoint";
import written from "./stored-rows/rows-2026-11.json";
import { type RowStores, readRows, writeRows } from "./stored-rows/samples";

// Keys, fields and encodings of what is deployed are a promise: a later program reads what an earlier one wrote. A test here that
// fails says that a stack which is running now would lose its state with the next deployment. `rows-2026-11.json` holds what the
// program of that month wrote, and what it read of it; it is never written again.

const RETENTION_MS = 400 * 86_400_000;

describeWithDynamoDb("rows of DynamoDB", (dynamoDb) => {
  it("should keep their keys and attributes", async () => {
    // Arrange
    const table = await dynamoDb().createTable();

    // Act
    await writeRows(dynamoStores(dynamoDb().client, table));

    // Assert
    const { Items = [] } = await dynamoDb().client.send(new ScanCommand({ TableName: table }));
    expect(Items.map(({ pk, sk, ...rest }) => `${pk?.S} | ${sk?.S} | ${namesOf(rest)}`).sort()).toEqual([
      "batch#flights | head | batches,generation,lastPublished",
      "batch#flights | segment#0000000001#s1 | data,expires_at",
      "batch#flights | segment#0000000002#s2 | data,expires_at",
      "batch#flights | segment#0000000003#s3 | data,expires_at",
      "batch#flights | segment#0000000004#übrig/4 | data,expires_at",
      "coordinator#flights | state | savedAs,state,version",
      "decisions#flights | 001795262400000#data/flights/12#defer | entry,expires_at,requestId",
      "drift#flights | state | savedAs,state,version",
      "drifts#flights | 0001795258800000#894dcf52487911f634146822a387f92c2b5d34d4cd65d332b75661c4f436b087 | data,expires_at",
      "heartbeats#all | state | savedAs,state,version",
      "request#data/flights/12 | decision#001795262400000#defer | data,expires_at",
      "request#data/flights/12 | run | actualUsd,endedAt,expires_at,requestId,runId,settledBy,status",
    ]);
  });

  it("should be read as an earlier program wrote them", async () => {
    // Arrange
    const table = await dynamoDb().createTable();
    for (const row of written.dynamodb) {
      await dynamoDb().client.send(new PutItemCommand({ TableName: table, Item: itemOf(row) }));
    }

    // Act
    const values = await readRows(dynamoStores(dynamoDb().client, table));

    // Assert
    expect(values).toEqual(written.values);
  });
});

describeWithFirestore("rows of Firestore", (firestore) => {
  it("should keep their paths and fields", async () => {
    // Arrange
    const database = firestore().createDatabase();

    // Act
    await writeRows(firestoreStores(database));

    // Assert
    const found = await Promise.all(
      [...(await database.listCollections()), database.collectionGroup("segments")].map((all) => all.get()),
    );
    const documents = found.flatMap(({ docs }) => docs);
    expect(documents.map((document) => `${document.ref.path} | ${namesOf(document.data())}`).sort()).toEqual([
      "batches/flights | lastPublished,open,pending",
      "batches/flights/generations/1/segments/s1 | data,expireAt,isSealed,savedAs",
      "batches/flights/generations/2/segments/s2 | data,expireAt,isSealed,savedAs",
      "batches/flights/generations/3/segments/s3 | data,expireAt,isSealed,savedAs",
      "batches/flights/generations/4/segments/%C3%BCbrig%2F4 | data,expireAt,isSealed,savedAs",
      "coordinators/flights | savedAs,state,version",
      "decisions/9bf46cb86f21b83bc1803ced04203c9ceac49fb6ac2bf8f46b142d4eff88543c | data,expireAt,order,requestId",
      "driftHistories/flights | savedAs,state,version",
      "drifts/3a0b6d5fa78181f2fa1d26e7c4b16db59be2955122222d08bc2c09c4b24f81ca | data,expireAt,order",
      "heartbeats/all | savedAs,state,version",
      "runs/d7fe75cfbc5cdf7d74e990feb2b211c9d4e7afcda638eb46e0a04fa152f05869 | actualUsd,endedAt,expireAt,requestId,runId,settledBy,status",
    ]);
  });

  it("should be read as an earlier program wrote them", async () => {
    // Arrange
    const database = firestore().createDatabase();
    for (const { path, fields } of written.firestore) await database.doc(path).set(fieldsOf(fields));

    // Act
    const values = await readRows(firestoreStores(database));

    // Assert
    expect(values).toEqual(written.values);
  });
});

// Helpers

function dynamoStores(client: DynamoDBClient, table: string): RowStores {
  return {
    batches: dynamoBatchStore(client, table),
    states: dynamoCoordinatorStore(client, table),
    decisions: dynamoDecisionLog(client, table, RETENTION_MS),
    histories: dynamoDriftHistoryStore(client, table),
    drifts: dynamoDriftLog(client, table, RETENTION_MS),
    heartbeats: dynamoHeartbeatStore(client, table),
  };
}

function firestoreStores(firestore: Firestore): RowStores {
  return {
    batches: firestoreBatchStore(firestore),
    states: firestoreCoordinatorStore(firestore),
    decisions: firestoreDecisionLog(firestore, RETENTION_MS),
    histories: firestoreDriftHistoryStore(firestore),
    drifts: firestoreDriftLog(firestore, RETENTION_MS),
    heartbeats: firestoreHeartbeatStore(firestore),
  };
}

/** An item whose bytes are written in base64. */
function itemOf(row: object): Record<string, AttributeValue> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, "B" in value ? { B: Buffer.from(value.B, "base64") } : value]),
  );
}

/** Fields whose bytes and times are written as `{bytes}`, base64, and `{time}`, epoch milliseconds. */
function fieldsOf(fields: object): DocumentData {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      if (value.bytes !== undefined) return [name, Buffer.from(value.bytes, "base64")];
      return [name, value.time === undefined ? value : new Date(value.time)];
    }),
  );
}

function namesOf(row: object): string {
  return [...Object.keys(row)].sort().join();
}
