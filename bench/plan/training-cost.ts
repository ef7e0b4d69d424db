import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { FirestoreMock } from "@firebase-bridge/firestore-admin";
import { dynamoDecisionLog } from "../../functions/aws/adapters/dynamodb/decision-log";
import { dynamoCoordinatorStore } from "../../functions/aws/adapters/dynamodb/versioned-store";
import { consoleLog } from "../../functions/aws/deployed/console-log";
import { metricLine } from "../../functions/aws/deployed/metrics.lazy";
import { dataRequest } from "../../functions/core/batching/batch-request";
import { requestTraining } from "../../functions/core/coordination/handle-coordinator-message";
import { settleIfEnded, type WatchingPorts } from "../../functions/core/coordination/sweep-coordination";
import type { LogEvent } from "../../functions/core/log/log";
import type { TrainingRequest } from "../../functions/core/training-request";
import { firestoreDecisionLog } from "../../functions/gcp/adapters/firestore/decision-log";
import { firestoreCoordinatorStore } from "../../functions/gcp/adapters/firestore/versioned-store";
import { structuredLine } from "../../functions/gcp/deployed/console-log";
import { memoryNotifier, memoryPipelineLauncher } from "../../functions/memory/coordination";
import { memoryManifestStore } from "../../functions/memory/manifest-store";
import { memoryDeployment } from "../../functions/memory/versioned-store";
import { createStateTable, startDynamoDb } from "../../local/files/dynamodb-process";
import { meterCapacity, meterDocuments } from "../meters";
import { benchSettings } from "../workload";

const TRAININGS = 100;
const DAY_MS = 86_400_000;
const RUN_MS = 3_600_000;

/** What one training takes of a cloud's state and log, from its request to the end of its run; without its objects. */
export interface TrainingCost {
  /** Write units, or documents. */
  readonly writes: number;
  /** Read units, or documents. */
  readonly reads: number;
  readonly logBytes: number;
  readonly logLines: number;
}

/** Means of trainings on a batch a day, each of which starts at once and succeeds. */
export async function trainingCosts(): Promise<Readonly<Record<"aws" | "gcp", TrainingCost>>> {
  return { aws: await onDynamo(), gcp: await onFirestore() };
}

async function onDynamo(): Promise<TrainingCost> {
  const server = await startDynamoDb();
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new DynamoDBClient({ endpoint: server.endpoint, region: "local", credentials });
  try {
    await createStateTable(client, "trainings");
    const meter = meterCapacity(client);
    const lines: string[] = [];
    const write = consoleLog({
      loadMetrics: () => metricLine("production"),
      now: () => 0,
      write: (line) => lines.push(line),
    });
    const stores = {
      states: dynamoCoordinatorStore(client, "trainings"),
      decisions: dynamoDecisionLog(client, "trainings", DAY_MS),
    };
    await train(stores, write);
    return costOf(meter.write, meter.read, lines);
  } finally {
    client.destroy();
    await server.stop();
  }
}

async function onFirestore(): Promise<TrainingCost> {
  const mock = new FirestoreMock();
  const firestore = mock.createDatabase("trainings").firestore();
  const meter = meterDocuments(firestore);
  const lines: string[] = [];
  const stores = { states: firestoreCoordinatorStore(firestore), decisions: firestoreDecisionLog(firestore, DAY_MS) };
  await train(stores, (event) => lines.push(`${JSON.stringify(structuredLine(event))}\n`));
  const cost = costOf(meter.writes, meter.reads, lines);
  mock.deleteAll();
  return cost;
}

function costOf(writes: number, reads: number, lines: readonly string[]): TrainingCost {
  return {
    writes: writes / TRAININGS,
    reads: reads / TRAININGS,
    logBytes: lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0) / TRAININGS,
    logLines: lines.length / TRAININGS,
  };
}

async function train(stores: Pick<WatchingPorts, "states" | "decisions">, log: (event: LogEvent) => unknown): Promise<void> {
  let now = DAY_MS;
  const launcher = memoryPipelineLauncher();
  const ports: WatchingPorts = {
    ...stores,
    launcher,
    notifier: memoryNotifier(),
    deployment: memoryDeployment,
    manifests: memoryManifestStore(),
    watcher: { describe: async () => ({ status: "succeeded", endedAt: now, actualUsd: 40 }) },
    log: (event) => void log(event),
    now: () => now,
  };
  const settings = benchSettings(1_000);
  for (let day = 1; day <= TRAININGS; day++) {
    now = day * DAY_MS;
    const request = requestOf(day, now);
    await requestTraining(ports, settings, request);
    const runId = launcher.runs.get(request.id)?.runId;
    now += RUN_MS;
    if (runId === undefined || !(await settleIfEnded(ports, settings, runId)))
      throw new Error(`training ${day} did not start and end; the figure would be wrong`);
  }
}

function requestOf(day: number, sealedAt: number): TrainingRequest {
  const uri = `s3://acme-flights-production/retrigger/manifests/bench/${String(day).padStart(8, "0")}.json`;
  const batch = { reason: "size", openedAt: sealedAt - DAY_MS / 24, sealedAt } as const;
  return dataRequest({ model: "bench", generation: day }, batch, { uri, objects: 1_000, bytes: 180_000_000 });
}
