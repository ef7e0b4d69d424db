import { Construct } from "constructs";
import { ENVIRONMENT } from "../../functions/core/environment";
import type { AwsDeployment } from "./deployment";
import { GuardedQueue } from "./guarded-queue";
import { HandlerFunction } from "./handler-function";
import type { StateStore } from "./state-store";

const TIMEOUT_SEC = 60;
/** The most that Lambda takes from a FIFO queue at once. */
const BATCH_SIZE = 10;

export interface CoordinatorProps {
  readonly deployment: AwsDeployment;
  readonly state: StateStore;
  /** Names of the SageMaker pipelines that it may start. */
  readonly pipelines: readonly string[];
}

/** The one queue that every cause of a training writes to, and the function that starts the pipelines. */
export class Coordinator extends Construct {
  readonly requests: GuardedQueue;
  readonly function: HandlerFunction;

  constructor(scope: Construct, id: string, { deployment, state, pipelines }: CoordinatorProps) {
    super(scope, id);
    this.requests = new GuardedQueue(this, "requests", {
      deployment,
      role: "requests",
      consumerTimeoutSec: TIMEOUT_SEC,
      fifo: true,
    });
    this.function = new HandlerFunction(this, "function", {
      deployment,
      role: "coordinator",
      description: "Starts the pipeline of each training request, once",
      statements: [
        state.readSettings(),
        state.readWrite("start#*"),
        { Effect: "Allow", Action: "sagemaker:StartPipelineExecution", Resource: pipelineArns(deployment, pipelines) },
      ],
      environment: { [ENVIRONMENT.state]: state.tableName },
      timeoutSec: TIMEOUT_SEC,
      source: { queue: this.requests, batchSize: BATCH_SIZE },
    });
  }
}

/** SageMaker writes a pipeline's name in lower case in its ARN, and IAM minds the case: both forms are needed where they differ. */
function pipelineArns({ partition, region, accountId }: AwsDeployment, pipelines: readonly string[]): string[] {
  const names = new Set(pipelines.flatMap((name) => [name, name.toLowerCase()]));
  return [...names].map((name) => `arn:${partition}:sagemaker:${region}:${accountId}:pipeline/${name}`);
}
