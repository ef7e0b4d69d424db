// Constructs are children of the scope itself: in a stack of Retrigger's own, their paths are the addresses of what is deployed.
import { DataGoogleProject } from "@cdktf/provider-google/lib/data-google-project";
import type { Construct } from "constructs";
import type { DeploymentConfig, ModelConfig } from "../config/config";
import { modelsOn } from "../config/model-cloud";
import { databaseKeyOf, type GcpConfig } from "../config/sections/gcp/gcp";
import { deploymentLimits } from "../config/sections/operations";
import { pipelineSettings, type VertexRuns } from "../config/sections/pipeline";
import { directSchedules, modelSchedules } from "../config/sections/schedule";
import { limitsByModel, modelSettings, watchedSettings } from "../config/settings";
import type { PipelineSettings } from "../functions/core/model-settings";
import type { PipelineSchedule } from "../functions/core/schedules/pipeline-schedule";
import { everywhere } from "../modules/everywhere";
import { PipelineAccess } from "../modules/gcp/access/pipeline-access";
import { runnerEmail } from "../modules/gcp/access/runner-account";
import { type GcpDeployment, ProjectApis } from "../modules/gcp/deployment";
import { FunctionBuilder } from "../modules/gcp/functions/function-builder";
import { Launcher, type LauncherProps } from "../modules/gcp/functions/launcher";
import { Observability } from "../modules/gcp/observability/observability";
import { CustomerKeys, keyUsers } from "../modules/gcp/security/customer-keys";
import { FunctionNetwork } from "../modules/gcp/security/function-network";
import { DirectSchedule } from "../modules/gcp/triggers/direct-schedule";
import { WatchedBuckets } from "../modules/gcp/triggers/watched-bucket";
import { addressesOf, type WatchedPart, watchedParts, watchedResources } from "../modules/watched";
import { addGcpCoordinated, type GcpCoordinated } from "./gcp-coordinated";
import { gcpPeopleOutputs } from "./gcp-people";
import type { StackOutputs } from "./stack-outputs";

export interface GcpPartsProps {
  readonly config: DeploymentConfig;
  /** Folder with the functions' sources, or their zips. */
  readonly projectDir: string;
}

/**
 * Adds everything that one environment has on Google Cloud, but for provider and backend: the coordinated part only where a model
 * has data.
 * @returns what an operator is told of it
 */
export function addGcpParts(scope: Construct, { config, projectDir }: GcpPartsProps): StackOutputs {
  const { environment, namePrefix } = config;
  const gcp = requireGcp(config);
  const { project, region, schedulerRegion = region } = gcp;
  const { number: projectNumber } = new DataGoogleProject(scope, "project", { projectId: project });
  const apis = new ProjectApis(scope, "apis", { project });
  const deployment = { environment, namePrefix, project, projectNumber, region, schedulerRegion, apis, projectDir };

  const runs = { project, location: region, serviceAccount: runnerEmail(deployment) };
  // By their names, so that their order in the file changes nothing.
  const owners = modelsOn("gcp", config.models)
    .sort(([a], [b]) => Number(a > b) - Number(a < b))
    .map(([name, model]) => ownerOf(config, name, model, runs));
  const models = owners.flatMap(({ settings }) => (settings === undefined ? [] : [settings]));
  const buckets = new WatchedBuckets(scope, "buckets", { deployment, models, buckets: gcp.buckets });
  const builder = new FunctionBuilder(scope, "builder", { deployment });
  const started = owners.map(({ pipeline, settings }) => ({ pipeline, ...(settings && { data: settings.data }) }));
  const pipelines = new PipelineAccess(scope, "pipeline-access", { deployment, buckets, models: started });
  const schedules = owners.flatMap(({ schedules }) => schedules);
  const coordinated =
    models.length === 0
      ? undefined
      : addGcpCoordinated(scope, {
          deployment,
          gcp,
          operations: config.operations,
          models,
          schedules,
          builder,
          buckets,
          pipelines,
        });
  addLauncher(scope, { deployment, builder, pipelines }, owners);
  const parts = watchedParts(scope);
  const dashboard = coordinated && addObservability(scope, deployment, config, coordinated, parts).dashboard;
  secure(scope, gcp);

  return {
    ...coordinated?.outputs,
    ...(coordinated && { dashboard: { description: "Name of the dashboard of Cloud Monitoring", value: dashboard ?? "" } }),
    queues: { description: "Topics of the queues", value: addressesOf(parts, "queue") },
    dead_letter_queues: {
      description: "Subscriptions that hold what failed; empty when all is well",
      value: addressesOf(parts, "dead-letter-queue"),
    },
    functions: { description: "Names of the functions", value: addressesOf(parts, "function") },
    runners: {
      description: "Service account that each model's pipeline runs as",
      value: Object.fromEntries(owners.map(({ model, pipeline }) => [model, pipeline.vertex?.serviceAccount ?? ""])),
    },
    ...keyOutputs(scope, deployment, owners),
    ...gcpPeopleOutputs(scope, { deployment, gcp, isCoordinated: coordinated !== undefined }),
  };
}

/** Gives all resources the keys and the network of the configuration, after the last of them is made. */
function secure(scope: Construct, gcp: GcpConfig): void {
  const { kms, network, build } = gcp;
  const databaseKey = databaseKeyOf(gcp);
  if (kms !== undefined || databaseKey !== undefined) {
    everywhere(scope, new CustomerKeys({ ...kms, ...(databaseKey !== undefined && { databaseKey }) }));
  }
  if (network !== undefined || build.workerPool !== undefined) everywhere(scope, new FunctionNetwork({ ...network, ...build }));
}

function keyOutputs(scope: Construct, deployment: GcpDeployment, owners: readonly Owner[]): StackOutputs {
  const value = keyUsers(
    scope,
    deployment,
    owners.flatMap(({ pipeline }) => pipeline.vertex?.kmsKey ?? []),
  );
  if (Object.keys(value).length === 0) return {};
  const description =
    "Who must have roles/cloudkms.cryptoKeyEncrypterDecrypter on each key, before the first apply: service agents of the project";
  return { key_users: { description, value } };
}

/** @throws Error when the configuration is for AWS alone */
export function requireGcp({ gcp }: DeploymentConfig): NonNullable<DeploymentConfig["gcp"]> {
  if (gcp === undefined) throw new Error("got a configuration without the section gcp; expected it, or no stack on Google Cloud");
  return gcp;
}

/** Adds the launcher and the direct schedules that ask it; nothing without any. */
function addLauncher(scope: Construct, props: Omit<LauncherProps, "models">, owners: readonly Owner[]): void {
  const models = owners.filter(({ direct }) => direct.length > 0);
  if (models.length === 0) return;
  const launcher = new Launcher(scope, "launcher", { ...props, models });
  const { deployment } = props;
  for (const { direct, pipeline } of models) {
    for (const schedule of direct) {
      const id = `direct-${schedule.model}_${schedule.name}`;
      new DirectSchedule(scope, id, { deployment, schedule, pipeline, launches: launcher.launches });
    }
  }
}

/** Metrics, alarms and the dashboard of a deployment with a coordinator. */
function addObservability(
  scope: Construct,
  deployment: GcpDeployment,
  { operations, gcp, models: sections }: DeploymentConfig,
  { models, built, alarmChannel }: GcpCoordinated,
  parts: readonly WatchedPart[],
): Observability {
  return new Observability(scope, "observability", {
    deployment,
    watch: operations.watch,
    limits: deploymentLimits(operations),
    models: limitsByModel(modelsOn("gcp", sections), models),
    resources: watchedResources(parts),
    runbooks: operations.runbooks,
    hasAlarms: operations.alarms,
    hasDashboard: operations.dashboard,
    emails: gcp?.operations.email ?? [],
    channels: [...(gcp?.operations.channels ?? []), ...(alarmChannel === undefined ? [] : [alarmChannel.name])],
    after: [built, ...(alarmChannel?.ready ?? [])],
  });
}

type Owner = ReturnType<typeof ownerOf>;

/** A model of the configuration, as far as it starts a pipeline: its settings only where it is coordinated. */
function ownerOf({ environment, operations }: DeploymentConfig, model: string, config: ModelConfig, runs: VertexRuns) {
  const direct: readonly PipelineSchedule[] = directSchedules(model, config.schedule, "gcp");
  const pipeline: PipelineSettings = pipelineSettings(model, config.pipeline, runs, config.labels);
  const settings =
    config.data === undefined
      ? undefined
      : watchedSettings(operations.watch, config, modelSettings(environment, model, config, runs));
  return { model, direct, pipeline, settings, schedules: modelSchedules(model, config.schedule, "gcp") };
}
