import { TerraformStack, Testing } from "cdktf";
import type { ModelSettings, VertexPipeline } from "../../../functions/core/model-settings";
import { ManifestAccess } from "../../../modules/gcp/access/data-permissions";
import { MonitoringAccess } from "../../../modules/gcp/access/monitoring-permissions";
import { PipelineAccess } from "../../../modules/gcp/access/pipeline-access";
import { DecisionTopic } from "../../../modules/gcp/decision-topic";
import { type GcpDeployment, ProjectApis } from "../../../modules/gcp/deployment";
import type { CoordinatorResources } from "../../../modules/gcp/functions/coordinator";
import { FunctionBuilder } from "../../../modules/gcp/functions/function-builder";
import { StateStore } from "../../../modules/gcp/state-store";
import { WatchedBuckets, type WatchedBucketsProps } from "../../../modules/gcp/triggers/watched-bucket";
import { Template } from "../../stacks/template";
import { settingsOf as settingsOnAws } from "../aws/synthesize";
import { stubProject } from "../temporary-project";

export const PUBSUB_AGENT = "serviceAccount:service-4711@gcp-sa-pubsub.iam.gserviceaccount.com";

/** A stack of what `build` adds to it, in project acme-ml. */
export function synthesize(build: (stack: TerraformStack, deployment: GcpDeployment) => void): Template {
  const stack = new TerraformStack(Testing.app(), "stack");
  build(stack, deploymentOf(stack));
  return new Template(stack);
}

/** A deployment to europe-west4 in project acme-ml, number 4711. */
function deploymentOf(stack: TerraformStack, overrides: Partial<GcpDeployment> = {}): GcpDeployment {
  return {
    environment: "dev",
    project: "acme-ml",
    projectNumber: "4711",
    region: "europe-west4",
    schedulerRegion: "europe-west1",
    apis: new ProjectApis(stack, "apis", { project: "acme-ml" }),
    projectDir: stubProject(),
    ...overrides,
  };
}

/**
 * What coordinator and sweeper of these models work with, in a stack, beside their buckets, which exist unless `entries` says
 * otherwise.
 */
export function coordinatorResourcesOf(
  stack: TerraformStack,
  deployment: GcpDeployment,
  models: readonly ModelSettings[],
  entries: NonNullable<WatchedBucketsProps["buckets"]> = {},
): CoordinatorResources & { readonly buckets: WatchedBuckets; readonly monitoring: MonitoringAccess } {
  const buckets = new WatchedBuckets(stack, "buckets", { deployment, models, buckets: entries });
  return {
    deployment,
    models,
    buckets,
    state: new StateStore(stack, "state", { deployment, database: "retrigger-dev", location: "europe-west4", models }),
    decisions: new DecisionTopic(stack, "decisions", { deployment }),
    builder: new FunctionBuilder(stack, "builder", { deployment }),
    manifests: new ManifestAccess(stack, "manifest-access", { deployment, buckets, models }),
    monitoring: new MonitoringAccess(stack, "monitoring-access", { deployment, models }),
    pipelines: new PipelineAccess(stack, "pipeline-access", { deployment, buckets, models }),
  };
}

/** Settings of a model on bucket acme-clicks, whose pipeline runs as Retrigger's own account. */
export function settingsOf(
  model: string,
  data: Partial<ModelSettings["data"]> = {},
  vertex: Partial<VertexPipeline> = {},
): ModelSettings {
  const settings = settingsOnAws(model, { bucket: "acme-clicks", ...data });
  return {
    ...settings,
    pipeline: {
      ...settings.pipeline,
      vertex: {
        project: "acme-ml",
        location: "europe-west4",
        template: "gs://acme-pipelines/pipeline.yaml",
        outputDirectory: "gs://acme-training/runs",
        serviceAccount: "retrigger-dev-runner@acme-ml.iam.gserviceaccount.com",
        caching: false,
        ...vertex,
      },
    },
  };
}
