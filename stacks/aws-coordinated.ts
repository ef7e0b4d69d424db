// What the coordinated models of one environment share on AWS. Constructs are children of the stack itself: their paths are the
// addresses of the resources in the states of all who deployed them before.
import type { Construct } from "constructs";
import type { DeploymentConfig, ModelConfig } from "../config/config";
import { instancePrices } from "../config/sections/aws";
import { modelSchedules } from "../config/sections/schedule";
import { modelSettings } from "../config/settings";
import { DecisionTopic } from "../modules/aws/decision-topic";
import type { AwsDeployment } from "../modules/aws/deployment";
import { CaptureMonitor } from "../modules/aws/functions/capture-monitor";
import { Coordinator } from "../modules/aws/functions/coordinator";
import { Sweeper } from "../modules/aws/functions/sweeper";
import type { EventRules } from "../modules/aws/rules/event-rules";
import { StateStore } from "../modules/aws/state-store";
import { DataTrigger } from "../modules/aws/triggers/data-trigger";
import { DriftTrigger } from "../modules/aws/triggers/drift-trigger";
import { ScheduledTrigger } from "../modules/aws/triggers/scheduled-trigger";
import { capturedModels } from "../modules/captured-models";
import { addModelMonitor, monitorAccess, withMonitor } from "./aws-monitoring";
import type { AwsParts } from "./aws-observability";
import type { StackOutputs } from "./stack-outputs";
import { modelOutputs } from "./stack-outputs";

export interface AwsCoordinatedProps {
  readonly deployment: AwsDeployment;
  readonly aws: NonNullable<DeploymentConfig["aws"]>;
  /** By name, with data; one at least. */
  readonly configured: readonly (readonly [string, ModelConfig])[];
  /** Whose targets of the coordinator are given to it here. @default - there are no rules */
  readonly rules: EventRules | undefined;
}

/** What an operator is told of the coordinated part: beside the outputs, the URLs of its dead letters. */
export interface AwsCoordinated {
  readonly outputs: StackOutputs;
  readonly deadLetters: Readonly<Record<string, string>>;
  readonly parts: AwsParts;
}

/** Adds the coordinator, its state and all that asks it. */
export function addAwsCoordinated(stack: Construct, { deployment, aws, configured, rules }: AwsCoordinatedProps): AwsCoordinated {
  const models = configured.map(([name, model]) =>
    withMonitor(modelSettings(name, model), addModelMonitor(stack, deployment, name, model.monitoring.sagemaker?.modelMonitor)),
  );
  const state = new StateStore(stack, "state", { deployment, models, usdPerHour: instancePrices(aws.prices) });
  const decisions = new DecisionTopic(stack, "decisions", {
    deployment,
    emails: aws.notifications.email,
    opensToRules: rules?.hasNotices ?? false,
  });
  const requesters = rules?.requesters ?? [];
  const coordinator = new Coordinator(stack, "coordinator", { deployment, state, models, decisions, requesters });
  const { requests } = coordinator;
  rules?.deliverTo({ requests, decisions });
  const dataPath = { deployment, state, requests, models };
  const dataTrigger = new DataTrigger(stack, "data-trigger", { ...dataPath, buckets: aws.buckets });
  const driftTrigger = new DriftTrigger(stack, "drift-trigger", {
    ...dataPath,
    decisions,
    ...monitorAccess(configured.map(([, model]) => model)),
  });
  const sweeper = new Sweeper(stack, "sweeper", { ...dataPath, decisions, drift: driftTrigger.queue });
  const captured = capturedModels(models);
  const captureMonitor =
    captured.length === 0 ? undefined : new CaptureMonitor(stack, "capture-monitor", { deployment, state, models: captured });
  const schedules = configured.flatMap(([name, { schedule }]) => modelSchedules(name, schedule, "aws"));
  const scheduledTrigger =
    schedules.length === 0 ? undefined : new ScheduledTrigger(stack, "scheduled-trigger", { deployment, requests, schedules });
  const outputs: StackOutputs = {
    state_table: { description: "DynamoDB table of all state", value: state.tableName },
    queues: {
      description: "URLs of the queues",
      value: { data: dataTrigger.queue.url, drift: driftTrigger.queue.url, requests: requests.url },
    },
    decision_topic: { description: "ARN of the topic that tells people of decisions", value: decisions.arn },
    functions: {
      description: "Names of the Lambda functions",
      value: {
        batcher: dataTrigger.batcher.functionName,
        sweeper: sweeper.function.functionName,
        coordinator: coordinator.function.functionName,
        drift_evaluator: driftTrigger.evaluator.functionName,
        ...(captureMonitor === undefined ? {} : { drift_monitor: captureMonitor.function.functionName }),
      },
    },
    ...modelOutputs("s3", models),
    buckets_to_announce: {
      description: "Existing buckets whose owner must have turned on EventBridge notifications, or no object is seen",
      value: dataTrigger.buckets.filter(({ isAnnouncing }) => !isAnnouncing).map(({ name }) => name),
    },
  };
  const deadLetters = {
    data: dataTrigger.queue.deadLetters.url,
    data_rules: dataTrigger.undelivered.url,
    drift: driftTrigger.queue.deadLetters.url,
    ...(captureMonitor === undefined ? {} : { drift_monitor: captureMonitor.deadLetters.url }),
    drift_rules: driftTrigger.undelivered.url,
    requests: requests.deadLetters.url,
    run_rules: coordinator.undelivered.url,
    ...(scheduledTrigger === undefined ? {} : { schedules: scheduledTrigger.undelivered.url }),
    sweeper: sweeper.deadLetters.url,
  };
  const parts = { models, coordinator, dataTrigger, driftTrigger, captureMonitor, sweeper, scheduledTrigger };
  return { outputs, deadLetters, parts };
}
