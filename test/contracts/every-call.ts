import type { BatchStore } from "../../functions/core/batching/batch";
import type { ManifestStore } from "../../functions/core/batching/ports";
import type { CaptureStore, MonitorFiles } from "../../functions/core/capture/ports";
import { initialState } from "../../functions/core/coordination/coordinator-state";
import type { CoordinatorStore, ErasableDecisionLog } from "../../functions/core/coordination/ports";
import type { DriftLog, ReportReader } from "../../functions/core/drift/ports";
import { messageOf } from "../../functions/core/log/log";
import type { ModelSettingsSource } from "../../functions/core/model-settings";
import type { CandidateLog, PromotionStore } from "../../functions/core/promotion/ports";
import { MODEL, segmentOf, TERMS } from "./batch-store/samples";
import { decisionOf, NOW } from "./coordination-samples";
import { driftRecordOf } from "./drift-samples";
import { candidateOf, candidateRecordOf, fullPromotion } from "./promotion-samples";

/** Calls by the name of port and operation. */
export type Calls = Readonly<Record<string, () => Promise<unknown>>>;

/** Every port over the state store. */
export interface StatePorts {
  readonly batches: BatchStore;
  readonly states: CoordinatorStore;
  readonly decisions: ErasableDecisionLog;
  readonly drifts: DriftLog;
  readonly promotions: PromotionStore;
  readonly candidates: CandidateLog;
  readonly settings: ModelSettingsSource;
}

/** Every operation of the ports over the state store. */
export function stateCalls(ports: StatePorts): Calls {
  const { batches, states, decisions, drifts, promotions, candidates, settings } = ports;
  const sealed = {
    ...{ generation: 1, sources: [1], count: 1, openedAt: 1, expiresAt: 9, reason: "size" as const, sealedAt: 2 },
    ...{ batchSize: TERMS.batchSize, dedupeHorizonMs: TERMS.dedupeHorizonMs },
  };
  return {
    "batches.readHead": () => batches.readHead(MODEL),
    "batches.readHeads": () => batches.readHeads([MODEL]),
    "batches.append": () => batches.append(MODEL, 1, segmentOf("s", 1), TERMS, 1),
    "batches.seal": () => batches.seal(MODEL, 1, "window", TERMS, 1),
    "batches.readSegments": () => all(batches.readSegments(MODEL, [1])),
    "batches.carry": () => batches.carry(MODEL, sealed, 2, 1),
    "batches.raise": () => batches.raise(MODEL, sealed, 5, { generation: 4, sealedAt: 2 }),
    "batches.close": () => batches.close(MODEL, sealed, { publishedBy: "deployment00" }),
    "batches.retain": () => batches.retain(MODEL, sealed, 99),
    "states.load": () => states.load(MODEL),
    "states.loadAll": () => states.loadAll([MODEL]),
    "states.save": () => states.save(MODEL, initialState(NOW), 0),
    "decisions.record": () => decisions.record(decisionOf()),
    "decisions.replace": () => decisions.replace(decisionOf()),
    "decisions.recordRun": () => decisions.recordRun("data/flights/12", "run"),
    "decisions.recordOutcome": () => decisions.recordOutcome({ requestId: "data/flights/12", status: "failed" }, NOW),
    "decisions.read": () => decisions.read("data/flights/12"),
    "decisions.readRun": () => decisions.readRun("data/flights/12"),
    "decisions.list": () => decisions.list(MODEL, 1),
    "decisions.between": () => all(decisions.between(MODEL, {})),
    "drifts.record": () => drifts.record(driftRecordOf()),
    "drifts.list": () => drifts.list(MODEL, 1),
    "promotions.load": () => promotions.load(MODEL),
    "promotions.loadAll": () => promotions.loadAll([MODEL]),
    "promotions.save": () => promotions.save(MODEL, fullPromotion(), 0),
    "candidates.record": () => candidates.record(candidateRecordOf()),
    "candidates.list": () => candidates.list(MODEL, 1),
    "candidates.read": () => candidates.read(MODEL, candidateOf(1).id),
    "settings.list": () => settings.list(),
  };
}

/** Every port over a bucket. */
export interface BucketPorts {
  readonly manifests: ManifestStore;
  readonly captures: CaptureStore;
  readonly files: MonitorFiles;
  readonly reports: ReportReader;
}

/** Every operation of the ports over a bucket, on objects below `<scheme>://lake/in/`. */
export function bucketCalls(scheme: "s3" | "gs", { manifests, captures, files, reports }: BucketPorts): Calls {
  const data = { bucket: "lake", prefixes: ["in/"], suffixes: [], manifestPrefix: "in/retrigger/" };
  const at = { model: MODEL, generation: 1, data };
  const uri = `${scheme}://lake/in/file.json`;
  const listed = { uri, objects: 1, bytes: 1, digest: "0" };
  return {
    "manifests.writeManifest": () => manifests.writeManifest(at, []),
    "manifests.combineManifests": () => manifests.combineManifests(data, "all", [listed]),
    "manifests.readHoldOut": () => manifests.readHoldOut(data, uri),
    "manifests.writeLedger": () => manifests.writeLedger(at, { entries: [{ generation: 1, sealedAt: 1, objects: [] }], older: [] }),
    "manifests.readLedger": () => manifests.readLedger(at),
    "captures.list": () => all(captures.list(`${scheme}://lake/in/`)),
    "captures.folders": () => captures.folders(`${scheme}://lake/in/`),
    "captures.lines": () => all(captures.lines(uri)),
    "files.read": () => files.read(uri),
    "files.has": () => files.has(uri),
    "files.create": () => files.create(uri, "{}"),
    "reports.read": () => reports.read(uri, undefined),
  };
}

/** What the log says of each call, made all at once; of one that does not fail, what it resolves to. */
export async function messagesOf(calls: Calls): Promise<Record<string, string>> {
  const told = Object.entries(calls).map(async ([name, call]) => {
    const told = await call().then((value) => `resolved to ${JSON.stringify(value)}`, messageOf);
    return [name, told] as const;
  });
  return Object.fromEntries(await Promise.all(told));
}

async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const page of pages) list.push(page);
  return list;
}
