import * as z from "zod/mini";
import type { EventEntry } from "../event-entry";
import { optionalStatus, optionalText, optionalTime, requiredText, statusText } from "../event-fields";

/** https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html#eventbridge-pipeline */
const STATUSES = ["Executing", "Succeeded", "Failed", "Stopping", "Stopped"] as const;

/**
 * A run of a pipeline; its subject is the pipeline. An execution that is retried starts again from Failed, which the previous status
 * tells; a second retry looks like the first, since the time of its start stays.
 */
export const pipelineExecution = {
  name: "pipeline-execution",
  detailType: "SageMaker Model Building Pipeline Execution Status Change",
  detail: z.looseObject({
    pipelineArn: requiredText,
    pipelineExecutionArn: requiredText,
    currentPipelineExecutionStatus: statusText(STATUSES),
    previousPipelineExecutionStatus: optionalStatus(STATUSES),
    pipelineExecutionDisplayName: optionalText,
    pipelineExecutionDescription: optionalText,
    executionStartTime: optionalTime,
    executionEndTime: optionalTime,
  }),
  subject: { path: "pipelineArn", arnOf: "pipeline" },
  status: { path: "currentPipelineExecutionStatus", values: STATUSES },
  previousStatus: "previousPipelineExecutionStatus",
  filters: { pipelineArn: "any", pipelineExecutionArn: "any", pipelineExecutionDisplayName: "any" },
  tellsApart: ["pipelineExecutionArn"],
  times: ["executionEndTime"],
  onceSince: ["executionStartTime"],
} as const satisfies EventEntry;
