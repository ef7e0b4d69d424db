import { CloudSchedulerJob } from "@cdktf/provider-google/lib/cloud-scheduler-job";
import { Construct } from "constructs";
import { cloudSchedulerTiming } from "../../../functions/core/schedules/cron-dialects";
import { fireMessage, type Schedule } from "../../../functions/core/schedules/scheduled-request";
import { type GcpDeployment, physicalName } from "../deployment";
import type { GuardedQueue } from "../queues/guarded-queue";

/**
 * The most that Cloud Scheduler allows, 5 seconds after the failure and then doubling.
 * https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs#RetryConfig
 */
export const RETRY_CONFIG = { retryCount: 5, minBackoffDuration: "5s", maxBackoffDuration: "60s", maxDoublings: 4 };

export interface ScheduledTriggerProps {
  readonly deployment: GcpDeployment;
  /** The request queue, in the project of the jobs. */
  readonly requests: Pick<GuardedQueue, "topic" | "ready">;
  /** Of all models; the names of one model's schedules differ. */
  readonly schedules: readonly Schedule[];
}

/**
 * Asks for trainings when it is time: one job each, which publishes to the request topic. The message is the same at every fire, so
 * its receiver takes the time from when it was published. Cloud Scheduler's service agent may publish to any topic of its project,
 * so no role is given here. https://cloud.google.com/scheduler/docs/access-control
 */
export class ScheduledTrigger extends Construct {
  /** @throws Error when Cloud Scheduler cannot say when a schedule fires */
  constructor(scope: Construct, id: string, { deployment, requests, schedules }: ScheduledTriggerProps) {
    super(scope, id);
    for (const schedule of schedules) {
      const { model, name, timeZone } = schedule;
      // Models' and schedules' names may hold hyphens, but no underscore, so no two pairs make the same name.
      const key = `schedule-${model}_${name}`;
      new CloudSchedulerJob(this, key, {
        project: deployment.project,
        // https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs
        name: physicalName(deployment, key, 500),
        region: deployment.schedulerRegion,
        description: `Asks for a training of ${model}`,
        schedule: scheduleExpression(schedule),
        timeZone,
        retryConfig: RETRY_CONFIG,
        pubsubTarget: { topicName: requests.topic, data: Buffer.from(fireMessage(schedule)).toString("base64") },
        dependsOn: [...deployment.apis.enabled("cloudscheduler"), ...requests.ready],
      });
    }
  }
}

/**
 * When a schedule fires, in the words of Cloud Scheduler.
 * @throws Error when Cloud Scheduler cannot say it
 */
export function scheduleExpression({ model, name, timing }: Pick<Schedule, "model" | "name" | "timing">): string {
  const translation = cloudSchedulerTiming(timing);
  if (translation.isPossible) return translation.expression;
  throw new Error(`schedule ${name} of model ${model} ${translation.refusal}`);
}
