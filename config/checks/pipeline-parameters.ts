// The parameters that a SageMaker pipeline declares, and what it is started with against them. SageMaker refuses a start with a
// wrong parameter, or without one that has no default.
// https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-parameters.html
import * as z from "zod";

const parameterSchema = z.object({
  Name: z.string(),
  Type: z.string().optional(),
  DefaultValue: z.unknown().optional(),
  EnumValues: z.array(z.union([z.string(), z.number(), z.boolean()]).transform(String)).optional(),
});

/** https://aws-sagemaker-mlops.github.io/sagemaker-model-building-pipeline-definition-JSON-schema/ */
const definitionSchema = z.object({ Parameters: z.array(parameterSchema).default([]) });

/** A parameter as a definition declares it; one without a type is a String. */
export type PipelineParameter = z.output<typeof parameterSchema>;

export type ReadDefinition =
  | { readonly isRead: true; readonly parameters: readonly PipelineParameter[] }
  | { readonly isRead: false; readonly isJson: boolean };

/** The parameters of a pipeline definition, in its order; not read where the text is not JSON, or no definition. */
export function readDefinition(text: string): ReadDefinition {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { isRead: false, isJson: false };
  }
  const { success, data } = definitionSchema.safeParse(json);
  return success ? { isRead: true, parameters: data.Parameters } : { isRead: false, isJson: true };
}

/** What SageMaker would refuse a start for. */
export type ParameterMistake =
  | { readonly kind: "undeclared"; readonly name: string }
  | { readonly kind: "missing"; readonly name: string; readonly declared: PipelineParameter }
  | { readonly kind: "type"; readonly name: string; readonly value: string; readonly type: CheckedType }
  | { readonly kind: "enum"; readonly name: string; readonly value: string; readonly allowed: readonly string[] };

/** A type that takes some texts alone. */
interface CheckedType {
  readonly name: string;
  /** What it takes, in words. */
  readonly takes: string;
  /** As a configuration may give it. */
  readonly example: string;
  readonly form: RegExp;
  readonly takesCounts: boolean;
}

/** Texts of any other type may be anything. */
const TYPES: readonly CheckedType[] = [
  {
    name: "Integer",
    takes: "a whole number",
    example: '"2", or {objects} or {bytes}',
    form: /^[+-]?\d{1,19}$/,
    takesCounts: true,
  },
  {
    name: "Float",
    takes: "a number",
    example: '"0.5"',
    form: /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i,
    takesCounts: true,
  },
  { name: "Boolean", takes: "true or false", example: '"true"', form: /^(?:true|false)$/i, takesCounts: false },
];

/** Placeholders that stand for whole numbers. */
const COUNTS = /^\{(?:objects|bytes)\}$/;
const PLACEHOLDER = /\{[A-Za-z]+\}/;

/**
 * What is wrong with the values of a start, whatever their placeholders stand for; empty where nothing is, or only the start can
 * tell.
 * @param given texts by name, with their placeholders filled in or not; one that begins with `$.` is filled in by EventBridge
 */
export function parameterMistakes(
  declared: readonly PipelineParameter[],
  given: readonly (readonly [name: string, value: string])[],
): ParameterMistake[] {
  const byName = new Map(declared.map((parameter) => [parameter.Name, parameter]));
  const names = new Set(given.map(([name]) => name));
  const missing = declared.filter(({ Name, DefaultValue }) => DefaultValue === undefined && !names.has(Name));
  return [
    ...given.filter(([name]) => !byName.has(name)).map(([name]) => ({ kind: "undeclared", name }) as const),
    ...missing.map((parameter) => ({ kind: "missing", name: parameter.Name, declared: parameter }) as const),
    ...given.flatMap(([name, value]) => valueMistake(byName.get(name), value) ?? []),
  ];
}

function valueMistake(declared: PipelineParameter | undefined, value: string): ParameterMistake | undefined {
  if (declared === undefined || value.startsWith("$.")) return undefined;
  const { Name: name, Type, EnumValues: allowed } = declared;
  const type = TYPES.find((checked) => checked.name === Type);
  if (type !== undefined && !type.form.test(value) && !(type.takesCounts && COUNTS.test(value))) {
    return { kind: "type", name, value, type };
  }
  if (allowed === undefined || PLACEHOLDER.test(value) || allowed.includes(value)) return undefined;
  return { kind: "enum", name, value, allowed };
}
