import type { PipelineLauncher } from "../functions/core/coordination/pipeline-launcher";
import { type MemoryRun, memoryPipelineLauncher } from "../functions/memory/pipeline-launcher";

/** A run as `runs.jsonl` keeps it, one a line. */
export interface LoggedRun extends MemoryRun {
  /** Virtual time of the start, ISO 8601. */
  readonly startedAt: string;
}

/** The launcher in memory, and when it started what. */
export function runLog(now: () => number): { readonly launcher: PipelineLauncher; readonly runs: () => LoggedRun[] } {
  const memory = memoryPipelineLauncher();
  const startedAt = new Map<string, string>();
  return {
    launcher: {
      async start(request, pipeline) {
        if (!startedAt.has(request.id)) startedAt.set(request.id, new Date(now()).toISOString());
        return await memory.start(request, pipeline);
      },
    },
    runs: () =>
      [...memory.runs.values()].map((run) => ({
        ...run,
        parameters: sortedByName(run.parameters),
        startedAt: startedAt.get(run.requestId) ?? "",
      })),
  };
}

/** A map of DynamoDB comes back in any order. */
function sortedByName(parameters: MemoryRun["parameters"]): MemoryRun["parameters"] {
  return Object.fromEntries(Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1)));
}
