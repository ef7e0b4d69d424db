import * as z from "zod/mini";
import { type EventEntry, optionalNumber, optionalText, optionalTime, requiredText, statusText } from "../event-entry";

/**
 * The reference's sample says Creating, the API CREATING; which of both the other statuses follow is not established, so that both
 * are known: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeImage.html
 */
const IMAGE_STATUSES = [
  "Creating",
  "Created",
  "CreateFailed",
  "Updating",
  "UpdateFailed",
  "Deleting",
  "DeleteFailed",
  "CREATING",
  "CREATED",
  "CREATE_FAILED",
  "UPDATING",
  "UPDATE_FAILED",
  "DELETING",
  "DELETE_FAILED",
] as const;

/** An image of Studio. */
export const image = {
  name: "image",
  detailType: "SageMaker Image State Change",
  detail: z.looseObject({
    ImageName: requiredText,
    ImageArn: optionalText,
    ImageStatus: statusText(IMAGE_STATUSES),
    FailureReason: optionalText,
    CreationTime: optionalTime,
    LastModifiedTime: optionalTime,
  }),
  subject: { path: "ImageName" },
  status: { path: "ImageStatus", values: IMAGE_STATUSES },
  filters: {},
  tellsApart: [],
  times: ["LastModifiedTime"],
} as const satisfies EventEntry;

/**
 * The reference's sample says Creating, the API CREATING; which of both the other statuses follow is not established, so that both
 * are known: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeImageVersion.html
 */
const IMAGE_VERSION_STATUSES = [
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
    ImageVersionStatus: statusText(IMAGE_VERSION_STATUSES),
    Version: optionalNumber,
    FailureReason: optionalText,
    CreationTime: optionalTime,
    LastModifiedTime: optionalTime,
  }),
  subject: { path: "ImageVersionArn", arnOf: "image-version" },
  status: { path: "ImageVersionStatus", values: IMAGE_VERSION_STATUSES },
  filters: { ImageArn: "any" },
  tellsApart: ["Version"],
  times: ["LastModifiedTime"],
} as const satisfies EventEntry;
