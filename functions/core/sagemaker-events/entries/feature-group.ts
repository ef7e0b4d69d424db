import * as z from "zod/mini";
import type { EventEntry } from "../event-entry";
import { optionalStatus, optionalText, optionalTime, requiredText } from "../event-fields";

/**
 * Those of the API, and Active, which the reference's sample shows.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeFeatureGroup.html
 */
const STATUSES = ["Creating", "Created", "Active", "CreateFailed", "Deleting", "DeleteFailed"] as const;

const OFFLINE_STORE_STATUSES = ["Active", "Blocked", "Disabled"] as const;

/** A feature group, or its offline store, which has a status of its own. */
export const featureGroup = {
  name: "feature-group",
  detailType: "SageMaker Feature Group State Change",
  detail: z.looseObject({
    FeatureGroupName: requiredText,
    FeatureGroupArn: optionalText,
    FeatureGroupStatus: optionalStatus(STATUSES),
    OfflineStoreStatus: z.nullish(z.looseObject({ Status: optionalStatus(OFFLINE_STORE_STATUSES), BlockedReason: optionalText })),
    FailureReason: optionalText,
    CreationTime: optionalTime,
    LastModifiedTime: optionalTime,
  }),
  subject: { path: "FeatureGroupName" },
  status: { path: "FeatureGroupStatus", values: STATUSES },
  filters: { "OfflineStoreStatus.Status": OFFLINE_STORE_STATUSES },
  tellsApart: ["OfflineStoreStatus.Status"],
  times: ["LastModifiedTime"],
} as const satisfies EventEntry;
