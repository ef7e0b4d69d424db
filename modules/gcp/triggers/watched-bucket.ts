import { StorageBucket } from "@cdktf/provider-google/lib/storage-bucket";
import { StorageNotification } from "@cdktf/provider-google/lib/storage-notification";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { ownValue } from "../../../functions/core/json-path";
import type { ModelSettings } from "../../../functions/core/model-settings";
import { type GcpDeployment, shortHash } from "../deployment";

const DAY_MS = 86_400_000;

export interface WatchedBucketsProps {
  readonly deployment: GcpDeployment;
  readonly models: readonly ModelSettings[];
  /**
   * Buckets that Retrigger creates, or leaves to their owners, by name. @default - all exist, and Retrigger lets them announce
   * their objects
   */
  readonly buckets?: Readonly<Record<string, Omit<WatchedBucketProps, "deployment" | "bucket" | "keptFor">>>;
}

/** The buckets of the models' data, made before anybody gets a role on one. */
export class WatchedBuckets extends Construct {
  readonly all: ReadonlyMap<string, WatchedBucket>;

  constructor(scope: Construct, id: string, { deployment, models, buckets }: WatchedBucketsProps) {
    super(scope, id);
    const names = [...new Set(models.map(({ data }) => data.bucket))];
    this.all = new Map(
      names.map((bucket) => {
        const keptFor = manifestsKeptFor(models.filter(({ data }) => data.bucket === bucket));
        return [bucket, new WatchedBucket(this, idOf(bucket), { deployment, bucket, keptFor, ...ownValue(buckets ?? {}, bucket) })];
      }),
    );
  }

  /** The name of any bucket, to be used in a resource: it waits for the bucket where Retrigger creates it. */
  nameOf(bucket: string): string {
    return this.all.get(bucket)?.name ?? bucket;
  }
}

/** A bucket has few rules, so that models of one retention share theirs, this many each. */
const PREFIXES_OF_RULE = 50;

/** Its name, which is part of addresses, but where a construct can have no such id: children are members of an object. */
function idOf(bucket: string): string {
  return bucket in {} ? `bucket-${bucket}` : bucket;
}

/** Manifests and ledgers outlive what the ledgers must remember, the dedupe horizon, which is within the retention. */
function manifestsKeptFor(models: readonly ModelSettings[]): KeptFor[] {
  const byDays = new Map<number, string[]>();
  for (const { model, data, batch } of models) {
    const days = Math.ceil(batch.retentionMs / DAY_MS);
    byDays.set(days, [...(byDays.get(days) ?? []), `${data.manifestPrefix}${model}/`]);
  }
  return [...byDays]
    .sort(([a], [b]) => a - b)
    .flatMap(([days, prefixes]) => inPieces(prefixes, PREFIXES_OF_RULE).map((piece) => ({ days, prefixes: piece })));
}

function inPieces<T>(all: readonly T[], most: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / most) }, (_, index) => all.slice(index * most, (index + 1) * most));
}

const SEVEN_DAYS_SEC = 604_800;

/** Objects that Retrigger writes, and how long they are kept; a day at least. */
interface KeptFor {
  readonly prefixes: readonly string[];
  readonly days: number;
}

export interface WatchedBucketProps {
  readonly deployment: GcpDeployment;
  readonly bucket: string;
  /** Create the bucket. @default false - it exists */
  readonly create?: boolean;
  /** Let an existing bucket announce its objects; what else it announces stays. @default true */
  readonly manageNotifications?: boolean;
  /** What a created bucket removes after its time; an existing bucket keeps its own lifecycle. @default - nothing */
  readonly keptFor?: readonly KeptFor[];
  /** Name of the key that a created bucket encrypts new objects with. @default - that of the deployment, or Google's */
  readonly kmsKey?: string | undefined;
  /** Whether a created bucket keeps former versions of its objects. @default false */
  readonly versioning?: boolean;
  /** Where Cloud Storage writes the usage logs of a created bucket. @default - nowhere */
  readonly accessLogs?: { readonly bucket: string; readonly prefix?: string | undefined } | undefined;
}

/** A bucket that announces its new objects to a topic: an existing one, or one made for it. */
export class WatchedBucket extends Construct {
  /** Waits for the bucket where it is created. */
  readonly name: string;
  /** False where the bucket's owner must announce its objects. */
  readonly isAnnouncing: boolean;

  constructor(scope: Construct, id: string, props: WatchedBucketProps) {
    super(scope, id);
    const { bucket, create = false, manageNotifications = true } = props;
    this.name = create ? this.createBucket(props) : bucket;
    this.isAnnouncing = create || manageNotifications;
  }

  /**
   * Announces objects of these prefixes, once `ready` exists: a topic that the storage may publish to, with a subscription.
   * `purpose` tells topics apart that are told of the same prefix.
   */
  announceTo(topic: string, prefixes: readonly string[], ready: readonly ITerraformDependable[], purpose?: string): void {
    if (!this.isAnnouncing) return;
    for (const prefix of prefixes) {
      const id = [purpose, "notification", shortHash(prefix)].filter((part) => part !== undefined).join("-");
      new StorageNotification(this, id, {
        bucket: this.name,
        topic,
        payloadFormat: "JSON_API_V1",
        eventTypes: ["OBJECT_FINALIZE"],
        ...(prefix === "" ? {} : { objectNamePrefix: prefix }),
        dependsOn: [...ready],
      });
    }
  }

  private createBucket({ deployment, bucket, keptFor = [], kmsKey, versioning = false, accessLogs }: WatchedBucketProps): string {
    const { project, region, apis } = deployment;
    return new StorageBucket(this, "Resource", {
      project,
      name: bucket,
      location: region,
      uniformBucketLevelAccess: true,
      publicAccessPrevention: "enforced",
      softDeletePolicy: { retentionDurationSeconds: SEVEN_DAYS_SEC },
      ...(kmsKey !== undefined && { encryption: { defaultKmsKeyName: kmsKey } }),
      // Not needed for manifests: a generation names each write of an object, whether older ones are kept or not.
      ...(versioning && { versioning: { enabled: true } }),
      ...(accessLogs !== undefined && {
        logging: { logBucket: accessLogs.bucket, ...(accessLogs.prefix !== undefined && { logObjectPrefix: accessLogs.prefix }) },
      }),
      lifecycleRule: [
        { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 7 } },
        ...keptFor.map(({ prefixes, days }) => ({
          action: { type: "Delete" },
          condition: { age: days, matchesPrefix: [...prefixes] },
        })),
      ],
      dependsOn: apis.enabled("storage"),
    }).name;
  }
}

/**
 * Half of what a bucket has for one type of event, as others may announce theirs too.
 * https://cloud.google.com/storage/docs/pubsub-notifications
 */
const MAX_NOTIFICATIONS = 5;

/**
 * The prefixes that a bucket announces objects of, when these are watched: none within another, so that no object is announced
 * twice, and at most `most` of them. The functions look at each object again.
 */
export function announcedPrefixes(watched: readonly string[], most: number = MAX_NOTIFICATIONS): string[] {
  const distinct = [...new Set(watched)].sort();
  const outermost = distinct.filter((prefix) => !distinct.some((other) => other !== prefix && prefix.startsWith(other)));
  return outermost.length <= most ? outermost : [commonStart(outermost)];
}

/** What all of these sorted texts start with: the first and the last differ the most. */
function commonStart(sorted: readonly string[]): string {
  const [first = "", last = ""] = [sorted[0], sorted.at(-1)];
  const length = [...first].findIndex((character, index) => character !== [...last][index]);
  return length < 0 ? first : [...first].slice(0, length).join("");
}
