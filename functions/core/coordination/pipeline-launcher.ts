import type { PipelineSettings } from "../model-settings";
import type { TrainingRequest } from "../training-request";

/** A started run, named as its cloud names it. */
export interface PipelineRun {
  readonly runId: string;
}

/** Port: starts a training pipeline. Calls with the same request id start one run and resolve to it, as far as the cloud remembers. */
export interface PipelineLauncher {
  start(request: TrainingRequest, pipeline: PipelineSettings): Promise<PipelineRun>;
}
