import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { DeploymentConfig } from "../config/config";
import { projectRoot } from "../modules/bundle/project-root";
import { addAwsParts, requireAws } from "./aws-parts";
import { configureBackend, requireTerraform } from "./backend";
import { addOutputs } from "./stack-outputs";

export interface AwsStackProps {
  /** What `loadConfig` gives. */
  readonly config: DeploymentConfig;
  /** Folder of the configuration: its files are relative to it. */
  readonly configDir: string;
  /** Folder with the functions' sources, or their zips. @default - this project, or the package that it was packed as */
  readonly projectDir?: string;
}

/** Everything that one environment has on AWS, with its provider and its backend. */
export class AwsStack extends TerraformStack {
  /** @throws ConfigError that names all that AWS would refuse */
  constructor(scope: Construct, id: string, { config, configDir, projectDir = projectRoot() }: AwsStackProps) {
    super(scope, id);
    const { environment } = config;
    const { region, tags, allowedAccountIds } = requireAws(config);
    configureBackend(this, config);
    requireTerraform(this, config.terraform);
    new AwsProvider(this, "aws", {
      region,
      ...(allowedAccountIds.length > 0 && { allowedAccountIds }),
      defaultTags: [{ tags: { application: "retrigger", environment, ...tags } }],
    });
    addOutputs(this, addAwsParts(this, { config, configDir, projectDir }));
  }

  /**
   * Nothing: cdktf resolves everything once more here, in a fifth of a synthesis' time, for references between stacks. There are
   * none, as a model lives on one cloud, and tests look for references that lead nowhere.
   */
  override prepareStack(): void {}
}
