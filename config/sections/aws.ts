// The section `aws` of retrigger.yaml.
import * as z from "zod";
import { bucketNameSchema, emailSchema, regionSchema, text } from "./fields";

/** When the prices below were last compared with the price list. */
const PRICES_AS_OF = "2026-11";

/**
 * USD per hour of common SageMaker training instances, on demand, in us-east-1. They are approximate: other regions and contracts
 * differ, and AWS changes its prices. `aws.prices` overrides and extends them. https://aws.amazon.com/sagemaker/ai/pricing/
 */
const SHIPPED_USD_PER_HOUR: Readonly<Record<string, number>> = {
  "ml.m5.large": 0.115,
  "ml.m5.xlarge": 0.23,
  "ml.m5.2xlarge": 0.461,
  "ml.m5.4xlarge": 0.922,
  "ml.m5.12xlarge": 2.765,
  "ml.m6i.xlarge": 0.23,
  "ml.m6i.4xlarge": 0.922,
  "ml.c5.xlarge": 0.204,
  "ml.c5.2xlarge": 0.408,
  "ml.c5.4xlarge": 0.816,
  "ml.g4dn.xlarge": 0.736,
  "ml.g4dn.12xlarge": 4.89,
  "ml.g5.xlarge": 1.408,
  "ml.g5.2xlarge": 1.515,
  "ml.g5.12xlarge": 7.09,
  "ml.g5.48xlarge": 20.36,
  "ml.p3.2xlarge": 3.825,
  "ml.p3.8xlarge": 14.688,
  "ml.p4d.24xlarge": 25.251,
};

/**
 * USD per hour by instance type: the table above, overridden by the configured prices, sorted by name so that the plan reads well.
 */
export function instancePrices(configured: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const merged = Object.entries({ ...SHIPPED_USD_PER_HOUR, ...configured });
  return Object.fromEntries(merged.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const bucketSchema = z.strictObject({
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
});

const notificationsSchema = z.strictObject({
  email: z.array(emailSchema).default([]).describe("E-mail addresses that are told of decisions; AWS asks each of them to confirm"),
});

/** Who is told of alarms. */
const operationsSchema = z.strictObject({
  email: z
    .array(emailSchema)
    .default([])
    .describe("E-mail addresses that are told when an alarm starts and ends; AWS asks each of them to confirm"),
  topics: z
    .array(
      text(
        /^arn:aws[a-z-]*:sns:[a-z0-9-]{1,30}:\d{12}:[\w-]{1,256}$/,
        "expected the ARN of an SNS topic, such as arn:aws:sns:eu-central-1:111122223333:on-call",
      ),
    )
    .max(4, { error: "expected at most 4 topics" })
    .default([])
    .describe(
      "ARNs of existing SNS topics in the region that are told too, at most 4, for example for Slack (Amazon Q Developer in chat applications) or PagerDuty; CloudWatch must be allowed to publish to them and to use their key",
    ),
});

const PRICE_EXPECTATION = "expected a number of USD per hour, more than 0, such as 1.21";

const pricesSchema = z.record(
  text(/^ml\.[a-z0-9-]{1,24}\.[a-z0-9-]{1,24}$/, "expected a SageMaker instance type, such as ml.m5.xlarge"),
  z.number({ error: PRICE_EXPECTATION }).positive({ error: PRICE_EXPECTATION }),
);

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

/** Deployment to AWS. */
export const awsSchema = z.strictObject({
  region: regionSchema.describe("AWS region of all resources, such as eu-central-1"),
  tags: z
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
    .refine((tags) => Object.keys(tags).length <= 40, { error: "expected at most 40 tags" })
    .default({})
    .describe("Tags of every resource, in addition to application and environment; at most 40"),
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
  notifications: notificationsSchema.prefault({}).describe("Who is told of decisions that need a person"),
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
};

/** The partition of a region, as ARNs have it. */
export function partitionOf(region: string): string {
  return Object.entries(PARTITIONS).find(([start]) => region.startsWith(start))?.[1] ?? "aws";
}
