// What depends on more than one field of the rules, and which events they are about. Each rule says all that it finds.
import { patternMistakes } from "../../eventbridge/pattern-mistakes";
import { sagemakerEventPattern } from "../../eventbridge/sagemaker-event";
import { type Problem, shown } from "../errors";
import { CLOUD_NAMES } from "../model-cloud";
import { targetProblems, type UncheckedPart } from "./rule-target";
import { mapping, type ValidModel } from "./valid-fields";

/** Targets, and ready-made rules with such targets, that reach the coordinator or those whom it tells. */
const COORDINATOR_PARTS: readonly string[] = [
  "request",
  "pause",
  "notify",
  "training-failed",
  "endpoint-failed",
  "features-updated",
  "labels-ready",
];

/** The problems of the rules of an unchecked configuration, as far as the fields that a rule needs are valid. */
export function ruleProblems(config: unknown, models: readonly ValidModel[]): Problem[] {
  const { rules: section, aws } = mapping(config);
  const rules = Object.entries(mapping(section)).map(([name, rule]) => ({ path: ["rules", name], fields: mapping(rule) }));
  const targets = rules.flatMap(targetsOf);
  const { region } = mapping(aws);
  return [
    ...sectionProblems(rules, aws),
    ...rules.flatMap(eventProblems),
    // A ready-made rule names its model itself.
    ...[...rules, ...targets].flatMap((part) => [...modelProblems(part, models), ...coordinatorProblems(part, config, models)]),
    ...targets.flatMap((target) => targetProblems(target, region)),
  ];
}

function targetsOf({ path, fields }: UncheckedPart): UncheckedPart[] {
  const { targets, deploy } = fields;
  const listed = Array.isArray(targets) ? targets : [];
  return [
    ...listed.map((target, index) => ({ path: [...path, "targets", index], fields: mapping(target) })),
    ...(deploy === undefined ? [] : [{ path: [...path, "deploy"], fields: mapping(deploy) }]),
  ];
}

function sectionProblems(rules: readonly UncheckedPart[], aws: unknown): Problem[] {
  if (rules.length === 0 || aws !== undefined) return [];
  const message =
    "are about events of AWS, which is not configured; expected the section aws; add aws: {region}, or remove the rules";
  return [{ path: ["rules"], message }];
}

function eventProblems({ path, fields: { on } }: UncheckedPart): Problem[] {
  const { event, pattern, ...filter } = mapping(on);
  if (event !== undefined && pattern !== undefined) {
    const message = "got both event and pattern; expected one of them; remove the other";
    return [{ path: [...path, "on"], message }];
  }
  if (pattern !== undefined) {
    return patternMistakes(pattern).map((mistake) => ({
      path: [...path, "on", "pattern", ...mistake.path],
      message: mistake.message,
    }));
  }
  return typeof event === "string" ? namedEventProblems([...path, "on"], event, filter) : [];
}

/** What the catalogue of SageMaker's events says of a name and a filter, or EventBridge of the pattern that they make. */
function namedEventProblems(path: Problem["path"], event: string, filter: Readonly<Record<string, unknown>>): Problem[] {
  try {
    return patternMistakes(sagemakerEventPattern(event, filter)).map(({ message }) => ({ path, message }));
  } catch (error) {
    // Its own subclasses, such as TypeError, tell of a fault of the program.
    if (error instanceof Error && error.name === "Error") return [{ path, message: error.message }];
    throw error;
  }
}

/** The coordinator, and the topic of its decisions, are there for models with data. */
function coordinatorProblems(
  { path, fields: { type, model } }: UncheckedPart,
  config: unknown,
  models: readonly ValidModel[],
): Problem[] {
  const sections = mapping(mapping(config).models);
  const coordinated = models.filter(({ name, cloud }) => cloud !== "gcp" && mapping(sections[name]).data !== undefined);
  const names = coordinated.map(({ name }) => name);
  const isKnown = models.some(({ name }) => name === model);
  if (COORDINATOR_PARTS.includes(String(type)) && names.length === 0) {
    const message = `got ${shown(type)}, for which there is no coordinator, as no model on ${CLOUD_NAMES.aws} has data; expected one with data; add data to a model, or use another target, such as pipeline or sns`;
    return [{ path: [...path, "type"], message }];
  }
  if (!isKnown || names.includes(String(model)) || models.find(({ name }) => name === model)?.cloud === "gcp") return [];
  const message = `got ${shown(model)}, which has no data, so that the coordinator knows nothing of it; expected one of ${names.join(", ")}; name one, or add data`;
  return [{ path: [...path, "model"], message }];
}

function modelProblems({ path, fields: { model } }: UncheckedPart, models: readonly ValidModel[]): Problem[] {
  if (typeof model !== "string") return [];
  const found = models.find(({ name }) => name === model);
  if (found === undefined) {
    const onAws = models.filter(({ cloud }) => cloud !== "gcp").map(({ name }) => name);
    const message = `got ${shown(model)}, which is no model; expected one of ${onAws.join(", ") || "those in models"}; correct the name, or add the model`;
    return [{ path: [...path, "model"], message }];
  }
  if (found.cloud !== "gcp") return [];
  const message = `got ${shown(model)}, a model on ${CLOUD_NAMES.gcp}, of which the coordinator on ${CLOUD_NAMES.aws} knows nothing; expected a model with pipeline.name; name another one`;
  return [{ path: [...path, "model"], message }];
}
