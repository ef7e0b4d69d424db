// Constructs are children of the scope itself: in a stack of Retrigger's own, their paths are the addresses of what is deployed.
import { resolve } from "node:path";
import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { DeploymentConfig, ModelConfig } from "../config/config";
import { ConfigError } from "../config/errors";
import { modelsOn } from "../config/model-cloud";
import { partitionOf } from "../config/sections/aws/aws";
import { deploymentLimits } from "../config/sections/operations";
import { eventRules } from "../config/sections/rule";
import { directSchedules } from "../config/sections/schedule";
import { limitsByModel } from "../config/settings";
import type { EventRule } from "../eventbridge/event-rule";
import { boundRoles } from "../modules/aws/access/role-boundary";
import type { AwsDeployment, OwnKeys } from "../modules/aws/deployment";
import { encryptWithKey } from "../modules/aws/keys/encryption-with-key";
import { keyPolicy } from "../modules/aws/keys/key-policy";
import { tagModels } from "../modules/aws/model-tags";
import { Observability } from "../modules/aws/observability/observability";
import { EventRules } from "../modules/aws/rules/event-rules";
import { rulesOfBus } from "../modules/aws/rules/shared-rules";
import { TrainingPipeline } from "../modules/aws/training-pipeline";
import { DirectSchedule } from "../modules/aws/triggers/direct-schedule";
import { addressesOf, type WatchedPart, watchedParts, watchedResources } from "../modules/watched";
import { accountGuard } from "./account-guard";
import { type AwsCoordinated, addAwsCoordinated } from "./aws-coordinated";
import { awsPeopleOutputs } from "./aws-people";
import { bucketOwners } from "./bucket-owners";
import type { StackOutputs } from "./stack-outputs";

type AwsConfig = NonNullable<DeploymentConfig["aws"]>;

export interface AwsPartsProps {
  readonly config: DeploymentConfig;
  /** Folder of the configuration: its files are relative to it. */
  readonly configDir: string;
  /** Folder with the functions' sources, or their zips. */
  readonly projectDir: string;
}

/**
 * Adds everything that one environment has on AWS, but for provider and backend: the coordinated part only where a model has data.
 * @returns what an operator is told of it
 * @throws ConfigError that names all that AWS would refuse
 */
export function addAwsParts(scope: Construct, { config, configDir, projectDir }: AwsPartsProps): StackOutputs {
  const { environment, namePrefix } = config;
  const aws = requireAws(config);
  const key = aws.kms?.key;
  const { accountId } = new DataAwsCallerIdentity(
    scope,
    "caller",
    accountGuard(aws.allowedAccountIds, key, bucketOwners(aws.buckets)),
  );
  const deployment: AwsDeployment = {
    environment,
    namePrefix,
    region: aws.region,
    accountId,
    partition: partitionOf(aws.region),
    keys: ownKeys(aws),
    attachedPolicies: aws.quotas.attachedPolicies,
    watch: config.operations.watch,
    network: aws.network,
    logRetentionDays: aws.logs.retentionDays,
    isTraced: aws.tracing,
    projectDir,
  };

  const configured = modelsOn("aws", config.models).sort(([a], [b]) => (a < b ? -1 : 1));
  const withData = configured.filter(([, { data }]) => data !== undefined);
  const rules = addRules(scope, deployment, eventRules(config));
  const coordinated =
    withData.length === 0
      ? undefined
      : addAwsCoordinated(scope, { deployment, aws, operations: config.operations, configured: withData, rules });
  if (coordinated === undefined) rules?.deliverTo();
  const pipelines = new Map(configured.flatMap((entry) => addPipeline(scope, configDir, ...entry)));
  for (const [model, section] of configured) addDirect(scope, deployment, model, section, pipelines);
  const parts = watchedParts(scope);
  const observability = coordinated && addObservability(scope, deployment, config, coordinated, parts);
  applyEverywhere(scope, config, aws);
  const outputs: StackOutputs = {
    ...coordinated?.outputs,
    ...(coordinated && partOutputs(parts)),
    ...(observability && observabilityOutputs(observability)),
    dead_letter_queues: {
      description: "URLs of the queues that hold what failed; empty when all is well",
      value: outputMap(parts, "dead-letter-queue"),
    },
    ...(rules === undefined ? {} : ruleOutputs(rules)),
    ...(key === undefined ? {} : keyOutputs(scope, deployment, key)),
    ...awsPeopleOutputs(scope, { deployment, aws, isCoordinated: coordinated !== undefined }),
  };
  const problems = [...rulesProblems(scope, aws), ...childrenProblems(scope)];
  if (problems.length > 0) throw ConfigError.ofStack(scope.node.id, problems);
  return outputs;
}

/** Gives all resources what the company asks of each: boundary and path, the key, tags of models. */
function applyEverywhere(scope: Construct, { models }: DeploymentConfig, { roles, kms }: AwsConfig): void {
  boundRoles(scope, roles);
  tagModels(scope, Object.fromEntries(Object.entries(models).map(([name, { tags = {} }]) => [name, tags])));
  if (kms !== undefined) encryptWithKey(scope, kms.key);
}

/** @throws Error when the configuration is for Google Cloud alone */
export function requireAws({ aws }: DeploymentConfig): AwsConfig {
  if (aws === undefined) throw new Error("got a configuration without the section aws; expected it, or no stack on AWS");
  return aws;
}

function rulesProblems(scope: Construct, { region, quotas }: AwsConfig): string[] {
  const buses = TerraformStack.of(scope)
    .node.findAll()
    .flatMap((construct) => (construct instanceof CloudwatchEventRule ? [construct.eventBusNameInput] : []));
  const onDefault = buses.filter((bus) => bus === undefined).length;
  const onOwn = buses.length - onDefault;
  const allowed = quotas.rules ?? rulesOfBus(region);
  return [
    ...(onDefault <= allowed
      ? []
      : [
          `got ${onDefault} rules on the default event bus; expected at most ${allowed} in ${region}, with those of others in this account; make ${onDefault - allowed} fewer schedules direct, let models share buckets, divide the models among environments of several accounts, or have AWS raise its quota of rules, and set aws.quotas.rules`,
        ]),
    ...(onOwn <= allowed
      ? []
      : [
          `got ${onOwn} rules on the event bus of other accounts' buckets; expected at most ${allowed} in ${region}; let models share buckets, divide the models among environments, or have AWS raise its quota of rules, and set aws.quotas.rules`,
        ]),
  ];
}

/** The keys that are the customer's own. */
function ownKeys({ kms, buckets }: AwsConfig): OwnKeys {
  const ofBuckets = Object.entries(buckets).flatMap(([name, { kmsKey }]) =>
    kmsKey === undefined ? [] : [[name, kmsKey] as const],
  );
  return { all: kms?.key, ofBuckets: Object.fromEntries(ofBuckets) };
}

function addRules(scope: Construct, deployment: AwsDeployment, rules: readonly EventRule[]): EventRules | undefined {
  return rules.length === 0 ? undefined : new EventRules(scope, "event-rules", { deployment, rules });
}

/** The pipeline that a model has made of its definition, by its name. */
function addPipeline(scope: Construct, configDir: string, model: string, { pipeline }: ModelConfig): [string, TrainingPipeline][] {
  const { name, definitionFile, roleArn } = pipeline;
  if (name === undefined || definitionFile === undefined || roleArn === undefined) return [];
  const definitionPath = resolve(configDir, definitionFile);
  return [[name, new TrainingPipeline(scope, `pipeline-${model}`, { name, model, definitionPath, roleArn })]];
}

function addDirect(
  scope: Construct,
  deployment: AwsDeployment,
  model: string,
  { pipeline: { name: pipelineName = "" }, schedule: section }: ModelConfig,
  pipelines: ReadonlyMap<string, TrainingPipeline>,
): void {
  const created = pipelines.get(pipelineName);
  const ready = created === undefined ? [] : [created.resource];
  for (const schedule of directSchedules(model, section, "aws")) {
    new DirectSchedule(scope, `direct-${model}_${schedule.name}`, { deployment, schedule, pipelineName, ready });
  }
}

/** Alarms and the dashboard of a deployment with a coordinator. */
function addObservability(
  scope: Construct,
  deployment: AwsDeployment,
  { operations, aws, models: sections }: DeploymentConfig,
  { models, messages }: AwsCoordinated,
  parts: readonly WatchedPart[],
): Observability {
  return new Observability(scope, "observability", {
    deployment,
    watch: operations.watch,
    limits: deploymentLimits(operations),
    models: limitsByModel(modelsOn("aws", sections), models),
    resources: watchedResources(parts),
    runbooks: operations.runbooks,
    hasAlarms: operations.alarms,
    hasDashboard: operations.dashboard,
    emails: aws?.operations.email ?? [],
    messages,
    topics: aws?.operations.topics ?? [],
  });
}

/** What the parts of a stack say is wrong with them, each once. */
function childrenProblems(stack: Construct): string[] {
  return [...new Set(stack.node.findAll().flatMap((construct) => (construct === stack ? [] : construct.node.validate())))];
}

function partOutputs(parts: readonly WatchedPart[]): StackOutputs {
  return {
    queues: { description: "URLs of the queues", value: outputMap(parts, "queue") },
    functions: { description: "Names of the Lambda functions", value: outputMap(parts, "function") },
  };
}

/** Addresses by role, in which an underscore follows the first word; what follows in turn may be the name of a model, as it is. */
function outputMap(parts: readonly WatchedPart[], kind: WatchedPart["kind"]): Record<string, string> {
  const addresses = Object.entries(addressesOf(parts, kind));
  return Object.fromEntries(addresses.map(([role, address]) => [role.replace("-", "_"), address]));
}

function observabilityOutputs({ topic, dashboard }: Observability): StackOutputs {
  return {
    operations_topic: { description: "ARN of the topic that tells operators of alarms, if there is one", value: topic ?? "" },
    dashboard: { description: "Name of the dashboard of CloudWatch", value: dashboard ?? "" },
  };
}

function ruleOutputs({ names, grants }: EventRules): StackOutputs {
  return {
    rules: { description: "Names of the EventBridge rules", value: names },
    rule_grants: {
      description: "Statements that the owners of these topics and queues must add to their policies, or no event arrives there",
      value: grants,
    },
  };
}

function keyOutputs(scope: Construct, deployment: AwsDeployment, key: string): StackOutputs {
  return {
    key_policy: {
      description: "Statements (JSON) that the policy of aws.kms.key must have before anything is deployed",
      value: JSON.stringify(keyPolicy(scope, deployment, key)),
    },
  };
}
