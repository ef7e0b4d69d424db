import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { Construct } from "constructs";
import { ENVIRONMENT } from "../../../functions/core/environment";
import type { ModelSettings } from "../../../functions/core/model-settings";
import { holdOutManifests, promotedModels } from "../../promoted-models";
import { dataMemoryMb, manifestPermissions } from "../access/data-permissions";
import { type PolicyStatement, pipelineArns } from "../access/policy";
import type { DecisionTopic } from "../decision-topic";
import { type AwsDeployment, physicalName } from "../deployment";
import { DeadLetterQueue, GuardedQueue, type QueueSender } from "../queues/guarded-queue";
import { deliverToQueue, rulesAsSender } from "../queues/rule-delivery";
import type { StateStore } from "../state-store";
import { HandlerFunction } from "./handler-function";

const TIMEOUT_SEC = 60;
/** The most that Lambda takes from a FIFO queue at once. */
const BATCH_SIZE = 10;

/** What the functions that decide (coordinator and sweeper) work with. */
export interface CoordinatorResources {
  readonly deployment: AwsDeployment;
  readonly state: StateStore;
  readonly decisions: DecisionTopic;
  readonly models: readonly ModelSettings[];
}

export interface CoordinatorProps extends CoordinatorResources {
  /** Who else sends to the queue: the configured rules, and that of candidates. @default - nobody */
  readonly requesters?: readonly QueueSender[];
}

/**
 * The one queue that every cause of a training and every end of a run comes to, and the function that decides and starts the
 * pipelines.
 */
export class Coordinator extends Construct {
  readonly requests: GuardedQueue;
  /** Takes the ends of runs that EventBridge could not deliver. */
  readonly undelivered: DeadLetterQueue;
  readonly function: HandlerFunction;

  constructor(scope: Construct, id: string, props: CoordinatorProps) {
    super(scope, id);
    const { deployment, state, requesters = [] } = props;
    const runEnds = new RunEndRule(this, "run-ends", props);
    this.undelivered = runEnds.undelivered;
    this.requests = new GuardedQueue(this, "requests", {
      deployment,
      role: "requests",
      consumerTimeoutSec: TIMEOUT_SEC,
      fifo: true,
      senders: [runEnds.sender, ...requesters],
    });
    runEnds.deliverTo(this.requests);
    this.function = new HandlerFunction(this, "function", {
      deployment,
      role: "coordinator",
      description: "Decides about each training request, and starts the pipeline, once",
      // The manifests of merged requests become one for the run.
      models: props.models,
      statementsOf: (models) => [
        state.readSettings(),
        ...manifestPermissions({ ...props, models }),
        ...coordinatorPermissions({ ...props, models }),
        // It notes candidates, and takes people's answers about them.
        ...(promotedModels(models).length === 0 ? [] : [state.replace("promotions")]),
      ],
      environment: coordinatorEnvironment(props),
      timeoutSec: TIMEOUT_SEC,
      memoryMb: dataMemoryMb(props),
      source: { queue: this.requests, batchSize: BATCH_SIZE },
    });
  }
}

/**
 * What a function may do that decides about requests, starts the configured pipelines and settles their runs; settings and
 * manifests apart.
 */
export function coordinatorPermissions({ deployment, state, decisions, models }: CoordinatorResources): PolicyStatement[] {
  const { partition, region, accountId } = deployment;
  const pipelines = pipelineArns(deployment, models);
  const jobArns = (kind: string) => `arn:${partition}:sagemaker:${region}:${accountId}:${kind}/*`;
  return [
    state.readPrices(),
    state.readWrite("coordinators", "requests", "decisions", "deployment"),
    state.batches("requests", "decisions"),
    decisions.publish(),
    { Effect: "Allow", Action: "sagemaker:StartPipelineExecution", Resource: pipelines },
    // Of every pipeline of this account and region, to look at only: with a line for each pipeline, 300 models fill no role.
    {
      Effect: "Allow",
      Action: ["sagemaker:DescribePipelineExecution", "sagemaker:ListPipelineExecutionSteps"],
      Resource: jobArns("pipeline/*/execution"),
    },
    // For the cost of a run. Its steps name their jobs as they like, so the names are not known before: every job of this account
    // and region, to look at only.
    { Effect: "Allow", Action: "sagemaker:DescribeTrainingJob", Resource: jobArns("training-job") },
    { Effect: "Allow", Action: "sagemaker:DescribeProcessingJob", Resource: jobArns("processing-job") },
    { Effect: "Allow", Action: "sagemaker:DescribeTransformJob", Resource: jobArns("transform-job") },
    ...readHoldOuts({ deployment, models }),
  ];
}

/** Lets a function read the manifests of hold-outs, which go into the list of each run; nothing where no model has one. */
function readHoldOuts({ deployment, models }: Pick<CoordinatorResources, "deployment" | "models">): PolicyStatement[] {
  const manifests = holdOutManifests(models);
  if (manifests.length === 0) return [];
  const bucketArn = (bucket: string) => `arn:${deployment.partition}:s3:::${bucket}`;
  return [
    {
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: [...new Set(manifests.map(({ bucket, key }) => `${bucketArn(bucket)}/${key}`))],
    },
    // Without it, S3 answers 403 for a manifest that is not there, as for ledgers.
    { Effect: "Allow", Action: "s3:ListBucket", Resource: [...new Set(manifests.map(({ bucket }) => bucketArn(bucket)))] },
  ];
}

/** The addresses that such a function needs. */
export function coordinatorEnvironment({ state, decisions }: CoordinatorResources): Record<string, string> {
  return { [ENVIRONMENT.state]: state.tableName, ...decisions.environment() };
}

/** A run that has one of these ends there. */
const TERMINAL_STATUSES = ["Succeeded", "Failed", "Stopped"];

/** Group of the ends of runs; no model has such a name. */
const RUN_ENDS_GROUP = "run_ends";

/**
 * Announces the ends of runs, by one rule for all models. It names no pipeline, as 300 do not fit into a pattern: the coordinator
 * takes no notice of runs that are not its own. They need no order, so one group of the queue is enough for all.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
 */
class RunEndRule extends Construct {
  /** Takes the events that EventBridge could not deliver. */
  readonly undelivered: DeadLetterQueue;
  /** Whom the queue that they are delivered to must let in. */
  readonly sender: QueueSender;
  private readonly rule: CloudwatchEventRule;

  constructor(scope: Construct, id: string, { deployment }: Pick<CoordinatorResources, "deployment">) {
    super(scope, id);
    const name = physicalName(deployment, "run-ends");
    this.rule = new CloudwatchEventRule(this, "rule", {
      name,
      description: "Ended runs of pipelines, among them those of the models",
      eventPattern: JSON.stringify({
        source: ["aws.sagemaker"],
        "detail-type": ["SageMaker Model Building Pipeline Execution Status Change"],
        detail: { currentPipelineExecutionStatus: TERMINAL_STATUSES },
      }),
    });
    this.sender = rulesAsSender(deployment, name);
    this.undelivered = new DeadLetterQueue(this, "undelivered", { deployment, of: "run-rules", senders: [this.sender] });
  }

  /** Sends the events to a FIFO queue. */
  deliverTo(queue: GuardedQueue): void {
    const { rule, undelivered } = this;
    deliverToQueue(this, "target", { rule, queue, undelivered, messageGroupId: RUN_ENDS_GROUP });
  }
}
