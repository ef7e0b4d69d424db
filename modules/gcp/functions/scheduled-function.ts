import { CloudSchedulerJob } from "@cdktf/provider-google/lib/cloud-scheduler-job";
import { Construct } from "constructs";
import type { Grant } from "../access/grants";
import { physicalName } from "../deployment";
import { GuardedQueue, type GuardedQueueProps } from "../queues/guarded-queue";
import { HandlerFunction, type HandlerFunctionProps } from "./handler-function";

/** https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs */
const MAX_JOB_NAME = 500;

/** When a scheduled function is invoked, and with what. */
export interface FunctionSchedule {
  /** Id of the job's construct. */
  readonly id: string;
  /** The job is named `<namePrefix>-<environment>-<name>`. */
  readonly name: string;
  readonly description: string;
  /** Cron of five fields, in UTC. */
  readonly expression: string;
  /** Text of the message that the function is given. */
  readonly message: string;
}

export interface ScheduledFunctionProps extends Omit<HandlerFunctionProps, "source" | "grants"> {
  /** What the function may do; roles that are made for it alone belong into the scope. */
  readonly grants: (scope: Construct) => readonly Grant[];
  /** The queue between the clock and the function; `id` is that of its construct. */
  readonly queue: Omit<GuardedQueueProps, "deployment"> & { readonly id: string };
  /** One at least. */
  readonly schedules: readonly FunctionSchedule[];
}

/** A function that Cloud Scheduler invokes by a queue. A job that could not publish is not repeated: the next one does the same. */
export class ScheduledFunction extends Construct {
  readonly queue: GuardedQueue;
  readonly function: HandlerFunction;

  constructor(scope: Construct, id: string, props: ScheduledFunctionProps) {
    super(scope, id);
    const { grants, queue, schedules, ...handler } = props;
    const { deployment } = handler;
    const { id: queueId, ...queueProps } = queue;
    this.queue = new GuardedQueue(this, queueId, { deployment, ...queueProps });
    this.function = new HandlerFunction(this, "function", { ...handler, grants: grants(this), source: this.queue });
    for (const { id, name, description, expression, message } of schedules) {
      // Cloud Scheduler's own agent may publish to every topic of its project:
      // https://cloud.google.com/scheduler/docs/access-control
      new CloudSchedulerJob(this, id, {
        project: deployment.project,
        region: deployment.schedulerRegion,
        name: physicalName(deployment, name, MAX_JOB_NAME),
        description,
        schedule: expression,
        timeZone: "Etc/UTC",
        pubsubTarget: { topicName: this.queue.topic, data: Buffer.from(message).toString("base64") },
        retryConfig: { retryCount: 0 },
        dependsOn: [...deployment.apis.enabled("cloudscheduler"), ...this.queue.ready],
      });
    }
  }
}
