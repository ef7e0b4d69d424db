// What depends on more than one field of retrigger.yaml. Each rule says all that it finds.
import { resolve } from "node:path";
import { MAX_PATTERN_CHARACTERS, objectPattern } from "../../eventbridge/object-pattern";
import { type Problem, shown } from "../errors";
import type { Cloud } from "../model-cloud";
import { durationMs } from "../sections/fields";
import { captureProblems } from "./capture";
import { cloudProblems } from "./cloud";
import { dataProblems } from "./direct";
import { monitoringProblems } from "./monitoring";
import { operationsProblems } from "./operations";
import { definitionMistakes } from "./pipeline-definition";
import { policyProblems } from "./policy";
import { ruleProblems } from "./rule";
import { scheduleProblems } from "./schedule";
import { type ValidModel, validBuckets, validModels } from "./valid-fields";

/** What the manifest stores' keys end with. */
const WRITTEN_EXTENSIONS: Readonly<Record<Cloud, readonly string[]>> = {
  aws: [".manifest", ".ledger.json.gz"],
  gcp: [".jsonl", ".ledger.json.gz"],
};

/** The problems of an unchecked configuration, as far as the fields that a rule needs are valid; files are relative to `directory`. */
export function crossFieldProblems(config: unknown, directory: string): Problem[] {
  const models = validModels(config);
  return [
    ...models.flatMap((model) => [
      ...loopProblems(model, models),
      ...timeProblems(model),
      ...(model.cloud === "gcp" ? [] : pipelineProblems(model, models, directory)),
      ...policyProblems(model),
      ...monitoringProblems(model, models),
      ...captureProblems(model, models),
    ]),
    ...scheduleProblems(config),
    ...ruleProblems(config, models),
    ...dataProblems(config),
    ...operationsProblems(config, models),
    ...cloudProblems(config, models),
    ...patternProblems(models.filter(({ cloud }) => cloud !== "gcp")),
    ...bucketProblems("aws", validBuckets(config, "aws"), models),
    ...bucketProblems("gcp", validBuckets(config, "gcp"), models),
  ];
}

function loopProblems({ name, cloud = "aws", data }: ValidModel, models: readonly ValidModel[]): Problem[] {
  const { bucket, prefixes = [], suffixes } = data;
  if (bucket === undefined || suffixes === undefined || !suffixesSelect(suffixes, WRITTEN_EXTENSIONS[cloud])) return [];
  const written = models.flatMap((other) =>
    other.data.bucket === bucket && other.data.manifestPrefix !== undefined ? [`${other.data.manifestPrefix}${other.name}/`] : [],
  );
  return prefixes.flatMap((prefix, index) => {
    const loop = written.find((stem) => stem.startsWith(prefix) || prefix.startsWith(stem));
    if (loop === undefined) return [];
    return {
      path: ["models", name, "data", "prefixes", index],
      message: `got ${shown(prefix)}, which contains the manifests that Retrigger writes to ${loop}, a loop; expected prefixes outside of it, or suffixes that select neither ${WRITTEN_EXTENSIONS[cloud].join(" nor ")}`,
    };
  });
}

function suffixesSelect(suffixes: readonly string[], written: readonly string[]): boolean {
  if (suffixes.length === 0) return true;
  return suffixes.some((suffix) => written.some((extension) => extension.endsWith(suffix) || suffix.endsWith(extension)));
}

function timeProblems({ name, batch }: ValidModel): Problem[] {
  const { window, dedupeHorizon, retention } = batch;
  if (retention === undefined) return [];
  const problems: Problem[] = [];
  if (dedupeHorizon !== undefined && durationMs(dedupeHorizon) > durationMs(retention)) {
    problems.push({
      path: ["models", name, "batch", "dedupeHorizon"],
      message: `got ${shown(dedupeHorizon)}; expected at most the retention, ${retention}; shorten it, or lengthen retention`,
    });
  }
  if (window !== undefined && window !== "never" && durationMs(window) > durationMs(retention) / 4) {
    problems.push({
      path: ["models", name, "batch", "window"],
      message: `got ${shown(window)}; expected at most a quarter of the retention, ${retention}; shorten it, or lengthen retention`,
    });
  }
  return problems;
}

function pipelineProblems(model: ValidModel, models: readonly ValidModel[], directory: string): Problem[] {
  const { name, pipeline } = model;
  const { definitionFile, roleArn } = pipeline;
  const path = ["models", name, "pipeline", "definitionFile"];
  if (definitionFile === undefined) {
    if (roleArn === undefined) return [];
    const message = "got a role without definitionFile; expected both, to create the pipeline, or neither, for one that exists";
    return [{ path: ["models", name, "pipeline", "roleArn"], message }];
  }
  const problems: Problem[] = definitionMistakes(resolve(directory, definitionFile), startedWith(model)).map((mistake) => ({
    path,
    message: `${shown(definitionFile)} ${mistake}`,
  }));
  if (roleArn === undefined) {
    const message = `got ${shown(definitionFile)} without roleArn; expected both, to create the pipeline, or neither, for one that exists`;
    problems.push({ path, message });
  }
  const first = models.find((other) => other.pipeline.definitionFile !== undefined && other.pipeline.name === pipeline.name);
  if (pipeline.name !== undefined && first !== undefined && first.name !== name) {
    const message = `creates pipeline ${pipeline.name}, as model ${first.name} does; expected one definitionFile for it; leave the others out`;
    problems.push({ path, message });
  }
  return problems;
}

/** The names of all parameters that anything starts the pipeline with. */
function startedWith({ hasData, pipeline: { parameters = {} }, directParameters }: ValidModel): string[] {
  return [...new Set([...(hasData ? Object.keys(parameters) : []), ...directParameters])];
}

function patternProblems(models: readonly ValidModel[]): Problem[] {
  const buckets = new Map(models.map(({ name, data }) => [data.bucket, name]));
  return [...buckets].flatMap(([bucket, name]) => {
    const selections = models.flatMap(({ data: { bucket: other, prefixes, suffixes } }) =>
      other === bucket && prefixes !== undefined && suffixes !== undefined ? [{ prefixes, suffixes }] : [],
    );
    const size = bucket === undefined ? 0 : objectPattern(bucket, selections).length;
    if (size <= MAX_PATTERN_CHARACTERS) return [];
    const message = `the prefixes and suffixes of all models on ${bucket} make an event pattern of ${size} characters; expected at most ${MAX_PATTERN_CHARACTERS}; use fewer or shorter ones, or another bucket`;
    return { path: ["models", name, "data"], message };
  });
}

function bucketProblems(section: Cloud, buckets: readonly string[], models: readonly ValidModel[]): Problem[] {
  const used = models.filter(({ cloud = section, hasData }) => cloud === section && hasData).map(({ data }) => data.bucket);
  // A bucket name that is wrong may be meant for this very entry.
  if (used.includes(undefined)) return [];
  return buckets
    .filter((bucket) => !used.includes(bucket))
    .map((bucket) => ({
      path: [section, "buckets", bucket],
      message: `no model uses this bucket; expected one of ${[...new Set(used)].join(", ") || "none"}; correct the name, or remove the entry`,
    }));
}
