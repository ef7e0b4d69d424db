import { Construct } from "constructs";
import { type BucketKeys, bucketKeys } from "../../../eventbridge/object-pattern";
import { ENVIRONMENT } from "../../../functions/core/environment";
import { ownValue } from "../../../functions/core/json-path";
import type { ModelSettings } from "../../../functions/core/model-settings";
import { type DataResources, dataMemoryMb, dataPermissions } from "../access/data-permissions";
import { physicalName } from "../deployment";
import { HandlerFunction } from "../functions/handler-function";
import { DeadLetterQueue, GuardedQueue } from "../queues/guarded-queue";
import { rulesAsSender } from "../queues/rule-delivery";
import type { BucketOwnersBus } from "../rules/bucket-owners-bus";
import { ObjectRules } from "../rules/shared-rules";
import { type KeptFor, WatchedBucket, type WatchedBucketProps } from "./watched-bucket";

/** A batch of messages is one write of a model's state, so it is worth waiting for more of them. */
const BATCH_SIZE = 1000;
const BATCHING_WINDOW_SEC = 20;
const TIMEOUT_SEC = 120;
/** The least that Lambda allows: appends to one model touch one item, and would only wait for each other. */
const MAXIMUM_CONCURRENCY = 2;

/** A fifth of what a bus holds: one bucket has a rule of its own, and 300 share five by five. */
const SLOTS = 60;

const DAY_MS = 86_400_000;

export interface DataTriggerProps extends DataResources {
  /** Buckets that Retrigger creates or changes, by name. @default - all exist and announce their objects to EventBridge */
  readonly buckets?: Readonly<Record<string, Pick<WatchedBucketProps, "create" | "manageNotifications" | "kmsKey" | "accessLogs">>>;
  /** Where the events of other accounts' buckets arrive. @default - all buckets are of this account */
  readonly owners?: BucketOwnersBus | undefined;
}

/** Collects the objects that land in the models' buckets: rules that buckets share, one queue, one function. */
export class DataTrigger extends Construct {
  readonly queue: GuardedQueue;
  /** Takes the events that EventBridge could not deliver. */
  readonly undelivered: DeadLetterQueue;
  readonly batcher: HandlerFunction;
  readonly buckets: readonly WatchedBucket[];

  /** @throws Error when a prefix and a suffix of a model exceed an event pattern */
  constructor(scope: Construct, id: string, props: DataTriggerProps) {
    super(scope, id);
    const { deployment, models, owners } = props;
    const names = [...new Set(models.map(({ data }) => data.bucket))];
    this.buckets = names.map((bucket) => {
      const keptFor = models.filter(({ data }) => data.bucket === bucket).map(manifestsKeptFor);
      return new WatchedBucket(this, `bucket-${bucket}`, { bucket, keptFor, ...ownValue(props.buckets ?? {}, bucket) });
    });
    const rules = new ObjectRules(this, {
      deployment,
      role: "data",
      description: "New objects that a model watches in",
      watched: names.map((name) => dataKeys(name, models)),
      slots: SLOTS,
      owners,
      formerly: { rule: "rule-", target: "target-" },
    });
    const senders = [rulesAsSender(deployment, physicalName(deployment, "data-*"), owners)];
    this.queue = new GuardedQueue(this, "queue", {
      deployment,
      role: "data",
      consumerTimeoutSec: TIMEOUT_SEC,
      batchingWindowSec: BATCHING_WINDOW_SEC,
      senders,
    });
    this.undelivered = new DeadLetterQueue(this, "undelivered", { deployment, of: "data-rules", senders });
    rules.deliverTo({ queue: this.queue, undelivered: this.undelivered });
    this.batcher = new HandlerFunction(this, "batcher", {
      deployment,
      role: "batcher",
      description: "Adds the objects that landed to their models' batches, and publishes a batch that they fill",
      models,
      statementsOf: (some) => dataPermissions({ ...props, models: some }),
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
}

/** The keys of a bucket that models watch for data. */
export function dataKeys(bucket: string, models: readonly ModelSettings[]): BucketKeys {
  return bucketKeys(
    bucket,
    models.flatMap(({ data }) => (data.bucket === bucket ? [data] : [])),
  );
}

/** Manifests and ledgers outlive what the ledgers must remember, the dedupe horizon, which is within the retention. */
function manifestsKeptFor({ model, data, batch }: ModelSettings): KeptFor {
  return { id: `manifests-${model}`, prefix: `${data.manifestPrefix}${model}/`, days: Math.ceil(batch.retentionMs / DAY_MS) };
}
