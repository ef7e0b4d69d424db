// What makes up for the ends of monitoring runs that EventBridge lost, which it delivers by best effort alone:
// https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-sagemaker.html
import { ENVIRONMENT } from "../../../functions/core/environment";
import type { ModelSettings } from "../../../functions/core/model-settings";
import type { AwsDeployment } from "../deployment";
import { type GuardedQueue, sendTo } from "../queues/guarded-queue";
import { type PolicyStatement, sageMakerArns } from "./policy";

export interface MonitoringResources {
  readonly deployment: AwsDeployment;
  /** The drift queue, which hears of the runs that were found. */
  readonly drift: Pick<GuardedQueue, "arn" | "url">;
  readonly models: readonly ModelSettings[];
}

/**
 * What a function may do, beside reading the state of drift, that finds the runs of the monitoring schedules that models name;
 * nothing where none does.
 */
export function monitoringPermissions({ deployment, drift, models }: MonitoringResources): PolicyStatement[] {
  const schedules = schedulesOf(models);
  if (schedules.length === 0) return [];
  return [
    sendTo(drift),
    listMonitoringExecutions(),
    {
      Effect: "Allow",
      Action: "sagemaker:DescribeMonitoringSchedule",
      Resource: sageMakerArns(deployment, "monitoring-schedule", schedules),
    },
    // Which endpoint a schedule watches is not known before: every one of this account and region, to look at only.
    { Effect: "Allow", Action: "sagemaker:DescribeEndpoint", Resource: sageMakerArns(deployment, "endpoint", ["*"]) },
  ];
}

/** The address that such a function sends to; none where no model names a schedule. */
export function monitoringEnvironment({ drift, models }: Pick<MonitoringResources, "drift" | "models">): Record<string, string> {
  return schedulesOf(models).length === 0 ? {} : { [ENVIRONMENT.drift]: drift.url };
}

/**
 * The reference has no type of resource for it, so that it is allowed for all or for none:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 */
export function listMonitoringExecutions(): PolicyStatement {
  return { Effect: "Allow", Action: "sagemaker:ListMonitoringExecutions", Resource: "*" };
}

function schedulesOf(models: readonly ModelSettings[]): string[] {
  return models.flatMap(({ monitoring: { sagemaker } }) => sagemaker?.schedules ?? []);
}
