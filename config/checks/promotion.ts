// What `promotion` asks of other keys and sections: what is known of its metrics, which registry is whose, and where its files lie.
import { objectUri } from "../../functions/core/object-uri";
import { type Problem, quotedValue } from "../errors";
import { isOfTraining, type KnownMetric, knownMetric, likelyMetric } from "../sections/evaluation-metrics";
import { defaultMargin, evaluationsFolder, type PromotionConfig } from "../sections/promotion";
import { vertexModelName } from "../sections/promotion-registry";
import { type Place, placeProblems } from "./place";
import { gcpOf, type ValidModel } from "./unchecked-config";

/** How the names of evaluations and of predictions end, compressed or not. */
const WRITTEN_EXTENSIONS = [".json", ".jsonl", ".csv"].flatMap((extension) => [extension, `${extension}.gz`]);

/**
 * Rows times columns of slices within which candidates are compared in one call of the function: of 2,000,000 with the AUC as
 * main metric judging took more than a minute on a busy machine.
 */
const MOST_SLICED_ROWS = 2_000_000;

/** The problems of a model's promotion, as far as the keys that a check needs are valid. */
export function promotionProblems(config: unknown, model: ValidModel, models: readonly ValidModel[]): Problem[] {
  if (model.promotion === undefined) return [];
  const { metrics = [], slices } = model.promotion;
  const names = metrics.map(({ name }) => name);
  return [
    ...metrics.flatMap((metric, index) => metricProblems(promotionPath(model, "metrics", index), metric)),
    ...repeated(names).map((index) => {
      const message = `got ${quotedValue(names[index])}, which an earlier metric has; expected metrics that differ; remove one`;
      return { path: promotionPath(model, "metrics", index, "name"), message };
    }),
    ...repeated(slices?.columns ?? []).map((index) => {
      const message = `got ${quotedValue(slices?.columns[index])} again; expected columns that differ; remove one`;
      return { path: promotionPath(model, "slices", "columns", index), message };
    }),
    ...slicedRowsProblems(model),
    ...registryProblems(config, model, models),
    ...holdOutProblems(model),
    ...placesOf(model).flatMap((place) => placeProblems(place, models)),
  ];
}

function promotionPath({ name }: ValidModel, ...keys: (string | number)[]): Problem["path"] {
  return ["models", name, "promotion", ...keys];
}

function repeated(names: readonly string[]): number[] {
  return names.flatMap((name, index) => (names.indexOf(name) < index ? [index] : []));
}

type MetricConfig = PromotionConfig["metrics"][number];

function metricProblems(path: Problem["path"], metric: MetricConfig): Problem[] {
  const { name, direction, margin } = metric;
  if (isOfTraining(name)) {
    const message = `got ${quotedValue(name)}, which was measured on the data that the model was trained on, and so says nothing of a candidate; expected a metric of the golden set, such as ${quotedValue(name.replace(/^train(?:ing)?/i, "test"))}; name another`;
    return [{ path: [...path, "name"], message }];
  }
  const known = knownMetric(name);
  if (known !== undefined) return knownMetricProblems(path, metric, known);
  const likely = likelyMetric(name);
  if (likely !== undefined && direction === undefined) {
    const message = `got ${quotedValue(name)}, which is not known; did you mean ${likely}? correct it, or, if it is another metric, give its direction and margin`;
    return [{ path: [...path, "name"], message }];
  }
  const missing = { direction: "higher or lower, the better of two values", margin: "how much worse a candidate may be" };
  return (["direction", "margin"] as const).flatMap((key) => {
    if ({ direction, margin }[key] !== undefined) return [];
    const message = `missing; expected ${missing[key]}, which is not known of the metric ${quotedValue(name)}; add it`;
    return [{ path: [...path, key], message }];
  });
}

function knownMetricProblems(path: Problem["path"], metric: MetricConfig, known: KnownMetric): Problem[] {
  const { name, direction, margin, floor } = metric;
  const problems: Problem[] = [];
  if (direction !== undefined && direction !== known.direction) {
    const message = `got ${quotedValue(direction)} for ${quotedValue(name)}, of which the ${known.direction} value is better; expected ${known.direction}; correct it, or leave it out`;
    problems.push({ path: [...path, "direction"], message });
  }
  if (margin === undefined && defaultMargin(name) === undefined) {
    const message = `missing; expected how much worse a candidate may be, in units of ${quotedValue(name)}, whose size only you know; add it`;
    problems.push({ path: [...path, "margin"], message });
  }
  const width = known.most - known.least;
  if (margin !== undefined && margin >= width) {
    const message = `got ${margin}, with which no candidate would be worse; expected less than ${width}, as ${quotedValue(name)} is between ${known.least} and ${known.most}; lower it, and write 0.01 for 1 %`;
    problems.push({ path: [...path, "margin"], message });
  }
  if (floor !== undefined && (floor < known.least || floor > known.most)) {
    const message = `got ${floor}, a value that ${quotedValue(name)} never has; expected ${rangeText(known)}; correct it`;
    problems.push({ path: [...path, "floor"], message });
  }
  return problems;
}

function rangeText({ least, most }: KnownMetric): string {
  if (most === Infinity) return `${least} or more`;
  return least === -Infinity ? `${most} or less` : `${least} to ${most}, such as 0.8 for 80 %`;
}

function slicedRowsProblems(model: ValidModel): Problem[] {
  const { goldenSet, slices } = model.promotion ?? {};
  const columns = slices?.columns?.length ?? 0;
  const rows = goldenSet?.rows ?? 0;
  if (columns * rows <= MOST_SLICED_ROWS) return [];
  const most = Math.floor(MOST_SLICED_ROWS / rows);
  const message = `got ${columns} columns for a golden set of ${rows} rows; expected at most ${MOST_SLICED_ROWS} rows times columns, as a candidate is judged within one call of the function; name at most ${most} columns, or use a golden set of at most ${Math.floor(MOST_SLICED_ROWS / columns)} rows`;
  return [{ path: promotionPath(model, "slices", "columns"), message }];
}

/** Whose candidates they are is told by their registry, so that each model needs its own. */
function registryProblems(config: unknown, model: ValidModel, models: readonly ValidModel[]): Problem[] {
  const registry = registryOf(config, model);
  const path = promotionPath(model, "registry");
  if (registry === undefined) return [];
  const { project } = gcpOf(config);
  const own = /^projects\/([^/]+)\//.exec(registry)?.[1];
  if (project !== undefined && own !== undefined && own !== project) {
    const message = `got a model of the project ${quotedValue(own)}; expected one of ${quotedValue(project)}, as permissions are given there alone; name a model of gcp.project`;
    return [{ path, message }];
  }
  const earlier = models.slice(0, models.indexOf(model));
  const other = earlier.find((candidate) => registryOf(config, candidate) === registry);
  if (other === undefined) return [];
  const message = `got ${quotedValue(model.promotion?.registry)}, the registry of model ${other.name}; expected one for each model, as a candidate is its registry's; name another`;
  return [{ path, message }];
}

/** The registry of a model, the same text for the same one: AWS does not mind the case of a group's name. */
function registryOf(config: unknown, { cloud, promotion }: ValidModel): string | undefined {
  if (promotion?.registry === undefined || cloud === undefined) return undefined;
  const { project, location } = gcpOf(config);
  if (cloud === "aws") return promotion.registry.toLowerCase();
  return vertexModelName(promotion.registry, { project: project ?? "", location: location ?? "" });
}

/** The hold-out is part of the list of a run's data, which a pipeline is given by a parameter. */
function holdOutProblems(model: ValidModel): Problem[] {
  const { promotion, pipeline } = model;
  const { parameters } = pipeline;
  if (promotion?.mix === undefined) return [];
  const { by, baseline } = promotion.mix;
  if (by === "bytes" && !baseline.endsWith(".jsonl")) {
    const message = `got bytes with ${quotedValue(baseline)}; expected a manifest of JSON Lines, .jsonl, in which each object has its size; name such a file, or set by to objects`;
    return [{ path: promotionPath(model, "mix", "by"), message }];
  }
  if (parameters === undefined) return [];
  if (Object.values(parameters).some((value) => value.includes("{manifestUri}"))) return [];
  const message =
    "got a hold-out for a pipeline that is not given the list of its data, which the hold-out is part of; expected {manifestUri} in a value of pipeline.parameters; add it, or remove mix";
  return [{ path: promotionPath(model, "mix"), message }];
}

/** Where evaluations and hold-outs lie: in a folder of data they would be trained on. */
function placesOf(model: ValidModel): Place[] {
  const { evaluations, baseline, mix } = model.promotion ?? {};
  const places: Place[] = [];
  if (evaluations !== undefined) {
    const { bucket, prefix: folder } = evaluationsFolder(evaluations);
    places.push({
      path: promotionPath(model, "evaluations"),
      bucket,
      text: evaluations,
      what: "evaluations",
      isIn: (prefix) => folder.startsWith(prefix) || prefix.startsWith(folder),
      isSelectedBy: (suffix) => WRITTEN_EXTENSIONS.some((extension) => extension.endsWith(suffix) || suffix.endsWith(extension)),
    });
  }
  if (baseline !== undefined) {
    places.push(filePlace(promotionPath(model, "baseline", "evaluation"), baseline.evaluation, "the baseline's evaluation"));
  }
  if (mix !== undefined) places.push(filePlace(promotionPath(model, "mix", "baseline"), mix.baseline, "the hold-out"));
  return places;
}

function filePlace(path: Problem["path"], text: string, what: string): Place {
  const { bucket, key } = objectUri(text);
  return {
    path,
    bucket,
    text,
    what,
    isIn: (prefix) => key.startsWith(prefix),
    isSelectedBy: (suffix) => key.endsWith(suffix),
  };
}
