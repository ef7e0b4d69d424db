import * as z from "zod/mini";
import type { EventEntry } from "../event-entry";
import { optionalNumber, optionalText, optionalTime, requiredText, statusText } from "../event-fields";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeModelCard.html */
const STATUSES = ["Draft", "PendingReview", "Approved", "Archived"] as const;

/** A model card: written anew, put up for review, approved. Each change has a version of its own. */
export const modelCard = {
  name: "model-card",
  detailType: "SageMaker Model Card State Change",
  detail: z.looseObject({
    ModelCardName: requiredText,
    ModelCardVersion: optionalNumber,
    ModelCardStatus: statusText(STATUSES),
    ModelId: optionalText,
    CreationTime: optionalTime,
    LastModifiedTime: optionalTime,
  }),
  subject: { path: "ModelCardName" },
  status: { path: "ModelCardStatus", values: STATUSES },
  filters: { ModelId: "any" },
  tellsApart: ["ModelCardVersion"],
  times: ["LastModifiedTime"],
} as const satisfies EventEntry;
