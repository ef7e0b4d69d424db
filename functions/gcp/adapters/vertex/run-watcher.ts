import type { RunState, RunWatcher } from "../../../core/coordination/ports";
import { RetryableError } from "../../../core/errors";
import { VERTEX_RETRIES, type VertexClients } from "./vertex-clients";
import { isLastingRefusal, wordsOf } from "./vertex-refusal";

/** https://cloud.google.com/vertex-ai/docs/reference/rest/v1/PipelineState; a paused run can be resumed, so it holds its slot. */
const STATES: Readonly<Record<string, RunState["status"]>> = {
  PIPELINE_STATE_QUEUED: "running",
  PIPELINE_STATE_PENDING: "running",
  PIPELINE_STATE_RUNNING: "running",
  PIPELINE_STATE_CANCELLING: "running",
  PIPELINE_STATE_PAUSED: "running",
  PIPELINE_STATE_SUCCEEDED: "succeeded",
  PIPELINE_STATE_FAILED: "failed",
  PIPELINE_STATE_CANCELLED: "stopped",
};

const RUN_NAME = /^projects\/[^/]+\/locations\/([^/]+)\/pipelineJobs\/[^/]+$/;

/**
 * `RunWatcher` for Vertex AI Pipelines. Vertex AI does not tell what a run cost, so `actualUsd` is always left out.
 * `describe` throws RetryableError when Vertex AI cannot answer now, and Error when it will not: the run is not there, or not ours.
 */
export function vertexRunWatcher(clients: VertexClients): RunWatcher {
  return {
    async describe(runId) {
      const location = RUN_NAME.exec(runId)?.[1];
      if (location === undefined) {
        throw new Error(`got the run ${runId}; expected projects/<project>/locations/<location>/pipelineJobs/<id>`);
      }
      const [job] = await clients(location)
        .getPipelineJob({ name: runId }, VERTEX_RETRIES)
        .catch((error: unknown) => {
          throw watchError(error, runId);
        });
      const status = STATES[String(job.state)];
      if (status === undefined) {
        throw new Error(`Vertex AI says ${job.state} of the run ${runId}; expected ${Object.keys(STATES).join()}`);
      }
      if (status === "running") return { status };
      const end = job.endTime ?? job.updateTime;
      if (!end) throw new Error(`Vertex AI gave no end time for the run ${runId}`);
      return { status, endedAt: Number(end.seconds) * 1000 + Math.floor(Number(end.nanos ?? 0) / 1_000_000) };
    },
  };
}

function watchError(error: unknown, runId: string): Error {
  if (isLastingRefusal(error)) {
    const remedy = "check that it exists, and that the function's service account has aiplatform.pipelineJobs.get";
    return new Error(`Vertex AI refused to describe the run ${runId} (${wordsOf(error)}); ${remedy}`, { cause: error });
  }
  return new RetryableError(`the run ${runId} could not be looked at; it can be tried again later`, { cause: error });
}
