import type { AwsDeployment } from "./deployment";
import { trustPolicy } from "./policy";

/**
 * Trust policy of a role that EventBridge Scheduler takes, for this account's schedules alone. The scheduler names the schedule's
 * group, never the schedule itself. https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
 */
export function schedulerTrust({ partition, region, accountId }: AwsDeployment): string {
  return trustPolicy("scheduler.amazonaws.com", {
    StringEquals: { "aws:SourceAccount": accountId },
    ArnEquals: { "aws:SourceArn": `arn:${partition}:scheduler:${region}:${accountId}:schedule-group/default` },
  });
}
