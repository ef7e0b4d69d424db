// The schema of retrigger.yaml, from which its types and retrigger.schema.json are derived. Each section has a file in sections/;
// what depends on several keys is checked in checks/.
import * as z from "zod";
import { modelNameSchema } from "../functions/core/model-settings";
import { NAME_PREFIX } from "../functions/core/state-layout";
import { backendSchema } from "./backend";
import { awsSchema, awsTagsSchema } from "./sections/aws/aws";
import { batchSchema, dataSchema } from "./sections/data";
import { driftSchema } from "./sections/drift";
import { text } from "./sections/fields";
import { gcpLabelsSchema, gcpSchema } from "./sections/gcp/gcp";
import { monitoringSchema } from "./sections/monitoring";
import { modelOperationsSchema, operationsSchema } from "./sections/operations";
import { pipelineSchema } from "./sections/pipeline";
import { policySchema } from "./sections/policy";
import { promotionSchema } from "./sections/promotion";
import { rulesSchema } from "./sections/rule";
import { schedulesSchema } from "./sections/schedule";

const terraformSchema = z.strictObject({
  requiredVersion: text(
    /^(?:(?:=|!=|>=?|<=?|~>) ?)?\d{1,3}(?:\.\d{1,3}){0,2}(?:, ?(?:=|!=|>=?|<=?|~>) ?\d{1,3}(?:\.\d{1,3}){0,2}){0,3}$/,
    'expected a version constraint of Terraform, such as ">= 1.10, < 2.0"',
  )
    .optional()
    .describe("Versions of Terraform that may be used (required_version), such as >= 1.10; any by default"),
});

/** One entry of `models`. */
export const modelSchema = z.strictObject({
  data: dataSchema
    .optional()
    .describe(
      "Where new data lands; can be left out only if every schedule of the model has mode direct, and then batch, drift, monitoring, operations, policy and promotion must be left out too",
    ),
  batch: batchSchema.prefault({}).describe("When there is enough new data for a training"),
  pipeline: pipelineSchema.describe("Pipeline that a training starts"),
  drift: driftSchema.prefault({}).describe("How drift reports are judged, whichever monitor wrote them, and what follows"),
  monitoring: monitoringSchema.prefault({}).describe("Where drift reports come from"),
  policy: policySchema.prefault({}).describe("Limits that trainings must keep: how often, at what cost, with whose approval"),
  promotion: promotionSchema
    .optional()
    .describe("How the models that trainings make are judged and approved; without it they are not looked at"),
  operations: modelOperationsSchema.prefault({}).describe("When an alarm of the model is raised"),
  tags: awsTagsSchema
    .optional()
    .describe(
      "AWS: tags of what belongs to this model alone, in addition to aws.tags; at most 46 of both together, of which each has at most 40",
    ),
  labels: gcpLabelsSchema
    .optional()
    .describe(
      "Google Cloud: labels of the model's runs on Vertex AI, which are all that belongs to one model and has labels; at most 60",
    ),
  schedule: schedulesSchema
    .optional()
    .describe(
      "When a training is requested, or with mode direct started, whether or not there is new data; one schedule or a list",
    ),
});

export type ModelConfig = z.output<typeof modelSchema>;

/** retrigger.yaml. */
export const configSchema = z.strictObject({
  $schema: z.string().optional().describe("Path or URL of the JSON Schema of this file, for editors"),
  environment: text(/^[a-z][a-z0-9-]{0,15}$/, "expected 1 to 16 of a-z, 0-9 and -, starting with a letter, such as dev").describe(
    "Name of the deployment, used in resource names, tags and labels; 1 to 16 of a-z, 0-9 and -, starting with a letter",
  ),
  backend: backendSchema.default({ type: "local" }).describe("Where Terraform keeps its state"),
  aws: awsSchema.optional().describe("Deployment to AWS; needed if a model runs there, and only then"),
  gcp: gcpSchema.optional().describe("Deployment to Google Cloud; needed if a model runs there, and only then"),
  operations: operationsSchema.prefault({}).describe("Alarms and dashboards for operators, on every cloud"),
  models: z
    .record(modelNameSchema, modelSchema, {
      error: "expected a mapping of names to models, such as churn: {data: {bucket: acme-churn}, pipeline: {name: churn-training}}",
    })
    .refine((models) => Object.keys(models).length > 0, { error: "expected at least one model" })
    .describe("Models by name, at least one; a name is 1 to 40 of a-z, 0-9 and -, starting with a letter"),
  rules: rulesSchema
    .default({})
    .describe(
      "Rules for events of the default event bus on AWS, by name, at most 40; a name is 1 to 40 of a-z, 0-9 and -; needs aws",
    ),
  namePrefix: text(
    /^[a-z](?:[a-z0-9-]{0,18}[a-z0-9])?$/,
    "expected 1 to 20 of a-z, 0-9 and -, starting with a letter and not ending with -, such as acme-retrigger",
  )
    .default(NAME_PREFIX)
    .describe(
      "Start of the names of all resources, <namePrefix>-<environment>-…; 1 to 20 of a-z, 0-9 and -; with another one a deployment is a new one, beside the former (docs/deploy.md)",
    ),
  terraform: terraformSchema.prefault({}).describe("What the stacks ask of Terraform itself"),
});

/** A checked retrigger.yaml, with every default filled in. */
export type DeploymentConfig = z.output<typeof configSchema>;
export type BackendConfig = DeploymentConfig["backend"];
