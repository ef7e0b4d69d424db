// The section `aws` of retrigger.yaml.
import * as z from "zod";
import { bucketNameSchema, emailSchema, regionSchema, text } from "./fields";
import { awsOperationsSchema } from "./operations";

/** When the shipped prices were last looked over. */
export const PRICES_AS_OF = "2026-11";

/**
 * USD per hour of common SageMaker training instances, on demand, in us-east-1. Approximate: other regions and contracts differ, and
 * AWS changes prices; `aws.prices` overrides and extends them. https://aws.amazon.com/sagemaker/ai/pricing/
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

/** The price table of a deployment: the shipped one, with the configured prices over it, by name so that the plan reads well. */
export function instancePrices(configured: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const merged = Object.entries({ ...SHIPPED_USD_PER_HOUR, ...configured });
  return Object.fromEntries(merged.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const bucketSchema = z.strictObject({
  create: z
    .boolean()
    .default(false)
    .describe("Retrigger creates the bucket: versioned, encrypted, closed to the public, announcing its objects to EventBridge"),
  manageNotifications: z
    .boolean()
    .default(false)
    .describe(
      "Retrigger turns on EventBridge for an existing bucket; this REPLACES the bucket's whole notification configuration, so leave it false where others have notifications on it",
    ),
});

const notificationsSchema = z.strictObject({
  email: z
    .array(emailSchema)
    .default([])
    .describe("Addresses that the topic of decisions writes to; AWS asks each of them to confirm"),
});

const PRICE_EXPECTATION = "expected a number of USD per hour, more than 0, such as 1.21";

const pricesSchema = z.record(
  text(/^ml\.[a-z0-9-]{1,24}\.[a-z0-9-]{1,24}$/, "expected a SageMaker instance type, such as ml.m5.xlarge"),
  z.number({ error: PRICE_EXPECTATION }).positive({ error: PRICE_EXPECTATION }),
);

/** Deployment to AWS. */
export const awsSchema = z.strictObject({
  region: regionSchema.describe("AWS region of everything below"),
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
    .describe("Tags of every resource, beside application and environment; at most 40"),
  buckets: z
    .record(bucketNameSchema, bucketSchema)
    .default({})
    .describe("Only buckets that Retrigger creates or changes; any other must exist and announce its objects to EventBridge"),
  notifications: notificationsSchema.prefault({}).describe("Who is told of the decisions that need a person"),
  operations: awsOperationsSchema.prefault({}).describe("Who is told of alarms"),
  prices: pricesSchema
    .default({})
    .describe(
      `USD per hour by SageMaker instance type, for the actual cost of a run; over the shipped table: approximate on-demand training prices of us-east-1, ${PRICES_AS_OF}`,
    ),
});
