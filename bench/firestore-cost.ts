import { FirestoreMock } from "@firebase-bridge/firestore-admin";
import type { Firestore } from "@google-cloud/firestore";
import { appendObjects } from "../functions/core/batching/collect-arrivals";
import type { LandedObject } from "../functions/core/batching/landed-object";
import { publishBatches, sweepBatches } from "../functions/core/batching/publish-batches";
import { firestoreBatchStore } from "../functions/gcp/adapters/firestore/batch-store";
import { memoryRequestQueue } from "../functions/memory/coordination";
import { memoryManifestStore } from "../functions/memory/manifest-store";
import { memoryDeployment } from "../functions/memory/versioned-store";
import { documentEvents } from "./document-algorithms";
import { meterDocuments } from "./meters";
import { type Row, ratio } from "./table";
import { benchSettings, landedObjects } from "./workload";

const BATCH_SIZE = 1_000;

/**
 * What 1, 10 and 100 concurrent invocations of an instance put into one commit; by instances that take turns, the worst case, in
 * which each append is refused once for what another wrote. At most so many document writes per object.
 */
const CASES = [
  { perCommit: 1, instances: 1, writeBudget: 2.01 },
  { perCommit: 10, instances: 1, writeBudget: 0.21 },
  { perCommit: 10, instances: 4, writeBudget: 0.21 },
  { perCommit: 100, instances: 1, writeBudget: 0.03 },
] as const;

/** A regional database in the US, USD per million documents. */
const USD_PER_MILLION = { writes: 0.9, reads: 0.3, deletes: 0.1 };

/** Documents per object. */
interface Cost {
  readonly writes: number;
  readonly reads: number;
  readonly deletes: number;
}

/**
 * Documents written, read and deleted per object of the batching protocol, from append to settled, beside the document's algorithm.
 */
export async function firestoreCost(): Promise<Row[]> {
  const mock = new FirestoreMock();
  const objects = landedObjects(BATCH_SIZE, "sequencer");
  const document = await documentCost(mock.createDatabase("retrigger-document").firestore(), objects);
  const rows: Row[] = [];
  for (const { perCommit, instances, writeBudget } of CASES) {
    const firestore = mock.createDatabase(`retrigger-${perCommit}-${instances}`).firestore();
    const cost = await protocolCost(firestore, objects, perCommit, instances);
    const what = `Firestore, ${BATCH_SIZE.toLocaleString("en")} a batch, ${perCommit} a commit, ${instances} instance${instances > 1 ? "s" : ""}`;
    rows.push(rowOf(what, cost, document, writeBudget));
  }
  mock.deleteAll();
  return rows;
}

/** One batch, from the first append to its end, by instances of which the first is warm. */
async function protocolCost(firestore: Firestore, objects: readonly LandedObject[], perCommit: number, instances: number) {
  const batches = firestoreBatchStore(firestore);
  const stores = [batches, ...Array.from({ length: instances - 1 }, () => firestoreBatchStore(firestore))];
  const settings = benchSettings(BATCH_SIZE);
  const { model, batch } = settings;
  const ports = {
    batches,
    deployment: memoryDeployment,
    manifests: memoryManifestStore(),
    requests: memoryRequestQueue(async () => undefined),
    log: () => undefined,
  };
  const hints = new Map([[model, 2]]);
  await batches.append(model, 1, { id: "warm", objects: [{ key: "warm", version: "1", bytes: 1 }] }, batch, 0);
  await sweepBatches(ports, settings, 2 * 60_000);
  const meter = meterDocuments(firestore);
  let segments = 0;
  for (let from = 0; from < objects.length; from += perCommit) {
    const part = objects.slice(from, from + perCommit);
    const store = stores[segments % instances] ?? batches;
    const { isSealed } = await appendObjects(store, hints, { model, id: `d${from}`, objects: part }, batch, from);
    segments++;
    if (isSealed) await publishBatches(ports, settings);
  }
  const { writes, reads, deletes } = meter;
  const { open, pending } = await batches.readHead(model);
  if (open.count !== 0 || pending.length !== 0) throw new Error("the measured batch did not end; the figure would be wrong");
  // Each segment is deleted once more, by its time to live, and that is charged.
  return perObject({ writes, reads, deletes: deletes + segments }, objects.length);
}

async function documentCost(firestore: Firestore, objects: readonly LandedObject[]): Promise<Cost> {
  const meter = meterDocuments(firestore);
  await documentEvents(firestore, objects, BATCH_SIZE);
  return perObject(meter, objects.length);
}

function perObject({ writes, reads, deletes }: Cost, objects: number): Cost {
  return { writes: writes / objects, reads: reads / objects, deletes: deletes / objects };
}

function rowOf(what: string, cost: Cost, document: Cost, writeBudget: number): Row {
  const documents = ({ writes, reads, deletes }: Cost) =>
    `${writes.toFixed(3)} writes, ${reads.toFixed(3)} reads, ${deletes.toFixed(3)} deletes`;
  const usd = ({ writes, reads, deletes }: Cost) =>
    writes * USD_PER_MILLION.writes + reads * USD_PER_MILLION.reads + deletes * USD_PER_MILLION.deletes;
  return {
    what,
    measured: `${documents(cost)} = $${usd(cost).toFixed(3)} a million`,
    baseline: `document: ${documents(document)} = $${usd(document).toFixed(2)}`,
    ratio: ratio(usd(cost), usd(document)),
    budget: `${writeBudget} writes`,
    isWithin: cost.writes <= writeBudget,
  };
}
