// Encrypts with the customer's own key, by the type of a resource: whoever adds a queue need not think of it.
import { CloudwatchEventBus } from "@cdktf/provider-aws/lib/cloudwatch-event-bus";
import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DynamodbTable } from "@cdktf/provider-aws/lib/dynamodb-table";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import type { IAspect } from "cdktf";
import type { Construct, IConstruct } from "constructs";
import { everywhere } from "../../everywhere";

/**
 * How long SQS uses a data key again before it asks KMS for another one, seconds: its own default, 5 minutes.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
 */
const DATA_KEY_REUSE_SEC = 300;

/** A type of resource that takes a key, and what gives it to one. */
interface EncryptedType {
  /** Type in Terraform. */
  readonly type: string;
  /** Gives the key to a construct if it is of the type. */
  readonly encrypt: (construct: IConstruct, key: string) => void;
}

/**
 * Every type of resource of these stacks that takes a key of KMS, and holds what is Retrigger's own. A function's key is that of
 * its variables; its zip holds no secrets, and has AWS's key.
 */
export const ENCRYPTED_TYPES: readonly EncryptedType[] = [
  encrypted(SqsQueue, (queue, key) => {
    queue.kmsMasterKeyId = key;
    queue.kmsDataKeyReusePeriodSeconds = DATA_KEY_REUSE_SEC;
    // A queue has one kind of encryption, and Terraform refuses both.
    queue.resetSqsManagedSseEnabled();
  }),
  encrypted(SnsTopic, (topic, key) => {
    topic.kmsMasterKeyId = key;
  }),
  encrypted(DynamodbTable, (table, key) => table.putServerSideEncryption({ enabled: true, kmsKeyArn: key })),
  encrypted(LambdaFunction, (lambda, key) => {
    lambda.kmsKeyArn = key;
  }),
  // Patterns and targets of its rules too. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-cmkey.html
  encrypted(CloudwatchEventBus, (bus, key) => {
    bus.kmsKeyIdentifier = key;
  }),
  encrypted(CloudwatchLogGroup, (group, key) => {
    group.kmsKeyId = key;
  }),
  encrypted(SchedulerSchedule, (schedule, key) => {
    schedule.kmsKeyArn = key;
  }),
  encrypted(S3BucketServerSideEncryptionConfigurationA, (configuration, key) => {
    if (!hasOwnKey(configuration)) configuration.putRule([bucketEncryption(key)]);
  }),
];

/** Encrypts all that is within a scope, now or later, with a key, unless it names a key of its own. */
export function encryptWithKey(scope: Construct, key: string): void {
  everywhere(scope, new EncryptionWithKey(key));
}

/** The rule of a bucket whose objects are encrypted with a key, for fewer requests to KMS by way of a key of the bucket. */
export function bucketEncryption(key: string) {
  return {
    applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key },
    bucketKeyEnabled: true,
  };
}

class EncryptionWithKey implements IAspect {
  constructor(private readonly key: string) {}

  visit(construct: IConstruct): void {
    for (const { encrypt } of ENCRYPTED_TYPES) encrypt(construct, this.key);
  }
}

function encrypted<Resource extends IConstruct>(
  resource: (new (...args: never[]) => Resource) & { readonly tfResourceType: string },
  giveKey: (construct: Resource, key: string) => void,
): EncryptedType {
  return {
    type: resource.tfResourceType,
    encrypt: (construct, key) => {
      if (construct instanceof resource) giveKey(construct, key);
    },
  };
}

function hasOwnKey({ ruleInput }: S3BucketServerSideEncryptionConfigurationA): boolean {
  if (!Array.isArray(ruleInput)) return false;
  return ruleInput.some((rule) => rule.applyServerSideEncryptionByDefault?.kmsMasterKeyId !== undefined);
}
