// Under `aws`: the buckets that Retrigger creates, changes, or reads from another account.
import * as z from "zod";
import { bucketNameSchema } from "../fields";
import { accountIdSchema, kmsKeyArnSchema } from "./security";

const accessLogsSchema = z.strictObject({
  bucket: bucketNameSchema.describe("Existing bucket in the same region and account that takes the access logs"),
  prefix: z
    .string()
    .max(512, { error: "expected at most 512 characters" })
    .default("")
    .describe("Start of the logs' keys; up to 512 characters"),
});

export const bucketSchema = z.strictObject({
  create: z
    .boolean()
    .default(false)
    .describe("Retrigger creates the bucket: versioned, encrypted, not public, with notifications to EventBridge"),
  manageNotifications: z
    .boolean()
    .default(false)
    .describe(
      "Retrigger turns on EventBridge notifications of an existing bucket; this REPLACES its whole notification configuration, so leave it false if anything else uses the notifications of the bucket",
    ),
  kmsKey: kmsKeyArnSchema
    .optional()
    .describe(
      "ARN of the key that the bucket's objects are encrypted with (SSE-KMS): roles may use it, and a created bucket does; aws.kms.key by default",
    ),
  account: accountIdSchema
    .optional()
    .describe(
      "Account that owns an existing bucket, if another one; the output bucket_owner_grants has what its owner must set up",
    ),
  accessLogs: accessLogsSchema.optional().describe("Where S3 writes the access log of a created bucket; none by default"),
});

/** An entry of `aws.buckets`. */
export type BucketConfig = z.output<typeof bucketSchema>;
