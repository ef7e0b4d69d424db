import * as z from "zod/mini";
import type { EventEntry } from "../event-entry";
import { optionalNumber, optionalText, optionalTime, requiredText, statusText } from "../event-fields";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeHyperParameterTuningJob.html */
const STATUSES = ["InProgress", "Completed", "Failed", "Stopping", "Stopped", "Deleting", "DeleteFailed"] as const;

/** A hyperparameter tuning job, told also when its trainings are counted anew. */
export const tuningJob = {
  name: "tuning-job",
  detailType: "SageMaker HyperParameter Tuning Job State Change",
  detail: z.looseObject({
    HyperParameterTuningJobName: requiredText,
    HyperParameterTuningJobArn: optionalText,
    HyperParameterTuningJobStatus: statusText(STATUSES),
    FailureReason: optionalText,
    TrainingJobStatusCounters: z.nullish(
      z.looseObject({
        Completed: optionalNumber,
        InProgress: optionalNumber,
        RetryableError: optionalNumber,
        NonRetryableError: optionalNumber,
        Stopped: optionalNumber,
      }),
    ),
    CreationTime: optionalTime,
    HyperParameterTuningEndTime: optionalTime,
    LastModifiedTime: optionalTime,
  }),
  subject: { path: "HyperParameterTuningJobName" },
  status: { path: "HyperParameterTuningJobStatus", values: STATUSES },
  filters: {},
  tellsApart: [],
  times: ["LastModifiedTime"],
} as const satisfies EventEntry;
