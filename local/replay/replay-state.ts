import type { BatchHead, BatchStore } from "../../functions/core/batching/batch";
import type { CoordinatorStore, DecisionLog } from "../../functions/core/coordination/ports";
import type { DriftPorts } from "../../functions/core/drift/assess-drift";
import type { DriftLog } from "../../functions/core/drift/ports";
import type { ModelSettings, ModelSettingsSource } from "../../functions/core/model-settings";
import type { Versioned, VersionedStore } from "../../functions/core/versioned-store";
import { memoryBatchStore } from "../../functions/memory/batch-store";
import { memoryCoordinatorStore, memoryDecisionLog } from "../../functions/memory/coordination";
import { memoryDriftHistoryStore, memoryDriftLog } from "../../functions/memory/drift";
import { memoryModelSettings } from "../../functions/memory/manifest-store";

/** What the functions remember between invocations, in one of the stores. */
export interface ReplayState {
  readonly settings: ModelSettingsSource;
  readonly batches: BatchStore;
  readonly states: CoordinatorStore;
  readonly decisions: DecisionLog;
  readonly histories: DriftPorts["histories"];
  readonly drifts: DriftLog;
  close(): Promise<void>;
}

export function memoryReplayState(models: readonly ModelSettings[]): ReplayState {
  return {
    settings: memoryModelSettings(models),
    batches: memoryBatchStore(),
    states: memoryCoordinatorStore(),
    decisions: memoryDecisionLog(),
    histories: memoryDriftHistoryStore(),
    drifts: memoryDriftLog(),
    close: async () => {},
  };
}

/**
 * A store whose heads are read again only after a write. That is exact where one process is the only writer, as in a replay, and
 * saves what would be most of its requests: a sweep every virtual minute, of which few find anything new.
 */
export function rememberedHeads(store: BatchStore): BatchStore {
  const heads = new Map<string, BatchHead>();

  /** Forgets whether the write succeeds or not: a failed one may have happened. */
  function forgetting<A extends readonly unknown[], R>(write: (model: string, ...rest: A) => Promise<R>) {
    return async (model: string, ...rest: A): Promise<R> => {
      try {
        return await write(model, ...rest);
      } finally {
        heads.delete(model);
      }
    };
  }

  async function readHead(model: string): Promise<BatchHead> {
    const head = heads.get(model) ?? (await store.readHead(model));
    heads.set(model, head);
    return head;
  }

  return {
    maxSegmentBytes: store.maxSegmentBytes,
    readSegments: (model, generations) => store.readSegments(model, generations),
    readHead,
    readHeads: (models) => Promise.allSettled(models.map(readHead)),
    append: forgetting((...step) => store.append(...step)),
    seal: forgetting((...step) => store.seal(...step)),
    carry: forgetting((...step) => store.carry(...step)),
    raise: forgetting((...step) => store.raise(...step)),
    close: forgetting((...step) => store.close(...step)),
    retain: forgetting((...step) => store.retain(...step)),
  };
}

/** A store whose states are read again only after a save: exact where one process is the only writer, as in a replay. */
export function rememberedStates<T>(store: VersionedStore<T>): VersionedStore<T> {
  const states = new Map<string, Versioned<T> | undefined>();

  async function load(model: string): Promise<Versioned<T> | undefined> {
    if (!states.has(model)) states.set(model, await store.load(model));
    return states.get(model);
  }

  return {
    load,
    loadAll: (models) => Promise.allSettled(models.map(load)),
    async save(model, state, version) {
      try {
        return await store.save(model, state, version);
      } finally {
        // a save that failed may have happened
        states.delete(model);
      }
    },
  };
}
