import * as z from "zod/mini";
import type { EventEntry } from "../event-entry";
import { optionalNumber, optionalText, optionalTime, requiredText, statusText } from "../event-fields";

/**
 * The reference's sample says Creating, the API CREATING; which of both the other statuses follow is not established, so that both are
 * known: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeImageVersion.html
 */
const STATUSES = [
  "Creating",
  "Created",
  "CreateFailed",
  "Deleting",
  "DeleteFailed",
  "CREATING",
  "CREATED",
  "CREATE_FAILED",
  "DELETING",
  "DELETE_FAILED",
] as const;

/** A version of an image of Studio; its subject is what the version's ARN ends with. */
export const imageVersion = {
  name: "image-version",
  detailType: "SageMaker Image Version State Change",
  detail: z.looseObject({
    ImageVersionArn: requiredText,
    ImageArn: optionalText,
    ImageVersionStatus: statusText(STATUSES),
    Version: optionalNumber,
    FailureReason: optionalText,
    CreationTime: optionalTime,
    LastModifiedTime: optionalTime,
  }),
  subject: { path: "ImageVersionArn", arnOf: "image-version" },
  status: { path: "ImageVersionStatus", values: STATUSES },
  filters: { ImageArn: "any" },
  tellsApart: ["Version"],
  times: ["LastModifiedTime"],
} as const satisfies EventEntry;
