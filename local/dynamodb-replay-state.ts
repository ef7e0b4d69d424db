import { DeleteTableCommand, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { toItem } from "../functions/aws/adapters/attribute-values";
import { dynamoBatchStore } from "../functions/aws/adapters/batch-store";
import { dynamoCoordinatorStore } from "../functions/aws/adapters/coordinator-store";
import { dynamoDecisionLog } from "../functions/aws/adapters/decision-log";
import { dynamoModelSettings } from "../functions/aws/adapters/model-settings";
import type { ModelSettings } from "../functions/core/model-settings";
import { createStateTable, findDynamoDb, startDynamoDb } from "./dynamodb-process";
import { UsageError } from "./options";
import { rememberedHeads } from "./remembered-heads";
import { rememberedStates } from "./remembered-states";
import type { ReplayState } from "./replay-state";
import { LANDING } from "./s3-events";

const HOUR_MS = 3_600_000;
const DECISION_RETENTION_MS = 30 * 24 * HOUR_MS;

/**
 * The state in a table of its own, with the settings in the rows that Terraform would write.
 * @throws UsageError that says what to set, when there is no DynamoDB for this machine
 */
export async function dynamodbReplayState(models: readonly ModelSettings[], now: () => number): Promise<ReplayState> {
  const source = findDynamoDb();
  if ("missing" in source) throw new UsageError(source.missing);
  const dynamo = await startDynamoDb();
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new DynamoDBClient({ endpoint: dynamo.endpoint, region: LANDING.region, credentials });
  const table = `retrigger-replay-${process.pid}`;
  const close = async () => {
    if ("endpoint" in source) await client.send(new DeleteTableCommand({ TableName: table }));
    client.destroy();
    await dynamo.stop();
  };
  await createStateTable(client, table);
  for (const settings of models) {
    const row = { pk: "settings", sk: settings.model, settings: JSON.parse(JSON.stringify(settings)) };
    await client.send(new PutItemCommand({ TableName: table, Item: toItem(row) }));
  }
  return {
    // the deployed functions read the settings every minute: they may change there, but not during a replay
    settings: dynamoModelSettings(client, table, { maxAgeMs: HOUR_MS, now }),
    batches: rememberedHeads(dynamoBatchStore(client, table)),
    states: rememberedStates(dynamoCoordinatorStore(client, table)),
    log: dynamoDecisionLog(client, table, DECISION_RETENTION_MS),
    close,
  };
}
