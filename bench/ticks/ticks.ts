import { setTimeout } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { FirestoreMock } from "@firebase-bridge/firestore-admin";
import { dynamoModelSettings } from "../../functions/aws/adapters/dynamodb/model-settings";
import { dynamoHeartbeatStore } from "../../functions/aws/adapters/dynamodb/versioned-store";
import { consoleLog } from "../../functions/aws/deployed/console-log";
import { metricLine } from "../../functions/aws/deployed/metrics.lazy";
import { createSweeper } from "../../functions/aws/handlers/sweeper";
import type { LogEvent } from "../../functions/core/log/log";
import type { SweeperPorts } from "../../functions/core/sweep-models";
import { firestoreModelSettings } from "../../functions/gcp/adapters/firestore/model-settings";
import { firestoreHeartbeatStore } from "../../functions/gcp/adapters/firestore/versioned-store";
import { structuredLine } from "../../functions/gcp/deployed/console-log";
import { createStateTable, startDynamoDb } from "../../local/files/dynamodb-process";
import { meterCapacity, meterDocuments } from "../meters";
import { type Row, ratio } from "../table";
import { IDLE_SINCE, type IdleStores, idleModels, idlePorts } from "./idle-models";
import { idleOnDynamo, idleOnFirestore } from "./idle-stores";

const COUNTS = [1, 10, 25, 100, 300] as const;
const LATENCY_MS = 5;
/** In turn each model is told of within so many ticks. */
const TICKS = 20;
const MAX_SECONDS = 5;
const MAX_LOG_BYTES = 20_000;
const TICKS_A_MONTH = 30 * 24 * 60;

/** List prices, November 2026: read units and ingestion of logs (us-east-1); documents and logs on Google Cloud (US, regional). */
const USD = { perMillionReadUnits: 0.125, perGbOfCloudWatchLogs: 0.5, perMillionDocuments: 0.3, perGbOfCloudLogging: 0.5 };

/** One cloud's stores, filled with models that idle. */
interface TickWorld {
  readonly ports: SweeperPorts & IdleStores;
  readonly lineOf: (event: LogEvent) => string;
  /** Calls, and read units or documents, so far. */
  readonly spent: () => { readonly calls: number; readonly reads: number };
}

interface Ticks {
  readonly calls: number;
  readonly reads: number;
  readonly seconds: number;
  readonly logBytes: number;
}

/** A tick over models that idle, with a latency for each call, beside what reading one record after the other takes. */
export async function tickFigures(): Promise<Row[]> {
  const server = await startDynamoDb();
  try {
    const rows: Row[] = [];
    for (const count of COUNTS) rows.push(await tickRow("DynamoDB", count, await dynamoWorld(server.endpoint, count)));
    for (const count of COUNTS) rows.push(await tickRow("Firestore", count, await firestoreWorld(count)));
    return rows;
  } finally {
    await server.stop();
  }
}

async function tickRow(store: string, count: number, world: TickWorld): Promise<Row> {
  const tick = await measureTicks(world);
  const alone = await readOneByOne(world, count);
  const isDynamo = store === "DynamoDB";
  const readsUsd = isDynamo ? USD.perMillionReadUnits : USD.perMillionDocuments;
  const gbUsd = isDynamo ? USD.perGbOfCloudWatchLogs : USD.perGbOfCloudLogging;
  const month = (TICKS_A_MONTH * (tick.reads * readsUsd)) / 1e6 + (TICKS_A_MONTH * tick.logBytes * gbUsd) / 1e9;
  return {
    what: `a tick of ${count} idle models, ${store}, ${LATENCY_MS} ms a call`,
    measured: `${tick.calls.toFixed(1)} calls, ${tick.reads.toFixed(0)} reads, ${tick.seconds.toFixed(2)} s, ${(tick.logBytes / 1000).toFixed(1)} KB of log; $${month.toFixed(2)} a month`,
    baseline: `one record after the other: ${alone.calls} calls, ${alone.seconds.toFixed(2)} s`,
    ratio: ratio(tick.seconds, alone.seconds),
    budget: `${MAX_SECONDS} s, ${MAX_LOG_BYTES / 1000} KB`,
    isWithin: tick.seconds <= MAX_SECONDS && tick.logBytes <= MAX_LOG_BYTES,
  };
}

/** Means of one round of turns; the most seconds of a tick. */
async function measureTicks({ ports, lineOf, spent }: TickWorld): Promise<Ticks> {
  let [now, logBytes, seconds] = [IDLE_SINCE, 0, 0];
  const log = (event: LogEvent) => {
    logBytes += Buffer.byteLength(lineOf(event));
  };
  const sweep = createSweeper({ ...ports, log, now: () => now });
  await sweep();
  logBytes = 0;
  const before = spent();
  for (let tick = 0; tick < TICKS; tick++) {
    now += 60_000;
    const startedAt = performance.now();
    await sweep();
    seconds = Math.max(seconds, (performance.now() - startedAt) / 1000);
  }
  const after = spent();
  const calls = (after.calls - before.calls) / TICKS;
  return { calls, reads: (after.reads - before.reads) / TICKS, seconds, logBytes: logBytes / TICKS };
}

async function readOneByOne({ ports, spent }: TickWorld, count: number): Promise<Pick<Ticks, "calls" | "seconds">> {
  const before = spent().calls;
  const startedAt = performance.now();
  for (const { model } of idleModels(count)) {
    await ports.batches.readHead(model);
    await ports.states.load(model);
    await ports.histories.load(model);
  }
  return { calls: spent().calls - before, seconds: (performance.now() - startedAt) / 1000 };
}

async function dynamoWorld(endpoint: string, count: number): Promise<TickWorld> {
  const client = new DynamoDBClient({
    endpoint,
    region: "local",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  const table = `ticks-${count}`;
  await createStateTable(client, table);
  const stores = await idleOnDynamo(client, table, idleModels(count));
  const meter = meterCapacity(client);
  let calls = 0;
  client.middlewareStack.add(
    (next) => async (call) => {
      calls++;
      await setTimeout(LATENCY_MS);
      return await next(call);
    },
    { step: "finalizeRequest", name: "latency" },
  );
  const settings = dynamoModelSettings(client, table, { now: Date.now, maxAgeMs: 0 });
  const heartbeats = dynamoHeartbeatStore(client, table);
  const lines: string[] = [];
  const write = consoleLog({
    loadMetrics: () => metricLine("production"),
    now: () => IDLE_SINCE,
    write: (line) => lines.push(line),
  });
  return {
    ports: idlePorts({ ...stores, settings, heartbeats, log: () => undefined, now: () => IDLE_SINCE }),
    lineOf: (event) => {
      write(event);
      return lines.splice(0).join("");
    },
    spent: () => ({ calls, reads: meter.read }),
  };
}

async function firestoreWorld(count: number): Promise<TickWorld> {
  const firestore = new FirestoreMock().createDatabase(`ticks-${count}`).firestore();
  const stores = await idleOnFirestore(firestore, idleModels(count));
  const meter = meterDocuments(firestore, () => setTimeout(LATENCY_MS));
  return {
    ports: idlePorts({
      ...stores,
      settings: firestoreModelSettings(firestore, { now: Date.now, maxAgeMs: 0 }),
      heartbeats: firestoreHeartbeatStore(firestore),
      log: () => undefined,
      now: () => IDLE_SINCE,
    }),
    lineOf: (event) => `${JSON.stringify(structuredLine(event))}\n`,
    spent: () => ({ calls: meter.calls, reads: meter.reads }),
  };
}
