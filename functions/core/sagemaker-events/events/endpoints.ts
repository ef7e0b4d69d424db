import * as z from "zod/mini";
import { type EventEntry, optionalStatus, optionalText, optionalTime, requiredText, statusText } from "../event-entry";

/**
 * How events spell the status of an endpoint. The reference shows IN_SERVICE and UPDATING; the others are those of the API in that
 * spelling: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html
 */
const ENDPOINT_STATUSES = [
  "CREATING",
  "UPDATING",
  "SYSTEM_UPDATING",
  "ROLLING_BACK",
  "IN_SERVICE",
  "OUT_OF_SERVICE",
  "DELETING",
  "FAILED",
  "UPDATE_ROLLBACK_FAILED",
] as const;

/** A real-time endpoint: in service, updated, failed, deleted. */
export const endpoint = {
  name: "endpoint",
  detailType: "SageMaker Endpoint State Change",
  detail: z.looseObject({
    EndpointName: requiredText,
    EndpointArn: optionalText,
    EndpointConfigName: optionalText,
    EndpointStatus: statusText(ENDPOINT_STATUSES),
    FailureReason: optionalText,
    CreationTime: optionalTime,
    LastModifiedTime: optionalTime,
  }),
  subject: { path: "EndpointName" },
  status: { path: "EndpointStatus", values: ENDPOINT_STATUSES },
  filters: { EndpointConfigName: "any" },
  tellsApart: ["EndpointConfigName"],
  times: ["LastModifiedTime"],
} as const satisfies EventEntry;

/**
 * An endpoint configuration that was created or deleted; the event does not say which, and its CreationTime is the same in both.
 * The reference shows no sample; the fields are those of AWS's own schema of the event.
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
 * A step of a blue/green or rolling deployment: the endpoint stays UPDATING while its variants bake, take traffic or scale. What
 * changed is the state of the variants, not LastModifiedTime.
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
