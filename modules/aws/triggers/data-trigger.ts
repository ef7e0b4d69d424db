import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { Construct } from "constructs";
import { MAX_PATTERN_CHARACTERS, objectPattern } from "../../../eventbridge/object-pattern";
import { ENVIRONMENT } from "../../../functions/core/environment";
import type { ModelSettings } from "../../../functions/core/model-settings";
import { literalText } from "../../terraform-text";
import { type DataResources, dataMemoryMb, dataPermissions } from "../access/data-permissions";
import { type AwsDeployment, physicalName } from "../deployment";
import { HandlerFunction } from "../functions/handler-function";
import { DeadLetterQueue, GuardedQueue } from "../queues/guarded-queue";
import { deliverToQueue, rulesAsSender } from "../queues/rule-delivery";
import { type KeptFor, WatchedBucket, type WatchedBucketProps } from "./watched-bucket";

/** A batch of messages is one write of a model's state, so it is worth waiting for more of them. */
const BATCH_SIZE = 1000;
const BATCHING_WINDOW_SEC = 20;
const TIMEOUT_SEC = 120;
/** The least that Lambda allows: appends to one model touch one item, and would only wait for each other. */
const MAXIMUM_CONCURRENCY = 2;

const DAY_MS = 86_400_000;

export interface DataTriggerProps extends DataResources {
  /** Buckets that Retrigger creates or changes, by name. @default - all exist and announce their objects to EventBridge */
  readonly buckets?: Readonly<Record<string, Pick<WatchedBucketProps, "create" | "manageNotifications">>>;
}

/** Collects the objects that land in the models' buckets: one rule per bucket, one queue, one function. */
export class DataTrigger extends Construct {
  readonly queue: GuardedQueue;
  /** Takes the events that EventBridge could not deliver. */
  readonly undelivered: DeadLetterQueue;
  readonly batcher: HandlerFunction;
  readonly buckets: readonly WatchedBucket[];

  /** @throws Error when the prefixes and suffixes of a bucket's models exceed an event pattern */
  constructor(scope: Construct, id: string, props: DataTriggerProps) {
    super(scope, id);
    const { deployment, models } = props;
    const names = [...new Set(models.map(({ data }) => data.bucket))];
    this.buckets = names.map((bucket) => {
      const keptFor = models.filter(({ data }) => data.bucket === bucket).map(manifestsKeptFor);
      return new WatchedBucket(this, `bucket-${bucket}`, { bucket, keptFor, ...props.buckets?.[bucket] });
    });
    const rules = names.map((bucket) => this.addRule(deployment, bucket, models));
    const senders = [rulesAsSender(rules)];
    this.queue = new GuardedQueue(this, "queue", {
      deployment,
      role: "data",
      consumerTimeoutSec: TIMEOUT_SEC,
      batchingWindowSec: BATCHING_WINDOW_SEC,
      senders,
    });
    this.undelivered = new DeadLetterQueue(this, "undelivered", { deployment, of: "data-rules", senders });
    for (const [index, rule] of rules.entries()) {
      deliverToQueue(this, `target-${names[index]}`, { rule, queue: this.queue, undelivered: this.undelivered });
    }
    this.batcher = new HandlerFunction(this, "batcher", {
      deployment,
      role: "batcher",
      description: "Adds the objects that landed to their models' batches, and publishes a batch that they fill",
      statements: dataPermissions(props),
      environment: { [ENVIRONMENT.state]: props.state.tableName, [ENVIRONMENT.requests]: props.requests.url },
      timeoutSec: TIMEOUT_SEC,
      memoryMb: dataMemoryMb(props),
      source: {
        queue: this.queue,
        batchSize: BATCH_SIZE,
        batchingWindowSec: BATCHING_WINDOW_SEC,
        maximumConcurrency: MAXIMUM_CONCURRENCY,
      },
    });
  }

  private addRule(deployment: AwsDeployment, bucket: string, models: readonly ModelSettings[]): CloudwatchEventRule {
    const watching = models.filter(({ data }) => data.bucket === bucket);
    const eventPattern = objectPattern(
      bucket,
      watching.map(({ data }) => data),
    );
    if (eventPattern.length > MAX_PATTERN_CHARACTERS) {
      throw new Error(
        `the event pattern of bucket ${bucket} has ${eventPattern.length} characters; EventBridge allows ${MAX_PATTERN_CHARACTERS}; use fewer or shorter prefixes and suffixes in ${watching.map(({ model }) => model).join(", ")}, or another bucket`,
      );
    }
    return new CloudwatchEventRule(this, `rule-${bucket}`, {
      name: physicalName(deployment, `data-${bucket}`),
      description: `New objects of ${bucket} that a model watches`,
      eventPattern: literalText(eventPattern),
    });
  }
}

/** Manifests and ledgers outlive what the ledgers must remember, the dedupe horizon, which is within the retention. */
function manifestsKeptFor({ model, data, batch }: ModelSettings): KeptFor {
  return { id: `manifests-${model}`, prefix: `${data.manifestPrefix}${model}/`, days: Math.ceil(batch.retentionMs / DAY_MS) };
}
