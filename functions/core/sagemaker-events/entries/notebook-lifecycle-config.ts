import * as z from "zod/mini";
import type { EventEntry } from "../event-entry";
import { optionalText, optionalTime, requiredText } from "../event-fields";

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
