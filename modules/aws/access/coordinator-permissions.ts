import { ENVIRONMENT } from "../../../functions/core/environment";
import type { ModelSettings } from "../../../functions/core/model-settings";
import type { DecisionTopic } from "../decision-topic";
import type { AwsDeployment } from "../deployment";
import type { StateStore } from "../state-store";
import { pipelineArns } from "./arns";
import type { PolicyStatement } from "./policy";

/** What the functions that decide (coordinator and sweeper) work with. */
export interface Coordination {
  readonly deployment: AwsDeployment;
  readonly state: StateStore;
  readonly decisions: DecisionTopic;
  readonly models: readonly ModelSettings[];
}

/** What a function may do that decides about requests, starts the configured pipelines and settles their runs; settings and manifests apart. */
export function coordinationStatements({ deployment, state, decisions, models }: Coordination): PolicyStatement[] {
  const { partition, region, accountId } = deployment;
  const pipelines = pipelineArns(deployment, models);
  const jobArns = (kind: string) => `arn:${partition}:sagemaker:${region}:${accountId}:${kind}/*`;
  return [
    state.readPrices(),
    state.readWrite("coordinator#*", "request#*", "decisions#*"),
    state.batches("request#*", "decisions#*"),
    decisions.publish(),
    { Effect: "Allow", Action: "sagemaker:StartPipelineExecution", Resource: pipelines },
    {
      Effect: "Allow",
      Action: ["sagemaker:DescribePipelineExecution", "sagemaker:ListPipelineExecutionSteps"],
      Resource: pipelines.map((arn) => `${arn}/execution/*`),
    },
    // For the cost of a run. Its steps name their jobs as they like, so the names are not known before: every job of this account
    // and region, to look at only.
    { Effect: "Allow", Action: "sagemaker:DescribeTrainingJob", Resource: jobArns("training-job") },
    { Effect: "Allow", Action: "sagemaker:DescribeProcessingJob", Resource: jobArns("processing-job") },
    { Effect: "Allow", Action: "sagemaker:DescribeTransformJob", Resource: jobArns("transform-job") },
  ];
}

/** The addresses that such a function needs. */
export function coordinationEnvironment({ state, decisions }: Coordination): Record<string, string> {
  return { [ENVIRONMENT.state]: state.tableName, [ENVIRONMENT.topic]: decisions.arn };
}
