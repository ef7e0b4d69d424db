import { type DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import { fromItem, toItem } from "./attribute-values";
import { retryContention } from "./dynamo-contention";

const rowSchema = z.object({ usdPerHour: z.record(z.string(), z.number().check(z.nonnegative())) });

/**
 * USD per instance type and hour, from the state table: pk `prices`, sk `sagemaker`, the map `usdPerHour`. A row that was read is
 * used for `maxAgeMs`; where there is none, no price is known.
 */
export function dynamoInstancePrices(
  client: DynamoDBClient,
  tableName: string,
  maxAgeMs: number,
  now: () => number,
): () => Promise<ReadonlyMap<string, number>> {
  let kept: { readonly prices: ReadonlyMap<string, number>; readonly readAt: number } | undefined;

  async function read(): Promise<ReadonlyMap<string, number>> {
    const get = { TableName: tableName, Key: toItem({ pk: "prices", sk: "sagemaker" }) };
    const { Item } = await retryContention("reading the prices", () => client.send(new GetItemCommand(get)));
    if (Item === undefined) return new Map();
    const row = rowSchema.safeParse(fromItem(Item));
    if (row.success) return new Map(Object.entries(row.data.usdPerHour));
    throw new Error(`the prices in ${tableName} are not valid; deploy them again: ${z.prettifyError(row.error)}`);
  }

  return async () => {
    const readAt = now();
    if (kept === undefined || readAt - kept.readAt >= maxAgeMs) kept = { prices: await read(), readAt };
    return kept.prices;
  };
}
