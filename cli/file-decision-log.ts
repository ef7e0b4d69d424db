import type { Decision } from "../functions/core/coordination/decision";
import { type DecisionLog, isWithin, type RequestHistory } from "../functions/core/coordination/decision-log";
import { appendDecision, readDecisions, readRuns } from "../local/replay-record";
import { runState } from "../local/simulated-run";

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
    recordRun: async () => {},
    recordOutcome: async () => {},
    async read(requestId) {
      const decisions = (await readDecisions(folder)).filter((decision) => decision.requestId === requestId);
      if (decisions.length === 0) return undefined;
      const run = await runOf(requestId);
      return { decisions, ...(run !== undefined && { run }) };
    },
    list: async (model, limit) => (await newestFirst(model)).slice(0, limit),
    async *between(model, span) {
      yield (await newestFirst(model)).filter(({ decidedAt }) => isWithin(span, decidedAt));
    },
  };
}
