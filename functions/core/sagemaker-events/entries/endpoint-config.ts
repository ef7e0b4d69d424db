import * as z from "zod/mini";
import type { EventEntry } from "../event-entry";
import { optionalText, optionalTime, requiredText } from "../event-fields";

/**
 * An endpoint configuration that was created or deleted; the event does not say which, and its CreationTime is the same in both. The
 * reference shows no sample; the fields are those of AWS's own schema of the event.
 * https://docs.aws.amazon.com/cdk/api/v2/docs/@aws-cdk_mixins-preview.aws_sagemaker.events.EndpointConfigEvents.html
 */
export const endpointConfig = {
  name: "endpoint-config",
  detailType: "SageMaker Endpoint Config State Change",
  detail: z.looseObject({
    EndpointConfigName: requiredText,
    EndpointConfigArn: optionalText,
    ProductionVariants: z.nullish(z.array(z.looseObject({ VariantName: optionalText, ModelName: optionalText }))),
    CreationTime: optionalTime,
  }),
  subject: { path: "EndpointConfigName" },
  filters: {},
  tellsApart: [],
  times: [],
} as const satisfies EventEntry;
