import * as z from "zod/mini";
import { type EventEntry, optionalText, optionalTime, requiredText, statusText } from "../event-entry";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeNotebookInstance.html */
const STATUSES = [
  "Pending",
  "InService",
  "Stopping",
  "Stopped",
  "Failed",
  "Deleting",
  "Updating",
  "PendingMaintenance",
  "InMaintenance",
] as const;

/**
 * A notebook instance; its event says InService, as the API does. The reference shows no sample; the fields are those of AWS's own
 * schema.
 * https://docs.aws.amazon.com/cdk/api/v2/python/aws_cdk.mixins_preview.aws_sagemaker.events/SageMakerNotebookInstanceStateChange.html
 */
export const notebookInstance = {
  name: "notebook-instance",
  detailType: "SageMaker Notebook Instance State Change",
  detail: z.looseObject({
    NotebookInstanceName: requiredText,
    NotebookInstanceArn: optionalText,
    NotebookInstanceStatus: statusText(STATUSES),
    InstanceType: optionalText,
    NotebookInstanceLifecycleConfigName: optionalText,
    FailureReason: optionalText,
    CreationTime: optionalTime,
    LastModifiedTime: optionalTime,
  }),
  subject: { path: "NotebookInstanceName" },
  status: { path: "NotebookInstanceStatus", values: STATUSES },
  filters: { InstanceType: "any", NotebookInstanceLifecycleConfigName: "any" },
  tellsApart: [],
  times: ["LastModifiedTime"],
} as const satisfies EventEntry;

/**
 * A notebook's lifecycle configuration that was created, updated or deleted; the event does not say which, and a deletion leaves
 * LastModifiedTime as it was. The reference shows no sample; the fields are those of AWS's own schema.
 * https://docs.aws.amazon.com/cdk/api/v2/python/aws_cdk.mixins_preview.aws_sagemaker.events/SageMakerNotebookLifecycleConfigStateChange.html
 */
export const notebookLifecycleConfig = {
  name: "notebook-lifecycle-config",
  detailType: "SageMaker Notebook Lifecycle Config State Change",
  detail: z.looseObject({
    NotebookInstanceLifecycleConfigName: requiredText,
    NotebookInstanceLifecycleConfigArn: optionalText,
    CreationTime: optionalTime,
    LastModifiedTime: optionalTime,
  }),
  subject: { path: "NotebookInstanceLifecycleConfigName" },
  filters: {},
  tellsApart: [],
  times: [],
} as const satisfies EventEntry;
