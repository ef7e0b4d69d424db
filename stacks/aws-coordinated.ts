// What the coordinated models of one environment share on AWS. Constructs are children of the stack itself: their paths are the
// addresses of the resources in the states of all who deployed them before.
import type { Construct } from "constructs";
import type { DeploymentConfig, ModelConfig } from "../config/config";
import { instancePrices } from "../config/sections/aws/prices";
import { type ModelMonitorConfig, modelMonitorSettings } from "../config/sections/monitoring";
import { modelSchedules } from "../config/sections/schedule";
import { modelSettings, watchedSettings } from "../config/settings";
import type { ModelSettings } from "../functions/core/model-settings";
import { CHATS } from "../functions/core/notices/chats/chat";
import { DecisionTopic } from "../modules/aws/decision-topic";
import { type AwsDeployment, metricDimension } from "../modules/aws/deployment";
import { Approver } from "../modules/aws/functions/approver";
import { CaptureMonitor } from "../modules/aws/functions/capture-monitor";
import { Coordinator } from "../modules/aws/functions/coordinator";
import { Messenger, type ToldChat } from "../modules/aws/functions/messenger";
import { Promoter } from "../modules/aws/functions/promoter";
import { Rollout } from "../modules/aws/functions/rollout";
import { Sweeper } from "../modules/aws/functions/sweeper";
import { ModelMonitor } from "../modules/aws/model-monitor";
import type { GuardedQueue } from "../modules/aws/queues/guarded-queue";
import type { EventRules } from "../modules/aws/rules/event-rules";
import { StateStore } from "../modules/aws/state-store";
import { CandidateTrigger } from "../modules/aws/triggers/candidate-trigger";
import { DataTrigger } from "../modules/aws/triggers/data-trigger";
import { DriftTrigger } from "../modules/aws/triggers/drift-trigger";
import { ScheduledTrigger } from "../modules/aws/triggers/scheduled-trigger";
import { capturedModels } from "../modules/captured-models";
import { promotedModels, rolledOutModels, separatelyApproved } from "../modules/promoted-models";
import { addOwnersBus, ownerOutputs } from "./bucket-owners";
import { modelOutputs, type StackOutputs } from "./stack-outputs";

export interface AwsCoordinatedProps {
  readonly deployment: AwsDeployment;
  readonly aws: NonNullable<DeploymentConfig["aws"]>;
  /** What messages name. */
  readonly operations: Pick<DeploymentConfig["operations"], "runbooks" | "console">;
  /** By name, with data; one at least. */
  readonly configured: readonly (readonly [string, ModelConfig])[];
  /** Whose targets of the coordinator are given to it here. @default - there are no rules */
  readonly rules: EventRules | undefined;
}

/** What the stack needs of the coordinated part, beside what announces itself to be watched. */
export interface AwsCoordinated {
  /** With the monitors that were created for them. */
  readonly models: readonly ModelSettings[];
  /** The queue of those who tell chats of alarms; undefined where no chat is told of them. */
  readonly messages: GuardedQueue | undefined;
  readonly outputs: StackOutputs;
}

/** Adds the coordinator, its state and all that asks it. */
export function addAwsCoordinated(stack: Construct, props: AwsCoordinatedProps): AwsCoordinated {
  const { deployment, aws, operations, configured, rules } = props;
  const models = configured.map(([name, model]) => {
    const monitor = addModelMonitor(stack, deployment, name, model.monitoring.sagemaker?.modelMonitor);
    return watchedSettings(
      deployment.watch ?? "full",
      model,
      withMonitor(modelSettings(metricDimension(deployment), name, model), monitor),
    );
  });
  const state = new StateStore(stack, "state", {
    deployment,
    models,
    usdPerHour: instancePrices(aws.prices),
    deletionProtection: aws.deletionProtection,
  });
  const decisions = new DecisionTopic(stack, "decisions", {
    deployment,
    emails: aws.notifications.email,
    opensToRules: rules?.hasNotices ?? false,
    runbooks: operations.runbooks,
    ...(operations.console !== undefined && { console: operations.console }),
  });
  const promoted = promotedModels(models);
  const candidates = promoted.length === 0 ? undefined : new CandidateTrigger(stack, "candidate-trigger", { deployment });
  const requesters = [...(rules?.requesters ?? []), ...(candidates === undefined ? [] : [candidates.sender])];
  const coordinator = new Coordinator(stack, "coordinator", { deployment, state, models, decisions, requesters });
  const { requests } = coordinator;
  rules?.deliverTo({ requests, decisions });
  candidates?.deliverTo(requests);
  const dataResources = { deployment, state, requests, models };
  const owners = addOwnersBus(stack, deployment, aws.buckets, models);
  const dataTrigger = new DataTrigger(stack, "data-trigger", { ...dataResources, buckets: aws.buckets, owners });
  const driftTrigger = new DriftTrigger(stack, "drift-trigger", {
    ...dataResources,
    decisions,
    owners,
    ...monitorAccess(configured.map(([, model]) => model)),
  });
  new Sweeper(stack, "sweeper", { ...dataResources, decisions, drift: driftTrigger.queue });
  const captured = capturedModels(models);
  if (captured.length > 0) new CaptureMonitor(stack, "capture-monitor", { deployment, state, models: captured });
  if (promoted.length > 0) new Promoter(stack, "promoter", { deployment, state, decisions, models: promoted });
  const separate = separatelyApproved(promoted);
  if (separate.length > 0) new Approver(stack, "approver", { deployment, state, models: separate });
  const rolledOut = rolledOutModels(models);
  if (rolledOut.length > 0) new Rollout(stack, "rollout", { deployment, state, models: rolledOut });
  const chats = toldChats(aws);
  const messenger =
    chats.length === 0 ? undefined : new Messenger(stack, "messenger", { deployment, state, chats, decisions, pages: operations });
  const schedules = configured.flatMap(([name, { schedule }]) => modelSchedules(name, schedule, "aws"));
  if (schedules.length > 0) new ScheduledTrigger(stack, "scheduled-trigger", { deployment, requests, schedules });
  const outputs: StackOutputs = {
    state_table: { description: "DynamoDB table of all state", value: state.tableName },
    decision_topic: { description: "ARN of the topic that tells people of decisions", value: decisions.arn },
    ...modelOutputs("s3", models),
    buckets_to_announce: {
      description: "Existing buckets whose owner must have turned on EventBridge notifications, or no object is seen",
      value: dataTrigger.buckets.filter(({ isAnnouncing }) => !isAnnouncing).map(({ name }) => name),
    },
    ...ownerOutputs(stack, { deployment, aws, configured, models, owners }),
  };
  return { models, messages: messenger?.hearsAlarms === true ? messenger.queue : undefined, outputs };
}

/** The chats that are configured; a secret is encrypted with the deployment's key, if it has one and the chat names none. */
function toldChats({ notifications, kms }: AwsCoordinatedProps["aws"]): ToldChat[] {
  return CHATS.flatMap((name) => {
    const chat = notifications[name];
    if (chat === undefined) return [];
    const kmsKey = chat.kmsKey ?? kms?.key;
    return [{ name, secret: chat.secret, about: chat.about, ...(kmsKey !== undefined && { kmsKey }) }];
  });
}

/** Creates the monitor that a model's configuration asks for; undefined where it asks for none. */
function addModelMonitor(
  scope: Construct,
  deployment: AwsDeployment,
  model: string,
  config: ModelMonitorConfig | undefined,
): ModelMonitor | undefined {
  if (config === undefined) return undefined;
  return new ModelMonitor(scope, `model-monitor-${model}`, { ...modelMonitorSettings(config), deployment, model });
}

/** The settings of a model with the monitor that was created for it, if any. */
function withMonitor(settings: ModelSettings, monitor: ModelMonitor | undefined): ModelSettings {
  if (monitor === undefined) return settings;
  const { sagemaker, cloudwatch } = settings.monitoring;
  return {
    ...settings,
    monitoring: {
      ...settings.monitoring,
      sagemaker: { schedules: [...(sagemaker?.schedules ?? []), monitor.scheduleName] },
      cloudwatch: { alarms: [...(cloudwatch?.alarms ?? []), ...monitor.alarmNames] },
    },
  };
}

/** What the drift evaluator reads and hears beside the models' drift folders. */
function monitorAccess(models: readonly ModelConfig[]) {
  const monitorUris = models.flatMap(({ monitoring: { sagemaker } }) => {
    const created = sagemaker?.modelMonitor;
    const ofCreated = created === undefined ? [] : [created.reports, created.baseline.statistics, created.baseline.constraints];
    return [...(sagemaker?.folders ?? []), ...ofCreated];
  });
  return { monitorUris, alarmTopicArns: models.flatMap(({ monitoring: { cloudwatch } }) => cloudwatch?.topics ?? []) };
}
