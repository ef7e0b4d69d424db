import type { google } from "@google-cloud/aiplatform/build/protos/protos";
import { toValue } from "@google-cloud/aiplatform/build/src/helpers";
import { StartRefusedError } from "../../../core/errors";
import { plainLine } from "../../../core/plain-text";
import type { PipelineTemplate } from "./pipeline-template";

/** Parameters as Vertex AI takes them: each wrapped by itself, in the field that the template's schema knows. */
export type RuntimeParameters = Pick<google.cloud.aiplatform.v1.PipelineJob.IRuntimeConfig, "parameterValues" | "parameters">;

type OldValue = google.cloud.aiplatform.v1.IValue;

/** How a text becomes a value of a declared type, and what that type takes. Undefined where it does not. */
const KINDS: Readonly<Record<string, readonly [takes: string, read: (text: string) => unknown]>> = {
  STRING: ["a text", (text) => text],
  NUMBER_DOUBLE: ["a number", readNumber],
  NUMBER_INTEGER: ["a whole number", readInteger],
  BOOLEAN: ["true or false", (text) => ({ true: true, false: false })[text.trim().toLowerCase()]],
  LIST: ["a list in JSON", (text) => readJson(text, Array.isArray)],
  STRUCT: ["an object in JSON", (text) => readJson(text, (value) => typeof value === "object" && !Array.isArray(value))],
  DOUBLE: ["a number", readNumber],
  INT: ["a whole number", readInteger],
};

/** Names and types are a template's own, and may be of any length. */
const MAX_PROBLEM_CHARS = 8_000;

/** How schema 2.0 names the kinds of values. */
const OLD_FIELDS: Readonly<Record<string, string>> = { STRING: "stringValue", DOUBLE: "doubleValue", INT: "intValue" };

/**
 * The values that a run of the template is given, of the types that it declares.
 * @throws StartRefusedError that names every value that is missing, that the template does not declare or that is not of its type
 */
export function runtimeParameters(template: PipelineTemplate, given: Readonly<Record<string, string>>): RuntimeParameters {
  const { parameters, defaults, takesPlainValues } = template;
  const missing = [...parameters].filter(([name, { isRequired }]) => isRequired && !Object.hasOwn(given, name));
  const unknown = Object.keys(given).filter((name) => !parameters.has(name));
  const values = new Map<string, unknown>();
  const wrong: string[] = [];
  for (const [name, { type }] of parameters) {
    const text = given[name];
    if (text === undefined) continue;
    const [takes, read] = (Object.hasOwn(KINDS, type) ? KINDS[type] : undefined) ?? [
      `a ${plainLine(type, 80)}, which has no text form`,
      () => undefined,
    ];
    const value = read(text);
    if (value === undefined) wrong.push(`${name} takes ${takes}, got ${JSON.stringify(text.slice(0, 80))}`);
    else values.set(name, takesPlainValues ? value : { [OLD_FIELDS[type] ?? "stringValue"]: value });
  }
  const problems = [
    ...missing.map(([name]) => `it needs ${name}`),
    ...unknown.map((name) => `it does not declare ${name}`),
    ...wrong,
  ];
  if (problems.length > 0) {
    const declared = [...parameters].map(([name, { type }]) => `${name} (${type})`).join(", ") || "none";
    const [what, known] = [problems.join("; "), declared].map((text) => plainLine(text, MAX_PROBLEM_CHARS));
    throw new StartRefusedError(`${what}; it declares ${known}: correct pipeline.parameters in retrigger.yaml`);
  }
  const all = Object.entries({ ...defaults, ...Object.fromEntries(values) });
  if (!takesPlainValues) return { parameters: Object.fromEntries(all as [string, OldValue][]) };
  return { parameterValues: Object.fromEntries(all.map(([name, value]) => [name, wrapped(value)])) };
}

/** The client's function takes any JSON value, and says so of objects alone. */
function wrapped(value: unknown): google.protobuf.IValue {
  return toValue(value as object) as google.protobuf.IValue;
}

function readNumber(text: string): number | undefined {
  const number = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : undefined;
}

/** Numbers travel as doubles, so one that a double does not hold would arrive as another. */
function readInteger(text: string): number | undefined {
  const number = /^\s*[-+]?\d+\s*$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}

function readJson(text: string, isKind: (value: unknown) => boolean): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && isKind(value) ? value : undefined;
  } catch {
    // Not JSON: the caller says what is expected.
    return undefined;
  }
}
