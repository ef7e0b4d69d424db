import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { dynamoBatchStore } from "../functions/aws/adapters/dynamodb/batch-store";
import { appendObjects } from "../functions/core/batching/collect-arrivals";
import type { LandedObject } from "../functions/core/batching/landed-object";
import { publishBatches, sweepBatches } from "../functions/core/batching/publish-batches";
import { memoryRequestQueue } from "../functions/memory/coordination";
import { memoryManifestStore } from "../functions/memory/manifest-store";
import { memoryDeployment } from "../functions/memory/versioned-store";
import { createStateTable, startDynamoDb } from "../local/files/dynamodb-process";
import { documentEvent, documentPrefill, documentTrigger } from "./document-algorithms";
import { type CapacityMeter, meterCapacity } from "./meters";
import { type Row, ratio } from "./table";
import { benchSettings, landedObjects, type VersionKind } from "./workload";

const BATCH_SIZES = [100, 1_000, 10_000, 100_000] as const;

/** Objects per invocation, and at most so many write units per object. */
const BUDGETS = new Map([
  [10, 0.45],
  [100, 0.08],
  [1_000, 0.03],
]);
const READ_BUDGET = 0.05;

/** A version id is 24 random bytes, so it costs more than a sequencer; the figures are flat, so that one batch size tells it. */
const BOTH_KINDS: readonly VersionKind[] = ["sequencer", "version id"];
const VERSIONED_BATCH = 10_000;

/** On-demand, us-east-1, USD per million units. */
const USD_PER_MILLION = { read: 0.125, write: 0.625 };

interface Cost {
  readonly write: number;
  readonly read: number;
}

/** Consumed capacity per object of the batching protocol, from append to settled, beside the document's algorithm. */
export async function dynamoDbCost(): Promise<Row[]> {
  const server = await startDynamoDb();
  try {
    const client = new DynamoDBClient({
      endpoint: server.endpoint,
      region: "local",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
    const meter = meterCapacity(client);
    const rows: Row[] = [];
    for (const batchSize of BATCH_SIZES) {
      const document = await documentCost(client, meter, batchSize);
      for (const [perInvocation, writeBudget] of BUDGETS) {
        if (perInvocation > batchSize) continue;
        for (const kind of batchSize === VERSIONED_BATCH ? BOTH_KINDS : BOTH_KINDS.slice(0, 1)) {
          const objects = landedObjects(Math.min(batchSize * 2, 100_000), kind);
          const cost = await protocolCost(client, meter, batchSize, objects, perInvocation);
          rows.push(
            rowOf(
              `${batchSize.toLocaleString("en")} a batch, ${perInvocation} an invocation, ${kind}`,
              cost,
              document,
              writeBudget,
            ),
          );
        }
      }
    }
    client.destroy();
    return rows;
  } finally {
    await server.stop();
  }
}

let tables = 0;

async function freshTable(client: DynamoDBClient): Promise<string> {
  const table = `bench-${++tables}`;
  await createStateTable(client, table);
  return table;
}

/** Up to two batches, from the first append to the last one settled, by a function that is warm. */
async function protocolCost(
  client: DynamoDBClient,
  meter: CapacityMeter,
  batchSize: number,
  objects: readonly LandedObject[],
  perInvocation: number,
): Promise<Cost> {
  const table = await freshTable(client);
  const batches = dynamoBatchStore(client, table);
  const settings = benchSettings(batchSize);
  const ports = {
    batches,
    deployment: memoryDeployment,
    manifests: memoryManifestStore(),
    requests: memoryRequestQueue(async () => undefined),
    log: () => undefined,
  };
  const hints = new Map<string, number>();
  await batches.append(settings.model, 1, { id: "warm", objects: [{ key: "warm", version: "1", bytes: 1 }] }, settings.batch, 0);
  await sweepBatches(ports, settings, 2 * 60_000);
  meter.reset();
  for (let from = 0; from < objects.length; from += perInvocation) {
    const part = objects.slice(from, from + perInvocation);
    const { isSealed } = await appendObjects(
      batches,
      hints,
      { model: settings.model, id: `d${from}`, objects: part },
      settings.batch,
      from,
    );
    if (isSealed) await publishBatches(ports, settings);
  }
  const head = await batches.readHead(settings.model);
  if (head.open.count !== 0 || head.pending.length !== 0)
    throw new Error("the measured batches did not end; the figure would be wrong");
  return { write: meter.write / objects.length, read: meter.read / objects.length };
}

/** Up to 1,000 events each is run; above, ten events at even distances are, and their mean is taken. */
async function documentCost(client: DynamoDBClient, meter: CapacityMeter, batchSize: number): Promise<Cost> {
  const table = await freshTable(client);
  const isSampled = batchSize > 1_000;
  const step = isSampled ? batchSize / 10 : 1;
  let events = 0;
  let write = 0;
  let read = 0;
  for (let index = 0; index < batchSize; index += step) {
    const measured = isSampled ? index + step - 1 : index;
    if (isSampled) await documentPrefill(client, table, index, measured);
    meter.reset();
    await documentEvent(client, table, measured);
    events++;
    write += meter.write;
    read += meter.read;
  }
  if (isSampled) return { write: write / events + 1, read: read / events };
  meter.reset();
  await documentTrigger(client, table, batchSize);
  return { write: (write + meter.write) / batchSize, read: (read + meter.read) / batchSize };
}

function rowOf(what: string, cost: Cost, document: Cost, writeBudget: number): Row {
  const units = ({ write, read }: Cost) => `${write.toFixed(3)} WCU, ${read.toFixed(3)} RCU`;
  const usd = ({ write, read }: Cost) => write * USD_PER_MILLION.write + read * USD_PER_MILLION.read;
  return {
    what,
    measured: `${units(cost)} = $${usd(cost).toFixed(3)} a million`,
    baseline: `document: ${units(document)} = $${usd(document).toFixed(2)}`,
    ratio: ratio(usd(cost), usd(document)),
    budget: `${writeBudget} WCU, ${READ_BUDGET} RCU`,
    isWithin: cost.write <= writeBudget && cost.read <= READ_BUDGET,
  };
}
