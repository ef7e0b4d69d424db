// What depends on more than one field of where drift reports come from. Each rule says all that it finds.
import { type Problem, shown } from "../errors";
import { CLOUD_NAMES } from "../model-cloud";
import type { ValidModel } from "./valid-fields";

/** What monitors write: other objects of a drift folder are no reports, and may be data. */
const REPORT_EXTENSION = ".json";

/** Keys of `monitoring` that one cloud alone knows, and the field that puts a model there. */
const CLOUD_KEYS = {
  aws: { keys: ["sagemaker", "cloudwatch"], field: "name" },
  gcp: { keys: ["vertex"], field: "template" },
} as const;

/** The problems of a model's monitoring, as far as the fields that a rule needs are valid. */
export function monitoringProblems(model: ValidModel, models: readonly ValidModel[]): Problem[] {
  return [
    ...watchedProblems(model, models),
    ...manifestProblems(model, models),
    ...foreignProblems(model),
    ...accessProblems(model),
  ];
}

/** A report that lands where data is watched would be trained on. */
function watchedProblems({ name, data }: ValidModel, models: readonly ValidModel[]): Problem[] {
  const { bucket, prefixes = [], suffixes } = data;
  if (bucket === undefined || suffixes === undefined || !selectsReports(suffixes)) return [];
  return prefixes.flatMap((watched, index) => {
    const monitored = models.find(
      ({ data: other, monitoring: { prefix } }) => other.bucket === bucket && prefix !== undefined && overlap(watched, prefix),
    );
    if (monitored === undefined) return [];
    const message = `got ${shown(watched)}, which contains the drift reports of model ${monitored.name} in ${monitored.monitoring.prefix}, so that they would be trained on; expected prefixes outside of it, suffixes that do not select ${REPORT_EXTENSION}, or another monitoring.prefix`;
    return [{ path: ["models", name, "data", "prefixes", index], message }];
  });
}

function manifestProblems(
  { name, data: { bucket }, monitoring: { prefix } }: ValidModel,
  models: readonly ValidModel[],
): Problem[] {
  if (bucket === undefined || prefix === undefined) return [];
  const writing = models.find(
    ({ data }) => data.bucket === bucket && data.manifestPrefix !== undefined && overlap(data.manifestPrefix, prefix),
  );
  if (writing === undefined) return [];
  const message = `got ${shown(prefix)}, where the manifests of model ${writing.name} are written, which would be taken for drift reports; expected a prefix outside of ${writing.data.manifestPrefix}; set another`;
  return [{ path: ["models", name, "monitoring", "prefix"], message }];
}

function overlap(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}

function selectsReports(suffixes: readonly string[]): boolean {
  return suffixes.length === 0 || suffixes.some((suffix) => suffix.endsWith(REPORT_EXTENSION) || REPORT_EXTENSION.endsWith(suffix));
}

function foreignProblems({ name, cloud, monitoring }: ValidModel): Problem[] {
  if (cloud === undefined) return [];
  const other = cloud === "aws" ? "gcp" : "aws";
  const { keys, field } = CLOUD_KEYS[other];
  return keys
    .filter((key) => monitoring[key] !== undefined)
    .map((key) => ({
      path: ["models", name, "monitoring", key],
      message: `got monitors of ${CLOUD_NAMES[other]} for a pipeline on ${CLOUD_NAMES[cloud]}; expected ${key} with pipeline.${field} alone; remove it`,
    }));
}

/** The function may read only what is named, and hears only of alarms that a model names. */
function accessProblems({ name, monitoring: { sagemaker, cloudwatch } }: ValidModel): Problem[] {
  const path = ["models", name, "monitoring"];
  const problems: Problem[] = [];
  if (sagemaker !== undefined && sagemaker.schedules.length > 0 && sagemaker.folders.length === 0) {
    const message = `got ${shown(sagemaker.schedules)} without folders; expected the folders of S3 that their reports and baselines are in, as nothing else may be read; add sagemaker.folders`;
    problems.push({ path: [...path, "sagemaker", "schedules"], message });
  }
  if (cloudwatch !== undefined && cloudwatch.topics.length > 0 && cloudwatch.alarms.length === 0) {
    const message = `got ${shown(cloudwatch.topics)} without alarms; expected the names of the alarms that notify them, as any other is refused; add cloudwatch.alarms`;
    problems.push({ path: [...path, "cloudwatch", "topics"], message });
  }
  return problems;
}
