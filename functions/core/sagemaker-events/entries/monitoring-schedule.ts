import * as z from "zod/mini";
import type { EventEntry } from "../event-entry";
import { optionalStatus, optionalText, optionalTime, requiredText } from "../event-fields";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeMonitoringSchedule.html */
const STATUSES = ["Pending", "Scheduled", "Failed", "Stopped"] as const;

/**
 * A monitoring schedule itself, not its runs, which are processing jobs, and not what they find. The shape of this event is published
 * nowhere: its fields are those of the API, and only the name is asked for.
 */
export const monitoringSchedule = {
  name: "monitoring-schedule",
  detailType: "SageMaker Monitoring Schedule State Change",
  detail: z.looseObject({
    MonitoringScheduleName: requiredText,
    MonitoringScheduleArn: optionalText,
    MonitoringScheduleStatus: optionalStatus(STATUSES),
    MonitoringType: optionalText,
    EndpointName: optionalText,
    FailureReason: optionalText,
    CreationTime: optionalTime,
    LastModifiedTime: optionalTime,
  }),
  subject: { path: "MonitoringScheduleName" },
  status: { path: "MonitoringScheduleStatus", values: STATUSES },
  filters: { EndpointName: "any", MonitoringType: "any" },
  tellsApart: [],
  times: ["LastModifiedTime"],
} as const satisfies EventEntry;
