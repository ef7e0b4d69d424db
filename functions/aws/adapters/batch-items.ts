import { BatchGetItemCommand, BatchWriteItemCommand, type DynamoDBClient, type KeysAndAttributes } from "@aws-sdk/client-dynamodb";
import { retryWithJitter } from "../../node/retry-with-jitter";
import type { Item } from "./attribute-values";
import { retryContention } from "./dynamo-contention";

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
const MAX_KEYS = 100;

/** DynamoDB did a part of a batch only. */
class UnprocessedError extends Error {
  override readonly name = "UnprocessedError";
}

/**
 * Puts at most 25 items in one call, each for itself.
 * @throws RetryableError when DynamoDB keeps leaving some of them out
 */
export async function putItems(client: DynamoDBClient, table: string, items: readonly Item[]): Promise<void> {
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

/** The items of these keys that exist, in no order; strongly consistent. */
export async function getItems(client: DynamoDBClient, table: string, keys: readonly Item[]): Promise<Item[]> {
  const found: Item[] = [];
  for (let from = 0; from < keys.length; from += MAX_KEYS) {
    let left: KeysAndAttributes = { Keys: keys.slice(from, from + MAX_KEYS), ConsistentRead: true };
    const what = `reading ${keys.length} items of ${table}`;
    await retryUnprocessed(what, async () => {
      const command = new BatchGetItemCommand({ RequestItems: { [table]: left } });
      const { Responses, UnprocessedKeys } = await retryContention(what, () => client.send(command));
      found.push(...(Responses?.[table] ?? []));
      left = UnprocessedKeys?.[table] ?? { Keys: [] };
      return left.Keys?.length ?? 0;
    });
  }
  return found;
}

/** `pass` resolves to how much it left. */
async function retryUnprocessed(what: string, pass: () => Promise<number>): Promise<void> {
  const isUnprocessed = (error: unknown) => error instanceof UnprocessedError;
  await retryWithJitter(what, isUnprocessed, async () => {
    const left = await pass();
    if (left > 0) throw new UnprocessedError(`DynamoDB left ${left} items of a batch undone`);
  });
}
