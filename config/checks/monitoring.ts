// What `monitoring` asks of other keys and sections: what monitors need, and where Retrigger's own monitor reads captured requests
// and keeps its baseline.
import { baselineWindows } from "../../functions/core/capture/capture-windows";
import { capturePrefix, objectUri } from "../../functions/core/object-uri";
import { type Problem, quotedValue } from "../errors";
import { CLOUDS } from "../model-cloud";
import { defaultBaseline, hourLocation } from "../sections/capture";
import { durationMs } from "../sections/fields";
import { type Place, placeProblems } from "./place";
import { mapping, type ValidModel } from "./unchecked-config";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Extensions of JSON Lines, in which captures are written, compressed or not. */
const CAPTURE_EXTENSIONS = [".jsonl", ".json", ".ndjson"].flatMap((extension) => [extension, `${extension}.gz`]);

/** The problems of a model's monitoring, as far as the keys that a check needs are valid. */
export function monitoringProblems(config: unknown, model: ValidModel, models: readonly ValidModel[]): Problem[] {
  return [
    ...accessProblems(model),
    ...silenceProblems(config, model),
    ...(model.capture === undefined ? [] : captureProblems(model, models)),
  ];
}

/** The function can read only the folders that are named, and accepts only alarms that a model names. */
function accessProblems({ name, monitoring: { sagemaker, cloudwatch } }: ValidModel): Problem[] {
  const path = ["models", name, "monitoring"];
  const problems: Problem[] = [];
  if (sagemaker !== undefined && sagemaker.schedules.length > 0 && sagemaker.folders.length === 0) {
    const message = `got ${quotedValue(sagemaker.schedules)} without folders; expected the S3 folders of their reports and baselines, because nothing else is read; add sagemaker.folders`;
    problems.push({ path: [...path, "sagemaker", "schedules"], message });
  }
  if (cloudwatch !== undefined && cloudwatch.topics.length > 0 && cloudwatch.alarms.length === 0) {
    const message = `got ${quotedValue(cloudwatch.topics)} without alarms; expected the names of the alarms that notify these topics, because other alarms are refused; add cloudwatch.alarms`;
    problems.push({ path: [...path, "cloudwatch", "topics"], message });
  }
  return problems;
}

/** A model without a monitor gets no reports, which the alarm would take for a monitor that has died. */
function silenceProblems(config: unknown, { name, monitoring }: ValidModel): Problem[] {
  const { monitorSilent } = mapping(mapping(mapping(mapping(config).models)[name]).operations);
  const { prefix: _prefix, ...monitors } = monitoring;
  const isMonitored = Object.values(monitors).some((monitor) => monitor !== undefined);
  if (monitorSilent === undefined || monitorSilent === "never" || isMonitored) return [];
  const message = `got ${quotedValue(monitorSilent)} for a model without a monitor; expected never, or a monitor in monitoring; add it, or leave the key out`;
  return [{ path: ["models", name, "operations", "monitorSilent"], message }];
}

function captureProblems(model: ValidModel, models: readonly ValidModel[]): Problem[] {
  const places = [locationOf(model), baselineOf(model)].filter((place) => place !== undefined);
  return [
    ...placeholderProblems(model),
    ...places.flatMap((place) => placeProblems(place, models)),
    ...sharedBaselineProblems(model, models),
    ...categoryProblems(model),
    ...unitProblems(model),
    ...spanProblems(model),
  ];
}

function capturePath({ name }: ValidModel, ...keys: (string | number)[]): Problem["path"] {
  return ["models", name, "monitoring", "capture", ...keys];
}

/** Windows need folders of their own: without the day there are none, and without the hour only for windows of whole days. */
function placeholderProblems(model: ValidModel): Problem[] {
  const { location, every } = model.capture ?? {};
  if (location === undefined) return [];
  const folder = hourLocation(location);
  const lacking = (placeholders: readonly string[]) => placeholders.filter((placeholder) => !folder.includes(placeholder));
  const days = lacking(["{yyyy}", "{mm}", "{dd}"]);
  const hours = every === undefined || durationMs(every) % DAY_MS === 0 ? [] : lacking(["{hh}"]);
  const problem = (missing: readonly string[], reason: string): Problem[] => {
    if (missing.length === 0) return [];
    const message = `got ${quotedValue(location)} without ${missing.join(" and ")}, ${reason}; expected a folder for every window, such as ${CLOUDS[model.cloud ?? "aws"].scheme}acme-captures/flights/{yyyy}/{mm}/{dd}/{hh}/`;
    return [{ path: capturePath(model, "location"), message }];
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
    path: capturePath(model, "location"),
    bucket,
    text: location,
    what: "captures",
    // A watched prefix below the location counts too: everything below it is read, whatever a placeholder or * stands for.
    isIn: (prefix) => key.startsWith(prefix) || prefix.startsWith(key),
    isSelectedBy: (suffix) => CAPTURE_EXTENSIONS.some((extension) => extension.endsWith(suffix) || suffix.endsWith(extension)),
  };
}

function baselineOf(model: ValidModel): Place | undefined {
  const text = baselineUri(model);
  if (text === undefined) return undefined;
  const { bucket, key } = objectUri(text);
  return {
    path: capturePath(model, "baseline"),
    bucket,
    text,
    what: "the baseline",
    isIn: (prefix) => key.startsWith(prefix),
    isSelectedBy: (suffix) => key.endsWith(suffix),
  };
}

/** Undefined when the bucket or cloud of the model is unknown. */
function baselineUri({ name, cloud, data: { bucket }, capture }: ValidModel): string | undefined {
  if (capture?.baseline !== undefined) return capture.baseline;
  return bucket === undefined || cloud === undefined ? undefined : defaultBaseline({ model: name, bucket, cloud });
}

/** Two models with one baseline would overwrite each other's. */
function sharedBaselineProblems(model: ValidModel, models: readonly ValidModel[]): Problem[] {
  const baseline = baselineUri(model);
  const earlier = models.slice(0, models.indexOf(model));
  const other = earlier.find((candidate) => candidate.capture !== undefined && baselineUri(candidate) === baseline);
  if (baseline === undefined || other === undefined) return [];
  const message = `got ${quotedValue(baseline)}, the baseline of model ${other.name}; expected a file of the model's own; name another`;
  return [{ path: capturePath(model, "baseline"), message }];
}

function categoryProblems(model: ValidModel): Problem[] {
  const { features = [], categories = [] } = model.capture ?? {};
  if (features.length === 0) return [];
  return categories.flatMap((category, index) => {
    if (features.includes(category)) return [];
    const message = `got ${quotedValue(category)}, which features leaves out, so that it is not compared; expected one of features; add it there, or remove it here`;
    return { path: capturePath(model, "categories", index), message };
  });
}

/** The unit is told by its column, which is no feature: each of its values is seen once. */
function unitProblems(model: ValidModel): Problem[] {
  const { unit, features = [], categories = [] } = model.capture ?? {};
  if (unit === undefined || ![...features, ...categories].includes(unit)) return [];
  const message = `got ${quotedValue(unit)}, which features or categories name too; expected a column that is not compared, because each of its values counts once; remove it there`;
  return [{ path: capturePath(model, "unit"), message }];
}

/** How long a baseline must be to tell a season. */
const LEAST_SPANS = { day: 3 * DAY_MS, week: 14 * DAY_MS } as const;

/** A baseline is made of whole windows, and a season is only told where each of its hours or days comes several times. */
function spanProblems(model: ValidModel): Problem[] {
  const { every, baselineSpan, season } = model.capture ?? {};
  if (every === undefined) return [];
  const periodMs = durationMs(every);
  if (baselineSpan !== undefined && durationMs(baselineSpan) % periodMs !== 0) {
    const message = `got ${quotedValue(baselineSpan)} with windows of ${every}; expected whole windows; set it to a multiple of every`;
    return [{ path: capturePath(model, "baselineSpan"), message }];
  }
  if (season !== "day" && season !== "week") return [];
  const path = capturePath(model, "season");
  if (season === "day" && periodMs >= DAY_MS) {
    const message = `got "day", the hour of the day, with windows of ${every}; expected windows shorter than a day; set every below 1d, or season to auto, week or none`;
    return [{ path, message }];
  }
  if (season === "week" && periodMs > DAY_MS) {
    const message = `got "week", the day of the week, with windows of ${every}; expected windows of a day at most; set every to 1d or less, or season to auto or none`;
    return [{ path, message }];
  }
  const spanMs =
    baselineWindows({ periodMs, ...(baselineSpan !== undefined && { baselineSpanMs: durationMs(baselineSpan) }) }) * periodMs;
  if (spanMs >= LEAST_SPANS[season]) return [];
  const message = `got ${quotedValue(season)} with a baseline of ${spanMs / HOUR_MS}h; expected at least ${LEAST_SPANS[season] / DAY_MS} days, in which each hour or day comes several times; set baselineSpan to ${LEAST_SPANS[season] / DAY_MS}d or more`;
  return [{ path, message }];
}
