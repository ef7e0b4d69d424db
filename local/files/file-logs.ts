import type { Decision } from "../../functions/core/coordination/decision";
import { type DecisionLog, isWithin, type RequestHistory } from "../../functions/core/coordination/ports";
import type { DriftLog } from "../../functions/core/drift/ports";
import { memoryDriftLog } from "../../functions/memory/drift";
import { runState } from "../world/simulated-run";
import { appendDecision, appendDrift, readDecisions, readDrifts, readRuns } from "./replay-record";

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
