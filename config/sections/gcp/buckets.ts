// Under `gcp`: the buckets that Retrigger creates, or leaves to their owners.
import * as z from "zod";
import { gcsBucketNameSchema } from "../fields";
import { kmsKeyNameSchema } from "./security";

const accessLogsSchema = z.strictObject({
  bucket: gcsBucketNameSchema.describe("Existing bucket that takes the usage logs; Cloud Storage must be allowed to write to it"),
  prefix: z
    .string()
    .max(900, { error: "expected at most 900 characters" })
    .optional()
    .describe("Start of the logs' names; the bucket's own name by default"),
});

export const bucketSchema = z.strictObject({
  create: z
    .boolean()
    .default(false)
    .describe("Retrigger creates the bucket in the region: uniform access, not public, with notifications of its objects"),
  manageNotifications: z
    .boolean()
    .default(true)
    .describe(
      "Retrigger adds its notifications to an existing bucket and keeps all others; if false, the owner must send those of new objects to the topic retrigger-<environment>-data, and those of drift reports to retrigger-<environment>-drift",
    ),
  kmsKey: kmsKeyNameSchema
    .optional()
    .describe("Name of the key that a created bucket encrypts new objects with; gcp.kms.key by default"),
  versioning: z
    .boolean({ error: "expected true or false" })
    .default(false)
    .describe("Whether a created bucket keeps former versions of its objects, which costs their storage"),
  accessLogs: accessLogsSchema
    .optional()
    .describe("Where Cloud Storage writes the usage logs of a created bucket; none by default"),
});
