import { type AttributeValue, type DynamoDBClient, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import type { DocumentData, Firestore } from "@google-cloud/firestore";

/** Writes items whose bytes are in base64 into a table. */
export async function putItems(client: DynamoDBClient, table: string, rows: readonly object[]): Promise<void> {
  for (const row of rows) await client.send(new PutItemCommand({ TableName: table, Item: itemOf(row) }));
}

function itemOf(row: object): Record<string, AttributeValue> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, "B" in value ? { B: Buffer.from(value.B, "base64") } : value]),
  );
}

/** A document whose bytes and times are written as `{bytes}`, base64, and `{time}`, epoch milliseconds. */
export interface WrittenDocument {
  readonly path: string;
  readonly fields: object;
}

export async function setDocuments(database: Firestore, documents: readonly WrittenDocument[]): Promise<void> {
  for (const { path, fields } of documents) await database.doc(path).set(fieldsOf(fields));
}

function fieldsOf(fields: object): DocumentData {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      if (value.bytes !== undefined) return [name, Buffer.from(value.bytes, "base64")];
      return [name, value.time === undefined ? value : new Date(value.time)];
    }),
  );
}

export async function itemsOf(client: DynamoDBClient, table: string): Promise<readonly Record<string, AttributeValue>[]> {
  return (await client.send(new ScanCommand({ TableName: table }))).Items ?? [];
}

/** The documents of all collections, and the segments below them. */
export async function documentsOf(database: Firestore) {
  const all = [...(await database.listCollections()), database.collectionGroup("segments")];
  return (await Promise.all(all.map((collection) => collection.get()))).flatMap(({ docs }) => docs);
}
