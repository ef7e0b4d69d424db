import { type App, TerraformStack, Testing } from "cdktf";
import { DEFAULT_DRIFT_POLICY } from "../../../functions/core/drift/drift-policy";
import type { ModelSettings } from "../../../functions/core/model-settings";
import { DecisionTopic } from "../../../modules/aws/decision-topic";
import type { AwsDeployment } from "../../../modules/aws/deployment";
import type { CoordinatorResources } from "../../../modules/aws/functions/coordinator";
import { StateStore } from "../../../modules/aws/state-store";
import { Template } from "../../stacks/template";
import { stubProject } from "../temporary-project";

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
    projectDir: stubProject(),
    ...overrides,
  };
}

/** What coordinator and sweeper of these models work with, in a stack; its prices are none. */
export function coordinatorResourcesOf(
  stack: TerraformStack,
  deployment: AwsDeployment,
  models: readonly ModelSettings[],
): CoordinatorResources {
  const state = new StateStore(stack, "state", { deployment, models, usdPerHour: {} });
  const decisions = new DecisionTopic(stack, "decisions", { deployment, emails: [] });
  return { deployment, state, decisions, models };
}

/** Settings of a model on bucket acme-flights. */
export function settingsOf(model: string, data: Partial<ModelSettings["data"]> = {}): ModelSettings {
  return {
    model,
    data: { bucket: "acme-flights", prefixes: ["incoming/"], suffixes: [], manifestPrefix: "retrigger/manifests/", ...data },
    batch: { batchSize: 1000, windowMs: 21_600_000, dedupeHorizonMs: 86_400_000, retentionMs: 2_592_000_000 },
    pipeline: { name: `${model}-training`, parameters: { ManifestUri: "{manifestUri}" } },
    policy: {
      maxRuns: 1,
      cooldownMs: 21_600_000,
      minNewObjects: 0,
      maxStartsPerDay: 4,
      budget: { dailyUsd: 1000, monthlyUsd: 10_000 },
      cost: { baseUsd: 150, perGbUsd: 1.5, perObjectUsd: 0 },
      backoff: { afterFailures: 3, delayMs: 3_600_000, maxDelayMs: 86_400_000 },
      approval: { needed: "on-request", approvers: 1, expiresMs: [1, 2, 3, 4, 5] },
      deferralExpiresMs: 604_800_000,
    },
    drift: DEFAULT_DRIFT_POLICY,
    monitoring: { prefix: "drift/" },
  };
}
