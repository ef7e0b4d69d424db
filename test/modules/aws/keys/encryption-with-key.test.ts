import { CloudwatchEventBus } from "@cdktf/provider-aws/lib/cloudwatch-event-bus";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { TerraformStack, Testing } from "cdktf";
import { Construct } from "constructs";
import { bucketEncryption, encryptWithKey } from "../../../../modules/aws/keys/encryption-with-key";
import { WatchedBucket } from "../../../../modules/aws/triggers/watched-bucket";
import { Template } from "../../../stacks/template";

const KEY = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const LAKE_KEY = "arn:aws:kms:eu-central-1:111122223333:key/aaaaaaaa-12ab-34cd-56ef-1234567890ab";

describe("encryptWithKey", () => {
  it("should encrypt what is added to its scope later, and nothing beside it", () => {
    const stack = new TerraformStack(Testing.app(), "stack");
    const scope = new Construct(stack, "retrigger");

    encryptWithKey(scope, KEY);
    new SqsQueue(scope, "later", { name: "later", sqsManagedSseEnabled: true });
    new SqsQueue(stack, "foreign", { name: "foreign", sqsManagedSseEnabled: true });

    // What is added later is visited by the synthesis.
    Testing.synth(stack);
    const template = new Template(stack);
    expect(template.one("aws_sqs_queue", { name: "later" })).toEqual({
      name: "later",
      kms_master_key_id: KEY,
      kms_data_key_reuse_period_seconds: 300,
    });
    expect(template.one("aws_sqs_queue", { name: "foreign" })).toEqual({ name: "foreign", sqs_managed_sse_enabled: true });
  });

  it("should encrypt an event bus", () => {
    const stack = new TerraformStack(Testing.app(), "stack");
    new CloudwatchEventBus(stack, "bus", { name: "owners" });

    encryptWithKey(stack, KEY);

    expect(new Template(stack).one("aws_cloudwatch_event_bus", {})).toEqual({ name: "owners", kms_key_identifier: KEY });
  });

  it("should leave a bucket its own key", () => {
    const stack = new TerraformStack(Testing.app(), "stack");
    new WatchedBucket(stack, "lake", { bucket: "lake", create: true, kmsKey: LAKE_KEY });
    new WatchedBucket(stack, "sea", { bucket: "sea", create: true });

    encryptWithKey(stack, KEY);

    const rules = new Template(stack).all("aws_s3_bucket_server_side_encryption_configuration").map(({ rule }) => rule);
    expect(rules).toEqual([LAKE_KEY, KEY].map((key) => [inTerraform(key)]));
  });

  it("should encrypt a bucket with its own key where there is no key of everything", () => {
    const stack = new TerraformStack(Testing.app(), "stack");

    new S3BucketServerSideEncryptionConfigurationA(stack, "lake", { bucket: "lake", rule: [bucketEncryption(LAKE_KEY)] });

    const { rule } = new Template(stack).one("aws_s3_bucket_server_side_encryption_configuration");
    expect(rule).toEqual([inTerraform(LAKE_KEY)]);
  });
});

// Helpers

function inTerraform(key: string) {
  return {
    apply_server_side_encryption_by_default: { kms_master_key_id: key, sse_algorithm: "aws:kms" },
    bucket_key_enabled: true,
  };
}
