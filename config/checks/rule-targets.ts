// What the keys of a rule's target ask of each other, and what is wrong within its texts: JSON paths, variables and templates.
import { isPath, pathMistake } from "../../functions/core/json-path";
import { type Problem, quotedValue } from "../errors";
import { mapping, type UncheckedPart } from "./unchecked-config";

/** The problems of an unchecked target of a rule in a region, as far as the keys that a check needs are valid. */
export function targetProblems(target: UncheckedPart, region: unknown): Problem[] {
  return [
    ...regionProblems(target, region),
    ...groupProblems(target),
    ...instanceProblems(target),
    ...valueProblems(target),
    ...inputProblems(target),
  ];
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html */
function regionProblems({ path, fields: { type, arn } }: UncheckedPart, region: unknown): Problem[] {
  if (type === "event-bus" || typeof arn !== "string" || typeof region !== "string") return [];
  const [prefix, , , regionOfTarget] = arn.split(":");
  if (prefix !== "arn" || regionOfTarget === undefined || regionOfTarget === region) return [];
  const message = `got ${quotedValue(arn)}, in ${regionOfTarget}; expected a target in ${region}, as the rules are; name one there, or send the events to a bus in ${regionOfTarget} by a target of type event-bus`;
  return [{ path: [...path, "arn"], message }];
}

function groupProblems({ path, fields: { type, arn, messageGroup } }: UncheckedPart): Problem[] {
  if (type !== "sqs" || typeof arn !== "string" || arn.endsWith(".fifo") === (messageGroup !== undefined)) return [];
  const message =
    messageGroup === undefined
      ? `missing, while ${arn} is a FIFO queue; expected the group of its messages, such as endpoints; add it`
      : `got ${quotedValue(messageGroup)} for ${arn}, which is no FIFO queue; expected none; remove it, or correct the ARN, which then ends in .fifo`;
  return [{ path: [...path, "messageGroup"], message }];
}

/** Id of an instance of EC2, or of another machine that Systems Manager manages. */
const INSTANCE_ID = /^(?:i|mi)-[0-9a-f]{8,17}$/;

function instanceProblems({ path, fields: { key, values } }: UncheckedPart): Problem[] {
  if (key !== "InstanceIds" || !Array.isArray(values)) return [];
  return values.flatMap((value, index) => {
    if (typeof value !== "string" || INSTANCE_ID.test(value)) return [];
    const message = `got ${quotedValue(value)}; expected the id of an instance, such as i-0123456789abcdef0; correct it, or select by tag:<key>`;
    return [{ path: [...path, "values", index], message }];
  });
}

function valueProblems({ path, fields: { parameters, metadata, partitionKey } }: UncheckedPart): Problem[] {
  return [
    ...Object.entries(mapping(parameters)).flatMap(([name, value]) =>
      textProblems([...path, "parameters", name], value, valueMistake),
    ),
    ...Object.entries(mapping(metadata)).flatMap(([name, value]) => [
      ...textProblems([...path, "metadata", name], value, valueMistake),
      ...textProblems([...path, "metadata", name], value, angleMistake),
    ]),
    ...textProblems([...path, "partitionKey"], partitionKey, pathMistake),
  ];
}

/** EventBridge fills in a path only when it is the whole value. */
function valueMistake(value: string): string | undefined {
  if (isPath(value)) return pathMistake(value);
  if (!/\$\.[A-Za-z_]/.test(value)) return undefined;
  return `got ${quotedValue(value)}, a JSON path within other text, where EventBridge leaves it as it is; expected the path alone, or text alone; give the whole path, or write the text in the input of a target that takes one`;
}

function angleMistake(value: string): string | undefined {
  if (!/[<>]/.test(value)) return undefined;
  return `got ${quotedValue(value)}; expected no < and >, which EventBridge would take for a variable; write it in words`;
}

function inputProblems({ path, fields: { input } }: UncheckedPart): Problem[] {
  const { paths, template } = mapping(input);
  const variables = Object.entries(mapping(paths));
  const names = variables.map(([name]) => name);
  const mistakes = typeof template === "string" ? templateMistakes(template, names) : [];
  return [
    ...variables.flatMap(([name, value]) => textProblems([...path, "input", "paths", name], value, pathMistake)),
    ...mistakes.map((message) => ({ path: [...path, "input", "template"], message })),
  ];
}

/** The mistake in a value that is text; the schema reports any other value. */
function textProblems(path: Problem["path"], value: unknown, mistakeIn: (text: string) => string | undefined): Problem[] {
  const message = typeof value === "string" ? mistakeIn(value) : undefined;
  return message === undefined ? [] : [{ path, message }];
}

/**
 * Variables that EventBridge fills in itself.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
const PREDEFINED: readonly string[] = [
  "aws.events.rule-arn",
  "aws.events.rule-name",
  "aws.events.event.ingestion-time",
  "aws.events.event",
  "aws.events.event.json",
];

const VARIABLE = /<([A-Za-z0-9_.-]+)>/g;

/** What is wrong with the template of an input transformer that has these variables. */
export function templateMistakes(template: string, variables: readonly string[]): string[] {
  const used = [...template.matchAll(VARIABLE)].map(([, name = ""]) => name);
  const unknown = [...new Set(used)].filter((name) => !variables.includes(name) && !PREDEFINED.includes(name));
  const known = [...variables, ...PREDEFINED].map((name) => `<${name}>`).join(", ");
  return [
    ...unknown.map((name) => `<${name}> is not in paths; expected one of ${known}; add it to paths, or correct the name`),
    ...(isTemplate(template) ? [] : ["is not JSON; expected JSON with variables as <name>, and text in double quotes"]),
  ];
}

/** Outside of text a variable stands for any JSON value, within text for characters; `0` is both. */
function isTemplate(template: string): boolean {
  try {
    JSON.parse(template.replace(VARIABLE, "0"));
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
