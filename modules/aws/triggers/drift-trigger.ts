import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { Construct } from "constructs";
import { driftFolder } from "../../../functions/core/drift/report-identity";
import { ENVIRONMENT } from "../../../functions/core/environment";
import type { DataResources } from "../access/data-permissions";
import { listMonitoringExecutions } from "../access/monitoring-permissions";
import type { PolicyStatement } from "../access/policy";
import type { DecisionTopic } from "../decision-topic";
import { HandlerFunction } from "../functions/handler-function";
import { type DeadLetterQueue, GuardedQueue, sendTo } from "../queues/guarded-queue";
import { DriftRules } from "./drift-rules";

const TIMEOUT_SEC = 120;
const BATCH_SIZE = 10;
/** The least that Lambda allows: reports are few, and those of one model are judged one after the other. */
const MAXIMUM_CONCURRENCY = 2;
/** Three files of 16 MB, the most that is read, parsed at the same time. */
const MEMORY_MB = 512;

export interface DriftTriggerProps extends DataResources {
  readonly decisions: DecisionTopic;
  /** Folders or files of S3, `s3://bucket/…`, that monitors' reports and baselines are in. @default - none */
  readonly monitorUris?: readonly string[];
  /** ARNs of SNS topics that alarms on drift notify. @default - none */
  readonly alarmTopicArns?: readonly string[];
}

/** Assesses what monitors tell, and asks for what follows: one queue, one function, nothing at rest. */
export class DriftTrigger extends Construct {
  /** Where a drift report may be sent to, too. */
  readonly queue: GuardedQueue;
  /** Takes the events that EventBridge could not deliver. */
  readonly undelivered: DeadLetterQueue;
  readonly evaluator: HandlerFunction;

  /** @throws Error when the drift prefixes of a bucket's models, or the name of an alarm, exceed an event pattern */
  constructor(scope: Construct, id: string, props: DriftTriggerProps) {
    super(scope, id);
    const { deployment, models, state, requests, decisions } = props;
    const topics = [...new Set(props.alarmTopicArns ?? [])];
    const rules = new DriftRules(this, "rules", { deployment, models });
    this.undelivered = rules.undelivered;
    this.queue = new GuardedQueue(this, "queue", {
      deployment,
      role: "drift",
      consumerTimeoutSec: TIMEOUT_SEC,
      senders: [rules.sender, ...(topics.length === 0 ? [] : [{ service: "sns.amazonaws.com", sourceArns: topics }])],
    });
    rules.deliverTo(this.queue);
    for (const topicArn of topics) this.subscribe(topicArn);
    this.evaluator = new HandlerFunction(this, "evaluator", {
      deployment,
      role: "drift-evaluator",
      description: "Judges drift reports, and asks for the training, the approval or the block that follows",
      models,
      statementsOf: (some) => [
        state.readSettings(),
        state.readWrite("driftHistories", "drifts"),
        // What became of the trainings that drifts asked for.
        state.query("requests"),
        sendTo(requests),
        decisions.publish(),
        ...readStatements({ ...props, models: some }),
      ],
      environment: {
        [ENVIRONMENT.state]: state.tableName,
        [ENVIRONMENT.requests]: requests.url,
        ...decisions.environment(),
      },
      timeoutSec: TIMEOUT_SEC,
      memoryMb: MEMORY_MB,
      source: { queue: this.queue, batchSize: BATCH_SIZE, maximumConcurrency: MAXIMUM_CONCURRENCY },
    });
  }

  private subscribe(topicArn: string): void {
    new SnsTopicSubscription(this, `topic-${topicArn}`, {
      topicArn,
      protocol: "sqs",
      endpoint: this.queue.arn,
      rawMessageDelivery: true,
      // Without the policy of the queue, what the topic sends meanwhile is lost.
      dependsOn: [this.queue.policy],
    });
  }
}

/** Lets the function read drift reports, and the runs of monitors where a model names schedules. */
function readStatements({ deployment, models, monitorUris = [] }: DriftTriggerProps): PolicyStatement[] {
  const { partition, region, accountId } = deployment;
  const files = new Set([
    ...models.map((settings) => `arn:${partition}:s3:::${settings.data.bucket}/${driftFolder(settings)}*`),
    ...monitorUris.map((uri) => `arn:${partition}:s3:::${selectionOf(uri)}`),
  ]);
  const buckets = new Set([...files].map((arn) => arn.split("/")[0] ?? arn));
  const statements: PolicyStatement[] = [
    { Effect: "Allow", Action: ["s3:GetObject", "s3:GetObjectVersion"], Resource: [...files] },
    // Without it, S3 answers 403 for a file that is not there, which looks like a fault; it reveals names, no content.
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    { Effect: "Allow", Action: "s3:ListBucket", Resource: [...buckets] },
  ];
  if (models.every(({ monitoring }) => (monitoring.sagemaker?.schedules.length ?? 0) === 0)) return statements;
  return [
    ...statements,
    // Which jobs a schedule will start is not known before: every job of this account and region, to look at only.
    {
      Effect: "Allow",
      Action: "sagemaker:DescribeProcessingJob",
      Resource: `arn:${partition}:sagemaker:${region}:${accountId}:processing-job/*`,
    },
    listMonitoringExecutions(),
  ];
}

/** A file alone, or all that is in a folder. */
function selectionOf(uri: string): string {
  const path = uri.replace("s3://", "");
  return path.endsWith(".json") ? path : `${path.replace(/\/+$/, "")}/*`;
}
