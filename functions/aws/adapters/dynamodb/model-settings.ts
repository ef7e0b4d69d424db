import { type DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import {
  type ModelList,
  type ModelSettingsSource,
  modelList,
  SETTINGS_MAX_AGE_MS,
  type SettingsOptions,
  type SettingsRow,
} from "../../../core/model-settings";
import { cached } from "../../../core/pacing";
import { checkShape, PARTITIONS, SETTINGS_FIELD, SHAPE_FIELD, SORT_KEYS } from "../../../core/state-layout";
import { fromItem, type Item, toItem } from "./attribute-values";
import { dynamoExpression, queryPages, retryContention } from "./dynamo-calls";

/**
 * `ModelSettingsSource` in the state table: pk `settings`, sk the model's name, the settings in the attribute `settings`. One row
 * that cannot be read is told beside the others, and stops its own model alone.
 */
export function dynamoModelSettings(
  client: DynamoDBClient,
  tableName: string,
  { now, maxAgeMs = SETTINGS_MAX_AGE_MS }: SettingsOptions,
): ModelSettingsSource {
  async function read(): Promise<ModelList> {
    const expression = dynamoExpression();
    const KeyConditionExpression = `${expression.path("pk")} = ${expression.value(PARTITIONS.settings)}`;
    const list: SettingsRow[] = [];
    for await (const rows of queryPages(client, { TableName: tableName, KeyConditionExpression, ...expression.aliases() })) {
      list.push(...rows.map(settingsRow));
    }
    return modelList(list);
  }

  return { list: cached({ maxAgeMs, now }, read) };
}

function settingsRow(row: Item): SettingsRow {
  const { sk, [SETTINGS_FIELD]: settings, [SHAPE_FIELD]: shape } = fromItem(row);
  return { model: String(sk), settings, shape };
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
  async function read(): Promise<ReadonlyMap<string, number>> {
    const get = { TableName: tableName, Key: toItem({ pk: PARTITIONS.prices, sk: SORT_KEYS.sageMaker }) };
    const { Item } = await retryContention("reading the prices", () => client.send(new GetItemCommand(get)));
    if (Item === undefined) return new Map();
    const fields = fromItem(Item);
    try {
      checkShape(fields[SHAPE_FIELD]);
    } catch (error) {
      throw new Error(`the prices in ${tableName} cannot be read; deploy them again`, { cause: error });
    }
    const row = rowSchema.safeParse(fields);
    if (row.success) return new Map(Object.entries(row.data.usdPerHour));
    throw new Error(`the prices in ${tableName} are not valid; deploy them again: ${z.prettifyError(row.error)}`);
  }

  return cached({ maxAgeMs, now }, read);
}
