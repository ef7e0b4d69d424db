import * as z from "zod/mini";
import type { EventEntry } from "../event-entry";
import { optionalText, optionalTime, requiredText, statusText } from "../event-fields";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeProcessingJob.html */
const STATUSES = ["InProgress", "Completed", "Failed", "Stopping", "Stopped"] as const;

/** A processing job: among others each run of a monitoring schedule, for which SageMaker has no event of its own. */
export const processingJob = {
  name: "processing-job",
  detailType: "SageMaker Processing Job State Change",
  detail: z.looseObject({
    ProcessingJobName: requiredText,
    ProcessingJobArn: optionalText,
    ProcessingJobStatus: statusText(STATUSES),
    ExitMessage: optionalText,
    FailureReason: optionalText,
    MonitoringScheduleArn: optionalText,
    ProcessingOutputConfig: z.nullish(
      z.looseObject({
        Outputs: z.nullish(z.array(z.looseObject({ S3Output: z.nullish(z.looseObject({ S3Uri: optionalText })) }))),
      }),
    ),
    CreationTime: optionalTime,
    ProcessingStartTime: optionalTime,
    ProcessingEndTime: optionalTime,
    LastModifiedTime: optionalTime,
  }),
  subject: { path: "ProcessingJobName" },
  status: { path: "ProcessingJobStatus", values: STATUSES },
  filters: { MonitoringScheduleArn: "any" },
  tellsApart: [],
  times: ["LastModifiedTime", "ProcessingEndTime"],
} as const satisfies EventEntry;
