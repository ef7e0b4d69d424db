// What the section `rules` asks of models and of AWS, and what is wrong with the events that its rules are about.

import { EventFilterError } from "../../eventbridge/filtered-fields";
import { patternMistakes } from "../../eventbridge/pattern-mistakes";
import { sagemakerEventPattern } from "../../eventbridge/sagemaker-event";
import { type Problem, quotedValue } from "../errors";
import { CLOUDS, type Cloud } from "../model-cloud";
import { targetProblems } from "./rule-targets";
import { mapping, mayLiveOn, type UncheckedPart, type ValidModel } from "./unchecked-config";

/** The cloud whose events rules are about, and whose coordinator they reach. */
const RULES_CLOUD: Cloud = "aws";

/** Types of targets, and of ready-made rules with such targets, that reach the coordinator or the topic of its decisions. */
const COORDINATOR_PARTS: readonly string[] = [
  "request",
  "pause",
  "notify",
  "training-failed",
  "endpoint-failed",
  "features-updated",
  "labels-ready",
];

/** The problems of the rules of an unchecked configuration, as far as the keys that a check needs are valid. */
export function ruleProblems(config: unknown, models: readonly ValidModel[]): Problem[] {
  const { rules: section, aws } = mapping(config);
  const rules = Object.entries(mapping(section)).map(([name, rule]) => ({ path: ["rules", name], fields: mapping(rule) }));
  const targets = rules.flatMap(targetsOf);
  const { region } = mapping(aws);
  return [
    ...sectionProblems(rules, aws),
    ...rules.flatMap(eventProblems),
    // A ready-made rule names its model itself, a custom one in its targets.
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

/** What is wrong with a name and a filter by the catalogue of SageMaker's events, or with the pattern that they make. */
function namedEventProblems(path: Problem["path"], event: string, filter: Readonly<Record<string, unknown>>): Problem[] {
  try {
    return patternMistakes(sagemakerEventPattern(event, filter)).map(({ message }) => ({ path, message }));
  } catch (error) {
    if (error instanceof EventFilterError) return [{ path, message: error.message }];
    throw error;
  }
}

/** There is a coordinator, and a topic of its decisions, only when a model has data. */
function coordinatorProblems(
  { path, fields: { type, model } }: UncheckedPart,
  config: unknown,
  models: readonly ValidModel[],
): Problem[] {
  const sections = mapping(mapping(config).models);
  const coordinated = models.filter((one) => mayLiveOn(RULES_CLOUD, one) && mapping(sections[one.name]).data !== undefined);
  const names = coordinated.map(({ name }) => name);
  const found = models.find(({ name }) => name === model);
  if (COORDINATOR_PARTS.some((part) => part === type) && names.length === 0) {
    const message = `got ${quotedValue(type)}, which needs a coordinator, but no model on ${CLOUDS[RULES_CLOUD].name} has data; expected one with data; add data to a model, or use another target, such as pipeline or sns`;
    return [{ path: [...path, "type"], message }];
  }
  if (found === undefined || names.includes(found.name) || !mayLiveOn(RULES_CLOUD, found)) return [];
  const message = `got ${quotedValue(model)}, which has no data and is therefore unknown to the coordinator; expected one of ${names.join(", ")}; name one, or add data`;
  return [{ path: [...path, "model"], message }];
}

function modelProblems({ path, fields: { model } }: UncheckedPart, models: readonly ValidModel[]): Problem[] {
  if (typeof model !== "string") return [];
  const found = models.find(({ name }) => name === model);
  if (found === undefined) {
    const onAws = models.filter((one) => mayLiveOn(RULES_CLOUD, one)).map(({ name }) => name);
    const message = `got ${quotedValue(model)}, which is not a model; expected one of ${onAws.join(", ") || "those in models"}; correct the name, or add the model`;
    return [{ path: [...path, "model"], message }];
  }
  if (found.cloud === undefined || mayLiveOn(RULES_CLOUD, found)) return [];
  const message = `got ${quotedValue(model)}, a model on ${CLOUDS[found.cloud].name}, which is unknown to the coordinator on ${CLOUDS[RULES_CLOUD].name}; expected a model with pipeline.name; name another one`;
  return [{ path: [...path, "model"], message }];
}
