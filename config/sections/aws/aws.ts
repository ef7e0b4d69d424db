// The section `aws` of retrigger.yaml.
import * as z from "zod";
import { bucketNameSchema, regionSchema, text } from "../fields";
import { bucketSchema } from "./buckets";
import { notificationsSchema, operationsSchema } from "./notices";
import { PRICES_AS_OF, pricesSchema } from "./prices";
import { accountIdSchema, kmsSchema, logsSchema, networkSchema, rolesSchema } from "./security";

/** What AWS lets this account have beyond its defaults. */
const quotasSchema = z.strictObject({
  attachedPolicies: z
    .int()
    .min(10)
    .max(20)
    .default(10)
    .describe(
      "Managed policies attached to an IAM role, 10 to 20: the account's quota, which AWS raises on request; more let a deployment hold more models",
    ),
  rules: z
    .int()
    .min(100)
    .optional()
    .describe(
      "Rules of the default event bus, 100 or more: the account's quota in the region; 300 by default, 100 in some regions",
    ),
});

/** Tags of AWS by name. */
export const awsTagsSchema = z
  .record(
    text(
      /^(?!aws:)[\p{L}\p{N} _.:/=+@-]{1,128}$/u,
      "expected a tag name of 1 to 128 letters, digits, spaces and _.:/=+-@, not aws:…",
    ),
    text(
      /^[\p{L}\p{N} _.:/=+@-]{0,256}$/u,
      "expected at most 256 letters, digits, spaces and _.:/=+-@; write numbers, true and false in quotes",
    ),
  )
  .refine((tags) => Object.keys(tags).length <= 40, { error: "expected at most 40 tags" });

/** Deployment to AWS. */
export const awsSchema = z.strictObject({
  region: regionSchema.describe("AWS region of all resources, such as eu-central-1"),
  tags: awsTagsSchema.default({}).describe("Tags of every resource, in addition to application and environment; at most 40"),
  buckets: z
    .record(bucketNameSchema, bucketSchema)
    .default({})
    .describe(
      "Buckets that Retrigger creates or changes, by name; any other bucket must exist and send its notifications to EventBridge",
    ),
  deletionProtection: z
    .boolean()
    .default(true)
    .describe(
      "DynamoDB refuses to delete the table of all state; set it to false, and apply, before the deployment is torn down (docs/tear-down.md)",
    ),
  allowedAccountIds: z
    .array(accountIdSchema)
    .max(10, { error: "expected at most 10 accounts" })
    .default([])
    .describe("Accounts that may be deployed to: with the credentials of another one, Terraform does nothing; any by default"),
  roles: rolesSchema.prefault({}).describe("What every IAM role has in common"),
  kms: kmsSchema.optional().describe("Encryption with a key of your own; with AWS's keys by default"),
  network: networkSchema.optional().describe("VPC that the functions run in; none by default"),
  logs: logsSchema.prefault({}).describe("The functions' logs"),
  tracing: z
    .boolean({ error: "expected true or false" })
    .default(false)
    .describe("Whether X-Ray traces the functions, which costs money"),
  notifications: notificationsSchema
    .prefault({})
    .describe("Who is told of decisions, drift and promotions, and chats of alarms too"),
  operations: operationsSchema.prefault({}).describe("Who is told of alarms"),
  quotas: quotasSchema.prefault({}).describe("Quotas of the account that AWS has raised"),
  prices: pricesSchema
    .default({})
    .describe(
      `USD per hour by SageMaker instance type, more than 0, for the actual cost of runs; the defaults are approximate on-demand training prices of us-east-1, ${PRICES_AS_OF}`,
    ),
});

/** How the names of regions outside of the partition `aws` begin. https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html */
const PARTITIONS: Readonly<Record<string, string>> = {
  "cn-": "aws-cn",
  "us-gov-": "aws-us-gov",
  "us-iso-": "aws-iso",
  "us-isob-": "aws-iso-b",
  "us-isof-": "aws-iso-f",
  "eu-isoe-": "aws-iso-e",
  "eusc-": "aws-eusc",
};

/** The partition of a region, as ARNs have it. */
export function partitionOf(region: string): string {
  return Object.entries(PARTITIONS).find(([start]) => region.startsWith(start))?.[1] ?? "aws";
}
