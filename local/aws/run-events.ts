import { LANDING } from "../landing";
import type { SeededRandom } from "../seeded-random";
import { pipelineArn, type SimulatedRun } from "../simulated-run";

/** https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-sagemaker.html */
export function pipelineEvent({ pipeline, runId, status, startedAt, endsAt }: SimulatedRun, random: SeededRandom) {
  return {
    version: "0",
    id: random.uuid(),
    "detail-type": "SageMaker Model Building Pipeline Execution Status Change",
    source: "aws.sagemaker",
    account: LANDING.account,
    time: endsAt,
    region: LANDING.region,
    resources: [pipelineArn(pipeline), runId],
    detail: {
      pipelineArn: pipelineArn(pipeline),
      pipelineExecutionArn: runId,
      previousPipelineExecutionStatus: "Executing",
      currentPipelineExecutionStatus: status === "failed" ? "Failed" : "Succeeded",
      executionStartTime: startedAt,
      executionEndTime: endsAt,
    },
  };
}
