// What a model's cloud asks of it, and the sections of the clouds. Each rule says all that it finds.
import { type Problem, shown } from "../errors";
import { CLOUD_NAMES, type Cloud, cloudOf } from "../model-cloud";
import { mapping, type ValidModel } from "./valid-fields";

const CLOUDS = ["aws", "gcp"] as const;

/** The field that names a pipeline of a cloud, and what such a pipeline is. */
const PIPELINES: Readonly<Record<Cloud, { readonly key: string; readonly what: string }>> = {
  aws: { key: "name", what: "a pipeline of SageMaker" },
  gcp: { key: "template", what: "a pipeline of Vertex AI" },
};

/** Fields of `pipeline` that only one cloud knows. */
const OWN_FIELDS: Readonly<Record<Cloud, readonly string[]>> = {
  aws: ["definitionFile", "roleArn"],
  gcp: ["outputDirectory", "serviceAccount", "caching"],
};

/** The problems of an unchecked configuration that come from the clouds of its models. */
export function cloudProblems(config: unknown, models: readonly ValidModel[]): Problem[] {
  const sections = mapping(config);
  const configured = CLOUDS.filter((cloud) => sections[cloud] !== undefined);
  return [
    ...sectionProblems(configured, models),
    ...Object.entries(mapping(sections.models)).flatMap(([name, section]) => {
      const pipeline = mapping(section).pipeline;
      return pipeline === undefined ? [] : pipelineProblems(["models", name, "pipeline"], mapping(pipeline), configured);
    }),
    ...models.flatMap((model) => [...bucketProblems(model, models), ...parameterProblems(model)]),
    ...models.flatMap((model) => outputProblems(model, models)),
  ];
}

function sectionProblems(configured: readonly Cloud[], models: readonly ValidModel[]): Problem[] {
  if (configured.length === 0) {
    const message = "missing, as is gcp; expected at least one of them; add aws: {region}, or gcp: {project, region}";
    return [{ path: ["aws"], message }];
  }
  // A pipeline that is not understood may be meant for any cloud.
  if (models.length === 0 || models.some(({ cloud }) => cloud === undefined)) return [];
  return configured
    .filter((section) => models.every(({ cloud }) => cloud !== section))
    .map((section) => {
      const { key } = PIPELINES[section];
      const message = `no model lives on ${CLOUD_NAMES[section]}; expected one with pipeline.${key}; add it, or remove the section`;
      return { path: [section], message };
    });
}

function pipelineProblems(
  path: Problem["path"],
  pipeline: Readonly<Record<string, unknown>>,
  configured: readonly Cloud[],
): Problem[] {
  const { aws, gcp } = PIPELINES;
  if (pipeline.name === undefined && pipeline.template === undefined) {
    return [{ path, message: `got neither name nor template; expected name, for ${aws.what}, or template, for ${gcp.what}` }];
  }
  const cloud = cloudOf(pipeline);
  if (cloud === undefined) {
    const message = `got a template beside a name; expected one of them, as a model lives on one cloud; remove name for ${gcp.what}, or template for ${aws.what}`;
    return [{ path: [...path, "template"], message }];
  }
  return [
    ...foreignFieldProblems(path, pipeline, cloud),
    ...(configured.length === 0 || configured.includes(cloud) ? [] : [notConfigured(path, cloud)]),
    ...(cloud === "gcp" && pipeline.outputDirectory === undefined
      ? [
          {
            path: [...path, "outputDirectory"],
            message: "missing; expected a folder of the runs' artifacts, such as gs://acme/runs",
          },
        ]
      : []),
  ];
}

function foreignFieldProblems(path: Problem["path"], pipeline: Readonly<Record<string, unknown>>, cloud: Cloud): Problem[] {
  const other = cloud === "aws" ? "gcp" : "aws";
  return OWN_FIELDS[other]
    .filter((field) => pipeline[field] !== undefined)
    .map((field) => ({
      path: [...path, field],
      message: `got ${shown(pipeline[field])} for ${PIPELINES[cloud].what}; expected ${field} with pipeline.${PIPELINES[other].key} alone, on ${CLOUD_NAMES[other]}; remove it`,
    }));
}

function notConfigured(path: Problem["path"], cloud: Cloud): Problem {
  const { key, what } = PIPELINES[cloud];
  const section = cloud === "aws" ? "aws: {region}" : "gcp: {project, region}";
  const message = `names ${what}, but ${CLOUD_NAMES[cloud]} is not configured; expected the section ${cloud}; add ${section}, or name a pipeline of the other cloud`;
  return { path: [...path, key], message };
}

function bucketProblems({ name, cloud, data: { bucket } }: ValidModel, models: readonly ValidModel[]): Problem[] {
  if (bucket === undefined || cloud === undefined) return [];
  const path = ["models", name, "data", "bucket"];
  const problems: Problem[] = [];
  if (cloud === "aws" && bucket.includes("_")) {
    problems.push({ path, message: `got ${shown(bucket)}; expected the name of an S3 bucket, which has no _; correct it` });
  }
  const before = models.slice(
    0,
    models.findIndex((model) => model.name === name),
  );
  const other = before.find((model) => model.data.bucket === bucket && model.cloud !== undefined && model.cloud !== cloud);
  if (other?.cloud !== undefined) {
    const message = `got ${shown(bucket)}, which model ${other.name} watches on ${CLOUD_NAMES[other.cloud]}; expected buckets of one cloud each; correct the name, or give one of the buckets another`;
    problems.push({ path, message });
  }
  return problems;
}

/** A parameter of a Vertex AI pipeline is one of a Python function. */
function parameterProblems({ name, cloud, pipeline: { parameters } }: ValidModel): Problem[] {
  if (cloud !== "gcp") return [];
  return Object.keys(parameters ?? {})
    .filter((parameter) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(parameter))
    .map((parameter) => ({
      path: ["models", name, "pipeline", "parameters", parameter],
      message: `got the name ${shown(parameter)}; expected a parameter of a Vertex AI pipeline: A-Z, a-z, 0-9 and _, not starting with a digit; rename it`,
    }));
}

/** Artifacts that land where data is watched would start the next training. */
function outputProblems({ name, cloud, pipeline: { outputDirectory } }: ValidModel, models: readonly ValidModel[]): Problem[] {
  if (cloud !== "gcp" || outputDirectory === undefined) return [];
  const [, bucket, folder = ""] = /^gs:\/\/([^/]+)\/?(.*?)\/*$/.exec(outputDirectory) ?? [];
  const artifacts = folder === "" ? "" : `${folder}/`;
  const watching = models.find(
    ({ cloud: other, data }) =>
      other === "gcp" &&
      data.bucket === bucket &&
      data.prefixes?.some((prefix) => artifacts.startsWith(prefix) || prefix.startsWith(artifacts)),
  );
  if (watching === undefined) return [];
  const message = `got ${shown(outputDirectory)}, in which model ${watching.name} watches for data, a loop; expected a folder outside of every watched prefix, or another bucket`;
  return [{ path: ["models", name, "pipeline", "outputDirectory"], message }];
}
