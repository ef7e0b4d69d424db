import { StorageBucket } from "@cdktf/provider-google/lib/storage-bucket";
import { StorageNotification } from "@cdktf/provider-google/lib/storage-notification";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { type GcpDeployment, shortHash } from "./deployment";

const SEVEN_DAYS_SEC = 604_800;

/** Objects that Retrigger writes, and how long they are kept; a day at least. */
export interface KeptFor {
  readonly prefix: string;
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
}

/** A bucket that announces its new objects to a topic: an existing one, or one made for it. */
export class WatchedBucket extends Construct {
  /** Waits for the bucket where it is created. */
  readonly name: string;
  /** False where the bucket's owner must announce its objects. */
  readonly isAnnouncing: boolean;

  constructor(scope: Construct, id: string, props: WatchedBucketProps) {
    super(scope, id);
    const { deployment, bucket, create = false, manageNotifications = true, keptFor = [] } = props;
    this.name = create ? this.createBucket(deployment, bucket, keptFor) : bucket;
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

  private createBucket({ project, region, apis }: GcpDeployment, name: string, keptFor: readonly KeptFor[]): string {
    // Without versions: a generation names each write of an object, whether older ones are kept or not.
    return new StorageBucket(this, "Resource", {
      project,
      name,
      location: region,
      uniformBucketLevelAccess: true,
      publicAccessPrevention: "enforced",
      softDeletePolicy: { retentionDurationSeconds: SEVEN_DAYS_SEC },
      lifecycleRule: [
        { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 7 } },
        ...keptFor.map(({ prefix, days }) => ({
          action: { type: "Delete" },
          condition: { age: days, matchesPrefix: [prefix] },
        })),
      ],
      dependsOn: apis.enabled("storage"),
    }).name;
  }
}
