import { isMapping, valueAt } from "../functions/core/json-path";
import type { InputTransformer } from "./event-rule";

/** What EventBridge knows besides the event. */
export interface Delivery {
  readonly ruleName: string;
  readonly ruleArn: string;
  /** When the event reached EventBridge, ISO 8601. */
  readonly ingestionTime: string;
}

/** What a target is sent, as JSON text; and what about it the documentation does not promise, or no target could read. */
export interface TransformedInput {
  readonly text: string;
  readonly problems: readonly string[];
}

/**
 * Variables that every template may use: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
const RESERVED_VARIABLES = {
  "aws.events.rule-arn": ({ ruleArn }: Delivery): unknown => ruleArn,
  "aws.events.rule-name": ({ ruleName }: Delivery): unknown => ruleName,
  "aws.events.event.ingestion-time": ({ ingestionTime }: Delivery): unknown => ingestionTime,
  "aws.events.event.json": (_delivery: Delivery, event: unknown): unknown => event,
  "aws.events.event": (_delivery: Delivery, event: unknown): unknown => withoutDetail(event),
} as const;

type ReservedVariable = keyof typeof RESERVED_VARIABLES;

function isReserved(name: string): name is ReservedVariable {
  return Object.hasOwn(RESERVED_VARIABLES, name);
}

/** Variables of a template, as `<name>`, and the quotes that tell where a text begins and ends. */
const TEMPLATE_TOKEN = /\\.|"|<([A-Za-z0-9_.-]+)>/gs;

/** Whole texts, which keep their spaces, or space between others. */
const TEXT_OR_SPACE = /("(?:[^"\\]|\\.)*")|\s+/gs;

/**
 * The template with its variables filled in from an event. Outside quotes a variable becomes JSON, inside them its bare text, of an
 * object or list without its quotes; one whose path the event does not have becomes nothing.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html#eb-transform-input-issues
 */
export function transformInput({ paths, template }: InputTransformer, event: unknown, delivery: Delivery): TransformedInput {
  const problems: string[] = [];
  let isQuoted = false;
  const filled = template.replace(TEMPLATE_TOKEN, (token, name: string | undefined) => {
    if (token === '"') isQuoted = !isQuoted;
    if (name === undefined) return token;
    const path = Object.hasOwn(paths, name) ? paths[name] : undefined;
    const isKnown = isReserved(name) || path !== undefined;
    if (!isKnown) {
      problems.push(`the template refers to <${excerpt(name)}>, which is not a variable; define it among the paths`);
      return token;
    }
    const value = isReserved(name) ? RESERVED_VARIABLES[name](delivery, event) : valueAt(event, path ?? "");
    const problem = problemOf(name, path, value, isQuoted);
    if (problem !== undefined) problems.push(problem);
    return isQuoted ? quotedText(value) : jsonText(value);
  });
  if (isJson(filled)) return { text: filled.replace(TEXT_OR_SPACE, (_match, kept: string | undefined) => kept ?? ""), problems };
  problems.push(`the filled template is not JSON: ${excerpt(filled)}; put texts into quotes`);
  return { text: filled, problems };
}

function problemOf(name: string, path: string | undefined, value: unknown, isQuoted: boolean): string | undefined {
  const variable = `<${excerpt(name)}>${path === undefined ? "" : ` (${excerpt(path)})`}`;
  if (value === undefined) {
    if (isQuoted) return undefined;
    return `the event has nothing for ${variable}, and EventBridge creates no such variable; put it into quotes, where it becomes nothing, or match only events that have it`;
  }
  if (value === null) {
    return `the event has null for ${variable}, for which EventBridge promises nothing; match only events that have a value`;
  }
  if (!isQuoted) return undefined;
  if (name === "aws.events.event" || name === "aws.events.event.json") {
    return `${variable} stands in quotes; EventBridge allows it only as the whole value of a field: leave out the quotes`;
  }
  if (typeof value === "string" && JSON.stringify(value) !== `"${value}"`) {
    return `the event has ${excerpt(JSON.stringify(value))} for ${variable}, which EventBridge does not escape in quotes; leave out the quotes`;
  }
  return undefined;
}

function quotedText(value: unknown): string {
  if (typeof value === "string") return value;
  return jsonText(value).replaceAll('"', "");
}

function jsonText(value: unknown): string {
  return value === undefined ? "" : JSON.stringify(value);
}

function withoutDetail(event: unknown): unknown {
  if (!isMapping(event)) return event;
  return Object.fromEntries(Object.entries(event).filter(([key]) => key !== "detail"));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const MAX_EXCERPT = 120;

function excerpt(text: string): string {
  return text.length <= MAX_EXCERPT ? text : `${text.slice(0, MAX_EXCERPT)}…`;
}
