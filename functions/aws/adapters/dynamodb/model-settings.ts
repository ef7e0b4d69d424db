import { type DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import { type ModelSettings, type ModelSettingsSource, modelSettingsSchema } from "../../../core/model-settings";
import { fromItem, type Item, toItem } from "./attribute-values";
import { dynamoExpression, queryPages, retryContention } from "./dynamo-calls";

export interface DynamoModelSettingsOptions {
  /** How long a list that was read is used; a change of the policy takes effect after that. */
  readonly maxAgeMs: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * `ModelSettingsSource` in the state table: pk `settings`, sk the model's name, the settings in the attribute `settings`. One row
 * that cannot be read makes the whole list unreadable, so that no decision is taken on half of a configuration.
 */
export function dynamoModelSettings(
  client: DynamoDBClient,
  tableName: string,
  { maxAgeMs, now }: DynamoModelSettingsOptions,
): ModelSettingsSource {
  let kept: { readonly list: readonly ModelSettings[]; readonly readAt: number } | undefined;

  async function read(): Promise<readonly ModelSettings[]> {
    const expression = dynamoExpression();
    const KeyConditionExpression = `${expression.path("pk")} = ${expression.value("settings")}`;
    const list: ModelSettings[] = [];
    for await (const rows of queryPages(client, { TableName: tableName, KeyConditionExpression, ...expression.aliases() })) {
      list.push(...rows.map(parseRow));
    }
    return list;
  }

  return {
    async list() {
      const readAt = now();
      if (kept === undefined || readAt - kept.readAt >= maxAgeMs) kept = { list: await read(), readAt };
      return kept.list;
    },
  };
}

function parseRow(row: Item): ModelSettings {
  const { sk, settings } = fromItem(row);
  const parsed = modelSettingsSchema.safeParse(settings);
  if (parsed.success) return parsed.data;
  const remedy = "correct the model in retrigger.yaml and deploy again";
  throw new Error(`the settings of the model ${String(sk)} are not valid; ${remedy}: ${z.prettifyError(parsed.error)}`);
}

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
