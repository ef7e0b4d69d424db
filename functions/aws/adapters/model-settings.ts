import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import { type ModelSettings, type ModelSettingsSource, modelSettingsSchema } from "../../core/model-settings";
import { fromItem, type Item } from "./attribute-values";
import { dynamoExpression } from "./dynamo-expression";
import { queryPages } from "./query-pages";

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
