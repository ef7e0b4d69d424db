// The section `pipeline` of a model: what a training starts, a SageMaker pipeline by its name or a Vertex AI pipeline by its
// template.
import * as z from "zod";
import { PLACEHOLDERS, unknownPlaceholders } from "../../functions/core/coordination/render-parameters";
import type { PipelineSettings, VertexPipeline } from "../../functions/core/model-settings";
import { nearestWord } from "../../functions/core/nearest-word";
import { didYouMean, quotedValue } from "../errors";
import { CLOUDS, type Cloud, type OneCloudKey } from "../model-cloud";
import { address, boundedText, parameterExpectation, text } from "./fields";
import { kmsKeyNameSchema } from "./gcp/security";

const PLACEHOLDER_LIST = Object.keys(PLACEHOLDERS)
  .map((name) => `{${name}}`)
  .join(", ");

const parametersSchema = z
  .record(
    text(/^[A-Za-z0-9_-]{1,256}$/, "expected a parameter name of 1 to 256 of A-Z, a-z, 0-9, - and _"),
    z
      .string({ error: parameterExpectation })
      .max(1024, { error: "expected at most 1024 characters" })
      .refine((value) => unknownPlaceholders(value).length === 0, {
        error: ({ input }) => `${placeholderHint(input)}expected no other placeholders than ${PLACEHOLDER_LIST}`,
      }),
  )
  .refine((parameters) => Object.keys(parameters).length <= 200, { error: "expected at most 200 parameters" });

/** Those that were probably meant by placeholders that do not exist. */
function placeholderHint(value: unknown): string {
  const unknown = typeof value === "string" ? unknownPlaceholders(value) : [];
  const meant = unknown.flatMap((name) => nearestWord(name, Object.keys(PLACEHOLDERS)) ?? []);
  return meant.length === 0 ? "" : didYouMean([...new Set(meant)].map((name) => `{${name}}`).join(" and "));
}

const PIPELINE_EXPECTATION =
  "expected a mapping with name, for a pipeline of SageMaker, or template and outputDirectory, for one of Vertex AI, such as {name: churn-training}";

/** Of a text in the place of the section. */
function nameHint(input: unknown): string {
  if (typeof input !== "string") return "";
  const key = input.startsWith("gs://") || input.startsWith("https://") ? "template" : "name";
  return didYouMean(`{${key}: ${input}}`);
}

/** What a model's training starts. */
export const pipelineSchema = z.strictObject(
  {
    name: text(
      /^[a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,255}$/,
      "expected the name of a SageMaker pipeline, not its ARN: 1 to 256 of A-Z, a-z, 0-9 and -, with a letter or digit at both ends",
    )
      .optional()
      .describe(
        "Name of the SageMaker pipeline to start; it must exist unless definitionFile is given; on Google Cloud use template",
      ),
    parameters: parametersSchema
      .default({ ManifestUri: "{manifestUri}" })
      .describe(`Parameters to start the pipeline with, at most 200; a value is text and may hold ${PLACEHOLDER_LIST}`),
    definitionFile: boundedText(1024, true)
      .optional()
      .describe(
        "Pipeline definition (JSON) from which Retrigger creates the SageMaker pipeline; a path relative to this file; needs roleArn",
      ),
    roleArn: text(
      /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/,
      "expected the ARN of an IAM role, such as arn:aws:iam::111122223333:role/training",
    )
      .optional()
      .describe("ARN of the IAM role that the created SageMaker pipeline runs as; needs definitionFile"),
    template: address(
      /^(?:gs:\/\/[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]\/[\w.=/@+-]{1,900}\.(?:json|ya?ml)|https:\/\/[a-z]+-[a-z]+\d{1,2}-kfp\.pkg\.dev(?:\/[\w.-]{1,128}){4})$/,
      "expected a compiled pipeline, gs://bucket/pipeline.yaml or .json, or https://<region>-kfp.pkg.dev/<project>/<repository>/<package>/<tag>",
    )
      .optional()
      .describe("Compiled template of the Vertex AI pipeline to start, in Cloud Storage or Artifact Registry; on AWS use name"),
    outputDirectory: address(
      /^gs:\/\/[a-z0-9][a-z0-9._-]{1,61}[a-z0-9](?:\/[\w.=/@+-]{0,512})?$/,
      "expected a folder of Cloud Storage, such as gs://acme/runs",
    )
      .optional()
      .describe(
        "Folder for the artifacts of the Vertex AI pipeline, gs://bucket/folder, outside every watched prefix; needed with template",
      ),
    serviceAccount: text(
      /^[a-z][a-z0-9-]{4,28}[a-z0-9]@[a-z][a-z0-9-]{4,28}[a-z0-9]\.iam\.gserviceaccount\.com$/,
      "expected the e-mail address of a service account, 6 to 30 of a-z, 0-9 and - before @<project>.iam.gserviceaccount.com, starting with a letter, such as training@acme-ml.iam.gserviceaccount.com",
    )
      .optional()
      .describe(
        "E-mail address of the service account that the Vertex AI pipeline runs as; by default Retrigger creates retrigger-<environment>-runner",
      ),
    caching: z
      .boolean()
      .optional()
      .describe("Whether the Vertex AI pipeline reuses the results of steps whose inputs did not change; false by default"),
    kmsKey: kmsKeyNameSchema
      .optional()
      .describe(
        "Name of the key in the region that Vertex AI encrypts a run with, and all that the run makes, models included; none by default, whatever gcp.kms.key is",
      ),
  },
  { error: ({ input }) => `${nameHint(input)}${PIPELINE_EXPECTATION}` },
);

function pipelineKey(cloud: Cloud, key: keyof z.output<typeof pipelineSchema>): OneCloudKey {
  return {
    path: ["pipeline", key],
    cloudOf: () => cloud,
    message: (value, { on, of }) =>
      `got ${quotedValue(value)} for ${CLOUDS[on].pipeline}; expected ${key} with pipeline.${CLOUDS[of].pipelineKey} alone, on ${CLOUDS[of].name}; remove it`,
  };
}

/** Keys of `pipeline` that belong to one cloud, without `name` and `template`, which say on which cloud the model lives. */
export const PIPELINE_CLOUD_KEYS: readonly OneCloudKey[] = [
  pipelineKey("aws", "definitionFile"),
  pipelineKey("aws", "roleArn"),
  pipelineKey("gcp", "outputDirectory"),
  pipelineKey("gcp", "serviceAccount"),
  pipelineKey("gcp", "caching"),
  pipelineKey("gcp", "kmsKey"),
];

/** Keys of `pipeline` that a cloud needs, in addition to the one that names the pipeline; each with what it must be. */
export const NEEDED_PIPELINE_KEYS: Readonly<Record<Cloud, Readonly<Record<string, string>>>> = {
  aws: {},
  gcp: { outputDirectory: "a folder of the runs' artifacts, such as gs://acme/runs" },
};

/**
 * What is wrong with the name of a parameter on a cloud; undefined when nothing is. Those of Vertex AI are parameters of Python
 * functions.
 */
export const PARAMETER_NAME_MISTAKES: Readonly<Record<Cloud, (name: string) => string | undefined>> = {
  aws: () => undefined,
  gcp: (name) =>
    /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)
      ? undefined
      : `got the name ${quotedValue(name)}; expected a parameter of a Vertex AI pipeline: A-Z, a-z, 0-9 and _, not starting with a digit; rename it`,
};

/** Where the pipelines of Google Cloud run, and the service account of those whose model names none. */
export type VertexRuns = Pick<VertexPipeline, "project" | "location" | "serviceAccount">;

/**
 * The pipeline of a configured model as the functions start it.
 * @param runs needed for a Vertex AI pipeline
 * @param labels of the model, which its runs on Vertex AI have too
 * @throws Error when the pipeline is none of its cloud, which a checked configuration on its own stack never has
 */
export function pipelineSettings(
  model: string,
  section: z.output<typeof pipelineSchema>,
  runs: VertexRuns | undefined,
  labels: Readonly<Record<string, string>> = {},
): PipelineSettings {
  const { name, template, outputDirectory, parameters } = section;
  if (name !== undefined) return { name, parameters };
  if (template === undefined || outputDirectory === undefined || runs === undefined) {
    throw new Error(
      `model ${model} has no pipeline of its cloud; expected a configuration that loadConfig checked, on its own stack`,
    );
  }
  const { serviceAccount = runs.serviceAccount, caching = false, kmsKey } = section;
  return {
    name: templateName(template),
    parameters,
    vertex: {
      ...runs,
      template,
      outputDirectory: outputDirectory.replace(/\/+$/, ""),
      serviceAccount,
      caching,
      ...(kmsKey !== undefined && { kmsKey }),
      ...(Object.keys(labels).length > 0 && { labels }),
    },
  };
}

/** What people call a pipeline: the file name of its template without extension, or its package in Artifact Registry. */
function templateName(template: string): string {
  const steps = template.split("/");
  const isPackage = template.startsWith("https:");
  return (steps.at(isPackage ? -2 : -1) ?? template).replace(isPackage ? "" : /\.(?:json|ya?ml)$/, "");
}
