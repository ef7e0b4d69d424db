import * as z from "zod/mini";
import { type EventEntry, optionalText, optionalTime, requiredText, statusText } from "../event-entry";

/** https://docs.aws.amazon.com/sagemaker/latest/dg/sms-monitor-cloud-watch.html */
const LABELING_JOB_STATUSES = ["Completed", "Failed", "Stopped"] as const;

/** A labeling job of Ground Truth that ended. Detail is the status alone: only the envelope's resources name the job. */
export const labelingJob = {
  name: "labeling-job",
  detailType: "SageMaker Ground Truth Labeling Job State Change",
  detail: z.looseObject({ LabelingJobStatus: statusText(LABELING_JOB_STATUSES) }),
  subject: { arnOf: "labeling-job" },
  status: { path: "LabelingJobStatus", values: LABELING_JOB_STATUSES },
  filters: {},
  tellsApart: [],
  times: [],
} as const satisfies EventEntry;

/**
 * A worker of Ground Truth accepted, declined, submitted or returned a task; its subject is the labeling job. No sample is
 * published: the fields are those of AWS's own schema of the event, and the values of State are not established.
 * https://docs.aws.amazon.com/cdk/api/v2/docs/@aws-cdk_mixins-preview.aws_sagemaker.events.SageMakerGroundTruthLabelingJobTaskStatusChange.html
 */
export const labelingTask = {
  name: "labeling-task",
  detailType: "SageMaker Ground Truth Labeling Job Task Status Change",
  detail: z.looseObject({ State: optionalText, "labeling-job-arn": requiredText, "workteam-team-arn": optionalText }),
  subject: { path: "labeling-job-arn", arnOf: "labeling-job" },
  filters: { State: "any", "workteam-team-arn": "any" },
  tellsApart: ["State", "workteam-team-arn"],
  times: [],
} as const satisfies EventEntry;

/** https://docs.aws.amazon.com/sagemaker/latest/dg/a2i-cloudwatch-events.html */
const HUMAN_LOOP_STATUSES = ["Completed", "Failed", "Stopped"] as const;

/** A human review of Augmented AI that ended, in camelCase. A loop ends once, but its event does not say when. */
export const humanLoop = {
  name: "human-loop",
  detailType: "SageMaker A2I HumanLoop Status Change",
  detail: z.looseObject({
    humanLoopName: requiredText,
    humanLoopArn: optionalText,
    humanLoopStatus: statusText(HUMAN_LOOP_STATUSES),
    flowDefinitionArn: optionalText,
    failureCode: optionalText,
    failureReason: optionalText,
    humanLoopOutput: z.nullish(z.looseObject({ outputS3Uri: optionalText })),
    creationTime: optionalTime,
  }),
  subject: { path: "humanLoopName" },
  status: { path: "humanLoopStatus", values: HUMAN_LOOP_STATUSES },
  filters: { flowDefinitionArn: "any", failureCode: "any" },
  tellsApart: ["humanLoopArn"],
  times: [],
  onceSince: ["creationTime"],
} as const satisfies EventEntry;
