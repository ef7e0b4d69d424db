import * as z from "zod/mini";
import type { EventEntry } from "../event-entry";
import { optionalText, optionalTime, requiredText } from "../event-fields";

/**
 * A model that was created or deleted; the event does not say which, and its CreationTime is the same in both. The reference shows a
 * pattern instead of a sample; the fields are those of AWS's own schema of the event.
 * https://docs.aws.amazon.com/cdk/api/v2/docs/@aws-cdk_mixins-preview.aws_sagemaker.events.SageMakerModelStateChange.html
 */
export const model = {
  name: "model",
  detailType: "SageMaker Model State Change",
  detail: z.looseObject({
    ModelName: requiredText,
    ModelArn: optionalText,
    PrimaryContainer: z.nullish(z.looseObject({ Image: optionalText, ModelDataUrl: optionalText })),
    ExecutionRoleArn: optionalText,
    CreationTime: optionalTime,
  }),
  subject: { path: "ModelName" },
  filters: {},
  tellsApart: [],
  times: [],
} as const satisfies EventEntry;
