import { WatchedBucket } from "../../../../modules/aws/triggers/watched-bucket";
import { statementsOf } from "../../../stacks/template";
import { synthesize } from "../synthesize";

describe("WatchedBucket", () => {
  it("should leave an existing bucket alone", () => {
    const template = synthesize((stack) => {
      const bucket = new WatchedBucket(stack, "bucket", { bucket: "acme" });
      expect(bucket).toMatchObject({ name: "acme", isAnnouncing: false });
    });

    expect(template.json.resource).toBeUndefined();
  });

  it("should take over an existing bucket's notifications only when it is told to", () => {
    const template = synthesize((stack) => {
      new WatchedBucket(stack, "bucket", { bucket: "acme", manageNotifications: true });
    });

    expect(Object.keys(template.json.resource ?? {})).toEqual(["aws_s3_bucket_notification"]);
    expect(template.one("aws_s3_bucket_notification")).toMatchObject({ bucket: "acme", eventbridge: true });
  });

  it("should write the access log of a bucket that it creates, and of no other", () => {
    const accessLogs = { bucket: "acme-logs", prefix: "s3/acme/" };
    const template = synthesize((stack) => {
      new WatchedBucket(stack, "created", { bucket: "acme", create: true, accessLogs });
      new WatchedBucket(stack, "quiet", { bucket: "acme-quiet", create: true });
      new WatchedBucket(stack, "existing", { bucket: "acme-existing", accessLogs });
    });

    expect(template.all("aws_s3_bucket_logging")).toEqual([
      {
        bucket: template.reference("aws_s3_bucket", "bucket", { bucket: "acme" }),
        target_bucket: "acme-logs",
        target_prefix: "s3/acme/",
      },
    ]);
  });

  it("should create a bucket that is versioned, encrypted, closed to the public and without TLS, and announces its objects", () => {
    const template = synthesize((stack) => {
      new WatchedBucket(stack, "bucket", { bucket: "acme", create: true });
    });

    const bucket = template.reference("aws_s3_bucket", "bucket", { bucket: "acme" });
    const arn = template.reference("aws_s3_bucket", "arn");
    expect(template.one("aws_s3_bucket_versioning", { bucket }).versioning_configuration).toEqual({ status: "Enabled" });
    expect(template.one("aws_s3_bucket_server_side_encryption_configuration", { bucket }).rule).toEqual([
      { apply_server_side_encryption_by_default: { sse_algorithm: "AES256" } },
    ]);
    expect(template.one("aws_s3_bucket_public_access_block", { bucket })).toMatchObject({
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
    expect(statementsOf(template.one("aws_s3_bucket_policy", { bucket }).policy)).toEqual([
      expect.objectContaining({ Effect: "Deny", Action: "s3:*", Resource: [arn, `${arn}/*`] }),
    ]);
    expect(template.one("aws_s3_bucket_notification", { bucket }).eventbridge).toBe(true);
  });

  it("should remove from a created bucket what Retrigger wrote after its time, and nothing of the data", () => {
    const template = synthesize((stack) => {
      new WatchedBucket(stack, "bucket", { bucket: "acme", create: true, keptFor: [{ id: "manifests", prefix: "m/", days: 30 }] });
    });

    expect(template.one("aws_s3_bucket_lifecycle_configuration").rule).toEqual([
      expect.objectContaining({ id: "unfinished-uploads", abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }] }),
      {
        id: "manifests",
        status: "Enabled",
        filter: [{ prefix: "m/" }],
        expiration: [{ days: 30 }],
        noncurrent_version_expiration: [{ noncurrent_days: 1 }],
      },
    ]);
  });
});
