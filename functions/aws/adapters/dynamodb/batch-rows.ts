// The head: one item per model, that every append touches, so it is kept below the kilobyte that one write unit pays for.
//
//   pk batch#<model>, sk head
//   generation      number of the open batch
//   batches         by generation, the open batch and those that are sealed and not closed:
//                   {count, openedAt?, lastAppendAt?, expiresAt?, carried, sealed?: {reason, sealedAt, batchSize, dedupeHorizonMs}}
//   lastPublished   {generation, sealedAt, deployment?}
//   shape           see state-layout.ts; every step is refused by a head of a shape that this program does not know
//
// A batch stays where it is when it is sealed: sealing adds `sealed` to it and opens its neighbour, so that an append can seal
// in the same update without knowing what the batch holds.

import { ConditionalCheckFailedException, type DynamoDBClient, GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import {
  type BatchHead,
  batchHeadSchema,
  FIRST_HEAD,
  type OpenBatch,
  openBatchSchema,
  type SealedBatch,
  type Segment,
  sealedBatchSchema,
} from "../../../core/batching/batch";
import type { LandedObject } from "../../../core/batching/landed-object";
import { ordinalSchema } from "../../../core/numbers";
import { checkShape, EXPIRY_ATTRIBUTE, PARTITIONS, SHAPE, SHAPE_FIELD, SORT_KEYS } from "../../../core/state-layout";
import { decodeSegment, encodeSegment } from "../../../node/batch-codecs";
import { fromItem, type Item, toItem } from "./attribute-values";
import { dynamoExpression, queryPages, retryContention } from "./dynamo-calls";

const { generation: _key, ...openFields } = openBatchSchema.shape;
const openSchema = z.object(openFields);

const { count, openedAt, expiresAt, reason, sealedAt, batchSize, dedupeHorizonMs } = sealedBatchSchema.shape;
const pendingSchema = z.object({
  count,
  openedAt,
  expiresAt,
  carried: openFields.carried,
  sealed: z.object({ reason, sealedAt, batchSize, dedupeHorizonMs }),
});

const headSchema = z.object({
  [SHAPE_FIELD]: z.optional(z.unknown()),
  generation: ordinalSchema,
  batches: z.record(z.string(), z.unknown()),
  lastPublished: batchHeadSchema.shape.lastPublished,
});

/** A batch that holds nothing yet. */
export const EMPTY_BATCH = { count: 0, carried: [] } as const;

function partitionOf(model: string): string {
  return PARTITIONS.batches + model;
}

export function headKey(model: string): Item {
  return toItem({ pk: partitionOf(model), sk: SORT_KEYS.head });
}

/** The head of a model that never had one. */
export function firstHead(model: string): Item {
  return { ...headKey(model), ...toItem({ generation: 1, batches: { "1": EMPTY_BATCH }, [SHAPE_FIELD]: SHAPE }) };
}

/**
 * What a head item says.
 * @throws Error when the item is not a head
 */
export function decodeHead(model: string, item: Item | undefined): BatchHead {
  if (item === undefined) return FIRST_HEAD;
  try {
    const { generation, batches, lastPublished, [SHAPE_FIELD]: shape } = headSchema.parse(fromItem(item));
    checkShape(shape);
    const open: OpenBatch = { generation, ...openSchema.parse(batches[generation]) };
    const pending = Object.entries(batches)
      .filter(([sealed]) => sealed !== String(generation))
      .map(([sealed, batch]) => decodePending(Number(sealed), batch))
      .sort((a, b) => a.generation - b.generation);
    return lastPublished === undefined ? { open, pending } : { open, pending, lastPublished };
  } catch (error) {
    throw new Error(
      `the item ${partitionOf(model)}, head is not a batch head; restore it from a backup of the table, or deploy the version of Retrigger that wrote it`,
      {
        cause: error,
      },
    );
  }
}

function decodePending(generation: number, batch: unknown): SealedBatch {
  const { carried, count, openedAt, expiresAt, sealed } = pendingSchema.parse(batch);
  return { generation: ordinalSchema.parse(generation), sources: [generation, ...carried], count, openedAt, expiresAt, ...sealed };
}

/** Updates under way at once while a batch is retained. */
const PARALLEL_UPDATES = 16;

/** The item of a segment: pk `batch#<model>`, sk `segment#<generation>#<id>`, the objects, when they may be removed, the shape. */
export function segmentItem(model: string, generation: number, segment: Segment, expiresAt: number): Item {
  return toItem({
    pk: partitionOf(model),
    sk: sortKeyPrefix(generation) + segment.id,
    data: encodeSegment(segment.objects),
    [EXPIRY_ATTRIBUTE]: epochSeconds(expiresAt),
    [SHAPE_FIELD]: SHAPE,
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
  for await (const items of segmentPages(client, table, model, generation, ["sk", "data", SHAPE_FIELD])) {
    for (const item of items) {
      const { sk, data, [SHAPE_FIELD]: shape } = fromItem(item);
      if (typeof sk !== "string" || !(data instanceof Uint8Array)) {
        throw new Error(`a segment of ${partitionOf(model)} without data: ${String(sk)}; restore it from a backup of the table`);
      }
      yield { id: sk.slice(prefix.length), objects: decodeObjects(model, sk, data, shape) };
    }
  }
}

function decodeObjects(model: string, sk: string, data: Uint8Array, shape: unknown): LandedObject[] {
  try {
    checkShape(shape);
    return decodeSegment(data);
  } catch (error) {
    const what = `the item ${partitionOf(model)}, ${sk} is not a segment of a batch`;
    const remedy = "restore it from a backup of the table, or deploy the version of Retrigger that wrote it";
    throw new Error(`${what}; ${remedy}`, { cause: error });
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
