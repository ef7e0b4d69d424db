import * as z from "zod/mini";
import type { EventEntry } from "../event-entry";
import { optionalStatus, optionalText, optionalTime, requiredText, statusText } from "../event-fields";

/** https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html#eventbridge-pipeline-step */
const STATUSES = ["Starting", "Executing", "Succeeded", "Failed", "Stopping", "Stopped"] as const;

/** A step of a pipeline's run; its subject is the pipeline. `metadata` names the job that the step started. */
export const pipelineStep = {
  name: "pipeline-step",
  detailType: "SageMaker Model Building Pipeline Execution Step Status Change",
  detail: z.looseObject({
    pipelineArn: requiredText,
    pipelineExecutionArn: requiredText,
    stepName: requiredText,
    stepType: optionalText,
    currentStepStatus: statusText(STATUSES),
    previousStepStatus: optionalStatus(STATUSES),
    failureReason: optionalText,
    cacheHitResult: z.nullish(z.looseObject({ sourcePipelineExecutionArn: optionalText })),
    metadata: z.nullish(z.looseObject({})),
    stepStartTime: optionalTime,
    stepEndTime: optionalTime,
  }),
  subject: { path: "pipelineArn", arnOf: "pipeline" },
  status: { path: "currentStepStatus", values: STATUSES },
  previousStatus: "previousStepStatus",
  filters: { pipelineArn: "any", pipelineExecutionArn: "any", stepName: "any", stepType: "any" },
  tellsApart: ["pipelineExecutionArn", "stepName"],
  times: ["stepEndTime"],
  onceSince: ["stepStartTime"],
} as const satisfies EventEntry;
