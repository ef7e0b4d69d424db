import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { dynamoDecisionLog } from "../functions/aws/adapters/dynamodb/decision-log";
import { dynamoCoordinatorStore } from "../functions/aws/adapters/dynamodb/versioned-store";
import { type CoordinatorState, initialState } from "../functions/core/coordination/coordinator-state";
import { decide } from "../functions/core/coordination/decide";
import { requestTraining } from "../functions/core/coordination/handle-coordinator-message";
import type { TrainingRequest } from "../functions/core/training-request";
import { memoryNotifier, memoryPipelineLauncher } from "../functions/memory/coordination";
import { memoryManifestStore } from "../functions/memory/manifest-store";
import { memoryDeployment } from "../functions/memory/versioned-store";
import { createStateTable, startDynamoDb } from "../local/files/dynamodb-process";
import { meterCapacity } from "./meters";
import { type Row, ratio } from "./table";
import { benchSettings } from "./workload";

const IN_CORE = 200_000;
const OVER_DYNAMODB = 500;
const MIN_PER_SEC = 100_000;
const LOG_RETENTION_MS = 86_400_000;

/** Decisions a second in core, and over the DynamoDB adapters with what each writes. */
export async function decisionFigures(): Promise<Row[]> {
  const perSec = decisionsPerSec();
  const { stored, units } = await overDynamoDb();
  return [
    {
      what: "decisions a CPU second, in core",
      measured: Math.round(perSec).toLocaleString("en"),
      baseline: "",
      ratio: "",
      budget: MIN_PER_SEC.toLocaleString("en"),
      isWithin: perSec >= MIN_PER_SEC,
    },
    {
      what: "decisions a second, over DynamoDB on this machine",
      measured: `${Math.round(stored)}; ${units.toFixed(1)} WCU a decision`,
      baseline: `in core: ${Math.round(perSec).toLocaleString("en")}`,
      ratio: ratio(stored, perSec),
      budget: "",
    },
  ];
}

/** A year of one request every few minutes: starts, deferrals, merges, run ends. By CPU time, which no other process takes. */
function decisionsPerSec(): number {
  const { policy } = benchSettings(1_000);
  let state: CoordinatorState = initialState(0);
  const before = process.cpuUsage();
  for (let n = 0; n < IN_CORE; n++) {
    const now = n * 150_000;
    if (n % 100 === 0) state = { ...state, parked: [], runs: [] };
    state = { ...decide(policy, state, requestNumber(n), now).state, outbox: [] };
  }
  const { user, system } = process.cpuUsage(before);
  return (IN_CORE / (user + system)) * 1e6;
}

async function overDynamoDb(): Promise<{ stored: number; units: number }> {
  const server = await startDynamoDb();
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new DynamoDBClient({ endpoint: server.endpoint, region: "local", credentials });
  try {
    await createStateTable(client, "bench-decisions");
    const meter = meterCapacity(client);
    const ports = {
      states: dynamoCoordinatorStore(client, "bench-decisions"),
      decisions: dynamoDecisionLog(client, "bench-decisions", LOG_RETENTION_MS),
      launcher: memoryPipelineLauncher(),
      notifier: memoryNotifier(),
      deployment: memoryDeployment,
      manifests: memoryManifestStore(),
      log: () => undefined,
      now: () => 0,
    };
    const settings = benchSettings(1_000);
    const startedAt = performance.now();
    for (let n = 0; n < OVER_DYNAMODB; n++) await requestTraining(ports, settings, requestNumber(n));
    return { stored: (OVER_DYNAMODB / (performance.now() - startedAt)) * 1000, units: meter.write / OVER_DYNAMODB };
  } finally {
    client.destroy();
    await server.stop();
  }
}

function requestNumber(n: number): TrainingRequest {
  return {
    id: `manual/bench/${n}`,
    model: "bench",
    causes: [{ type: "manual", by: "bench", why: "measuring" }],
    priority: 1 + (n % 5),
    manifests: [],
    requestedAt: 0,
  };
}
