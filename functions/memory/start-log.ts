import type { StartLog, StartRecord } from "../core/coordination/start-log";

/** `StartLog` in memory. */
export function memoryStartLog(): StartLog {
  const records = new Map<string, StartRecord>();
  return {
    async intend(requestId, at) {
      const record = records.get(requestId) ?? { intendedAt: at };
      records.set(requestId, record);
      return record;
    },
    async complete(requestId, runId) {
      const record = records.get(requestId);
      if (record === undefined) throw new Error(`no start was intended for ${requestId}; call intend before complete`);
      records.set(requestId, { ...record, runId });
    },
  };
}
