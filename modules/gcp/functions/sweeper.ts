import type { Construct } from "constructs";
import { ENVIRONMENT } from "../../../functions/core/environment";
import { type DataResources, dataMemoryMb, dataPermissions } from "../access/data-permissions";
import type { MonitoringAccess } from "../access/monitoring-permissions";
import { type CoordinatorResources, coordinatorEnvironment, coordinatorPermissions } from "./coordinator";
import { ScheduledFunction } from "./scheduled-function";

const TIMEOUT_SEC = 300;
/** Five tries, after 0, 20, 60, 140 and 300 seconds: a tick waits for a sweep that takes as long as it may. */
const FIRST_RETRY_SEC = 20;
/** The least that Pub/Sub allows: a tick that is older is worth nothing. */
const RETENTION_SEC = 600;

export interface SweeperProps extends DataResources, CoordinatorResources {
  readonly monitoring: MonitoringAccess;
}

/** Does every minute what time alone asks for, one sweep at a time. */
export class Sweeper extends ScheduledFunction {
  constructor(scope: Construct, id: string, props: SweeperProps) {
    const { deployment, builder, requests, monitoring } = props;
    super(scope, id, {
      deployment,
      builder,
      role: "sweeper",
      // Every message is a tick.
      setsAside: false,
      description:
        "Seals batches whose time is up, publishes what waits, asks deferred requests again, finds runs that ended, catches missed fires, and keeps monitors",
      grants: () => [...dataPermissions(props), ...coordinatorPermissions(props), ...monitoring.keep()],
      environment: {
        ...coordinatorEnvironment(props),
        [ENVIRONMENT.requests]: requests.topic,
        [ENVIRONMENT.region]: deployment.region,
      },
      timeoutSec: TIMEOUT_SEC,
      memoryMb: dataMemoryMb(props),
      maximumInstances: 1,
      queue: { id: "ticks", role: "ticks", firstRetrySec: FIRST_RETRY_SEC, retentionSec: RETENTION_SEC },
      schedules: [{ id: "Resource", name: "sweeper", description: "Ticks every minute", expression: "* * * * *", message: "tick" }],
    });
  }
}
