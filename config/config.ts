// The one source of retrigger.yaml: its types and retrigger.schema.json are derived from this schema. What depends on more than
// one field is in config-rules.ts.
import * as z from "zod";
import { modelNameSchema } from "../functions/core/model-settings";
import { awsSchema } from "./sections/aws";
import { bucketNameSchema, regionSchema, text } from "./sections/fields";
import { gcpSchema } from "./sections/gcp";
import { modelSchema } from "./sections/model";
import { operationsSchema } from "./sections/operations";
import { rulesSchema } from "./sections/rule";

const NAME = /^[A-Za-z0-9_-]{1,80}$/;
const NAME_EXPECTATION = "expected 1 to 80 of A-Z, a-z, 0-9, - and _";
const statePrefix = text(/^[A-Za-z0-9._=/-]{0,512}$/, "expected at most 512 of A-Z, a-z, 0-9, ., _, =, - and /");

const backendSchema = z.discriminatedUnion(
  "type",
  [
    z.strictObject({ type: z.literal("local").describe("State in a file beside cdktf.json") }),
    z.strictObject({
      type: z.literal("cloud").describe("State in HCP Terraform or Terraform Enterprise"),
      organization: text(NAME, NAME_EXPECTATION).describe("Organization of the workspaces"),
      workspace: text(NAME, NAME_EXPECTATION).describe(
        "Start of the workspaces' names; each stack adds its own: <workspace>-aws-stack, <workspace>-gcp-stack",
      ),
      hostname: text(/^[a-z0-9.-]{1,253}$/, "expected a host name, such as tfe.example.com")
        .optional()
        .describe("Host of Terraform Enterprise; app.terraform.io when left out"),
    }),
    z.strictObject({
      type: z.literal("s3").describe("State in an S3 bucket, locked by a lock file (Terraform 1.10 or newer)"),
      bucket: bucketNameSchema.describe("Existing bucket of the state"),
      region: regionSchema.describe("AWS region of the state's bucket"),
      keyPrefix: statePrefix
        .default("retrigger/")
        .describe("Start of the state's keys: <keyPrefix><environment>/aws-stack.tfstate, or gcp-stack"),
    }),
    z.strictObject({
      type: z.literal("gcs").describe("State in a Cloud Storage bucket"),
      bucket: text(/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/, "expected the name of a bucket alone, without gs://").describe(
        "Existing bucket of the state",
      ),
      prefix: statePrefix
        .default("retrigger/")
        .describe("Start of the state's objects: <prefix><environment>/aws-stack, or gcp-stack"),
    }),
  ],
  { error: "expected a mapping whose type is local, cloud, s3 or gcs" },
);

/** retrigger.yaml. */
export const configSchema = z.strictObject({
  $schema: z.string().optional().describe("JSON Schema of this file, for editors"),
  environment: text(/^[a-z][a-z0-9-]{0,15}$/, "expected 1 to 16 of a-z, 0-9 and -, starting with a letter").describe(
    "Name of this deployment, in resource names, tags and labels; 1 to 16 of a-z, 0-9 and -",
  ),
  backend: backendSchema.default({ type: "local" }).describe("Where Terraform keeps its state"),
  aws: awsSchema.optional().describe("Deployment to AWS; left out when no model lives there"),
  gcp: gcpSchema.optional().describe("Deployment to Google Cloud; left out when no model lives there"),
  operations: operationsSchema.prefault({}).describe("What is watched for operators, on every cloud"),
  models: z
    .record(modelNameSchema, modelSchema)
    .refine((models) => Object.keys(models).length > 0, { error: "expected at least one model" })
    .describe("The models, by name: 1 to 40 of a-z, 0-9 and -"),
  rules: rulesSchema
    .default({})
    .describe("What follows from events of the default bus on AWS, by name of the rule: 1 to 40 of a-z, 0-9 and -; needs aws"),
});

/** What the schema makes of retrigger.yaml: checked, with every default filled in. */
export type DeploymentConfig = z.output<typeof configSchema>;
export type BackendConfig = DeploymentConfig["backend"];
