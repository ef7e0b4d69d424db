import { type App, TerraformStack, Testing } from "cdktf";
import type { ModelSettings } from "../../../functions/core/model-settings";
import type { AwsDeployment } from "../../../modules/aws/deployment";
import { Template } from "../../stacks/template";
import { temporaryProject } from "../temporary-project";

/** A stack of what `build` adds to it, in account 111122223333. */
export function synthesize(build: (stack: TerraformStack, deployment: AwsDeployment) => void): Template {
  const app: App = Testing.app();
  const stack = new TerraformStack(app, "stack");
  build(stack, deploymentOf());
  return new Template(stack);
}

/** A deployment to eu-central-1; without a folder, its functions cannot be bundled. */
export function deploymentOf(overrides: Partial<AwsDeployment> = {}): AwsDeployment {
  return {
    environment: "dev",
    region: "eu-central-1",
    accountId: "111122223333",
    partition: "aws",
    projectDir: temporaryProject(),
    ...overrides,
  };
}

/** Settings of a model on bucket acme-flights. */
export function settingsOf(model: string, data: Partial<ModelSettings["data"]> = {}): ModelSettings {
  return {
    model,
    data: { bucket: "acme-flights", prefixes: ["incoming/"], suffixes: [], manifestPrefix: "retrigger/manifests/", ...data },
    batch: { batchSize: 1000, windowMs: 21_600_000, dedupeHorizonMs: 86_400_000, retentionMs: 2_592_000_000 },
    pipeline: { name: `${model}-training`, parameters: { ManifestUri: "{manifestUri}" } },
  };
}
