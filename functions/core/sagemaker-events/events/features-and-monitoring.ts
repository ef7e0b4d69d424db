import * as z from "zod/mini";
import { type EventEntry, optionalStatus, optionalText, optionalTime, requiredText } from "../event-entry";

/**
 * Those of the API, and Active, which the reference's sample shows.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeFeatureGroup.html
 */
const FEATURE_GROUP_STATUSES = ["Creating", "Created", "Active", "CreateFailed", "Deleting", "DeleteFailed"] as const;

const OFFLINE_STORE_STATUSES = ["Active", "Blocked", "Disabled"] as const;

/** A feature group, or its offline store, which has a status of its own. */
export const featureGroup = {
  name: "feature-group",
  detailType: "SageMaker Feature Group State Change",
  detail: z.looseObject({
    FeatureGroupName: requiredText,
    FeatureGroupArn: optionalText,
    FeatureGroupStatus: optionalStatus(FEATURE_GROUP_STATUSES),
    OfflineStoreStatus: z.nullish(z.looseObject({ Status: optionalStatus(OFFLINE_STORE_STATUSES), BlockedReason: optionalText })),
    FailureReason: optionalText,
    CreationTime: optionalTime,
    LastModifiedTime: optionalTime,
  }),
  subject: { path: "FeatureGroupName" },
  status: { path: "FeatureGroupStatus", values: FEATURE_GROUP_STATUSES },
  filters: { "OfflineStoreStatus.Status": OFFLINE_STORE_STATUSES },
  tellsApart: ["OfflineStoreStatus.Status"],
  times: ["LastModifiedTime"],
} as const satisfies EventEntry;

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeMonitoringSchedule.html */
const MONITORING_SCHEDULE_STATUSES = ["Pending", "Scheduled", "Failed", "Stopped"] as const;

/**
 * A monitoring schedule itself, not its runs, which are processing jobs, and not what they find. The shape of this event is
 * published nowhere: its fields are those of the API, and only the name is asked for.
 */
export const monitoringSchedule = {
  name: "monitoring-schedule",
  detailType: "SageMaker Monitoring Schedule State Change",
  detail: z.looseObject({
    MonitoringScheduleName: requiredText,
    MonitoringScheduleArn: optionalText,
    MonitoringScheduleStatus: optionalStatus(MONITORING_SCHEDULE_STATUSES),
    MonitoringType: optionalText,
    EndpointName: optionalText,
    FailureReason: optionalText,
    CreationTime: optionalTime,
    LastModifiedTime: optionalTime,
  }),
  subject: { path: "MonitoringScheduleName" },
  status: { path: "MonitoringScheduleStatus", values: MONITORING_SCHEDULE_STATUSES },
  filters: { EndpointName: "any", MonitoringType: "any" },
  tellsApart: [],
  times: ["LastModifiedTime"],
} as const satisfies EventEntry;
