import { type DynamoDBClient, QueryCommand, type QueryCommandInput } from "@aws-sdk/client-dynamodb";
import type { Item } from "./attribute-values";
import { retryContention } from "./dynamo-contention";

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
