import { resolve } from "node:path";
import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { DeploymentConfig, ModelConfig } from "../config/config";
import { modelsOn } from "../config/model-cloud";
import { eventRules } from "../config/sections/rule";
import { directSchedules } from "../config/sections/schedule";
import type { EventRule } from "../eventbridge/event-rule";
import type { AwsDeployment } from "../modules/aws/deployment";
import type { Observability } from "../modules/aws/observability/observability";
import { EventRules } from "../modules/aws/rules/event-rules";
import { TrainingPipeline } from "../modules/aws/training-pipeline";
import { DirectSchedule } from "../modules/aws/triggers/direct-schedule";
import { addAwsCoordinated } from "./aws-coordinated";
import { addObservability } from "./aws-observability";
import { configureBackend } from "./backend";
import { addOutputs, type StackOutputs } from "./stack-outputs";

export interface AwsStackProps {
  readonly config: DeploymentConfig;
  /** Folder of the configuration: its files are relative to it. */
  readonly configDir: string;
  /** Folder of the project: the functions' sources are in it. */
  readonly projectDir: string;
}

/** Everything that one environment has on AWS: the coordinated part only where a model has data. */
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
    const withData = configured.filter(([, { data }]) => data !== undefined);
    const rules = this.addRules(deployment, eventRules(config));
    const coordinated =
      withData.length === 0 ? undefined : addAwsCoordinated(this, { deployment, aws, configured: withData, rules });
    if (coordinated === undefined) rules?.deliverTo();
    const pipelines = new Map(configured.flatMap((entry) => this.addPipeline(configDir, ...entry)));
    const direct = configured.flatMap(([model, section]) => this.addDirect(deployment, model, section, pipelines));
    const parts = coordinated?.parts;
    const observability = parts && addObservability(this, { deployment, config, parts, rules, direct });
    addOutputs(this, {
      ...coordinated?.outputs,
      ...(observability === undefined ? {} : observabilityOutputs(observability)),
      dead_letter_queues: {
        description: "URLs of the queues that hold what failed; empty when all is well",
        value: {
          ...coordinated?.deadLetters,
          ...(rules === undefined ? {} : { rules: rules.undelivered.url }),
          ...Object.fromEntries(direct.map(({ key, undelivered }) => [`direct_${key}`, undelivered.url])),
        },
      },
      ...(rules === undefined ? {} : ruleOutputs(rules)),
    });
  }

  /**
   * Nothing: cdktf resolves everything once more here, in a fifth of a synthesis' time, for references between stacks. There are none,
   * as a model lives on one cloud, and tests look for references that lead nowhere.
   */
  override prepareStack(): void {}

  private addRules(deployment: AwsDeployment, rules: readonly EventRule[]): EventRules | undefined {
    return rules.length === 0 ? undefined : new EventRules(this, "event-rules", { deployment, rules });
  }

  /** The pipeline that a model has made of its definition, by its name. */
  private addPipeline(configDir: string, model: string, { pipeline }: ModelConfig): [string, TrainingPipeline][] {
    const { name, definitionFile, roleArn } = pipeline;
    if (name === undefined || definitionFile === undefined || roleArn === undefined) return [];
    const definitionPath = resolve(configDir, definitionFile);
    return [[name, new TrainingPipeline(this, `pipeline-${model}`, { name, definitionPath, roleArn })]];
  }

  private addDirect(
    deployment: AwsDeployment,
    model: string,
    { pipeline: { name: pipelineName = "" }, schedule: section }: ModelConfig,
    pipelines: ReadonlyMap<string, TrainingPipeline>,
  ): DirectSchedule[] {
    const created = pipelines.get(pipelineName);
    const ready = created === undefined ? [] : [created.resource];
    return directSchedules(model, section, "aws").map(
      (schedule) => new DirectSchedule(this, `direct-${model}_${schedule.name}`, { deployment, schedule, pipelineName, ready }),
    );
  }
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
