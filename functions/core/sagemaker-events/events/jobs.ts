import * as z from "zod/mini";
import {
  type EventEntry,
  optionalNumber,
  optionalStatus,
  optionalText,
  optionalTime,
  requiredText,
  statusText,
} from "../event-entry";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeTrainingJob.html */
const TRAINING_JOB_STATUSES = ["InProgress", "Completed", "Failed", "Stopping", "Stopped", "Deleting"] as const;

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
    TrainingJobStatus: statusText(TRAINING_JOB_STATUSES),
    SecondaryStatus: optionalStatus(SECONDARY_STATUSES),
    FailureReason: optionalText,
    TuningJobArn: optionalText,
    CreationTime: optionalTime,
    TrainingStartTime: optionalTime,
    TrainingEndTime: optionalTime,
    LastModifiedTime: optionalTime,
  }),
  subject: { path: "TrainingJobName" },
  status: { path: "TrainingJobStatus", values: TRAINING_JOB_STATUSES },
  filters: { SecondaryStatus: SECONDARY_STATUSES, TuningJobArn: "any" },
  tellsApart: ["SecondaryStatus"],
  times: ["LastModifiedTime"],
} as const satisfies EventEntry;

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeHyperParameterTuningJob.html */
const TUNING_JOB_STATUSES = ["InProgress", "Completed", "Failed", "Stopping", "Stopped", "Deleting", "DeleteFailed"] as const;

/** A hyperparameter tuning job, told also when its trainings are counted anew. */
export const tuningJob = {
  name: "tuning-job",
  detailType: "SageMaker HyperParameter Tuning Job State Change",
  detail: z.looseObject({
    HyperParameterTuningJobName: requiredText,
    HyperParameterTuningJobArn: optionalText,
    HyperParameterTuningJobStatus: statusText(TUNING_JOB_STATUSES),
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
  status: { path: "HyperParameterTuningJobStatus", values: TUNING_JOB_STATUSES },
  filters: {},
  tellsApart: [],
  times: ["LastModifiedTime"],
} as const satisfies EventEntry;

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeProcessingJob.html */
const PROCESSING_JOB_STATUSES = ["InProgress", "Completed", "Failed", "Stopping", "Stopped"] as const;

/** A processing job: among others each run of a monitoring schedule, for which SageMaker has no event of its own. */
export const processingJob = {
  name: "processing-job",
  detailType: "SageMaker Processing Job State Change",
  detail: z.looseObject({
    ProcessingJobName: requiredText,
    ProcessingJobArn: optionalText,
    ProcessingJobStatus: statusText(PROCESSING_JOB_STATUSES),
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
  status: { path: "ProcessingJobStatus", values: PROCESSING_JOB_STATUSES },
  filters: { MonitoringScheduleArn: "any" },
  tellsApart: [],
  times: ["LastModifiedTime", "ProcessingEndTime"],
} as const satisfies EventEntry;

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeTransformJob.html */
const TRANSFORM_JOB_STATUSES = ["InProgress", "Completed", "Failed", "Stopping", "Stopped"] as const;

/** A batch transform job. Its event has no LastModifiedTime, but a job reaches each status once. */
export const transformJob = {
  name: "transform-job",
  detailType: "SageMaker Transform Job State Change",
  detail: z.looseObject({
    TransformJobName: requiredText,
    TransformJobArn: optionalText,
    TransformJobStatus: statusText(TRANSFORM_JOB_STATUSES),
    FailureReason: optionalText,
    ModelName: optionalText,
    CreationTime: optionalTime,
    TransformStartTime: optionalTime,
    TransformEndTime: optionalTime,
  }),
  subject: { path: "TransformJobName" },
  status: { path: "TransformJobStatus", values: TRANSFORM_JOB_STATUSES },
  filters: { ModelName: "any" },
  tellsApart: [],
  times: ["TransformEndTime"],
  onceSince: ["TransformStartTime", "CreationTime"],
} as const satisfies EventEntry;
