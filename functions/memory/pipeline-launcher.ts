import type { PipelineLauncher } from "../core/coordination/pipeline-launcher";
import { renderParameters } from "../core/coordination/render-parameters";

/** A run as the launcher in memory keeps it. */
export interface MemoryRun {
  readonly runId: string;
  readonly requestId: string;
  readonly pipeline: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** `PipelineLauncher` in memory: like the clouds, it answers a repeated request id with the run that it started. */
export interface MemoryPipelineLauncher extends PipelineLauncher {
  /** Runs by request id, in the order of their starts. */
  readonly runs: ReadonlyMap<string, MemoryRun>;
}

export function memoryPipelineLauncher(): MemoryPipelineLauncher {
  const runs = new Map<string, MemoryRun>();
  return {
    runs,
    async start(request, pipeline) {
      const known = runs.get(request.id);
      if (known !== undefined) return { runId: known.runId };
      const runId = `${pipeline.name}/${runs.size + 1}`;
      runs.set(request.id, {
        runId,
        requestId: request.id,
        pipeline: pipeline.name,
        parameters: renderParameters(pipeline.parameters, request),
      });
      return { runId };
    },
  };
}
