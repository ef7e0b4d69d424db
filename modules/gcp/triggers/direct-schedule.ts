import { CloudSchedulerJob } from "@cdktf/provider-google/lib/cloud-scheduler-job";
import { Construct } from "constructs";
import type { PipelineSettings } from "../../../functions/core/model-settings";
import { launchMessage, type PipelineSchedule } from "../../../functions/core/schedules/pipeline-schedule";
import { type GcpDeployment, physicalName } from "../deployment";
import type { GuardedQueue } from "../queues/guarded-queue";
import { RETRY_CONFIG, scheduleExpression } from "./scheduled-trigger";

export interface DirectScheduleProps {
  readonly deployment: GcpDeployment;
  readonly schedule: PipelineSchedule;
  /** What is started; its parameters are the schedule's own. */
  readonly pipeline: PipelineSettings;
  /** The launcher's queue, in the project of the job. */
  readonly launches: Pick<GuardedQueue, "topic" | "ready">;
}

/**
 * Starts a pipeline of Vertex AI when it is time: a job that publishes to the launcher's topic, since Cloud Scheduler would need
 * the whole of a compiled pipeline to start it by itself. The message says all that the launcher must know.
 */
export class DirectSchedule extends Construct {
  /** @throws Error when Cloud Scheduler cannot say when it fires */
  constructor(scope: Construct, id: string, { deployment, schedule, pipeline, launches }: DirectScheduleProps) {
    super(scope, id);
    const { model, name, timeZone } = schedule;
    new CloudSchedulerJob(this, "Resource", {
      project: deployment.project,
      // Models' and schedules' names may hold hyphens, but no underscore, so no two pairs make the same name.
      name: physicalName(deployment, `direct-${model}_${name}`, 500),
      region: deployment.schedulerRegion,
      description: `Starts the pipeline of ${model}, past the coordinator`,
      schedule: scheduleExpression(schedule),
      timeZone,
      retryConfig: RETRY_CONFIG,
      pubsubTarget: { topicName: launches.topic, data: Buffer.from(launchMessage(schedule, pipeline)).toString("base64") },
      dependsOn: [...deployment.apis.enabled("cloudscheduler"), ...launches.ready],
    });
  }
}
