import * as z from "zod/mini";
import type { EventEntry } from "../event-entry";
import { optionalText, optionalTime, requiredText, statusText } from "../event-fields";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeTransformJob.html */
const STATUSES = ["InProgress", "Completed", "Failed", "Stopping", "Stopped"] as const;

/** A batch transform job. Its event has no LastModifiedTime, but a job reaches each status once. */
export const transformJob = {
  name: "transform-job",
  detailType: "SageMaker Transform Job State Change",
  detail: z.looseObject({
    TransformJobName: requiredText,
    TransformJobArn: optionalText,
    TransformJobStatus: statusText(STATUSES),
    FailureReason: optionalText,
    ModelName: optionalText,
    CreationTime: optionalTime,
    TransformStartTime: optionalTime,
    TransformEndTime: optionalTime,
  }),
  subject: { path: "TransformJobName" },
  status: { path: "TransformJobStatus", values: STATUSES },
  filters: { ModelName: "any" },
  tellsApart: [],
  times: ["TransformEndTime"],
  onceSince: ["TransformStartTime", "CreationTime"],
} as const satisfies EventEntry;
