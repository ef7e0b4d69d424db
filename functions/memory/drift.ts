import type { DriftState } from "../core/drift/drift-state";
import type { DriftLog, DriftRecord } from "../core/drift/ports";
import type { VersionedStore } from "../core/versioned-store";
import { memoryVersionedStore } from "./versioned-store";

/** `DriftLog` in memory, with all that it keeps, in the order of the reports' first records. */
export interface MemoryDriftLog extends DriftLog {
  readonly records: () => readonly DriftRecord[];
}

export function memoryDriftLog(): MemoryDriftLog {
  const all = new Map<string, DriftRecord>();
  return {
    records: () => [...all.values()],
    async record(record) {
      const { model, monitor, reportId, window } = record.evaluation;
      const { id, digest } = record.report ?? { id: reportId, digest: undefined };
      all.set(JSON.stringify([model, monitor, id, digest, window.end]), record);
    },
    async list(model, limit) {
      const found = [...all.values()].filter(({ evaluation }) => evaluation.model === model);
      return found.sort((a, b) => b.evaluation.window.end - a.evaluation.window.end).slice(0, limit);
    },
  };
}

/** The models' drift histories in memory. */
export function memoryDriftHistoryStore(): VersionedStore<DriftState> {
  return memoryVersionedStore();
}
