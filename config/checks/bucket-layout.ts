// Who reads and who writes where in the buckets: what Retrigger, a monitor or a pipeline writes must never be taken for new data.
import { bucketKeys, MAX_PATTERN_CHARACTERS, matchersApart, objectPattern } from "../../eventbridge/object-pattern";
import { type Problem, quotedValue } from "../errors";
import { ALL_CLOUDS, CLOUDS, type Cloud, cloudOfUri } from "../model-cloud";
import { mayLiveOn, type ValidModel, validBuckets } from "./unchecked-config";

/** What the keys that the manifest stores write end with. */
const WRITTEN_EXTENSIONS: Readonly<Record<Cloud, readonly string[]>> = {
  aws: [".manifest", ".ledger.json.gz"],
  gcp: [".jsonl", ".ledger.json.gz"],
};

/** What the names of drift reports end with. Other objects in a drift folder are no reports, and may be data. */
const REPORT_EXTENSIONS = [".json"];

/** The problems of where the models' files are, as far as the keys that a check needs are valid. */
export function bucketLayoutProblems(config: unknown, models: readonly ValidModel[]): Problem[] {
  return [
    ...models.flatMap((model) => [
      ...manifestLoopProblems(model, models),
      ...reportLoopProblems(model, models),
      ...artifactLoopProblems(model, models),
      ...reportPrefixProblems(model, models),
      ...sharedBucketProblems(model, models),
    ]),
    ...models.filter((model) => mayLiveOn("aws", model)).flatMap(patternSizeProblems),
    ...ALL_CLOUDS.flatMap((cloud) => unusedBucketProblems(cloud, validBuckets(config, cloud), models)),
  ];
}

function manifestLoopProblems({ name, cloud = "aws", data }: ValidModel, models: readonly ValidModel[]): Problem[] {
  const { bucket, prefixes = [], suffixes } = data;
  if (bucket === undefined || suffixes === undefined || !selectsAny(suffixes, WRITTEN_EXTENSIONS[cloud])) return [];
  const written = models.flatMap((other) =>
    other.data.bucket === bucket && other.data.manifestPrefix !== undefined ? [`${other.data.manifestPrefix}${other.name}/`] : [],
  );
  return prefixes.flatMap((prefix, index) => {
    const loop = written.find((folder) => overlap(folder, prefix));
    if (loop === undefined) return [];
    const message = `got ${watchedText(prefix)}, which contains the manifests that Retrigger writes to ${loop}, a loop; expected prefixes outside of it, such as incoming/, or suffixes that select neither ${WRITTEN_EXTENSIONS[cloud].join(" nor ")}`;
    return { path: ["models", name, "data", "prefixes", index], message };
  });
}

/** A report that lands where data is watched would be trained on. */
function reportLoopProblems({ name, data }: ValidModel, models: readonly ValidModel[]): Problem[] {
  const { bucket, prefixes = [], suffixes } = data;
  if (bucket === undefined || suffixes === undefined || !selectsAny(suffixes, REPORT_EXTENSIONS)) return [];
  return prefixes.flatMap((watched, index) => {
    const monitored = models.find(
      ({ data: other, monitoring: { prefix } }) => other.bucket === bucket && prefix !== undefined && overlap(watched, prefix),
    );
    if (monitored === undefined) return [];
    const message = `got ${watchedText(watched)}, which contains the drift reports of model ${monitored.name} in ${monitored.monitoring.prefix}, so that they would be trained on; expected prefixes outside of it, such as incoming/, suffixes that do not select ${REPORT_EXTENSIONS.join(", ")}, or another monitoring.prefix`;
    return { path: ["models", name, "data", "prefixes", index], message };
  });
}

/** Artifacts of a run that land where data is watched would start the next training. */
function artifactLoopProblems(
  { name, cloud, pipeline: { outputDirectory } }: ValidModel,
  models: readonly ValidModel[],
): Problem[] {
  if (outputDirectory === undefined || cloud !== cloudOfUri(outputDirectory)) return [];
  const [, bucket, folder = ""] = /^gs:\/\/([^/]+)\/?(.*?)\/*$/.exec(outputDirectory) ?? [];
  const artifacts = folder === "" ? "" : `${folder}/`;
  const watching = models.find(
    ({ cloud: other, data }) =>
      other === cloud && data.bucket === bucket && data.prefixes?.some((prefix) => overlap(artifacts, prefix)),
  );
  if (watching === undefined) return [];
  const message = `got ${quotedValue(outputDirectory)}, in which model ${watching.name} watches for data, a loop; expected a folder outside of every watched prefix, or another bucket`;
  return [{ path: ["models", name, "pipeline", "outputDirectory"], message }];
}

function reportPrefixProblems({ name, data, monitoring: { prefix } }: ValidModel, models: readonly ValidModel[]): Problem[] {
  if (data.bucket === undefined || prefix === undefined) return [];
  const writing = models.find(
    ({ data: { bucket, manifestPrefix } }) =>
      bucket === data.bucket && manifestPrefix !== undefined && overlap(manifestPrefix, prefix),
  );
  if (writing === undefined) return [];
  const message = `got ${quotedValue(prefix)}, where the manifests of model ${writing.name} are written, which would be taken for drift reports; expected a prefix outside of ${writing.data.manifestPrefix}; set another`;
  return [{ path: ["models", name, "monitoring", "prefix"], message }];
}

/** The same name on two clouds is two buckets, which is likely a mistake. */
function sharedBucketProblems(model: ValidModel, models: readonly ValidModel[]): Problem[] {
  const { name, cloud, data } = model;
  if (data.bucket === undefined || cloud === undefined) return [];
  const earlier = models.slice(0, models.indexOf(model));
  const other = earlier.find(({ data: { bucket }, cloud: own = cloud }) => bucket === data.bucket && own !== cloud);
  if (other?.cloud === undefined) return [];
  const message = `got ${quotedValue(data.bucket)}, which model ${other.name} watches on ${CLOUDS[other.cloud].name}; expected buckets of one cloud each; correct the name, or give one of the buckets another`;
  return [{ path: ["models", name, "data", "bucket"], message }];
}

/** A rule of EventBridge selects objects by their keys; of a model with many prefixes and suffixes there are several rules. */
function patternSizeProblems({ name, data: { bucket, prefixes, suffixes } }: ValidModel): Problem[] {
  if (bucket === undefined || prefixes === undefined || suffixes === undefined) return [];
  const sizes = matchersApart(bucketKeys(bucket, [{ prefixes, suffixes }])).map((keys) => objectPattern([keys]).length);
  const size = Math.max(...sizes);
  if (size <= MAX_PATTERN_CHARACTERS) return [];
  const message = `a prefix and a suffix on ${bucket} make an event pattern of ${size} characters; expected at most ${MAX_PATTERN_CHARACTERS}; use shorter ones`;
  return [{ path: ["models", name, "data"], message }];
}

function unusedBucketProblems(section: Cloud, buckets: readonly string[], models: readonly ValidModel[]): Problem[] {
  const own = models.filter((model) => mayLiveOn(section, model));
  const used = own.filter(({ hasData }) => hasData).map(({ data }) => data.bucket);
  // A bucket name that is wrong may be meant for this very entry.
  if (used.includes(undefined)) return [];
  const read = new Set(section === "aws" ? own.flatMap(readBuckets) : []);
  return buckets
    .filter((bucket) => !used.includes(bucket) && !read.has(bucket))
    .map((bucket) => ({
      path: [section, "buckets", bucket],
      message: `no model uses this bucket; expected one of ${[...new Set(used)].join(", ") || "none"}; correct the name, or remove the entry`,
    }));
}

/** Buckets of S3 beside that of the data that the functions of a model read: captures, baselines, reports and evaluations. */
export function readBuckets({ monitoring, capture, promotion }: ValidModel): string[] {
  const uris = JSON.stringify([monitoring, capture, promotion]).matchAll(/"s3:\/\/([^/"]+)/g);
  return [...uris].flatMap(([, bucket]) => bucket ?? []);
}

function watchedText(prefix: string): string {
  return prefix === "" ? '"", the whole bucket' : quotedValue(prefix);
}

function overlap(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}

/** True when objects with one of these extensions may be selected by the suffixes; no suffix selects everything. */
function selectsAny(suffixes: readonly string[], extensions: readonly string[]): boolean {
  if (suffixes.length === 0) return true;
  return suffixes.some((suffix) => extensions.some((extension) => extension.endsWith(suffix) || suffix.endsWith(extension)));
}
