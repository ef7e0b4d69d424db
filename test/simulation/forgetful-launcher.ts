import type { DecisionLog, PipelineLauncher } from "../../functions/core/coordination/ports";
import { memoryDecisionLog } from "../../functions/memory/coordination";

/**
 * A cloud that starts one run per token for as long as it remembers the token. How long a real one does is not established: a test
 * lets it forget every recorded start between two rounds, so nothing may lean on the token after that.
 */
export function forgetfulCloud() {
  const remembered = new Map<string, string>();
  const recorded = new Set<string>();
  const started: string[] = [];
  const recorder = memoryDecisionLog();
  const decisions: DecisionLog = {
    ...recorder,
    async recordRun(requestId, ...run) {
      const isFirst = await recorder.recordRun(requestId, ...run);
      recorded.add(requestId);
      return isFirst;
    },
  };
  const launcher: PipelineLauncher = {
    async start(request) {
      const runId = remembered.get(request.id) ?? `run-${started.push(request.id)}`;
      remembered.set(request.id, runId);
      return { runId };
    },
  };
  const forgetRecorded = () => {
    for (const requestId of recorded) remembered.delete(requestId);
  };
  return { decisions, launcher, started, recorded: recorder.decisions, forgetRecorded };
}
