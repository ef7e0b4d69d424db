import { closest, distance } from "fastest-levenshtein";
import type { z } from "zod";

/** One mistake of the configuration: where it is, and what to do. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  /** Lowercase, without full stop. */
  readonly message: string;
}

/** A configuration that its author must correct; the message names every mistake, so no stack trace is wanted. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";

  /** The mistakes of a file, one per line. */
  static of(file: string, mistakes: readonly string[]): ConfigError {
    const count = mistakes.length === 1 ? "1 mistake" : `${mistakes.length} mistakes`;
    return new ConfigError([`${file}: ${count}`, ...mistakes].join("\n  "));
  }
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** What the schema found wrong; `schema` is the JSON Schema of the same configuration, and knows the valid keys. */
export function schemaProblems(issues: readonly z.core.$ZodIssue[], schema: JsonSchema): Problem[] {
  return issues.flatMap((issue): Problem[] => {
    const { path } = issue;
    if (issue.code === "unrecognized_keys") {
      const allowed = allowedKeys(schema, path, issue.input);
      return issue.keys.map((key) => ({ path: [...path, key], message: `unknown key; ${nearest(key, allowed)}` }));
    }
    if (issue.code === "invalid_key") {
      return [{ path, message: `got the name ${shown(path.at(-1))}; ${issue.issues[0]?.message ?? issue.message}` }];
    }
    const meant = issue.code === "invalid_union" ? variantMeant(issue.errors) : undefined;
    if (meant !== undefined) {
      const nested = meant.map((inner) => ({ ...inner, path: [...path, ...inner.path] }));
      return schemaProblems(nested, schema);
    }
    // The variants of a union without errors of their own are told apart by their type.
    const value = issue.code === "invalid_union" && issue.errors.length === 0 ? typeOf(issue.input) : issue.input;
    return [{ path, message: `${value === undefined ? "missing" : `got ${shown(value)}`}; ${issue.message}` }];
  });
}

/** What is told of an issue that the schema has no own words for. */
export const expectationOf: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case "invalid_type":
      return `expected ${KINDS[issue.expected] ?? issue.expected}`;
    case "too_small":
      return `expected ${issue.minimum} or more`;
    case "too_big":
      return `expected ${issue.maximum} or less`;
    default:
      return undefined;
  }
};

const KINDS: Readonly<Record<string, string>> = {
  string: "text",
  number: "a whole number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list, such as [a, b]",
  object: "a mapping of keys to values",
  record: "a mapping of names to values",
};

/** A value as it stands in a message, at most 80 characters. */
export function shown(value: unknown): string {
  const json = JSON.stringify(value);
  return json.length > 80 ? `${json.slice(0, 79)}…` : json;
}

function nearest(key: string, allowed: readonly string[]): string {
  const candidate = closest(key, allowed);
  // Farther than half of the word, the nearest key is no likely meaning of it.
  const hint = distance(key, candidate) <= Math.max(2, key.length / 2) ? `did you mean ${candidate}? ` : "";
  return `${hint}allowed here: ${allowed.join(", ")}`;
}

/** Of the variants of a union, told apart by their kind, the issues of the only one that is of the value's kind. */
function variantMeant(variants: readonly z.core.$ZodIssue[][]): readonly z.core.$ZodIssue[] | undefined {
  const ofItsKind = variants.filter((issues) => !issues.some(({ code, path }) => code === "invalid_type" && path.length === 0));
  return ofItsKind.length === 1 ? ofItsKind[0] : undefined;
}

function allowedKeys(schema: JsonSchema, path: readonly PropertyKey[], value: unknown): string[] {
  const section = path.reduce<JsonSchema>((node, key) => step(node, key), schema);
  const variants = section.oneOf?.filter((variant) => typeOf(value) === subschema(variant.properties?.type).const);
  const properties = variants?.[0]?.properties ?? alternatives(section).find((node) => node.properties)?.properties;
  return Object.keys(properties ?? {}).filter((key) => key !== "$schema");
}

function step(node: JsonSchema, key: PropertyKey): JsonSchema {
  const nodes = alternatives(node);
  if (typeof key === "number") return subschema(nodes.find(({ items }) => items)?.items);
  const within = nodes.map(({ properties, additionalProperties }) => properties?.[String(key)] ?? additionalProperties);
  return subschema(within.find(isMapping));
}

/** The node, or what it may be. */
function alternatives(node: JsonSchema): JsonSchema[] {
  return [node, ...(node.anyOf ?? []).map(subschema), ...(node.oneOf ?? []).map(subschema)];
}

function subschema(node: unknown): JsonSchema {
  return isMapping(node) ? node : {};
}

function typeOf(value: unknown): unknown {
  return isMapping(value) ? value.type : undefined;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
