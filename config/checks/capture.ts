// What of a monitor of our own depends on more than one field. Each rule says all that it finds.
import { capturePrefix, objectUri } from "../../functions/core/object-uri";
import { type Problem, shown } from "../errors";
import { CLOUD_NAMES, type Cloud } from "../model-cloud";
import { CAPTURE_SCHEMES, defaultBaseline, hourLocation } from "../sections/capture";
import { durationMs } from "../sections/fields";
import type { ValidModel } from "./valid-fields";

const DAY_MS = 86_400_000;

/** What files of JSON Lines, which captures are, are named, packed or not. */
const CAPTURE_EXTENSIONS = [".jsonl", ".json", ".ndjson"].flatMap((extension) => [extension, `${extension}.gz`]);

/** Formats that one cloud alone writes. */
const FORMAT_CLOUDS = { sagemaker: "aws", vertex: "gcp" } as const;

/** Where a monitor reads or writes, as a person wrote it or left it out. */
interface Place {
  readonly path: Problem["path"];
  readonly bucket: string;
  readonly text: string;
  readonly what: string;
  readonly isIn: (prefix: string) => boolean;
  readonly isSelectedBy: (suffix: string) => boolean;
}

/** The problems of a model's own monitor, as far as the fields that a rule needs are valid. */
export function captureProblems(model: ValidModel, models: readonly ValidModel[]): Problem[] {
  if (model.capture === undefined) return [];
  const places = [locationOf(model), baselineOf(model)].filter((place) => place !== undefined);
  return [
    ...cloudProblems(model),
    ...placeholderProblems(model),
    ...places.flatMap((place) => placeProblems(place, models)),
    ...sharedProblems(model, models),
    ...categoryProblems(model),
  ];
}

function pathOf({ name }: ValidModel, ...keys: (string | number)[]): Problem["path"] {
  return ["models", name, "monitoring", "capture", ...keys];
}

function cloudProblems(model: ValidModel): Problem[] {
  const { cloud, capture: { location, baseline, endpoint, format } = {} } = model;
  if (cloud === undefined) return [];
  const problems: Problem[] = Object.entries({ location, baseline }).flatMap(([key, uri]) => {
    if (uri === undefined || uri.startsWith(CAPTURE_SCHEMES[cloud])) return [];
    const message = `got ${shown(uri)} for a pipeline on ${CLOUD_NAMES[cloud]}; expected ${CAPTURE_SCHEMES[cloud]}…; name a bucket of the model's cloud`;
    return { path: pathOf(model, key), message };
  });
  if (cloud !== "aws" && endpoint !== undefined) {
    const message = `got ${shown(endpoint)}, an endpoint of SageMaker, for a pipeline on ${CLOUD_NAMES[cloud]}; expected endpoint with pipeline.name alone; remove it`;
    problems.push({ path: pathOf(model, "endpoint"), message });
  }
  const writer: Cloud = format === undefined || format === "rows" ? cloud : FORMAT_CLOUDS[format];
  if (writer !== cloud) {
    const message = `got ${shown(format)}, which ${CLOUD_NAMES[writer]} writes, for a pipeline on ${CLOUD_NAMES[cloud]}; expected rows, or none, for what its endpoints write; correct it`;
    problems.push({ path: pathOf(model, "format"), message });
  }
  return problems;
}

/** Without the day, a window has no folders of its own; without the hour, it must begin and end with a day. */
function placeholderProblems(model: ValidModel): Problem[] {
  const { location, every } = model.capture ?? {};
  if (location === undefined) return [];
  const folder = hourLocation(location);
  const lacking = (placeholders: readonly string[]) => placeholders.filter((placeholder) => !folder.includes(placeholder));
  const days = lacking(["{yyyy}", "{mm}", "{dd}"]);
  const hours = every === undefined || durationMs(every) % DAY_MS === 0 ? [] : lacking(["{hh}"]);
  const problem = (missing: readonly string[], reason: string): Problem[] => {
    if (missing.length === 0) return [];
    const message = `got ${shown(location)} without ${missing.join(" and ")}, ${reason}; expected a folder for every window, such as ${CAPTURE_SCHEMES[model.cloud ?? "aws"]}acme-captures/flights/{yyyy}/{mm}/{dd}/{hh}/`;
    return [{ path: pathOf(model, "location"), message }];
  };
  return [
    ...problem(days, "by which the captures of a day are found; add what is missing"),
    ...problem(hours, `by which those of an hour are found, for windows of ${every}; add it, or set every to whole days`),
  ];
}

function locationOf(model: ValidModel): Place | undefined {
  const { location } = model.capture ?? {};
  if (location === undefined) return undefined;
  const { bucket, key } = capturePrefix(location);
  return {
    path: pathOf(model, "location"),
    bucket,
    text: location,
    what: "captures",
    // Also around it: all that begins so may be read, and what stands for a placeholder or * is not known here.
    isIn: (prefix) => key.startsWith(prefix) || prefix.startsWith(key),
    isSelectedBy: (suffix) => CAPTURE_EXTENSIONS.some((extension) => extension.endsWith(suffix) || suffix.endsWith(extension)),
  };
}

function baselineOf(model: ValidModel): Place | undefined {
  const text = baselineUri(model);
  if (text === undefined) return undefined;
  const { bucket, key } = objectUri(text);
  return {
    path: pathOf(model, "baseline"),
    bucket,
    text,
    what: "the baseline",
    isIn: (prefix) => key.startsWith(prefix),
    isSelectedBy: (suffix) => key.endsWith(suffix),
  };
}

/** Undefined where the model's bucket or cloud is not known. */
function baselineUri({ name, cloud, data: { bucket }, capture }: ValidModel): string | undefined {
  if (capture?.baseline !== undefined) return capture.baseline;
  return bucket === undefined || cloud === undefined ? undefined : defaultBaseline({ model: name, bucket, cloud });
}

/** What lies among data is trained on, what lies among drift reports is taken for one, and what lies among manifests may be removed. */
function placeProblems(place: Place, models: readonly ValidModel[]): Problem[] {
  const { path, text, what } = place;
  const onBucket = models.filter(({ data }) => data.bucket === place.bucket);
  const problem = (where: string, consequence: string): Problem => {
    const message = `got ${shown(text)}, where ${where}, so that ${what} ${consequence}; expected a place outside of it; name another, or another bucket`;
    return { path, message };
  };
  const watched = onBucket.flatMap(({ name, data: { prefixes = [], suffixes } }) => {
    const isSelected = suffixes !== undefined && (suffixes.length === 0 || suffixes.some(place.isSelectedBy));
    const prefix = isSelected ? prefixes.find(place.isIn) : undefined;
    return prefix === undefined ? [] : [problem(`model ${name} watches ${shown(prefix)} for data`, "would be trained on")];
  });
  const reports = onBucket.flatMap(({ name, monitoring: { prefix } }) =>
    prefix !== undefined && place.isIn(prefix)
      ? [problem(`the drift reports of model ${name} are awaited in ${prefix}`, "would be taken for reports")]
      : [],
  );
  const manifests = onBucket.flatMap(({ name, data: { manifestPrefix } }) =>
    manifestPrefix !== undefined && place.isIn(manifestPrefix)
      ? [problem(`the manifests of model ${name} are written to ${manifestPrefix}`, "may be removed with old ones")]
      : [],
  );
  return [watched, reports, manifests].flatMap((found) => found.slice(0, 1));
}

/** A baseline is of one model's captures, and no other model's are compared with it. */
function sharedProblems(model: ValidModel, models: readonly ValidModel[]): Problem[] {
  const baseline = baselineUri(model);
  const earlier = models.slice(0, models.indexOf(model));
  const other = earlier.find((candidate) => candidate.capture !== undefined && baselineUri(candidate) === baseline);
  if (baseline === undefined || other === undefined) return [];
  const message = `got ${shown(baseline)}, the baseline of model ${other.name}; expected a file of the model's own; name another`;
  return [{ path: pathOf(model, "baseline"), message }];
}

function categoryProblems(model: ValidModel): Problem[] {
  const { features = [], categories = [] } = model.capture ?? {};
  if (features.length === 0) return [];
  return categories.flatMap((category, index) => {
    if (features.includes(category)) return [];
    const message = `got ${shown(category)}, which features leaves out, so that it is not compared; expected one of features; add it there, or remove it here`;
    return { path: pathOf(model, "categories", index), message };
  });
}
