import { CloudSchedulerJob } from "@cdktf/provider-google/lib/cloud-scheduler-job";
import { Construct } from "constructs";
import { ENVIRONMENT } from "../../../functions/core/environment";
import type { CapturedModel } from "../../captured-models";
import { hourlyMinute } from "../../captured-models";
import { CaptureAccess } from "../access/capture-permissions";
import { type GcpDeployment, physicalName } from "../deployment";
import { GuardedQueue } from "../queues/guarded-queue";
import type { StateStore } from "../state-store";
import type { WatchedBuckets } from "../triggers/watched-bucket";
import type { FunctionBuilder } from "./function-builder";
import { HandlerFunction } from "./handler-function";

/** The longest that Pub/Sub waits for an answer, ten minutes, less the start of an instance. */
const TIMEOUT_SEC = 540;
const MEMORY_MB = 1024;
const MAXIMUM_INSTANCES = 10;
/** A turn that is older is made up for by the next one. */
const RETENTION_SEC = 3600;

export interface CaptureMonitorProps {
  readonly deployment: GcpDeployment;
  readonly builder: FunctionBuilder;
  readonly state: StateStore;
  readonly buckets: WatchedBuckets;
  /** One at least. */
  readonly models: readonly CapturedModel[];
}

/**
 * Looks for drift in captured requests: one function, and a job for every model, each hour, as soon as a window may be due. A window
 * that is not due, or has its report, costs a look; one that was missed is made up for.
 */
export class CaptureMonitor extends Construct {
  readonly queue: GuardedQueue;
  readonly function: HandlerFunction;

  constructor(scope: Construct, id: string, { deployment, builder, state, buckets, models }: CaptureMonitorProps) {
    super(scope, id);
    this.queue = new GuardedQueue(this, "queue", { deployment, role: "drift-monitor", retentionSec: RETENTION_SEC });
    const access = new CaptureAccess(this, "access", { deployment, buckets, models });
    this.function = new HandlerFunction(this, "function", {
      deployment,
      builder,
      role: "drift-monitor",
      description: "Compares captured requests with their baseline, and writes the drift reports of windows that are due",
      grants: [state.read(), ...access.grants()],
      environment: { [ENVIRONMENT.state]: state.database },
      timeoutSec: TIMEOUT_SEC,
      memoryMb: MEMORY_MB,
      maximumInstances: MAXIMUM_INSTANCES,
      source: this.queue,
    });
    for (const { settings, capture } of models) {
      const key = `drift-monitor-${settings.model}`;
      // Cloud Scheduler's own agent may publish to every topic of its project: https://cloud.google.com/scheduler/docs/access-control
      new CloudSchedulerJob(this, key, {
        project: deployment.project,
        region: deployment.schedulerRegion,
        name: physicalName(deployment, key, 500),
        description: `Looks for drift in the captured requests of ${settings.model}`,
        schedule: `${hourlyMinute(capture.delayMs)} * * * *`,
        timeZone: "Etc/UTC",
        pubsubTarget: {
          topicName: this.queue.topic,
          data: Buffer.from(JSON.stringify({ model: settings.model })).toString("base64"),
        },
        // The next hour's does the same.
        retryConfig: { retryCount: 0 },
        dependsOn: [...deployment.apis.enabled("cloudscheduler"), ...this.queue.ready],
      });
    }
  }
}
