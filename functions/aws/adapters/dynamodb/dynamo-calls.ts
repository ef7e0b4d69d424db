import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  type KeysAndAttributes,
  ProvisionedThroughputExceededException,
  QueryCommand,
  type QueryCommandInput,
  RequestLimitExceeded,
  ThrottlingException,
  TransactionCanceledException,
  TransactionConflictException,
  TransactionInProgressException,
} from "@aws-sdk/client-dynamodb";
import { SHAPE, SHAPE_FIELD } from "../../../core/state-layout";
import { retryWithJitter } from "../../../node/retry-with-jitter";
import { failureOf } from "../call-limits";
import { type Item, type Plain, toAttribute } from "./attribute-values";

/** The aliases that an expression uses, in the form in which every command takes them. */
export interface Aliases {
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues: Item | undefined;
}

/** Collects the names and values of a command's expressions. */
export interface DynamoExpression {
  /** A document path, aliased, because a name may be a reserved word or a number. */
  path(...names: readonly (string | number)[]): string;
  /** A literal value, aliased. */
  value(value: Plain): string;
  aliases(): Aliases;
}

export function dynamoExpression(): DynamoExpression {
  const names = new Map<string, string>();
  const values: Item = {};
  const alias = (name: string) => {
    const known = names.get(name) ?? `#${names.size}`;
    names.set(name, known);
    return known;
  };
  return {
    path: (...parts) => parts.map((part) => alias(String(part))).join("."),
    value(value) {
      const placeholder = `:${Object.keys(values).length}`;
      values[placeholder] = toAttribute(value);
      return placeholder;
    },
    aliases: () => ({
      ExpressionAttributeNames: Object.fromEntries([...names].map(([name, placeholder]) => [placeholder, name])),
      // An empty map of values is refused by DynamoDB.
      ExpressionAttributeValues: Object.keys(values).length === 0 ? undefined : values,
    }),
  };
}

/**
 * The condition that no later program wrote the item: it holds where `checkShape` takes the shape. Numbers are compared with all of
 * their 38 digits here, so one that JavaScript rounds to a known shape is refused, and its reader takes it; no program writes such.
 */
export function isKnownShape({ path, value }: DynamoExpression): string {
  const shape = path(SHAPE_FIELD);
  const known = Array.from({ length: SHAPE }, (_, index) => value(index + 1));
  return `(attribute_not_exists(${shape}) OR ${shape} IN (${known.join(", ")}))`;
}

/** Of a command with `isKnownShape`, whose error `refusedByShape` reads. */
export const TELLING_THE_REFUSED = { ReturnValuesOnConditionCheckFailure: "ALL_OLD" } as const;

/** What is wrong with the item by which `isKnownShape` was refused, as its reader tells it; any other error as it is. */
export function refusedByShape(error: unknown, read: (item: Item) => unknown): unknown {
  if (!(error instanceof ConditionalCheckFailedException) || error.Item === undefined) return error;
  try {
    read(error.Item);
    return error;
  } catch (unreadable) {
    return unreadable;
  }
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html */
const PASSING_ERRORS = [
  TransactionConflictException,
  TransactionInProgressException,
  ThrottlingException,
  ProvisionedThroughputExceededException,
  RequestLimitExceeded,
];

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
const PASSING_REASONS: ReadonlySet<string> = new Set(["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"]);

/**
 * Repeats a call that DynamoDB refused because others touched the same item or too much was asked of it at once.
 * @throws RetryableError when it keeps refusing, or does not answer
 */
export async function retryContention<T>(what: string, call: () => Promise<T>): Promise<T> {
  return await retryWithJitter(what, isContention, call).catch((error: unknown) => {
    throw failureOf(what, error);
  });
}

/** A transaction of which a condition failed is not repeated: its answer stands, whatever else got in its way. */
function isContention(error: unknown): boolean {
  if (error instanceof TransactionCanceledException) {
    const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code ?? "None");
    return !codes.includes("ConditionalCheckFailed") && codes.some((code) => PASSING_REASONS.has(code));
  }
  return PASSING_ERRORS.some((passing) => error instanceof passing);
}

/**
 * All items of a query, page by page (a page ends at 1 MB).
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html
 */
export async function* queryPages(client: DynamoDBClient, query: QueryCommandInput): AsyncGenerator<Item[]> {
  let next: Item | undefined;
  do {
    const command = new QueryCommand({ ...query, ExclusiveStartKey: next });
    const page = await retryContention(`reading ${query.TableName}`, () => client.send(command));
    yield page.Items ?? [];
    next = page.LastEvaluatedKey;
  } while (next !== undefined);
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
const MAX_KEYS = 100;

/** DynamoDB did a part of a batch only. */
class UnprocessedError extends Error {
  override readonly name = "UnprocessedError";
}

/**
 * The items of these keys, which must differ, in their order; undefined for one that is not there. Strongly consistent, in a call
 * for every 100 keys.
 * @throws RetryableError when DynamoDB keeps leaving some of them out
 */
export async function getItems(client: DynamoDBClient, table: string, keys: readonly Item[]): Promise<(Item | undefined)[]> {
  const found = new Map<string, Item>();
  for (let from = 0; from < keys.length; from += MAX_KEYS) {
    let left: KeysAndAttributes = { Keys: keys.slice(from, from + MAX_KEYS), ConsistentRead: true };
    const what = `reading ${keys.length} items of ${table}`;
    await retryUnprocessed(what, async () => {
      const command = new BatchGetItemCommand({ RequestItems: { [table]: left } });
      const { Responses, UnprocessedKeys } = await retryContention(what, () => client.send(command));
      for (const item of Responses?.[table] ?? []) found.set(nameOf(item), item);
      left = UnprocessedKeys?.[table] ?? { Keys: [] };
      return left.Keys?.length ?? 0;
    });
  }
  return keys.map((key) => found.get(nameOf(key)));
}

function nameOf({ pk, sk }: Item): string {
  return JSON.stringify([pk?.S, sk?.S]);
}

/**
 * Repeats a call on many items for those that DynamoDB left undone. `pass` resolves to how many it left.
 * @throws RetryableError when it keeps leaving some
 */
export async function retryUnprocessed(what: string, pass: () => Promise<number>): Promise<void> {
  const isUnprocessed = (error: unknown) => error instanceof UnprocessedError;
  await retryWithJitter(what, isUnprocessed, async () => {
    const left = await pass();
    if (left > 0) throw new UnprocessedError(`DynamoDB left ${left} items of a batch undone`);
  });
}
