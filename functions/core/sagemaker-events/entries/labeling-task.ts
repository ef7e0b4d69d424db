import * as z from "zod/mini";
import type { EventEntry } from "../event-entry";
import { optionalText, requiredText } from "../event-fields";

/**
 * A worker of Ground Truth accepted, declined, submitted or returned a task; its subject is the labeling job. No sample is published: the
 * fields are those of AWS's own schema of the event, and the values of State are not established.
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
