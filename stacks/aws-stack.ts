import { resolve } from "node:path";
import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformOutput, TerraformStack, Token } from "cdktf";
import type { Construct } from "constructs";
import { driftFolder } from "../functions/core/drift/drift-folder";
import { CaptureMonitor } from "../modules/aws/capture-monitor";
import { Coordinator } from "../modules/aws/coordinator";
import { DataTrigger } from "../modules/aws/data-trigger";
import { DecisionTopic } from "../modules/aws/decision-topic";
import { DriftTrigger } from "../modules/aws/drift-trigger";
import { EventRules } from "../modules/aws/event-rules";
import { ScheduledTrigger } from "../modules/aws/scheduled-trigger";
import { StateStore } from "../modules/aws/state-store";
import { Sweeper } from "../modules/aws/sweeper";
import { TrainingPipeline } from "../modules/aws/training-pipeline";
import { capturedModels } from "../modules/captured-models";
import { addModelMonitor, monitorAccess, withMonitor } from "./aws-monitoring";
import { configureBackend } from "./backend";
import type { DeploymentConfig } from "./config";
import { instancePrices } from "./instance-prices";
import { modelsOn } from "./model-cloud";
import { modelSettings } from "./model-settings";
import { eventRules } from "./rule-config";
import { modelSchedules } from "./schedule-config";

export interface AwsStackProps {
  readonly config: DeploymentConfig;
  /** Folder of the configuration: its files are relative to it. */
  readonly configDir: string;
  /** Folder of the project: the functions' sources are in it. */
  readonly projectDir: string;
}

/** Everything that one environment has on AWS. */
export class AwsStack extends TerraformStack {
  constructor(scope: Construct, id: string, { config, configDir, projectDir }: AwsStackProps) {
    super(scope, id);
    const { environment, aws } = config;
    if (aws === undefined) throw new Error("got a configuration without the section aws; expected it, or no stack on AWS");
    configureBackend(this, environment, config.backend);
    new AwsProvider(this, "aws", {
      region: aws.region,
      defaultTags: [{ tags: { application: "retrigger", environment, ...aws.tags } }],
    });
    const { accountId } = new DataAwsCallerIdentity(this, "caller");
    const { partition } = new DataAwsPartition(this, "partition");
    const deployment = { environment, region: aws.region, accountId, partition, projectDir };

    const configured = modelsOn("aws", config.models);
    const models = configured.map(([name, model]) =>
      withMonitor(modelSettings(name, model), addModelMonitor(this, deployment, name, model.monitoring.sagemaker?.modelMonitor)),
    );
    const state = new StateStore(this, "state", { deployment, models, usdPerHour: instancePrices(aws.prices) });
    const rules = eventRules(config);
    const onEvents = rules.length === 0 ? undefined : new EventRules(this, "event-rules", { deployment, rules });
    const decisions = new DecisionTopic(this, "decisions", {
      deployment,
      emails: aws.notifications.email,
      opensToRules: onEvents?.hasNotices ?? false,
    });
    const coordinator = new Coordinator(this, "coordinator", {
      deployment,
      state,
      models,
      decisions,
      requesters: onEvents?.requesters ?? [],
    });
    onEvents?.deliverTo({ requests: coordinator.requests, decisions });
    const dataPath = { deployment, state, requests: coordinator.requests, models };
    const dataTrigger = new DataTrigger(this, "data-trigger", { ...dataPath, buckets: aws.buckets });
    const driftTrigger = new DriftTrigger(this, "drift-trigger", {
      ...dataPath,
      decisions,
      ...monitorAccess(configured.map(([, model]) => model)),
    });
    const sweeper = new Sweeper(this, "sweeper", { ...dataPath, decisions, drift: driftTrigger.queue });
    const captured = capturedModels(models);
    const captureMonitor =
      captured.length === 0 ? undefined : new CaptureMonitor(this, "capture-monitor", { deployment, state, models: captured });
    const schedules = configured.flatMap(([name, { schedule }]) => modelSchedules(name, schedule));
    const { requests } = coordinator;
    const scheduledTrigger =
      schedules.length === 0 ? undefined : new ScheduledTrigger(this, "scheduled-trigger", { deployment, requests, schedules });
    for (const [model, { pipeline }] of configured) {
      const { name, definitionFile, roleArn } = pipeline;
      if (name === undefined || definitionFile === undefined || roleArn === undefined) continue;
      new TrainingPipeline(this, `pipeline-${model}`, { name, definitionPath: resolve(configDir, definitionFile), roleArn });
    }

    this.addOutput("state_table", "DynamoDB table of all state", state.tableName);
    this.addOutput("queues", "URLs of the queues", {
      data: dataTrigger.queue.url,
      drift: driftTrigger.queue.url,
      requests: coordinator.requests.url,
    });
    this.addOutput("dead_letter_queues", "URLs of the queues that hold what failed; empty when all is well", {
      data: dataTrigger.queue.deadLetters.url,
      data_rules: dataTrigger.undelivered.url,
      drift: driftTrigger.queue.deadLetters.url,
      ...(captureMonitor === undefined ? {} : { drift_monitor: captureMonitor.deadLetters.url }),
      drift_rules: driftTrigger.undelivered.url,
      requests: coordinator.requests.deadLetters.url,
      ...(onEvents === undefined ? {} : { rules: onEvents.undelivered.url }),
      run_rules: coordinator.undelivered.url,
      ...(scheduledTrigger === undefined ? {} : { schedules: scheduledTrigger.undelivered.url }),
      sweeper: sweeper.deadLetters.url,
    });
    if (onEvents !== undefined) this.addRuleOutputs(onEvents);
    this.addOutput("decision_topic", "ARN of the topic that tells people of decisions", decisions.arn);
    this.addOutput("functions", "Names of the Lambda functions", {
      batcher: dataTrigger.batcher.functionName,
      sweeper: sweeper.function.functionName,
      coordinator: coordinator.function.functionName,
      drift_evaluator: driftTrigger.evaluator.functionName,
      ...(captureMonitor === undefined ? {} : { drift_monitor: captureMonitor.function.functionName }),
    });
    this.addOutput(
      "drift_reports",
      "Where a drift report of each model may be put",
      Object.fromEntries(models.map((settings) => [settings.model, `s3://${settings.data.bucket}/${driftFolder(settings)}`])),
    );
    if (captured.length > 0) {
      this.addOutput(
        "baselines",
        "What each model's captured requests are compared with; delete a file, and a new one is made of the latest captures",
        Object.fromEntries(captured.map(({ settings, capture }) => [settings.model, capture.baseline])),
      );
    }
    this.addOutput(
      "manifests",
      "Where each model's manifests are written",
      Object.fromEntries(models.map(({ model, data }) => [model, `s3://${data.bucket}/${data.manifestPrefix}${model}/`])),
    );
    this.addOutput(
      "buckets_to_announce",
      "Existing buckets whose owner must have turned on EventBridge notifications, or no object is seen",
      dataTrigger.buckets.filter(({ isAnnouncing }) => !isAnnouncing).map(({ name }) => name),
    );
  }

  private addRuleOutputs({ names, grants }: EventRules): void {
    this.addOutput("rules", "Names of the EventBridge rules", names);
    this.addOutput(
      "rule_grants",
      "Statements that the owners of these topics and queues must add to their policies, or no event arrives there",
      grants,
    );
  }

  private addOutput(name: string, description: string, value: string | readonly string[] | Readonly<Record<string, string>>): void {
    // As a token, since cdktf looks into plain lists and maps by a function that makes Node print a deprecation warning.
    new TerraformOutput(this, name, { value: Token.asAny(value), description, staticId: true });
  }
}
