import { Construct } from "constructs";
import type { ModelSettings } from "../../functions/core/model-settings";
import type { GcpDeployment } from "./deployment";
import { type KeptFor, WatchedBucket, type WatchedBucketProps } from "./watched-bucket";

const DAY_MS = 86_400_000;

export interface WatchedBucketsProps {
  readonly deployment: GcpDeployment;
  readonly models: readonly ModelSettings[];
  /** Buckets that Retrigger creates, or leaves to their owners, by name. @default - all exist, and Retrigger lets them announce their objects */
  readonly buckets?: Readonly<Record<string, Pick<WatchedBucketProps, "create" | "manageNotifications">>>;
}

/** The buckets of the models' data, made before anybody gets a role on one. */
export class WatchedBuckets extends Construct {
  readonly all: ReadonlyMap<string, WatchedBucket>;

  constructor(scope: Construct, id: string, { deployment, models, buckets }: WatchedBucketsProps) {
    super(scope, id);
    const names = [...new Set(models.map(({ data }) => data.bucket))];
    this.all = new Map(
      names.map((bucket) => {
        const keptFor = models.filter(({ data }) => data.bucket === bucket).map(manifestsKeptFor);
        return [bucket, new WatchedBucket(this, bucket, { deployment, bucket, keptFor, ...buckets?.[bucket] })];
      }),
    );
  }

  /** The name of any bucket, to be used in a resource: it waits for the bucket where Retrigger creates it. */
  nameOf(bucket: string): string {
    return this.all.get(bucket)?.name ?? bucket;
  }
}

/** Manifests and ledgers outlive what the ledgers must remember, the dedupe horizon, which is within the retention. */
function manifestsKeptFor({ model, data, batch }: ModelSettings): KeptFor {
  return { prefix: `${data.manifestPrefix}${model}/`, days: Math.ceil(batch.retentionMs / DAY_MS) };
}
