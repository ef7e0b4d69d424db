import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
} from "@aws-sdk/client-dynamodb";
import { FieldValue, type Firestore } from "@google-cloud/firestore";
import type { LandedObject } from "../functions/core/batching/landed-object";

// The algorithm that the document types out: an item per event, a COUNT over all items after each, at the threshold a query for
// all paths and a delete for each. Written to be measured, beside what replaces it.

const BATCH_ID = "2026-11-21-04";

/** One event: store it, then count. Eventually consistent reads, one page, as the document has it. */
export async function documentEvent(client: DynamoDBClient, table: string, index: number): Promise<number> {
  await client.send(new PutItemCommand({ TableName: table, Item: itemOf(index) }));
  const { Count } = await client.send(new QueryCommand({ ...batchQuery(table), Select: "COUNT" }));
  return Count ?? 0;
}

/** The threshold: read every path, delete every item. */
export async function documentTrigger(client: DynamoDBClient, table: string, count: number): Promise<void> {
  await client.send(new QueryCommand(batchQuery(table)));
  for (let index = 0; index < count; index++) {
    const { pk, sk } = itemOf(index);
    await client.send(new DeleteItemCommand({ TableName: table, Key: { pk, sk } }));
  }
}

/** Puts events into the table at once, to measure a later one. */
export async function documentPrefill(client: DynamoDBClient, table: string, from: number, to: number): Promise<void> {
  for (let index = from; index < to; index += 25) {
    const puts = Array.from({ length: Math.min(25, to - index) }, (_, offset) => ({
      PutRequest: { Item: itemOf(index + offset) },
    }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: puts } }));
  }
}

function batchQuery(table: string): QueryCommandInput {
  return { TableName: table, KeyConditionExpression: "pk = :b", ExpressionAttributeValues: { ":b": { S: BATCH_ID } } };
}

function itemOf(index: number) {
  const time = new Date(Date.UTC(2026, 10, 21, 4) + index).toISOString();
  const path = `s3://acme-flights-production/incoming/2001/01/03/flights-${String(index).padStart(9, "0")}.parquet`;
  return { pk: { S: BATCH_ID }, sk: { S: `${time}.${index}` }, s3_path: { S: path }, expiry_time: { N: "1794729600" } };
}

// The algorithm that the document types out for Cloud Run: one document per hour, to whose list each event adds an element, a
// read of it after each, and its deletion at the threshold. Written to be measured, beside what replaces it.

/** Every object as an event of its own. */
export async function documentEvents(firestore: Firestore, objects: readonly LandedObject[], batchSize: number): Promise<void> {
  const hour = firestore.collection("event_batches").doc("2026-11-21-04");
  for (const [index, { key }] of objects.entries()) {
    const timestamp = new Date(Date.UTC(2026, 10, 21, 4) + index);
    const event = { gcs_path: `gs://acme-flights-production/${key}`, timestamp };
    await hour.set({ events: FieldValue.arrayUnion(event), updated_at: timestamp }, { merge: true });
    const events: unknown = (await hour.get()).get("events");
    if (Array.isArray(events) && events.length >= batchSize) await hour.delete();
  }
}
