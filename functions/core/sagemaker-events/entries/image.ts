import * as z from "zod/mini";
import type { EventEntry } from "../event-entry";
import { optionalText, optionalTime, requiredText, statusText } from "../event-fields";

/**
 * The reference's sample says Creating, the API CREATING; which of both the other statuses follow is not established, so that both are
 * known: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeImage.html
 */
const STATUSES = [
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
    ImageStatus: statusText(STATUSES),
    FailureReason: optionalText,
    CreationTime: optionalTime,
    LastModifiedTime: optionalTime,
  }),
  subject: { path: "ImageName" },
  status: { path: "ImageStatus", values: STATUSES },
  filters: {},
  tellsApart: [],
  times: ["LastModifiedTime"],
} as const satisfies EventEntry;
