import * as z from "zod/mini";
import type { EventEntry } from "../event-entry";
import { optionalStatus, optionalText, optionalTime, requiredText, statusText } from "../event-fields";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeTrainingJob.html */
const STATUSES = ["InProgress", "Completed", "Failed", "Stopping", "Stopped", "Deleting"] as const;

const SECONDARY_STATUSES = [
  "Starting",
  "Pending",
  "LaunchingMLInstances",
  "PreparingTrainingStack",
  "Downloading",
  "DownloadingTrainingImage",
  "Training",
  "Restarting",
  "Updating",
  "Uploading",
  "Interrupted",
  "Stopping",
  "Stopped",
  "MaxRuntimeExceeded",
  "MaxWaitTimeExceeded",
  "Completed",
  "Failed",
] as const;

/** A training job, told also when only its secondary status changes. Its times are epoch milliseconds, often as text. */
export const trainingJob = {
  name: "training-job",
  detailType: "SageMaker Training Job State Change",
  detail: z.looseObject({
    TrainingJobName: requiredText,
    TrainingJobArn: optionalText,
    TrainingJobStatus: statusText(STATUSES),
    SecondaryStatus: optionalStatus(SECONDARY_STATUSES),
    FailureReason: optionalText,
    TuningJobArn: optionalText,
    CreationTime: optionalTime,
    TrainingStartTime: optionalTime,
    TrainingEndTime: optionalTime,
    LastModifiedTime: optionalTime,
  }),
  subject: { path: "TrainingJobName" },
  status: { path: "TrainingJobStatus", values: STATUSES },
  filters: { SecondaryStatus: SECONDARY_STATUSES, TuningJobArn: "any" },
  tellsApart: ["SecondaryStatus"],
  times: ["LastModifiedTime"],
} as const satisfies EventEntry;
