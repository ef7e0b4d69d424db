import { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { DeploymentConfig } from "../config/config";
import { projectRoot } from "../modules/bundle/project-root";
import { configureBackend, requireTerraform } from "./backend";
import { addGcpParts, requireGcp } from "./gcp-parts";
import { addOutputs } from "./stack-outputs";

export interface GcpStackProps {
  /** What `loadConfig` gives. */
  readonly config: DeploymentConfig;
  /** Folder with the functions' sources, or their zips. @default - this project, or the package that it was packed as */
  readonly projectDir?: string;
}

/** Everything that one environment has on Google Cloud, with its provider and its backend. */
export class GcpStack extends TerraformStack {
  constructor(scope: Construct, id: string, { config, projectDir = projectRoot() }: GcpStackProps) {
    super(scope, id);
    const { environment } = config;
    const { project, region, labels } = requireGcp(config);
    configureBackend(this, config);
    requireTerraform(this, config.terraform);
    const provider = new GoogleProvider(this, "google", { project, region });
    // As an attribute of a provider, cdktf would write the names of labels with _ for each -.
    provider.addOverride("default_labels", { application: "retrigger", environment, ...labels });
    addOutputs(this, addGcpParts(this, { config, projectDir }));
  }

  /**
   * Nothing: cdktf resolves everything once more here, in a fifth of a synthesis' time, for references between stacks. There are
   * none, as a model lives on one cloud, and tests look for references that lead nowhere.
   */
  override prepareStack(): void {}
}
