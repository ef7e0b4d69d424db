// The stores of a local run in its files: batches, decisions, drift, candidates, and the states of coordination and promotion, as
// the command `retrigger` uses them.
import * as z from "zod/mini";
import type { BatchStore } from "../../functions/core/batching/batch";
import type { Decision } from "../../functions/core/coordination/decision";
import { type CoordinatorStore, type DecisionLog, isWithin, type RequestHistory } from "../../functions/core/coordination/ports";
import type { WatchingPorts } from "../../functions/core/coordination/sweep-coordination";
import type { DriftLog } from "../../functions/core/drift/ports";
import type { ModelSettings } from "../../functions/core/model-settings";
import { ordinalSchema } from "../../functions/core/numbers";
import type { CandidateLog, PromotionStore } from "../../functions/core/promotion/ports";
import { type PromotionState, promotionStateSchema } from "../../functions/core/promotion/promotion-state";
import type { Versioned, VersionedStore } from "../../functions/core/versioned-store";
import { memoryBatchStore, type PastBatches } from "../../functions/memory/batch-store";
import { memoryDriftLog } from "../../functions/memory/drift";
import { memoryCandidateLog } from "../../functions/memory/promotion";
import { runState, simulatedRun } from "../world/simulated-cloud";
import { hasCode, readJson, replaceFile } from "./json-files";
import {
  appendCandidate,
  appendDecision,
  appendDrift,
  appendRun,
  type BatchesRecord,
  promotionsFile,
  readCandidates,
  readDecisions,
  readDrifts,
  readRuns,
  readState,
  writeBatches,
  writeState,
} from "./replay-record";

/**
 * `BatchStore` in a file, for one process at a time: a step is done when the file that holds it is there, and a crash leaves it
 * wholly done or not at all. Nothing expires.
 * @throws BrokenFileError, or the error of the file system when the file is not there
 */
export async function fileBatchStore(path: string): Promise<BatchStore> {
  const past = new Map(Object.entries(await readJson<Record<string, PastBatches>>(path)));
  const store = memoryBatchStore(past);
  const models = new Set(past.keys());
  let saved: Promise<unknown> = Promise.resolve();

  /** One file after the other, each with all steps so far; whoever waits for one that failed is told so. */
  async function save(): Promise<void> {
    const before = saved;
    saved = Promise.allSettled([before]).then(async () => writeBatches(path, await readBatches(store, [...models])));
    await saved;
  }

  function saving<A extends readonly unknown[], R>(step: (model: string, ...rest: A) => Promise<R>) {
    return async (model: string, ...rest: A): Promise<R> => {
      models.add(model);
      const result = await step(model, ...rest);
      await save();
      return result;
    };
  }

  return {
    maxSegmentBytes: store.maxSegmentBytes,
    readHead: store.readHead,
    readHeads: store.readHeads,
    readSegments: store.readSegments,
    append: saving(store.append),
    seal: saving(store.seal),
    carry: saving(store.carry),
    raise: saving(store.raise),
    close: saving(store.close),
    retain: saving(store.retain),
  };
}

/** What a store holds of some models, but for what was published or dropped. */
export async function readBatches(store: BatchStore, models: readonly string[]): Promise<BatchesRecord> {
  const entries = models.map(async (model): Promise<[string, PastBatches]> => [model, await readModel(store, model)]);
  return Object.fromEntries(await Promise.all(entries));
}

async function readModel(store: BatchStore, model: string): Promise<PastBatches> {
  const head = await store.readHead(model);
  const sources = [head.open.generation, ...head.open.carried, ...head.pending.flatMap((batch) => batch.sources)];
  const segments: PastBatches["segments"][number][] = [];
  for (const generation of new Set(sources)) {
    for await (const segment of store.readSegments(model, [generation])) segments.push({ generation, segment });
  }
  return { head, segments };
}

/** `DecisionLog` in the `decisions.jsonl` of a local run; of runs, its `runs.jsonl` tells all there is. */
export function fileDecisionLog(folder: string, now: () => number): DecisionLog {
  async function runOf(requestId: string): Promise<RequestHistory["run"]> {
    const run = (await readRuns(folder)).find((one) => one.requestId === requestId);
    if (run === undefined) return undefined;
    const seen = runState(run, now());
    if (seen.status === "running") return { runId: run.runId };
    return { runId: run.runId, requestId, ...seen };
  }

  async function newestFirst(model: string): Promise<Decision[]> {
    return (await readDecisions(folder)).filter((decision) => decision.model === model).reverse();
  }

  return {
    async record(decision) {
      const isKnown = (await readDecisions(folder)).some(
        ({ requestId, decidedAt, outcome }) =>
          requestId === decision.requestId && decidedAt === decision.decidedAt && outcome === decision.outcome,
      );
      if (!isKnown) await appendDecision(folder, decision);
    },
    recordRun: async (requestId) => (await runOf(requestId)) === undefined,
    recordOutcome: async () => {},
    async read(requestId) {
      const decisions = (await readDecisions(folder)).filter((decision) => decision.requestId === requestId);
      if (decisions.length === 0) return undefined;
      const run = await runOf(requestId);
      return { decisions, ...(run !== undefined && { run }) };
    },
    readRun: runOf,
    list: async (model, limit) => (await newestFirst(model)).slice(0, limit),
    async *between(model, span) {
      yield (await newestFirst(model)).filter(({ decidedAt }) => isWithin(span, decidedAt));
    },
  };
}

/** `DriftLog` in the `drifts.jsonl` of a local run; of a report that stands there several times, the last counts. */
export function fileDriftLog(folder: string): DriftLog {
  return {
    record: (record) => appendDrift(folder, record),
    async list(model, limit) {
      const log = memoryDriftLog();
      for (const record of await readDrifts(folder)) await log.record(record);
      return await log.list(model, limit);
    },
  };
}

/** `CandidateLog` in the `candidates.jsonl` of a local run; of a step that stands there several times, the last counts. */
export function fileCandidateLog(folder: string): CandidateLog {
  const all = async () => memoryCandidateLog(await readCandidates(folder));
  return {
    record: (record) => appendCandidate(folder, record),
    list: async (model, limit) => await (await all()).list(model, limit),
    read: async (model, candidateId) => await (await all()).read(model, candidateId),
  };
}

/** `PromotionStore` in the `promotions.json` of a local run. */
export function filePromotionStore(folder: string): PromotionStore {
  return fileVersionedStore<PromotionState>(promotionsFile(folder), promotionStateSchema);
}

/**
 * `VersionedStore` in a file of JSON, for one process at a time; a crash leaves the old records or the new ones. Every call rejects
 * with BrokenFileError where the file holds something else than records of `schema`.
 */
export function fileVersionedStore<T>(path: string, schema: z.ZodMiniType<T>): VersionedStore<T> {
  const recordsSchema = z.record(z.string(), z.object({ state: schema, version: ordinalSchema }));

  async function readAll(): Promise<ReadonlyMap<string, Versioned<T>>> {
    try {
      return new Map(Object.entries(await readJson(path, recordsSchema)));
    } catch (error) {
      if (hasCode(error, "ENOENT")) return new Map();
      throw error;
    }
  }

  return {
    load: async (model) => (await readAll()).get(model),
    async loadAll(models) {
      const all = await readAll();
      return await Promise.allSettled(models.map(async (model) => all.get(model)));
    },
    async save(model, state, version) {
      const all = await readAll();
      if ((all.get(model)?.version ?? 0) !== version) return false;
      const next = new Map(all).set(model, { state, version: version + 1 });
      await replaceFile(path, JSON.stringify(Object.fromEntries(next)));
      return true;
    },
  };
}

/** `CoordinatorStore` in the `state.json` of a local run, for one person at a time. */
export function fileCoordinatorStore(folder: string): CoordinatorStore {
  return {
    load: async (model) => (await readState(folder)).states[model],
    async loadAll(models) {
      const { states } = await readState(folder);
      return await Promise.allSettled(models.map(async (model) => states[model]));
    },
    async save(model, state, version) {
      const record = await readState(folder);
      if ((record.states[model]?.version ?? 0) !== version) return false;
      await writeState(folder, { ...record, states: { ...record.states, [model]: { state, version: version + 1 } } });
      return true;
    },
  };
}

/** The pipeline runs of a local run, in its `runs.jsonl`: a request that is started again gets the run that it already has. */
export function fileRuns(
  record: string,
  models: readonly ModelSettings[],
  seed: number,
  now: () => number,
): Pick<WatchingPorts, "launcher" | "watcher"> {
  return {
    launcher: {
      async start(request) {
        const known = (await readRuns(record)).find(({ requestId }) => requestId === request.id);
        if (known !== undefined) return { runId: known.runId };
        const settings = models.find(({ model }) => model === request.model);
        if (settings === undefined) throw new Error(`the local run has no pipeline for the model ${request.model}`);
        const run = simulatedRun(settings, request, now(), seed);
        await appendRun(record, run);
        return { runId: run.runId };
      },
    },
    watcher: {
      async describe(runId) {
        const run = (await readRuns(record)).find((one) => one.runId === runId);
        if (run === undefined) throw new Error(`runs.jsonl has no run ${runId}`);
        return runState(run, now());
      },
    },
  };
}
