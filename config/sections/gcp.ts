// The section `gcp` of retrigger.yaml.
import * as z from "zod";
import { emailSchema, gcpRegionSchema, gcsBucketNameSchema, text } from "./fields";

const bucketSchema = z.strictObject({
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
});

const firestoreSchema = z.strictObject({
  database: text(
    /^(?:\(default\)|[a-z][a-z0-9-]{2,61}[a-z0-9])$/,
    "expected the name of a database, 4 to 63 of a-z, 0-9 and -, starting with a letter, or (default)",
  )
    .optional()
    .describe("Name of the Firestore database that Retrigger creates for its state; retrigger-<environment> by default"),
  location: text(/^[a-z]{2,}[a-z0-9-]*\d$/, "expected a location of Firestore, such as europe-west4 or eur3")
    .optional()
    .describe("Region or multi-region of the database, which cannot be changed later; gcp.region by default"),
  onDestroy: z
    .enum(["refuse", "delete", "keep"], { error: "expected refuse, delete or keep" })
    .default("refuse")
    .describe(
      "What terraform destroy does with the database: refuse fails and keeps it, delete deletes it with all state, keep leaves it and forgets it; apply a change of it before you destroy",
    ),
});

const notificationsSchema = z.strictObject({
  email: z
    .array(emailSchema)
    .default([])
    .describe("E-mail addresses that Cloud Monitoring tells when a decision needs a person, or a model drifts"),
  slackWebhookSecret: text(
    /^(?:projects\/[a-z0-9-]{6,30}\/secrets\/)?[A-Za-z0-9_-]{1,255}$/,
    "expected the name of a secret in Secret Manager that holds the address of a Slack webhook, such as slack-webhook, never the address itself",
  )
    .optional()
    .describe(
      "Existing secret of Secret Manager that holds the URL of a Slack webhook: its name, or projects/<project>/secrets/<secret>",
    ),
});

/** Who is told of alarms. */
const operationsSchema = z.strictObject({
  email: z.array(emailSchema).default([]).describe("E-mail addresses that Cloud Monitoring tells when an alarm starts and ends"),
  channels: z
    .array(
      text(
        /^projects\/[a-z0-9-]{6,30}\/notificationChannels\/\d{1,30}$/,
        "expected the name of a notification channel, such as projects/acme-ml/notificationChannels/1234567890",
      ),
    )
    .max(10, { error: "expected at most 10 channels" })
    .default([])
    .describe("Names of existing notification channels that are told too, at most 10, for example for Slack or PagerDuty"),
});

/** Deployment to Google Cloud. */
export const gcpSchema = z.strictObject({
  project: text(
    /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
    "expected the id of a Google Cloud project, 6 to 30 of a-z, 0-9 and -, starting with a letter",
  ).describe("ID of the Google Cloud project of all resources; its Cloud Resource Manager API must be enabled"),
  region: gcpRegionSchema.describe("Google Cloud region of all resources, such as europe-west4"),
  schedulerRegion: gcpRegionSchema
    .optional()
    .describe("Region of the Cloud Scheduler jobs, for a region that does not have Cloud Scheduler; gcp.region by default"),
  labels: z
    .record(
      text(
        /^(?!goog)[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u,
        "expected a label name of 1 to 63 lowercase letters, digits, _ and -, starting with a letter, not goog…",
      ),
      text(
        /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u,
        "expected at most 63 lowercase letters, digits, _ and -; write numbers, true and false in quotes",
      ),
    )
    .refine((labels) => Object.keys(labels).length <= 60, { error: "expected at most 60 labels" })
    .default({})
    .describe("Labels of every resource that can have labels, in addition to application and environment; at most 60"),
  buckets: z
    .record(gcsBucketNameSchema, bucketSchema)
    .default({})
    .describe(
      "Buckets that Retrigger creates or leaves to their owners, by name; any other bucket must exist with uniform access, and Retrigger adds its notifications",
    ),
  firestore: firestoreSchema.prefault({}).describe("Where Retrigger keeps its state"),
  notifications: notificationsSchema.prefault({}).describe("Who is told of decisions that need a person"),
  operations: operationsSchema.prefault({}).describe("Who is told of alarms"),
});

export type GcpConfig = z.output<typeof gcpSchema>;
