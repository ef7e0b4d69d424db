import * as z from "zod/mini";
import type { EventEntry } from "../event-entry";
import { optionalNumber, optionalStatus, optionalText, optionalTime, requiredText } from "../event-fields";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeModelCardExportJob.html */
const STATUSES = ["InProgress", "Completed", "Failed"] as const;

/**
 * The export of a model card as a document. The shape of this event is published nowhere: its fields are those of the API, and only the
 * name is asked for.
 */
export const modelCardExportJob = {
  name: "model-card-export-job",
  detailType: "SageMaker Model Card Export Job State Change",
  detail: z.looseObject({
    ModelCardExportJobName: requiredText,
    ModelCardExportJobArn: optionalText,
    ModelCardName: optionalText,
    ModelCardVersion: optionalNumber,
    Status: optionalStatus(STATUSES),
    FailureReason: optionalText,
    CreatedAt: optionalTime,
    LastModifiedAt: optionalTime,
  }),
  subject: { path: "ModelCardExportJobName" },
  status: { path: "Status", values: STATUSES },
  filters: { ModelCardName: "any" },
  tellsApart: ["ModelCardExportJobArn"],
  times: ["LastModifiedAt"],
} as const satisfies EventEntry;
