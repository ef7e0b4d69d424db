import * as z from "zod/mini";
import { type EventEntry, optionalStatus, optionalText, optionalTime, requiredText, statusText } from "../event-entry";

/** https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html#eventbridge-pipeline */
const PIPELINE_EXECUTION_STATUSES = ["Executing", "Succeeded", "Failed", "Stopping", "Stopped"] as const;

/**
 * A run of a pipeline; its subject is the pipeline. An execution that is retried starts again from Failed, which the previous
 * status tells; a second retry looks like the first, since the time of its start stays.
 */
export const pipelineExecution = {
  name: "pipeline-execution",
  detailType: "SageMaker Model Building Pipeline Execution Status Change",
  detail: z.looseObject({
    pipelineArn: requiredText,
    pipelineExecutionArn: requiredText,
    currentPipelineExecutionStatus: statusText(PIPELINE_EXECUTION_STATUSES),
    previousPipelineExecutionStatus: optionalStatus(PIPELINE_EXECUTION_STATUSES),
    pipelineExecutionDisplayName: optionalText,
    pipelineExecutionDescription: optionalText,
    executionStartTime: optionalTime,
    executionEndTime: optionalTime,
  }),
  subject: { path: "pipelineArn", arnOf: "pipeline" },
  status: { path: "currentPipelineExecutionStatus", values: PIPELINE_EXECUTION_STATUSES },
  previousStatus: "previousPipelineExecutionStatus",
  filters: { pipelineArn: "any", pipelineExecutionArn: "any", pipelineExecutionDisplayName: "any" },
  tellsApart: ["pipelineExecutionArn"],
  times: ["executionEndTime"],
  onceSince: ["executionStartTime"],
} as const satisfies EventEntry;

/** https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html#eventbridge-pipeline-step */
const PIPELINE_STEP_STATUSES = ["Starting", "Executing", "Succeeded", "Failed", "Stopping", "Stopped"] as const;

/** A step of a pipeline's run; its subject is the pipeline. `metadata` names the job that the step started. */
export const pipelineStep = {
  name: "pipeline-step",
  detailType: "SageMaker Model Building Pipeline Execution Step Status Change",
  detail: z.looseObject({
    pipelineArn: requiredText,
    pipelineExecutionArn: requiredText,
    stepName: requiredText,
    stepType: optionalText,
    currentStepStatus: statusText(PIPELINE_STEP_STATUSES),
    previousStepStatus: optionalStatus(PIPELINE_STEP_STATUSES),
    failureReason: optionalText,
    cacheHitResult: z.nullish(z.looseObject({ sourcePipelineExecutionArn: optionalText })),
    metadata: z.nullish(z.looseObject({})),
    stepStartTime: optionalTime,
    stepEndTime: optionalTime,
  }),
  subject: { path: "pipelineArn", arnOf: "pipeline" },
  status: { path: "currentStepStatus", values: PIPELINE_STEP_STATUSES },
  previousStatus: "previousStepStatus",
  filters: { pipelineArn: "any", pipelineExecutionArn: "any", stepName: "any", stepType: "any" },
  tellsApart: ["pipelineExecutionArn", "stepName"],
  times: ["stepEndTime"],
  onceSince: ["stepStartTime"],
} as const satisfies EventEntry;
