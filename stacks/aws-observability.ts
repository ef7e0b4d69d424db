import type { Construct } from "constructs";
import type { DeploymentConfig } from "../config/config";
import { modelsOn } from "../config/model-cloud";
import { deploymentLimits } from "../config/sections/operations";
import { limitsByModel } from "../config/settings";
import type { ModelSettings } from "../functions/core/model-settings";
import type { AwsDeployment } from "../modules/aws/deployment";
import type { CaptureMonitor } from "../modules/aws/functions/capture-monitor";
import type { Coordinator } from "../modules/aws/functions/coordinator";
import type { Sweeper } from "../modules/aws/functions/sweeper";
import { Observability } from "../modules/aws/observability/observability";
import type { EventRules } from "../modules/aws/rules/event-rules";
import type { DataTrigger } from "../modules/aws/triggers/data-trigger";
import type { DirectSchedule } from "../modules/aws/triggers/direct-schedule";
import type { DriftTrigger } from "../modules/aws/triggers/drift-trigger";
import type { ScheduledTrigger } from "../modules/aws/triggers/scheduled-trigger";

/** What is watched on AWS of the coordinated part. */
export interface AwsParts {
  readonly models: readonly ModelSettings[];
  readonly coordinator: Coordinator;
  readonly dataTrigger: DataTrigger;
  readonly driftTrigger: DriftTrigger;
  readonly captureMonitor: CaptureMonitor | undefined;
  readonly sweeper: Sweeper;
  readonly scheduledTrigger: ScheduledTrigger | undefined;
}

export interface AwsObservabilityProps {
  readonly deployment: AwsDeployment;
  readonly config: DeploymentConfig;
  readonly parts: AwsParts;
  /** What is beside the coordinator and has dead letters too. */
  readonly rules: EventRules | undefined;
  readonly direct: readonly DirectSchedule[];
}

/** Alarms and the dashboard of every part of a deployment with a coordinator. */
export function addObservability(scope: Construct, props: AwsObservabilityProps): Observability {
  const { deployment, config, parts, rules, direct } = props;
  const { operations, aws, models } = config;
  const { coordinator, dataTrigger, driftTrigger, captureMonitor, sweeper, scheduledTrigger } = parts;
  const { requests } = coordinator;
  return new Observability(scope, "observability", {
    deployment,
    limits: deploymentLimits(operations),
    models: limitsByModel(modelsOn("aws", models), parts.models),
    resources: {
      queue: { data: dataTrigger.queue.name, drift: driftTrigger.queue.name, requests: requests.name },
      "dead-letter-queue": {
        data: dataTrigger.queue.deadLetters.name,
        "data-rules": dataTrigger.undelivered.name,
        drift: driftTrigger.queue.deadLetters.name,
        "drift-rules": driftTrigger.undelivered.name,
        ...(captureMonitor === undefined ? {} : { "drift-monitor": captureMonitor.deadLetters.name }),
        requests: requests.deadLetters.name,
        ...(rules === undefined ? {} : { rules: rules.undelivered.name }),
        "run-rules": coordinator.undelivered.name,
        ...(scheduledTrigger === undefined ? {} : { schedules: scheduledTrigger.undelivered.name }),
        sweeper: sweeper.deadLetters.name,
        ...Object.fromEntries(direct.map(({ key, undelivered }) => [`direct-${key}`, undelivered.name])),
      },
      function: {
        batcher: dataTrigger.batcher.name,
        coordinator: coordinator.function.name,
        "drift-evaluator": driftTrigger.evaluator.name,
        ...(captureMonitor === undefined ? {} : { "drift-monitor": captureMonitor.function.name }),
        sweeper: sweeper.function.name,
      },
    },
    runbooks: operations.runbooks,
    hasAlarms: operations.alarms,
    hasDashboard: operations.dashboard,
    emails: aws?.operations.email ?? [],
    topics: aws?.operations.topics ?? [],
  });
}
