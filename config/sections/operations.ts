// The sections `operations` of retrigger.yaml: of all, of each cloud and of each model.
import * as z from "zod";
import { boundedText, durationOrNever, durationWithin, emailSchema, text } from "./fields";

const LONGEST = "365d";

/** Of all models and clouds. */
export const operationsSchema = z.strictObject({
  alarms: z
    .boolean()
    .default(true)
    .describe("Alarms (CloudWatch) and alert policies (Cloud Monitoring) are made; about 0.10 USD a month each"),
  dashboard: z.boolean().default(true).describe("A dashboard is made on each cloud"),
  runbooks: boundedText(400, true)
    .default("docs/runbooks")
    .describe(
      "Folder of the runbooks that alarms point to, best as an address, such as https://github.com/acme/retrigger/blob/main/docs/runbooks",
    ),
  queueAge: durationWithin("5m", "7d", "30m")
    .default("30m")
    .describe("An alarm is raised when a message has waited this long; 5m to 7d"),
});

/** Who hears of alarms on AWS. */
export const awsOperationsSchema = z.strictObject({
  email: z
    .array(emailSchema)
    .default([])
    .describe("Addresses that are told of alarms and their end; AWS asks each of them to confirm"),
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
      "Existing topics of the region that are told too, at most 4: how Slack (Amazon Q Developer in chat applications) or PagerDuty is reached without a secret here; CloudWatch must be allowed to publish to them, and to use their key",
    ),
});

/** Who hears of alarms on Google Cloud. */
export const gcpOperationsSchema = z.strictObject({
  email: z.array(emailSchema).default([]).describe("Addresses that Cloud Monitoring tells of alarms and their end"),
  channels: z
    .array(
      text(
        /^projects\/[a-z0-9-]{6,30}\/notificationChannels\/\d{1,30}$/,
        "expected the name of a notification channel, such as projects/acme-ml/notificationChannels/1234567890",
      ),
    )
    .max(10, { error: "expected at most 10 channels" })
    .default([])
    .describe(
      "Existing notification channels that are told too, at most 10: how Slack or PagerDuty is reached without a secret here",
    ),
});

/** When an alarm of a model is raised. */
export const modelOperationsSchema = z.strictObject({
  noData: durationOrNever("1m", LONGEST, "2d")
    .optional()
    .describe(
      "No new data for this long raises an alarm; when left out, twice the batch window, at least 1d, and never where that is never; 1m to 365d, or never",
    ),
  monitorSilent: durationOrNever("24h", LONGEST, "2d")
    .optional()
    .describe(
      "No drift report for this long raises an alarm; when left out, 2d with a monitor that reports calm windows too (sagemaker, capture), otherwise never; 24h to 365d, or never",
    ),
  suspected: durationOrNever("1m", LONGEST, "7d")
    .default("7d")
    .describe("A feature that drifts in every window for this long, without being detected, raises an alarm; 1m to 365d, or never"),
  runOverUsual: z
    .number()
    .gt(1)
    .max(1000)
    .default(3)
    .describe("A run that takes this many times the usual duration raises an alarm; more than 1"),
  storm: z.int().min(1).max(1_000_000).default(100).describe("More requests than this in an hour raise an alarm"),
  approvalLeft: durationOrNever("1m", "30d", "30m")
    .default("30m")
    .describe("An approval that expires in less than this raises an alarm; 1m to 30d, or never"),
});

export type OperationsConfig = z.output<typeof operationsSchema>;
