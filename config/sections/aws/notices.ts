// Under `aws`: who is told, and by what way.
import * as z from "zod";
import { emailSchema, text } from "../fields";
import { aboutSchema } from "../notices";
import { kmsKeyArnSchema } from "./security";

/** A chat that is told by a webhook, whose address is a secret. */
const webhookSchema = z.strictObject({
  secret: text(
    /^arn:aws[a-z-]*:(?:secretsmanager:[a-z0-9-]{1,30}:\d{12}:secret:[\w/+=.@-]{1,512}|ssm:[a-z0-9-]{1,30}:\d{12}:parameter\/[\w./-]{1,1011})$/,
    "expected the ARN of a secret of Secrets Manager or of a parameter of Systems Manager that holds the address of the webhook, such as arn:aws:secretsmanager:eu-central-1:111122223333:secret:slack-AbCdEf, never the address itself",
  ).describe(
    "ARN of an existing secret of Secrets Manager, or SecureString parameter of Systems Manager, that holds the address of the webhook",
  ),
  kmsKey: kmsKeyArnSchema
    .optional()
    .describe("ARN of the key that the secret is encrypted with, if neither AWS's own nor aws.kms.key"),
  about: aboutSchema,
});

export const notificationsSchema = z.strictObject({
  email: z.array(emailSchema).default([]).describe("E-mail addresses that are told of decisions; AWS asks each of them to confirm"),
  slack: webhookSchema.optional().describe("Slack channel that is told, by an incoming webhook; none by default"),
  teams: webhookSchema.optional().describe("Channel of Microsoft Teams that is told, by a webhook of a workflow; none by default"),
});

/** Who is told of alarms. */
export const operationsSchema = z.strictObject({
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
