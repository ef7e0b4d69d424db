import type { Decision } from "../functions/core/coordination/decision";
import type { DecisionLog } from "../functions/core/coordination/decision-log";

/** A decision log, with every decision that was recorded in it, once, in the order of recording. */
export interface RecordedLog extends DecisionLog {
  readonly decisions: () => readonly Decision[];
}

export function recordedLog(log: DecisionLog): RecordedLog {
  const decisions = new Map<string, Decision>();
  return {
    decisions: () => [...decisions.values()],
    async record(decision) {
      await log.record(decision);
      const key = `${decision.requestId} ${decision.decidedAt} ${decision.outcome}`;
      if (!decisions.has(key)) decisions.set(key, decision);
    },
    recordRun: (...run) => log.recordRun(...run),
    recordOutcome: (...outcome) => log.recordOutcome(...outcome),
    read: (requestId) => log.read(requestId),
    list: (...query) => log.list(...query),
  };
}
