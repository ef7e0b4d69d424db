import type { Construct } from "constructs";
import { ENVIRONMENT } from "../../../functions/core/environment";
import { type DataResources, dataMemoryMb, dataPermissions } from "../access/data-permissions";
import { type MonitoringResources, monitoringEnvironment, monitoringPermissions } from "../access/monitoring-permissions";
import { type CoordinatorResources, coordinatorEnvironment, coordinatorPermissions } from "./coordinator";
import { ScheduledFunction } from "./scheduled-function";

const TIMEOUT_SEC = 300;
/** The next tick does the same. */
const MAXIMUM_WAIT_SEC = 60;

export interface SweeperProps extends DataResources, CoordinatorResources, MonitoringResources {}

/** Does every minute what time alone asks for. A tick that fails is not repeated: the next one does the same. */
export class Sweeper extends ScheduledFunction {
  constructor(scope: Construct, id: string, props: SweeperProps) {
    const { deployment, state, requests } = props;
    super(scope, id, {
      deployment,
      role: "sweeper",
      description:
        "Seals batches whose time is up, publishes what waits, asks deferred requests again, finds runs that ended, and catches missed fires",
      models: props.models,
      statementsOf: (models) => [
        ...dataPermissions({ ...props, models }),
        ...coordinatorPermissions({ ...props, models }),
        state.readWrite("heartbeats"),
        state.read("driftHistories"),
        state.readMany("batches", "coordinators", "driftHistories"),
        ...monitoringPermissions({ ...props, models }),
      ],
      environment: {
        ...coordinatorEnvironment(props),
        ...monitoringEnvironment(props),
        [ENVIRONMENT.requests]: requests.url,
      },
      timeoutSec: TIMEOUT_SEC,
      memoryMb: dataMemoryMb(props),
      schedulerRole: "schedule",
      maximumWaitSec: MAXIMUM_WAIT_SEC,
      deliveryRetries: 0,
      schedules: [{ id: "Resource", name: "sweeper", expression: "rate(1 minute)" }],
    });
  }
}
