// The section of one model in retrigger.yaml.
import * as z from "zod";
import { PLACEHOLDERS, unknownPlaceholders } from "../../functions/core/coordination/render-parameters";
import { driftSchema } from "./drift";
import { boundedText, durationMs, durationSchema, text } from "./fields";
import { monitoringSchema } from "./monitoring";
import { modelOperationsSchema } from "./operations";
import { policySchema } from "./policy";
import { schedulesSchema } from "./schedule";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const PLACEHOLDER_LIST = Object.keys(PLACEHOLDERS)
  .map((name) => `{${name}}`)
  .join(", ");

/** True too for what is no duration at all: that is another check's to say. */
function lasts(value: string, leastMs: number): boolean {
  return !durationSchema.safeParse(value).success || durationMs(value) >= leastMs;
}

/** The sweeper looks once a minute, so a shorter time would promise what it cannot keep. */
function patience(example: string) {
  const expectation = `expected never, or 1m or longer, such as ${example}`;
  return text(/^(?:never|\d{1,6}[smhd])$/, expectation).refine((value) => lasts(value, MINUTE_MS), { error: expectation });
}

/** Where a model's data lands. */
export const dataSchema = z.strictObject({
  bucket: text(
    /^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/,
    "expected the name of a bucket alone, 3 to 63 of a-z, 0-9, -, . and, on Google Cloud, _, without s3:// or gs://",
  ).describe("Bucket of the model's cloud that its data lands in; the manifests are written there too"),
  prefixes: z
    .array(boundedText(1024, false))
    .min(1, { error: "expected at least one prefix; leave the key out to watch the whole bucket" })
    .default([""])
    .describe("Keys that start with one of these are watched; each at most 1024 bytes"),
  suffixes: z
    .array(boundedText(1024, true))
    .default([])
    .describe("Of these, only keys that end with one of these are watched; each at most 1024 bytes, none means all"),
  manifestPrefix: text(
    /^[A-Za-z0-9._=-][A-Za-z0-9._=/-]{0,510}\/$/,
    "expected a key prefix that ends with /, at most 512 of A-Z, a-z, 0-9, ., _, =, - and /, such as retrigger/manifests/",
  )
    .default("retrigger/manifests/")
    .describe("Where the lists of published batches are written; ends with /, at most 512 bytes, outside every watched prefix"),
});

/** When a model has enough new data. */
export const batchSchema = z.strictObject({
  size: z
    .int()
    .min(1)
    .max(100_000)
    .default(1000)
    .describe("Start a training as soon as this many objects have landed; 1 to 100,000"),
  window: patience("6h")
    .default("24h")
    .describe("Start a training this long after the first object of a batch, however few there are: 45m, 6h, 2d, or never"),
  quietPeriod: patience("30m")
    .default("never")
    .describe("Start a training when nothing has landed for this long: 30m, 2h, or never"),
  dedupeHorizon: durationSchema
    .default("24h")
    .describe("How long a published object is remembered, so that a late duplicate is not trained on again: 24h, 7d, or 0s"),
  retention: durationSchema
    .refine((value) => lasts(value, DAY_MS), { error: "expected 1d or longer" })
    .default("30d")
    .describe("How long the records of a batch are kept; 1d or longer"),
});

const parametersSchema = z
  .record(
    text(/^[A-Za-z0-9_-]{1,256}$/, "expected a parameter name of 1 to 256 of A-Z, a-z, 0-9, - and _"),
    z
      .string({ error: "expected text; write numbers, true and false in quotes" })
      .max(1024, { error: "expected at most 1024 characters" })
      .refine((value) => unknownPlaceholders(value).length === 0, {
        error: `expected no other placeholders than ${PLACEHOLDER_LIST}`,
      }),
  )
  .refine((parameters) => Object.keys(parameters).length <= 200, { error: "expected at most 200 parameters" });

/** What a model's training starts. */
export const pipelineSchema = z.strictObject({
  name: text(
    /^[a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,255}$/,
    "expected the name of a SageMaker pipeline, not its ARN: 1 to 256 of A-Z, a-z, 0-9 and -, with a letter or digit at both ends",
  )
    .optional()
    .describe(
      "SageMaker pipeline that a training starts; it exists already, unless definitionFile is given; on Google Cloud: template",
    ),
  parameters: parametersSchema
    .default({ ManifestUri: "{manifestUri}" })
    .describe(`Parameters that the pipeline is started with; values may hold ${PLACEHOLDER_LIST}`),
  definitionFile: boundedText(1024, true)
    .optional()
    .describe("Pipeline definition (JSON), relative to this file; with it Retrigger creates the pipeline; needs roleArn"),
  roleArn: text(
    /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/,
    "expected the ARN of an IAM role, such as arn:aws:iam::111122223333:role/training",
  )
    .optional()
    .describe("IAM role that the created pipeline runs as; needs definitionFile"),
  template: text(
    /^(?:gs:\/\/[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]\/[\w.=/@+-]{1,900}\.(?:json|ya?ml)|https:\/\/[a-z]+-[a-z]+\d{1,2}-kfp\.pkg\.dev(?:\/[\w.-]{1,128}){4})$/,
    "expected a compiled pipeline, gs://bucket/pipeline.yaml or .json, or https://<region>-kfp.pkg.dev/<project>/<repository>/<package>/<tag>",
  )
    .optional()
    .describe("Template of the Vertex AI pipeline that a training starts, in Cloud Storage or Artifact Registry; on AWS: name"),
  outputDirectory: text(
    /^gs:\/\/[a-z0-9][a-z0-9._-]{1,61}[a-z0-9](?:\/[\w.=/@+-]{0,512})?$/,
    "expected a folder of Cloud Storage, such as gs://acme/runs",
  )
    .optional()
    .describe(
      "Where the runs of a Vertex AI pipeline write their artifacts, gs://bucket/folder, outside every watched prefix; needed there",
    ),
  serviceAccount: text(
    /^[a-z][a-z0-9-]{4,28}[a-z0-9]@[a-z][a-z0-9-]{4,28}[a-z0-9]\.iam\.gserviceaccount\.com$/,
    "expected the e-mail address of a service account, such as training@acme-ml.iam.gserviceaccount.com",
  )
    .optional()
    .describe("Service account that a Vertex AI pipeline runs as; Retrigger creates retrigger-<environment>-runner when left out"),
  caching: z
    .boolean()
    .optional()
    .describe("Steps of a Vertex AI pipeline whose inputs did not change are taken from an earlier run; false when left out"),
});

/** One entry of `models`. */
export const modelSchema = z.strictObject({
  data: dataSchema
    .optional()
    .describe(
      "The objects that the model learns from; only a model whose every schedule has mode direct can leave it out, and then has no batch, drift, monitoring or policy",
    ),
  batch: batchSchema.prefault({}).describe("When there is enough new data for a training"),
  pipeline: pipelineSchema.describe("What a training starts"),
  drift: driftSchema
    .prefault({})
    .describe("How the drift reports of whatever monitor there is are judged, and what follows from them"),
  monitoring: monitoringSchema.prefault({}).describe("Where the drift reports come from"),
  policy: policySchema.prefault({}).describe("What the trainings are held to: how often, how dear, with whose approval"),
  operations: modelOperationsSchema.prefault({}).describe("When an alarm of the model is raised"),
  schedule: schedulesSchema
    .optional()
    .describe("When a training is asked for, or with mode direct started, whatever data there is: one schedule, or a list"),
});

export type ModelConfig = z.output<typeof modelSchema>;
