import {
  DescribePipelineExecutionCommand,
  type DescribePipelineExecutionResponse,
  type PipelineExecutionStatus,
  type SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import type { RunState, RunWatcher } from "../../../core/coordination/ports";
import { RetryableError } from "../../../core/errors";
import type { Log } from "../../../core/log/log";
import { isLastingRefusal } from "./sagemaker-refusal";
import { stepCosts } from "./step-costs";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribePipelineExecution.html */
const STATUSES: Readonly<Record<PipelineExecutionStatus, RunState["status"]>> = {
  Executing: "running",
  Stopping: "running",
  Succeeded: "succeeded",
  Failed: "failed",
  Stopped: "stopped",
};

/**
 * `RunWatcher` for SageMaker Pipelines. `actualUsd` is left out, and the log says why, when the cost of a step is unknown.
 * `describe` throws RetryableError when SageMaker cannot answer now, and Error when it will not: the run is not there, or not ours.
 */
export function sageMakerRunWatcher(
  client: SageMakerClient,
  usdPerHour: () => Promise<ReadonlyMap<string, number>>,
  log?: Log,
): RunWatcher {
  return {
    async describe(runId) {
      const fail = (error: unknown) => {
        throw watchError(error, runId);
      };
      const run = await client.send(new DescribePipelineExecutionCommand({ PipelineExecutionArn: runId })).catch(fail);
      const status = statusOf(runId, run);
      if (status === "running") return { status };
      const endedAt = (run.LastModifiedTime ?? run.CreationTime)?.getTime();
      if (endedAt === undefined) throw new Error(`SageMaker gave no time for the run ${runId}`);
      const actualUsd = await stepCosts(client, runId, await usdPerHour(), log).catch(fail);
      return { status, endedAt, ...(actualUsd !== undefined && { actualUsd }) };
    },
  };
}

function statusOf(runId: string, { PipelineExecutionStatus: status }: DescribePipelineExecutionResponse): RunState["status"] {
  const known = status && STATUSES[status];
  if (known === undefined)
    throw new Error(`SageMaker says ${status} of the run ${runId}; expected ${Object.keys(STATUSES).join()}`);
  return known;
}

function watchError(error: unknown, runId: string): Error {
  if (isLastingRefusal(error)) {
    const remedy =
      "check that it exists in this account and region, and that the function's role may describe it and list its steps";
    return new Error(`SageMaker refused to describe the run ${runId} (${error.name}: ${error.message}); ${remedy}`, {
      cause: error,
    });
  }
  return new RetryableError(`the run ${runId} could not be looked at; it can be tried again later`, { cause: error });
}
