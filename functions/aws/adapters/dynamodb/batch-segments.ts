import { ConditionalCheckFailedException, type DynamoDBClient, GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { Segment } from "../../../core/batching/batch";
import { EXPIRY_ATTRIBUTE, SORT_KEYS } from "../../../core/state-layout";
import { decodeSegment, encodeSegment } from "../../../node/batch-codecs";
import { fromItem, type Item, toItem } from "./attribute-values";
import { partitionOf } from "./batch-head";
import { dynamoExpression, queryPages, retryContention } from "./dynamo-calls";

/** Updates under way at once while a batch is retained. */
const PARALLEL_UPDATES = 16;

/** The item of a segment: pk `batch#<model>`, sk `segment#<generation>#<id>`, the objects and when they may be removed. */
export function segmentItem(model: string, generation: number, segment: Segment, expiresAt: number): Item {
  return toItem({
    pk: partitionOf(model),
    sk: sortKeyPrefix(generation) + segment.id,
    data: encodeSegment(segment.objects),
    [EXPIRY_ATTRIBUTE]: epochSeconds(expiresAt),
  });
}

/** The segments of one generation; those past their time count until DynamoDB removes them. */
export async function* readSegments(
  client: DynamoDBClient,
  table: string,
  model: string,
  generation: number,
): AsyncGenerator<Segment> {
  const prefix = sortKeyPrefix(generation);
  for await (const items of segmentPages(client, table, model, generation, ["sk", "data"])) {
    for (const item of items) {
      const { sk, data } = fromItem(item);
      if (typeof sk !== "string" || !(data instanceof Uint8Array)) {
        throw new Error(`a segment of ${partitionOf(model)} without data: ${String(sk)}; restore it from a backup of the table`);
      }
      yield { id: sk.slice(prefix.length), objects: decodeSegment(data) };
    }
  }
}

/** True when one of these generations has the segment. */
export async function holdsSegment(
  client: DynamoDBClient,
  table: string,
  model: string,
  generations: readonly number[],
  id: string,
): Promise<boolean> {
  for (const generation of generations) {
    const Key = toItem({ pk: partitionOf(model), sk: sortKeyPrefix(generation) + id });
    const read = new GetItemCommand({ TableName: table, Key, ConsistentRead: true });
    const { Item } = await retryContention(`looking for a segment in ${table}`, () => client.send(read));
    if (Item !== undefined) return true;
  }
  return false;
}

/** Keeps every segment of a generation at least until `until`. */
export async function retainSegments(client: DynamoDBClient, table: string, model: string, generation: number, until: number) {
  for await (const keys of segmentPages(client, table, model, generation, ["pk", "sk"])) {
    for (let from = 0; from < keys.length; from += PARALLEL_UPDATES) {
      await Promise.all(
        keys.slice(from, from + PARALLEL_UPDATES).map((key) => retainSegment(client, table, key, epochSeconds(until))),
      );
    }
  }
}

/** A segment that was removed meanwhile must not come back as an empty item, and no segment's time is shortened. */
async function retainSegment(client: DynamoDBClient, table: string, key: Item, until: number): Promise<void> {
  const expression = dynamoExpression();
  const expiry = expression.path(EXPIRY_ATTRIBUTE);
  const time = expression.value(until);
  const command = new UpdateItemCommand({
    TableName: table,
    Key: key,
    UpdateExpression: `SET ${expiry} = ${time}`,
    ConditionExpression: `${expiry} < ${time}`,
    ...expression.aliases(),
  });
  try {
    await retryContention(`retaining a segment in ${table}`, () => client.send(command));
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

function segmentPages(client: DynamoDBClient, table: string, model: string, generation: number, attributes: readonly string[]) {
  const expression = dynamoExpression();
  const { path, value } = expression;
  return queryPages(client, {
    TableName: table,
    ConsistentRead: true,
    KeyConditionExpression: `${path("pk")} = ${value(partitionOf(model))} AND begins_with(${path("sk")}, ${value(sortKeyPrefix(generation))})`,
    ProjectionExpression: attributes.map((attribute) => path(attribute)).join(),
    ...expression.aliases(),
  });
}

function sortKeyPrefix(generation: number): string {
  return `${SORT_KEYS.segment}${String(generation).padStart(10, "0")}#`;
}

function epochSeconds(ms: number): number {
  return Math.ceil(ms / 1000);
}
