// Under `gcp`: what a company asks of everything that is deployed to its projects. Nothing of it is on by default.
import * as z from "zod";
import { text } from "../fields";

/** Pattern of the name of a key of Cloud KMS. */
export const KMS_KEY_NAME =
  "projects/[a-z][a-z0-9-]{4,28}[a-z0-9]/locations/[a-z0-9-]{1,40}/keyRings/[a-zA-Z0-9_-]{1,63}/cryptoKeys/[a-zA-Z0-9_-]{1,63}";

/** Name of a key of Cloud KMS. */
export const kmsKeyNameSchema = text(
  new RegExp(`^${KMS_KEY_NAME}$`),
  "expected the name of a key, such as projects/acme-keys/locations/europe-west4/keyRings/ml/cryptoKeys/retrigger, without a version",
);

/** Customer-managed encryption (CMEK). */
export const kmsSchema = z.strictObject({
  key: kmsKeyNameSchema.describe(
    "Name of an existing key in the region that encrypts topics, the database, functions, their images and created buckets; the output key_users lists who must be allowed to use it",
  ),
});

/** How functions reach a VPC. https://cloud.google.com/functions/docs/networking/connecting-vpc */
export const networkSchema = z.strictObject({
  connector: text(
    /^projects\/[a-z][a-z0-9-]{4,28}[a-z0-9]\/locations\/[a-z0-9-]{1,40}\/connectors\/[a-z][a-z0-9-]{0,23}[a-z0-9]$/,
    "expected the name of a connector, such as projects/acme-net/locations/europe-west4/connectors/ml",
  ).describe("Name of the existing Serverless VPC Access connector, in the region, of every function"),
  egress: z
    .enum(["all", "private-ranges"], { error: "expected all or private-ranges" })
    .default("all")
    .describe("What goes through the connector: all traffic, or that to private addresses"),
});

/** How Cloud Build makes the functions' images. */
export const buildSchema = z.strictObject({
  workerPool: text(
    /^projects\/[a-z0-9-]{6,30}\/locations\/[a-z0-9-]{1,40}\/workerPools\/[a-z][a-z0-9-]{0,61}[a-z0-9]$/,
    "expected the name of a private pool, such as projects/acme-ci/locations/europe-west4/workerPools/ml",
  )
    .optional()
    .describe("Name of an existing private pool of Cloud Build in the region; Google's pool by default"),
});
