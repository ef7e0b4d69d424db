import type { BatchHead, BatchStore, Segment } from "../../../functions/core/batching/batch";
import type { CoordinatorStore, DecisionLog } from "../../../functions/core/coordination/ports";
import type { DriftState } from "../../../functions/core/drift/drift-state";
import type { DriftLog } from "../../../functions/core/drift/ports";
import { HEARTBEATS, type HeartbeatStore } from "../../../functions/core/schedules/heartbeats";
import type { VersionedStore } from "../../../functions/core/versioned-store";
import { collect, firstOf, MODEL, segmentOf, TERMS } from "../batch-store/samples";
import { decisionOf, fullState, mixOf, NOW } from "../coordination-samples";
import { driftRecordOf, fullDriftState } from "../drift-samples";

/** Every port that keeps rows of its own in the state store. */
export interface RowStores {
  readonly batches: BatchStore;
  readonly states: CoordinatorStore;
  readonly decisions: DecisionLog;
  readonly histories: VersionedStore<DriftState>;
  readonly drifts: DriftLog;
  readonly heartbeats: HeartbeatStore;
}

/** Writes at least one row of every kind, with every field that it can have. */
export async function writeRows(stores: RowStores): Promise<void> {
  await writeBatches(stores.batches);
  await stores.states.save(MODEL, fullState(), 0);
  await stores.decisions.record(decisionOf());
  await stores.decisions.recordRun("data/flights/12", "arn:run/12", mixOf());
  const outcome = { requestId: "data/flights/12", status: "succeeded", actualUsd: 0.1 + 0.2, settledBy: "Zoë" } as const;
  await stores.decisions.recordOutcome(outcome, NOW + 1_000);
  await stores.histories.save(MODEL, fullDriftState(), 0);
  await stores.drifts.record(driftRecordOf());
  await stores.drifts.record({ ...driftRecordOf(), report: { id: "report-1", digest: "0123456789abcdef" } });
  const schedule = { model: MODEL, name: "nightly", cron: "30 2 * * *", timeZone: "Europe/Berlin", since: NOW };
  await stores.heartbeats.save(HEARTBEATS, { schedules: [schedule, { ...schedule, name: "weekly", settled: NOW + 1 }] }, 0);
}

/** Leaves a published generation, one that was carried over, one that is pending, and an open one. */
async function writeBatches(batches: BatchStore): Promise<void> {
  const pendingOf = async () => firstOf((await batches.readHead(MODEL)).pending);
  for (const generation of [1, 2, 3]) {
    await batches.append(MODEL, generation, segmentOf(`s${generation}`, generation), TERMS, generation * 1_000);
    await batches.seal(MODEL, generation, "window", TERMS, generation * 1_000 + 500);
    if (generation === 1) await batches.close(MODEL, await pendingOf(), { publishedBy: "deployment00" });
    if (generation === 2) await batches.carry(MODEL, await pendingOf(), 3, 2);
  }
  await batches.append(MODEL, 4, { id: "übrig/4", objects: segmentOf("s4", 4).objects }, TERMS, 4_000);
}

/** What the stores say of all that `writeRows` wrote. */
export interface RowValues {
  readonly head: BatchHead;
  readonly segments: readonly Segment[];
  readonly records: readonly unknown[];
}

export async function readRows({ batches, states, decisions, histories, drifts, heartbeats }: RowStores): Promise<RowValues> {
  return {
    head: await batches.readHead(MODEL),
    segments: await collect(batches.readSegments(MODEL, [1, 2, 3, 4])),
    records: [
      await states.load(MODEL),
      await decisions.read("data/flights/12"),
      await decisions.list(MODEL, 10),
      await histories.load(MODEL),
      await drifts.list(MODEL, 10),
      await heartbeats.load(HEARTBEATS),
    ],
  };
}
