import { Construct } from "constructs";
import type { DeploymentConfig } from "../config/config";
import { projectRoot } from "../modules/bundle/project-root";
import { addGcpParts, requireGcp } from "./gcp-parts";
import { otherPlaceProblem } from "./provider-place";
import type { StackOutputs } from "./stack-outputs";

export interface GcpRetriggerProps {
  /** What `loadConfig` gives. Its `backend`, `terraform` and `gcp.labels` are the stack's own affair. */
  readonly config: DeploymentConfig;
}

/**
 * Retrigger on Google Cloud in a stack of your own, with the provider and the backend that the stack has: what `GcpStack` would
 * hold, below this construct. Its resources have physical names of the environment, so two constructs need two environments.
 */
export class GcpRetrigger extends Construct {
  /** What an operator is told, by name, such as `decision_topic`; the construct itself adds no output. */
  readonly outputs: StackOutputs;

  /** @throws Error when the configuration has no section `gcp` */
  constructor(scope: Construct, id: string, { config }: GcpRetriggerProps) {
    super(scope, id);
    const { project } = requireGcp(config);
    this.node.addValidation({ validate: () => otherPlaceProblem(this, "google", "project", project) });
    this.outputs = addGcpParts(this, { config, projectDir: projectRoot() });
  }
}
