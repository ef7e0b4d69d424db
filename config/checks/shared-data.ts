// What several deployments do to each other's data: each by itself is right.
import type { DeploymentConfig } from "../config";
import { type Problem, quotedValue } from "../errors";
import { ALL_CLOUDS, CLOUDS, type Cloud, cloudOf } from "../model-cloud";

/** A deployment beside others. */
export interface NamedConfig {
  /** As people tell it from the others: its environment, or its file too where two files are of one environment. */
  readonly environment: string;
  readonly config: DeploymentConfig;
}

/** Data, or drift reports, of a model that a model of another deployment reads too. */
export interface SharedData extends Pick<Problem, "path" | "message"> {
  /** Which of the configurations `path` belongs to: its position among those that were given. */
  readonly index: number;
}

interface Watch {
  readonly index: number;
  readonly environment: string;
  readonly model: string;
  readonly prefixes: readonly string[];
  readonly suffixes: readonly string[];
  /** Where its drift reports are read. */
  readonly reports: string;
}

/**
 * The data that models of several deployments watch: the same bucket of the same cloud, where one prefix starts with the other, and
 * suffixes that one object may have; and where the data is apart, drift reports that both read. It is told at the model of the
 * later configuration, once, with the first model that it shares data with and the number of the others. Pure.
 * @param configs checked configurations: environments of one file, or files
 */
export function sharedData(configs: readonly NamedConfig[]): SharedData[] {
  const watches = new Map<string, Watch[]>();
  return configs.flatMap(({ environment, config }, index) =>
    Object.entries(config.models).flatMap(([model, { data, pipeline, monitoring }]) => {
      const cloud = cloudOf(pipeline);
      if (data === undefined || cloud === undefined) return [];
      const { bucket, prefixes, suffixes } = data;
      const own: Watch = { index, environment, model, prefixes, suffixes, reports: `${monitoring.prefix}${model}/` };
      const onBucket = watchesOn(watches, cloud, bucket);
      const earlier = onBucket.filter((other) => other.index !== index);
      onBucket.push(own);
      return sharedWith(own, bucket, earlier);
    }),
  );
}

/**
 * Buckets that a later configuration creates under a name that an earlier one creates too: names are unique in all of a cloud, so
 * that the second apply would fail, in another account too.
 */
export function createdTwice(configs: readonly NamedConfig[]): SharedData[] {
  const creators = new Map<string, string>();
  return configs.flatMap(({ environment, config }, index) =>
    ALL_CLOUDS.flatMap((cloud) =>
      Object.entries(config[cloud]?.buckets ?? {}).flatMap(([bucket, { create }]): SharedData[] => {
        if (!create) return [];
        const key = `${cloud} ${bucket}`;
        const other = creators.get(key);
        if (other === undefined) {
          creators.set(key, environment);
          return [];
        }
        const message = `got true, and ${other} creates ${bucket} too: the second apply fails, as a bucket's name is unique in all of ${CLOUDS[cloud].name}; expected create: true in one environment alone; give this one its own bucket`;
        return [{ index, path: [cloud, "buckets", bucket, "create"], message }];
      }),
    ),
  );
}

function watchesOn(watches: Map<string, Watch[]>, cloud: Cloud, bucket: string): Watch[] {
  const key = `${cloud} ${bucket}`;
  const found = watches.get(key) ?? [];
  watches.set(key, found);
  return found;
}

function sharedWith(own: Watch, bucket: string, earlier: readonly Watch[]): SharedData[] {
  const sharing = earlier.flatMap((other) => {
    const position = own.prefixes.findIndex((prefix) => other.prefixes.some((its) => overlap(prefix, its)));
    return position >= 0 && mayShareSuffix(own.suffixes, other.suffixes) ? [{ other, position }] : [];
  });
  const [first] = sharing;
  if (first === undefined) return sharedReports(own, bucket, earlier);
  const { other, position } = first;
  const prefix = own.prefixes[position] ?? "";
  const its = other.prefixes.find((candidate) => overlap(prefix, candidate)) ?? "";
  const more = sharing.length === 1 ? "" : `, and ${sharing.length - 1} more`;
  const reports = other.reports === own.reports ? `, as is a drift report in ${own.reports}` : "";
  const message = `got ${quotedValue(prefix)} on ${bucket}, where model ${other.model} of ${other.environment} watches ${quotedValue(its)}${more}: an object that lands there is new data for both${reports}; expected data that only one deployment watches; give this one its own bucket, prefixes or suffixes`;
  return [{ index: own.index, path: ["models", own.model, "data", "prefixes", position], message }];
}

/** Of models with data apart, in one bucket. */
function sharedReports(own: Watch, bucket: string, earlier: readonly Watch[]): SharedData[] {
  const other = earlier.find(({ reports }) => reports === own.reports);
  if (other === undefined) return [];
  const message = `got drift reports in ${own.reports} on ${bucket}, where model ${other.model} of ${other.environment} reads them too: each report is judged by both; expected reports of one deployment alone; give this one another monitoring.prefix, or its own bucket`;
  return [{ index: own.index, path: ["models", own.model, "monitoring", "prefix"], message }];
}

function overlap(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}

/** No suffix selects every object. */
function mayShareSuffix(some: readonly string[], others: readonly string[]): boolean {
  if (some.length === 0 || others.length === 0) return true;
  return some.some((suffix) => others.some((other) => suffix.endsWith(other) || other.endsWith(suffix)));
}
