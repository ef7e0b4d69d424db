// Under `aws`: what a company asks of everything that is deployed to its accounts. Nothing of it is on by default.
import * as z from "zod";
import { text } from "../fields";

/** Number of an AWS account. */
export const accountIdSchema = text(/^\d{12}$/, ({ input }) => {
  const isShort = typeof input === "number" && String(input).length < 12;
  return `expected the number of an AWS account, 12 digits in quotes, such as "111122223333"${isShort ? "; without quotes its leading 0 was lost; write it in quotes, with the 0" : ""}`;
});

/**
 * ARN of a key of KMS. An alias is refused: it may be pointed at another key later, while the policies of roles name keys by their
 * own ARNs. https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id
 */
export const kmsKeyArnSchema = text(
  /^arn:aws[a-z-]*:kms:[a-z0-9-]{1,30}:\d{12}:key\/(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/,
  ({ input }) =>
    `expected the ARN of a key itself, such as arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab${typeof input === "string" && input.includes("alias/") ? "; an alias may be pointed at another key later; aws kms describe-key --key-id <alias> prints the ARN of its key" : ""}`,
);

/** Of every IAM role and policy that is created. */
export const rolesSchema = z.strictObject({
  permissionsBoundary: text(
    /^arn:aws[a-z-]*:iam::(?:\d{12}|aws):policy\/[\w+=,.@/-]{1,512}$/,
    "expected the ARN of a managed policy, such as arn:aws:iam::111122223333:policy/boundary",
  )
    .optional()
    .describe("ARN of the managed policy that is the permissions boundary of every role; none by default"),
  path: text(/^\/(?:[!-.0-~]{1,100}\/){0,5}$/, "expected a path that begins and ends with /, such as /ml-platform/")
    .refine((path) => path.length <= 512, { error: "expected at most 512 characters" })
    .default("/")
    .describe("Path of every role and policy, which a company may allow others to create by; / by default"),
});

/** Customer-managed encryption. */
export const kmsSchema = z.strictObject({
  key: kmsKeyArnSchema.describe(
    "ARN of an existing key in the region that encrypts the table, queues, topics, logs, functions, schedules and created buckets; the output key_policy has the statements that its policy needs",
  ),
});

/** Where functions run. */
export const networkSchema = z.strictObject({
  subnets: z
    .array(text(/^subnet-[0-9a-f]{8,17}$/, "expected the id of a subnet, such as subnet-0123456789abcdef0"))
    .min(1, { error: "expected at least one subnet" })
    .max(16, { error: "expected at most 16 subnets" })
    .refine(isDistinct, { error: "expected each subnet once" })
    .describe("Ids of the private subnets that every function runs in; docs/network.md lists the endpoints that they need"),
  securityGroups: z
    .array(text(/^sg-[0-9a-f]{8,17}$/, "expected the id of a security group, such as sg-0123456789abcdef0"))
    .min(1, { error: "expected at least one security group" })
    .max(5, { error: "expected at most 5 security groups" })
    .refine(isDistinct, { error: "expected each security group once" })
    .describe("Ids of the security groups of every function: HTTPS to AWS's endpoints and to webhooks must be allowed"),
});

function isDistinct(list: readonly string[]): boolean {
  return new Set(list).size === list.length;
}

/** How long CloudWatch keeps logs, days. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const RETENTION_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

export const logsSchema = z.strictObject({
  retentionDays: z
    .number()
    .refine((days) => RETENTION_DAYS.includes(days), {
      error: `expected a number of days that CloudWatch Logs offers: ${RETENTION_DAYS.join(", ")}`,
    })
    .default(90)
    .describe("Days that the functions' logs are kept: one of those that CloudWatch Logs offers, 1 to 3653"),
});
