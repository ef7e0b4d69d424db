import { ProjectIamMember } from "@cdktf/provider-google/lib/project-iam-member";
import { Construct } from "constructs";
import type { ModelSettings } from "../../../functions/core/model-settings";
import type { GcpDeployment } from "../deployment";
import { CustomRole, type Grant } from "./grants";

/** To learn which endpoint a monitoring job watches. */
const LOOK = ["aiplatform.modelDeploymentMonitoringJobs.get"];
/** To make and change jobs, for the models that are deployed at an endpoint. */
const KEEP = [
  "aiplatform.endpoints.get",
  "aiplatform.modelDeploymentMonitoringJobs.create",
  "aiplatform.modelDeploymentMonitoringJobs.list",
  "aiplatform.modelDeploymentMonitoringJobs.update",
];

export interface MonitoringAccessProps {
  readonly deployment: GcpDeployment;
  readonly models: readonly ModelSettings[];
}

/**
 * Lets functions look at the models' monitoring jobs on Vertex AI, and keep those that Retrigger is asked to; nothing without any.
 */
export class MonitoringAccess extends Construct {
  private readonly deployment: GcpDeployment;
  private readonly looking: CustomRole | undefined;
  private readonly keeping: CustomRole | undefined;

  constructor(scope: Construct, id: string, { deployment, models }: MonitoringAccessProps) {
    super(scope, id);
    this.deployment = deployment;
    const monitored = models.flatMap(({ monitoring: { vertex } }) => (vertex === undefined ? [] : [vertex]));
    const role = (name: string, title: string, permissions: readonly string[]) =>
      new CustomRole(this, name, { deployment, role: name, title, permissions });
    const isLookedFor = monitored.some(({ jobId }) => jobId === undefined);
    this.looking = isLookedFor ? role("monitors", "monitoring jobs", LOOK) : undefined;
    const isKept = monitored.some(({ job }) => job !== undefined);
    this.keeping = isKept ? role("kept-monitors", "kept monitoring jobs", KEEP) : undefined;
  }

  /** Lets an account tell which endpoint a job watches. */
  look(): Grant[] {
    return this.grants("monitors", this.looking);
  }

  /** Lets an account keep jobs as they are configured. */
  keep(): Grant[] {
    return this.grants("kept-monitors", this.keeping);
  }

  private grants(id: string, role: CustomRole | undefined): Grant[] {
    if (role === undefined) return [];
    const { project, apis } = this.deployment;
    const dependsOn = apis.enabled("aiplatform");
    return [{ id, give: (scope, id, member) => new ProjectIamMember(scope, id, { project, role: role.name, member, dependsOn }) }];
  }
}
