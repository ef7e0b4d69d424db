// The section `gcp` of retrigger.yaml.
import * as z from "zod";
import { emailSchema, gcpRegionSchema, gcsBucketNameSchema, text } from "./fields";
import { gcpOperationsSchema } from "./operations";

const bucketSchema = z.strictObject({
  create: z
    .boolean()
    .default(false)
    .describe("Retrigger creates the bucket, in the region: uniform access, closed to the public, announcing its objects"),
  manageNotifications: z
    .boolean()
    .default(true)
    .describe(
      "Retrigger lets an existing bucket announce its objects to topics; what else the bucket announces stays; with false, its owner must send notifications of new objects to the topic retrigger-<environment>-data, and of drift reports to retrigger-<environment>-drift",
    ),
});

const firestoreSchema = z.strictObject({
  database: text(
    /^(?:\(default\)|[a-z][a-z0-9-]{2,61}[a-z0-9])$/,
    "expected the name of a database, 4 to 63 of a-z, 0-9 and -, starting with a letter, or (default)",
  )
    .optional()
    .describe("Firestore database that Retrigger creates for its state; retrigger-<environment> when left out"),
  location: text(/^[a-z]{2,}[a-z0-9-]*\d$/, "expected a location of Firestore, such as europe-west4 or eur3")
    .optional()
    .describe("Region or multi-region of the database, for ever; the region when left out"),
});

const notificationsSchema = z.strictObject({
  email: z
    .array(emailSchema)
    .default([])
    .describe("Addresses that Cloud Monitoring writes to when a decision needs a person, or a model drifts"),
  slackWebhookSecret: text(
    /^(?:projects\/[a-z0-9-]{6,30}\/secrets\/)?[A-Za-z0-9_-]{1,255}$/,
    "expected the name of a secret in Secret Manager that holds the address of a Slack webhook, such as slack-webhook, never the address itself",
  )
    .optional()
    .describe("Existing secret that holds the address of a Slack webhook: slack-webhook, or projects/<project>/secrets/<secret>"),
});

/** Deployment to Google Cloud. */
export const gcpSchema = z.strictObject({
  project: text(
    /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
    "expected the id of a Google Cloud project, 6 to 30 of a-z, 0-9 and -, starting with a letter",
  ).describe("Id of the project of everything below; its Cloud Resource Manager API must be enabled"),
  region: gcpRegionSchema.describe("Region of everything below"),
  schedulerRegion: gcpRegionSchema
    .optional()
    .describe("Region of the Cloud Scheduler jobs, which some regions do not have; the region when left out"),
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
    .describe("Labels of every resource that has them, beside application and environment; at most 60"),
  buckets: z
    .record(gcsBucketNameSchema, bucketSchema)
    .default({})
    .describe(
      "Only buckets that Retrigger creates or leaves to their owners; any other must exist, with uniform access, and Retrigger lets it announce",
    ),
  firestore: firestoreSchema.prefault({}).describe("Where the state is kept"),
  notifications: notificationsSchema.prefault({}).describe("Who is told of the decisions that need a person"),
  operations: gcpOperationsSchema.prefault({}).describe("Who is told of alarms"),
});

export type GcpConfig = z.output<typeof gcpSchema>;
