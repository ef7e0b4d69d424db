import type { RunState, RunWatcher } from "../core/coordination/run-watcher";

/** `RunWatcher` in memory: every run is running until it is told to have ended. */
export interface MemoryRunWatcher extends RunWatcher {
  end(runId: string, outcome: Exclude<RunState, { readonly status: "running" }>): void;
}

export function memoryRunWatcher(): MemoryRunWatcher {
  const ended = new Map<string, RunState>();
  return {
    describe: async (runId) => ended.get(runId) ?? { status: "running" },
    end(runId, outcome) {
      ended.set(runId, outcome);
    },
  };
}
