// Three kinds of items; the first two are written in one BatchWriteItem, which costs half of a transaction. Both are overwritten
// by the same when a decision is recorded again, and a record that got only half-way is repeated by its outbox.
//
//   pk request#<request id>, sk decision#<decidedAt>#<outcome>                the decision, deflated JSON
//   pk decisions#<model>,    sk <decidedAt>#<request id>#<outcome>            requestId and entry: where the decision is
//   pk request#<request id>, sk run                                           runId, status, actualUsd, endedAt, settledBy, mix
//
// Each has its shape, see state-layout.ts. Each may be removed the retention time after the decision, or after the run's end.
import { BatchWriteItemCommand, type DynamoDBClient, GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import type { Decision } from "../../../core/coordination/decision";
import { type ErasableDecisionLog, type RunRecord, runRecordSchema, type TimeSpan } from "../../../core/coordination/ports";
import {
  checkShape,
  EXPIRY_ATTRIBUTE,
  type LeftOut,
  LOG_RETENTION_MS,
  PARTITIONS,
  readRows,
  SHAPE,
  SHAPE_FIELD,
  SORT_KEYS,
} from "../../../core/state-layout";
import { decodeDecision, encodeDecision } from "../../../node/record-codecs";
import { fromItem, type Item, type PlainMap, toItem } from "./attribute-values";
import {
  dynamoExpression,
  getItems,
  isKnownShape,
  queryPages,
  refusedByShape,
  retryContention,
  retryUnprocessed,
  TELLING_THE_REFUSED,
} from "./dynamo-calls";

/** Decisions in memory at once. */
const PAGE_ITEMS = 1_000;

/** Sorts after every entry's time, as it has the digits of a time and no entry behind them. */
const LAST_TIME = 999_999_999_999_999;

const entrySchema = z.object({ data: z.instanceof(Uint8Array) });
const indexSchema = z.object({ requestId: z.string(), entry: z.string() });

/**
 * `ErasableDecisionLog` in the state table; reads are strongly consistent.
 * @param retentionMs from a decision, or the end of its run, until its items may be removed
 * @param leftOut is told of each decision that a list leaves out; @default - a list with one that cannot be read is refused
 */
export function dynamoDecisionLog(
  client: DynamoDBClient,
  tableName: string,
  retentionMs: number = LOG_RETENTION_MS,
  leftOut?: LeftOut,
): ErasableDecisionLog {
  const expiryOf = (at: number) => ({ [EXPIRY_ATTRIBUTE]: Math.ceil((at + retentionMs) / 1000) });

  /** Resolves to the fields of before that changed. */
  async function updateRun(requestId: string, values: PlainMap): Promise<Item> {
    const expression = dynamoExpression();
    const { path, value } = expression;
    const actions = Object.entries({ ...values, [SHAPE_FIELD]: SHAPE }).flatMap(([name, to]) =>
      to === undefined ? [] : [`${path(name)} = ${value(to)}`],
    );
    const update = {
      TableName: tableName,
      Key: keyOf(requestId, SORT_KEYS.run),
      UpdateExpression: `SET ${actions.join(", ")}`,
      ConditionExpression: isKnownShape(expression),
      ...expression.aliases(),
      ReturnValues: "UPDATED_OLD",
      ...TELLING_THE_REFUSED,
    } as const;
    try {
      const what = `recording the run of ${requestId}`;
      const { Attributes = {} } = await retryContention(what, () => client.send(new UpdateItemCommand(update)));
      return Attributes;
    } catch (error) {
      throw refusedByShape(error, decodeRun);
    }
  }

  async function* newestFirst(model: string, span: TimeSpan, limit: number): AsyncGenerator<readonly Decision[]> {
    const { since = 0, until = LAST_TIME } = span;
    let left = limit;
    // DynamoDB refuses a span that ends before it begins.
    if (left < 1 || since > until) return;
    const query = { ...indexOf(tableName, model, since, until), ScanIndexForward: false, Limit: Math.min(limit, PAGE_ITEMS) };
    for await (const items of queryPages(client, query)) {
      const rows = items.slice(0, left);
      const entries = readRows(rows, decodeIndex, leftOut);
      yield await read(entries.map(({ requestId, entry }) => keyOf(requestId, entry)));
      left -= rows.length;
      if (left === 0) return;
    }
  }

  async function read(keys: readonly Item[]): Promise<Decision[]> {
    const items = await getItems(client, tableName, keys);
    return readRows(
      items.filter((item) => item !== undefined),
      decodeEntry,
      leftOut,
    );
  }

  async function put(decision: Decision): Promise<void> {
    const { requestId, model, outcome, decidedAt } = decision;
    const time = paddedTime(decidedAt);
    const entry = `${SORT_KEYS.decision}${time}#${outcome}`;
    const common = { ...expiryOf(decidedAt), [SHAPE_FIELD]: SHAPE };
    await putItems(client, tableName, [
      toItem({ pk: requestPk(requestId), sk: entry, data: encodeDecision(decision), ...common }),
      toItem({ pk: PARTITIONS.decisions + model, sk: `${time}#${requestId}#${outcome}`, requestId, entry, ...common }),
    ]);
  }

  return {
    record: put,
    replace: put,

    recordRun: async (requestId, runId, mix) => (await updateRun(requestId, { runId, mix })).runId === undefined,

    async recordOutcome({ requestId, ...outcome }, endedAt) {
      await updateRun(requestId, { requestId, ...outcome, endedAt, ...expiryOf(endedAt) });
    },

    async read(requestId) {
      const items: Item[] = [];
      for await (const page of queryPages(client, inPartition(tableName, requestPk(requestId)))) items.push(...page);
      const run = items.find(({ sk }) => sk?.S === SORT_KEYS.run);
      const decisions = items.filter((item) => item !== run).map(decodeEntry);
      if (decisions.length === 0) return undefined;
      return { decisions, ...(run !== undefined && { run: decodeRun(run) }) };
    },

    async readRun(requestId) {
      const get = { TableName: tableName, Key: keyOf(requestId, SORT_KEYS.run), ConsistentRead: true };
      const { Item } = await retryContention(`reading the run of ${requestId}`, () => client.send(new GetItemCommand(get)));
      return Item && decodeRun(Item);
    },

    async list(model, limit) {
      const found: Decision[] = [];
      for await (const page of newestFirst(model, {}, limit)) found.push(...page);
      return found;
    },

    between: (model, span) => newestFirst(model, span, Number.POSITIVE_INFINITY),
  };
}

function inPartition(table: string, pk: string) {
  const { path, value, aliases } = dynamoExpression();
  return { TableName: table, ConsistentRead: true, KeyConditionExpression: `${path("pk")} = ${value(pk)}`, ...aliases() };
}

/** The index of a model's decisions within a span of time. */
function indexOf(table: string, model: string, since: number, until: number) {
  const { path, value, aliases } = dynamoExpression();
  const inTime = `${path("sk")} BETWEEN ${value(paddedTime(since))} AND ${value(paddedTime(until))}`;
  const KeyConditionExpression = `${path("pk")} = ${value(PARTITIONS.decisions + model)} AND ${inTime}`;
  return { TableName: table, ConsistentRead: true, KeyConditionExpression, ...aliases() };
}

function requestPk(requestId: string): string {
  return PARTITIONS.requests + requestId;
}

function keyOf(requestId: string, entry: string): Item {
  return toItem({ pk: requestPk(requestId), sk: entry });
}

/** So that texts sort as the times do. */
function paddedTime(at: number): string {
  return String(at).padStart(15, "0");
}

function decodeEntry(item: Item): Decision {
  return decoded("a decision", item, (fields) => decodeDecision(entrySchema.parse(fields).data));
}

function decodeIndex(item: Item): z.infer<typeof indexSchema> {
  return decoded("an entry of the index of decisions", item, (fields) => indexSchema.parse(fields));
}

function decodeRun(item: Item): RunRecord {
  return decoded("a run", item, (fields) => runRecordSchema.parse(fields));
}

function decoded<T>(what: string, item: Item, decode: (fields: unknown) => T): T {
  try {
    const fields = fromItem(item);
    checkShape(fields[SHAPE_FIELD]);
    return decode(fields);
  } catch (error) {
    const remedy = "deploy the version of Retrigger that wrote it, restore it from a backup, or remove it";
    throw new Error(`the item ${item.pk?.S}, ${item.sk?.S} is not ${what}; ${remedy}`, { cause: error });
  }
}

/**
 * Puts at most 25 items in one call, each for itself.
 * @throws RetryableError when DynamoDB keeps leaving some of them out
 */
async function putItems(client: DynamoDBClient, table: string, items: readonly Item[]): Promise<void> {
  const what = `writing ${items.length} items into ${table}`;
  let left = items.map((Item) => ({ PutRequest: { Item } }));
  await retryUnprocessed(what, async () => {
    const command = new BatchWriteItemCommand({ RequestItems: { [table]: left } });
    const { UnprocessedItems } = await retryContention(what, () => client.send(command));
    left = (UnprocessedItems?.[table] ?? []).flatMap(({ PutRequest }) =>
      PutRequest?.Item ? [{ PutRequest: { Item: PutRequest.Item } }] : [],
    );
    return left.length;
  });
}
