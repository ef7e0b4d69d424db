// The section `gcp` of retrigger.yaml.
import * as z from "zod";
import { gcpRegionSchema, gcsBucketNameSchema, text } from "../fields";
import { bucketSchema } from "./buckets";
import { notificationsSchema, operationsSchema } from "./notices";
import { buildSchema, KMS_KEY_NAME, kmsSchema, networkSchema } from "./security";

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
  kmsKey: text(
    new RegExp(`^(?:none|${KMS_KEY_NAME})$`),
    "expected the name of a key in the database's location, such as projects/acme-keys/locations/europe/keyRings/ml/cryptoKeys/retrigger, without a version, or none",
  )
    .optional()
    .describe(
      "Name of the key of the database, or none for Google's key; it cannot be changed later, so a database that was created without a key needs none; gcp.kms.key by default",
    ),
});

/** Labels of Google Cloud by name. */
export const gcpLabelsSchema = z
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
  .refine((labels) => Object.keys(labels).length <= 60, { error: "expected at most 60 labels" });

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
  labels: gcpLabelsSchema
    .default({})
    .describe("Labels of every resource that can have labels, in addition to application and environment; at most 60"),
  buckets: z
    .record(gcsBucketNameSchema, bucketSchema)
    .default({})
    .describe(
      "Buckets that Retrigger creates or leaves to their owners, by name; any other bucket must exist with uniform access, and Retrigger adds its notifications",
    ),
  firestore: firestoreSchema.prefault({}).describe("Where Retrigger keeps its state"),
  kms: kmsSchema.optional().describe("Encryption with a key of your own (CMEK); with Google's keys by default"),
  network: networkSchema.optional().describe("VPC that the functions reach; none by default"),
  build: buildSchema.prefault({}).describe("How the functions are built"),
  notifications: notificationsSchema
    .prefault({})
    .describe("Who is told of decisions, drift and promotions, and chats of alarms too"),
  operations: operationsSchema.prefault({}).describe("Who is told of alarms"),
});

export type GcpConfig = z.output<typeof gcpSchema>;

/** Name of the key that the database is created with; undefined for Google's. */
export function databaseKeyOf({ kms, firestore: { kmsKey = kms?.key } }: Pick<GcpConfig, "kms" | "firestore">): string | undefined {
  return kmsKey === "none" ? undefined : kmsKey;
}
