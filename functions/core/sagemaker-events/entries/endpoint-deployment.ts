import * as z from "zod/mini";
import type { EventEntry } from "../event-entry";
import { optionalStatus, optionalText, optionalTime, requiredText, statusText } from "../event-fields";
import { ENDPOINT_STATUSES } from "./endpoint-statuses";

/** https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html#eventbridge-deployment-state */
const VARIANT_STATUSES = ["Creating", "Deleting", "Updating", "ActivatingTraffic", "Baking"] as const;

const variantsSchema = z.nullish(
  z.array(
    z.looseObject({
      VariantName: optionalText,
      VariantStatus: z.nullish(
        z.array(z.looseObject({ Status: optionalStatus(VARIANT_STATUSES), StatusMessage: optionalText, StartTime: optionalTime })),
      ),
    }),
  ),
);

/**
 * A step of a blue/green or rolling deployment: the endpoint stays UPDATING while its variants bake, take traffic or scale. What changed
 * is the state of the variants, not LastModifiedTime.
 */
export const endpointDeployment = {
  name: "endpoint-deployment",
  detailType: "SageMaker Endpoint Deployment State Change",
  detail: z.looseObject({
    EndpointName: requiredText,
    EndpointArn: optionalText,
    EndpointConfigName: optionalText,
    EndpointStatus: statusText(ENDPOINT_STATUSES),
    ProductionVariants: variantsSchema,
    PendingDeploymentSummary: z.nullish(
      z.looseObject({ EndpointConfigName: optionalText, StartTime: optionalTime, ProductionVariants: variantsSchema }),
    ),
    CreationTime: optionalTime,
    LastModifiedTime: optionalTime,
  }),
  subject: { path: "EndpointName" },
  status: { path: "EndpointStatus", values: ENDPOINT_STATUSES },
  filters: {
    EndpointConfigName: "any",
    "ProductionVariants.VariantStatus.Status": VARIANT_STATUSES,
    "PendingDeploymentSummary.EndpointConfigName": "any",
    "PendingDeploymentSummary.ProductionVariants.VariantStatus.Status": VARIANT_STATUSES,
  },
  tellsApart: [
    "EndpointConfigName",
    "ProductionVariants.VariantStatus.Status",
    "ProductionVariants.VariantStatus.StatusMessage",
    "ProductionVariants.VariantStatus.StartTime",
    "PendingDeploymentSummary.EndpointConfigName",
    "PendingDeploymentSummary.StartTime",
    "PendingDeploymentSummary.ProductionVariants.VariantStatus.Status",
    "PendingDeploymentSummary.ProductionVariants.VariantStatus.StatusMessage",
    "PendingDeploymentSummary.ProductionVariants.VariantStatus.StartTime",
  ],
  times: ["LastModifiedTime"],
} as const satisfies EventEntry;
