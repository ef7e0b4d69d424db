import type { DriftLog } from "../functions/core/drift/drift-log";
import { memoryDriftLog } from "../functions/memory/drift-log";
import { appendDrift, readDrifts } from "../local/replay-record";

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
