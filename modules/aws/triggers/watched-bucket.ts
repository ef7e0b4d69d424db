import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketLoggingA } from "@cdktf/provider-aws/lib/s3-bucket-logging";
import { S3BucketNotification } from "@cdktf/provider-aws/lib/s3-bucket-notification";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { Construct } from "constructs";
import { denyWithoutTls, policyDocument } from "../access/policy";
import { bucketEncryption } from "../keys/encryption-with-key";

/** Objects that Retrigger writes, and how long they are kept; a day at least. */
export interface KeptFor {
  /** Unique in the bucket. */
  readonly id: string;
  readonly prefix: string;
  readonly days: number;
}

/** Where S3 writes what was asked of a bucket. */
interface AccessLogs {
  /** Another bucket of the region and account, which lets S3's log delivery write. */
  readonly bucket: string;
  /** Start of the logs' keys. */
  readonly prefix: string;
}

export interface WatchedBucketProps {
  readonly bucket: string;
  /** Create the bucket. @default false - it exists */
  readonly create?: boolean;
  /** Let an existing bucket announce its objects to EventBridge. @default false - it does already */
  readonly manageNotifications?: boolean;
  /** ARN of the key that encrypts a created bucket. @default - the key of the deployment, else S3's own keys */
  readonly kmsKey?: string | undefined;
  /** Where the access log of a created bucket is written. @default - nowhere */
  readonly accessLogs?: AccessLogs | undefined;
  /** What a created bucket removes after its time; an existing bucket keeps its own lifecycle. @default - nothing */
  readonly keptFor?: readonly KeptFor[];
}

/** A bucket that announces its new objects to EventBridge: an existing one, or one made for it. */
export class WatchedBucket extends Construct {
  readonly name: string;
  /** False where the bucket's owner must have turned EventBridge on. */
  readonly isAnnouncing: boolean;

  constructor(scope: Construct, id: string, props: WatchedBucketProps) {
    super(scope, id);
    const { bucket, create = false, manageNotifications = false } = props;
    this.name = create ? this.createBucket(props) : bucket;
    this.isAnnouncing = create || manageNotifications;
    if (this.isAnnouncing) {
      // This resource owns the bucket's whole notification configuration: on an existing bucket it removes what others set up.
      new S3BucketNotification(this, "notification", { bucket: this.name, eventbridge: true });
    }
  }

  private createBucket({ bucket: name, kmsKey, keptFor = [], accessLogs: logs }: WatchedBucketProps): string {
    const { bucket, arn } = new S3Bucket(this, "Resource", { bucket: name });
    // A version id names each write of a key, which the batches are told apart by.
    const versioning = new S3BucketVersioningA(this, "versioning", { bucket, versioningConfiguration: { status: "Enabled" } });
    new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
      bucket,
      rule: [kmsKey === undefined ? { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } } : bucketEncryption(kmsKey)],
    });
    new S3BucketLifecycleConfiguration(this, "lifecycle", {
      bucket,
      rule: [
        {
          id: "unfinished-uploads",
          status: "Enabled",
          filter: [{ prefix: "" }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
        },
        ...keptFor.map(({ id, prefix, days }) => ({
          id,
          status: "Enabled",
          filter: [{ prefix }],
          expiration: [{ days }],
          noncurrentVersionExpiration: [{ noncurrentDays: 1 }],
        })),
      ],
      // Rules for versions that are not current need a bucket that has them.
      dependsOn: [versioning],
    });
    const block = new S3BucketPublicAccessBlock(this, "public-access", {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new S3BucketPolicy(this, "policy", {
      bucket,
      policy: policyDocument([denyWithoutTls("s3:*", [arn, `${arn}/*`])]),
      // S3 refuses two changes of a bucket's access at the same time.
      dependsOn: [block],
    });
    if (logs !== undefined) {
      new S3BucketLoggingA(this, "access-logs", { bucket, targetBucket: logs.bucket, targetPrefix: logs.prefix });
    }
    return bucket;
  }
}
