import { CloudSchedulerJob } from "@cdktf/provider-google/lib/cloud-scheduler-job";
import { Construct } from "constructs";
import { ENVIRONMENT } from "../../../functions/core/environment";
import { type Coordination, coordinationEnvironment, coordinationGrants } from "../access/coordinator-permissions";
import { type DataPath, dataPathGrants, dataPathMemoryMb } from "../access/data-permissions";
import type { MonitoringAccess } from "../access/monitoring-permissions";
import { physicalName } from "../deployment";
import { GuardedQueue } from "../queues/guarded-queue";
import { HandlerFunction } from "./handler-function";

const TIMEOUT_SEC = 300;
/** Five tries, after 0, 20, 60, 140 and 300 seconds: a tick waits for a sweep that takes as long as it may. */
const FIRST_RETRY_SEC = 20;
/** The least that Pub/Sub allows: a tick that is older is worth nothing. */
const RETENTION_SEC = 600;

export interface SweeperProps extends DataPath, Coordination {
  readonly monitoring: MonitoringAccess;
}

/** Does every minute what time alone asks for, one sweep at a time. */
export class Sweeper extends Construct {
  readonly ticks: GuardedQueue;
  readonly function: HandlerFunction;

  constructor(scope: Construct, id: string, props: SweeperProps) {
    super(scope, id);
    const { deployment, builder, requests, monitoring } = props;
    this.ticks = new GuardedQueue(this, "ticks", {
      deployment,
      role: "ticks",
      firstRetrySec: FIRST_RETRY_SEC,
      retentionSec: RETENTION_SEC,
    });
    this.function = new HandlerFunction(this, "function", {
      deployment,
      builder,
      role: "sweeper",
      description:
        "Seals batches whose time is up, publishes what waits, asks deferred requests again, finds runs that ended, catches missed fires, and keeps monitors",
      grants: [...dataPathGrants(props), ...coordinationGrants(props), ...monitoring.keep()],
      environment: {
        ...coordinationEnvironment(props),
        [ENVIRONMENT.requests]: requests.topic,
        [ENVIRONMENT.region]: deployment.region,
      },
      timeoutSec: TIMEOUT_SEC,
      memoryMb: dataPathMemoryMb(props),
      maximumInstances: 1,
      source: this.ticks,
    });
    // Cloud Scheduler's own agent may publish to every topic of its project: https://cloud.google.com/scheduler/docs/access-control
    new CloudSchedulerJob(this, "Resource", {
      project: deployment.project,
      region: deployment.schedulerRegion,
      name: physicalName(deployment, "sweeper", 255),
      description: "Ticks every minute",
      schedule: "* * * * *",
      timeZone: "Etc/UTC",
      pubsubTarget: { topicName: this.ticks.topic, data: Buffer.from("tick").toString("base64") },
      // The next tick does the same.
      retryConfig: { retryCount: 0 },
      dependsOn: [...deployment.apis.enabled("cloudscheduler"), ...this.ticks.ready],
    });
  }
}
