import type { ModelSettings } from "../../../functions/core/model-settings";
import type { AwsDeployment } from "../deployment";
import { type GuardedQueue, sendTo } from "../queues/guarded-queue";
import type { StateStore } from "../state-store";
import type { PolicyStatement } from "./policy";

/** What the functions of the data path (batcher and sweeper) work with. */
export interface DataResources {
  readonly deployment: AwsDeployment;
  readonly state: StateStore;
  readonly requests: GuardedQueue;
  readonly models: readonly ModelSettings[];
}

/**
 * What a function may do that collects objects, seals batches and publishes them: nothing else, and no object of the data is read.
 */
export function dataPermissions({ deployment, state, requests, models }: DataResources): PolicyStatement[] {
  return [
    state.readSettings(),
    state.readWrite("batches", "deployment"),
    ...manifestPermissions({ deployment, models }),
    sendTo(requests),
  ];
}

/** What a function may do that reads and writes manifests and ledgers. */
export function manifestPermissions({ deployment, models }: Pick<DataResources, "deployment" | "models">): PolicyStatement[] {
  const bucketArn = (bucket: string) => `arn:${deployment.partition}:s3:::${bucket}`;
  const buckets = new Set(models.map(({ data }) => bucketArn(data.bucket)));
  const manifests = new Set(models.map(({ data }) => `${bucketArn(data.bucket)}/${data.manifestPrefix}*`));
  return [
    { Effect: "Allow", Action: ["s3:GetObject", "s3:PutObject"], Resource: [...manifests] },
    // Without it, S3 answers 403 for a ledger that is not there, which looks like a fault; it reveals names, no content.
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    { Effect: "Allow", Action: "s3:ListBucket", Resource: [...buckets] },
  ];
}

/**
 * Publishing holds a batch in memory: measured peaks are 145 MB for 10,000 objects and 430 MB for 100,000, the most a batch may
 * have.
 */
export function dataMemoryMb({ models }: Pick<DataResources, "models">): number {
  return models.some(({ batch }) => batch.batchSize > 10_000) ? 1024 : 256;
}
