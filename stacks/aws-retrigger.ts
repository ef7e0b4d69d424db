import { Construct } from "constructs";
import type { DeploymentConfig } from "../config/config";
import { projectRoot } from "../modules/bundle/project-root";
import { addAwsParts, requireAws } from "./aws-parts";
import { otherPlaceProblem } from "./provider-place";
import type { StackOutputs } from "./stack-outputs";

export interface AwsRetriggerProps {
  /** What `loadConfig` gives. Its `backend`, `terraform` and `aws.tags` are the stack's own affair. */
  readonly config: DeploymentConfig;
  /** Folder of the configuration: its files are relative to it. @default - the folder of the process */
  readonly configDir?: string;
}

/**
 * Retrigger on AWS in a stack of your own, with the provider and the backend that the stack has: what `AwsStack` would hold, below
 * this construct. Its resources have physical names of the environment, so two constructs need two environments.
 */
export class AwsRetrigger extends Construct {
  /** What an operator is told, by name, such as `decision_topic`; the construct itself adds no output. */
  readonly outputs: StackOutputs;

  /**
   * @throws ConfigError that names all that AWS would refuse
   * @throws Error when the configuration has no section `aws`
   */
  constructor(scope: Construct, id: string, { config, configDir = process.cwd() }: AwsRetriggerProps) {
    super(scope, id);
    const { region } = requireAws(config);
    this.node.addValidation({ validate: () => otherPlaceProblem(this, "aws", "region", region) });
    this.outputs = addAwsParts(this, { config, configDir, projectDir: projectRoot() });
  }
}
