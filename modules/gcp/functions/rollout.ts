import { ProjectIamMember } from "@cdktf/provider-google/lib/project-iam-member";
import type { Construct } from "constructs";
import { ENVIRONMENT } from "../../../functions/core/environment";
import { CustomRole, type Grant } from "../access/grants";
import type { GcpDeployment } from "../deployment";
import type { StateStore } from "../state-store";
import type { FunctionBuilder } from "./function-builder";
import { ScheduledFunction } from "./scheduled-function";

const TIMEOUT_SEC = 300;
/** As for the sweeper: five tries, after 0, 20, 60, 140 and 300 seconds. */
const FIRST_RETRY_SEC = 20;
/** The least that Pub/Sub allows: a tick that is older is worth nothing. */
const RETENTION_SEC = 600;

export interface RolloutProps {
  readonly deployment: GcpDeployment;
  readonly builder: FunctionBuilder;
  readonly state: StateStore;
}

/**
 * Moves the traffic of the configured endpoints every minute, as far as the evidence goes, or back, one tick at a time. It neither
 * makes nor deletes an endpoint, marks nothing in a registry and tells nobody: the promoter does what follows from its record.
 */
export class Rollout extends ScheduledFunction {
  constructor(scope: Construct, id: string, { deployment, builder, state }: RolloutProps) {
    super(scope, id, {
      deployment,
      builder,
      role: "rollout",
      // Every message is a tick.
      setsAside: false,
      description: "Moves the traffic of endpoints to candidates that may serve, as far as the evidence goes, and back",
      grants: (own) => [state.readWrite(), trafficGrant(own, deployment)],
      environment: { [ENVIRONMENT.state]: state.database },
      timeoutSec: TIMEOUT_SEC,
      maximumInstances: 1,
      queue: { id: "ticks", role: "rollout", firstRetrySec: FIRST_RETRY_SEC, retentionSec: RETENTION_SEC },
      schedules: [{ id: "Resource", name: "rollout", description: "Ticks every minute", expression: "* * * * *", message: "tick" }],
    });
  }
}

/**
 * To deploy a version, move the split, take a version away and read what was counted. Of every endpoint of the project: the
 * provider knows no policy of an endpoint. Deploying lets a model of the project be exported, as Google warns. Whoever set an
 * account for the champion must let this function act as it: to act as every account of the project would be too much.
 * https://cloud.google.com/vertex-ai/docs/general/access-control#aiplatform.endpoints.deploy
 */
const TRAFFIC_PERMISSIONS = [
  "aiplatform.endpoints.deploy",
  "aiplatform.endpoints.get",
  "aiplatform.endpoints.undeploy",
  "aiplatform.endpoints.update",
  "aiplatform.models.get",
  "aiplatform.operations.list",
  "monitoring.timeSeries.list",
];

function trafficGrant(scope: Construct, deployment: GcpDeployment): Grant {
  const { project, apis } = deployment;
  const title = "traffic of endpoints";
  const role = new CustomRole(scope, "traffic", { deployment, role: "traffic", title, permissions: TRAFFIC_PERMISSIONS });
  const dependsOn = [...apis.enabled("aiplatform"), ...apis.enabled("monitoring")];
  return {
    id: "traffic",
    give: (scope, id, member) => new ProjectIamMember(scope, id, { project, role: role.name, member, dependsOn }),
  };
}
