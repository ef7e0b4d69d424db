import type { PipelineSettings } from "../model-settings";
import type { Reporter } from "../report";
import type { TrainingRequest } from "../training-request";
import type { PipelineLauncher } from "./pipeline-launcher";
import type { StartLog } from "./start-log";

export interface StartPorts {
  readonly starts: StartLog;
  readonly launcher: PipelineLauncher;
  readonly report: Reporter;
}

/**
 * Starts the pipeline of a request, once, whatever is redelivered, repeated or running at the same time: a recorded start
 * is not repeated, and one that crashed half-way is repeated under the same token, which the cloud answers with the same run.
 * Rejects when a port does; the message then returns to its queue.
 */
export async function startOnce(
  ports: StartPorts,
  request: TrainingRequest,
  pipeline: PipelineSettings,
  now: number,
): Promise<string> {
  const recorded = await ports.starts.intend(request.id, now);
  if (recorded.runId !== undefined) {
    ports.report({ level: "info", event: "request-duplicate", requestId: request.id, runId: recorded.runId });
    return recorded.runId;
  }
  const { runId } = await ports.launcher.start(request, pipeline);
  await ports.starts.complete(request.id, runId);
  ports.report({ level: "info", event: "run-started", requestId: request.id, model: request.model, runId });
  return runId;
}
