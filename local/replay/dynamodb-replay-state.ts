// A run over DynamoDB: its table, and what is kept of it on disk so that it can be gone on with after it was interrupted.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { DescribeTableCommand, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { toItem } from "../../functions/aws/adapters/dynamodb/attribute-values";
import { dynamoBatchStore } from "../../functions/aws/adapters/dynamodb/batch-store";
import { dynamoDecisionLog } from "../../functions/aws/adapters/dynamodb/decision-log";
import { dynamoDriftLog } from "../../functions/aws/adapters/dynamodb/drift-log";
import { dynamoModelSettings } from "../../functions/aws/adapters/dynamodb/model-settings";
import { dynamoCoordinatorStore, dynamoDriftHistoryStore } from "../../functions/aws/adapters/dynamodb/versioned-store";
import type { ModelSettings } from "../../functions/core/model-settings";
import { createStateTable, findDynamoDb, startDynamoDb } from "../files/dynamodb-process";
import { hasCode, readJson, replaceFile } from "../files/json-files";
import { type Options, UsageError } from "../options";
import { LANDING } from "../world/simulated-cloud";
import { type ReplayState, rememberedHeads, rememberedStates } from "./replay-state";

const HOUR_MS = 3_600_000;
const DECISION_RETENTION_MS = 30 * 24 * HOUR_MS;
const CREDENTIALS = { accessKeyId: "local", secretAccessKey: "local" };

/** A running DynamoDB with the table of a run. */
export interface OpenStore extends RunStore {
  stop(): Promise<void>;
}

/**
 * The store of a run: of an unfinished one the process that outlived it, or its tables from their file; else a new table, with
 * the settings in the rows that Terraform would write.
 * @throws UsageError that says what to set, when there is no DynamoDB for this machine, or the unfinished run's table is gone
 */
export async function openRunStore(folder: string, models: readonly ModelSettings[], unfinished?: RunStore): Promise<OpenStore> {
  if (unfinished !== undefined && (await hasTable(unfinished))) return { ...unfinished, stop: () => stopProcess(unfinished.pid) };
  const source = findDynamoDb();
  if ("missing" in source) throw new UsageError(source.missing);
  const dynamo = await startDynamoDb(join(folder, RUN_FILES.database));
  const store = { ...dynamo, table: unfinished?.table ?? `retrigger-replay-${process.pid}-${Date.now()}` };
  if (unfinished === undefined) await fillTable(store, models);
  else if (!(await hasTable(store))) {
    await dynamo.stop();
    throw new UsageError(`the table of the unfinished run is not in ${store.endpoint}; --fresh starts over`);
  }
  return store;
}

/** Ends what an unfinished run left running, if it did. */
export async function abandonRunStore(store: RunStore): Promise<void> {
  if (store.pid !== undefined && (await hasTable(store))) await stopProcess(store.pid);
}

/** The state in an open store. */
export function dynamodbReplayState({ endpoint, table, stop }: OpenStore, now: () => number): ReplayState {
  const client = clientOf(endpoint);
  return {
    // the deployed functions read the settings every minute: they may change there, but not during a replay
    settings: dynamoModelSettings(client, table, { maxAgeMs: HOUR_MS, now }),
    batches: rememberedHeads(dynamoBatchStore(client, table)),
    states: rememberedStates(dynamoCoordinatorStore(client, table)),
    decisions: dynamoDecisionLog(client, table, DECISION_RETENTION_MS),
    histories: rememberedStates(dynamoDriftHistoryStore(client, table)),
    drifts: dynamoDriftLog(client, table, DECISION_RETENTION_MS),
    async close() {
      client.destroy();
      await stop();
    },
  };
}

async function fillTable({ endpoint, table }: RunStore, models: readonly ModelSettings[]): Promise<void> {
  const client = clientOf(endpoint);
  await createStateTable(client, table);
  for (const settings of models) {
    const row = { pk: "settings", sk: settings.model, settings: JSON.parse(JSON.stringify(settings)) };
    await client.send(new PutItemCommand({ TableName: table, Item: toItem(row) }));
  }
  client.destroy();
}

/** False where nobody answers, or somebody who has no such table. */
async function hasTable({ endpoint, table }: RunStore): Promise<boolean> {
  const client = clientOf(endpoint);
  const described = await client.send(new DescribeTableCommand({ TableName: table })).catch(() => undefined);
  client.destroy();
  return described !== undefined;
}

/** Resolves when the process, which is not a child of this one, is gone. */
async function stopProcess(pid: number | undefined): Promise<void> {
  if (pid === undefined) return;
  for (let isGone = !signal(pid, "SIGTERM"); !isGone; isGone = !signal(pid, 0)) await setTimeout(20);
}

function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    // no such process: it ended by itself
    return false;
  }
}

function clientOf(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({ endpoint, region: LANDING.region, credentials: CREDENTIALS });
}

/** The store of a run that was not finished; `pid` is that of the process, where the run started one. */
export interface RunStore {
  readonly endpoint: string;
  readonly table: string;
  readonly pid?: number;
}

/** `run.json`: there while a run over DynamoDB is not finished. */
export interface UnfinishedRun {
  readonly format: 1;
  readonly options: Pick<Options, "from" | "until" | "seed"> & Partial<Pick<Options, "isDashboard">>;
  readonly store: RunStore;
}

/** What such a run leaves, beside the manifests, for the next start. */
export const RUN_FILES = { run: "run.json", journal: "journal.jsonl", database: "dynamodb.sqlite" } as const;

/** Undefined when the last run in the folder was finished, was not over DynamoDB, or is of another version. */
export async function readUnfinishedRun(folder: string): Promise<UnfinishedRun | undefined> {
  const run = await readJson<UnfinishedRun>(join(folder, RUN_FILES.run)).catch((error: unknown) => {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  });
  return run?.format === 1 ? run : undefined;
}

/** Writes `run.json`. */
export async function writeUnfinishedRun(folder: string, run: UnfinishedRun): Promise<void> {
  await replaceFile(join(folder, RUN_FILES.run), JSON.stringify(run));
}

/** Removes what is only needed to go on with the run: it is finished. */
export async function forgetUnfinishedRun(folder: string): Promise<void> {
  const { run, journal, database } = RUN_FILES;
  for (const name of [run, journal, database, `${database}-wal`, `${database}-shm`]) await rm(join(folder, name), { force: true });
}

/** True when the options ask for what the unfinished run was asked for. */
export function isSameRun({ options }: UnfinishedRun, { from, until, seed, store, isDashboard }: Options): boolean {
  const isSamePeriod = options.from === from && options.until === until;
  // Without a dashboard, the journal holds no metrics that one could be drawn from.
  return store === "dynamodb" && isSamePeriod && options.seed === seed && (options.isDashboard ?? false) === isDashboard;
}
