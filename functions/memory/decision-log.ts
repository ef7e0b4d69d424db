import type { Decision } from "../core/coordination/decision";
import { type DecisionLog, isWithin, type RequestHistory } from "../core/coordination/decision-log";

/** `DecisionLog` in memory, with all that was recorded, in the order in which it was. */
export interface MemoryDecisionLog extends DecisionLog {
  readonly decisions: () => readonly Decision[];
}

export function memoryDecisionLog(): MemoryDecisionLog {
  const all: Decision[] = [];
  const byRequest = new Map<string, Map<string, Decision>>();
  const runs = new Map<string, NonNullable<RequestHistory["run"]>>();
  const newestFirst = (model: string) =>
    all
      .filter((decision) => decision.model === model)
      .reverse()
      .sort((a, b) => b.decidedAt - a.decidedAt);
  return {
    decisions: () => [...all],
    async record(decision) {
      const known = byRequest.get(decision.requestId) ?? new Map<string, Decision>();
      const name = `${decision.decidedAt} ${decision.outcome}`;
      if (known.has(name)) return;
      byRequest.set(decision.requestId, known.set(name, decision));
      all.push(decision);
    },
    async recordRun(requestId, runId) {
      runs.set(requestId, { ...runs.get(requestId), runId });
    },
    async recordOutcome(outcome, endedAt) {
      runs.set(outcome.requestId, { ...runs.get(outcome.requestId), ...outcome, endedAt });
    },
    async read(requestId) {
      const known = byRequest.get(requestId);
      if (known === undefined) return undefined;
      const run = runs.get(requestId);
      return { decisions: [...known.values()].sort((a, b) => a.decidedAt - b.decidedAt), ...(run !== undefined && { run }) };
    },
    list: async (model, limit) => newestFirst(model).slice(0, limit),
    async *between(model, span) {
      yield newestFirst(model).filter(({ decidedAt }) => isWithin(span, decidedAt));
    },
  };
}
