// What a SageMaker pipeline that Retrigger creates of a definition asks of those who start it. SageMaker refuses a start with a
// wrong parameter, or without one that has no default, so that each is told here and not by the first start.
// https://docs.aws.amazon.com/sagemaker/latest/dg/define-pipeline.html
import { resolve } from "node:path";
import * as z from "zod";
import { nearestWord } from "../../functions/core/nearest-word";
import { didYouMean, type Problem, quotedValue } from "../errors";
import { placeOfMistake } from "../json-place";
import { readTextFile } from "../yaml/yaml-file";
import { mapping, mayLiveOn, type ValidModel } from "./unchecked-config";

/**
 * The problems of the definition that a model's pipeline is created of, and of all models that start this pipeline.
 * @param directory folder of the configuration, which the files that it names are relative to
 */
export function definitionProblems(model: ValidModel, models: readonly ValidModel[], directory: string): Problem[] {
  if (!mayLiveOn("aws", model)) return [];
  const { name, pipeline } = model;
  const { definitionFile, roleArn } = pipeline;
  const path = ["models", name, "pipeline", "definitionFile"];
  if (definitionFile === undefined) {
    if (roleArn === undefined) return [];
    const message = "got a role without definitionFile; expected both, to create the pipeline, or neither, for one that exists";
    return [{ path: ["models", name, "pipeline", "roleArn"], message }];
  }
  const file = quotedValue(definitionFile);
  const read = readDefinition(resolve(directory, definitionFile));
  const others = models.filter((other) => other.name !== name && other.pipeline.name === pipeline.name);
  const starting = pipeline.name === undefined ? [model] : [model, ...others];
  const problems: Problem[] = read.isRead
    ? starting.flatMap(startsOf).flatMap((start) => startProblems(start, { file, parameters: read.parameters }))
    : [{ path, message: `${file} ${read.mistake}` }];
  if (roleArn === undefined) {
    const message = `got ${file} without roleArn; expected both, to create the pipeline, or neither, for one that exists`;
    problems.push({ path, message });
  }
  const first = models.find((other) => other.pipeline.definitionFile !== undefined && other.pipeline.name === pipeline.name);
  if (pipeline.name !== undefined && first !== undefined && first.name !== name) {
    const message = `creates pipeline ${pipeline.name}, as model ${first.name} does; expected one definitionFile for it; leave the others out`;
    problems.push({ path, message });
  }
  return problems;
}

const parameterSchema = z.object({
  Name: z.string(),
  Type: z.string().optional(),
  DefaultValue: z.unknown().optional(),
  EnumValues: z.array(z.unknown()).optional(),
});

const definitionSchema = z.object({ Parameters: z.array(parameterSchema).default([]) });

type Parameter = z.output<typeof parameterSchema>;

interface Definition {
  /** As the configuration names it, in quotes. */
  readonly file: string;
  readonly parameters: readonly Parameter[];
}

type ReadDefinition =
  | { readonly isRead: true; readonly parameters: readonly Parameter[] }
  | { readonly isRead: false; readonly mistake: string };

function readDefinition(path: string): ReadDefinition {
  const read = readTextFile(path);
  if (!read.isRead) {
    const mistake = `cannot be read (${read.refusal}); expected a readable file at this path, relative to the configuration`;
    return { isRead: false, mistake };
  }
  let json: unknown;
  try {
    json = JSON.parse(read.text);
  } catch {
    const mistake = `is not JSON, in ${placeOfMistake(read.text)}; expected a pipeline definition, as pipeline.definition() of the SageMaker SDK prints it`;
    return { isRead: false, mistake };
  }
  const parsed = definitionSchema.safeParse(json);
  if (parsed.success) return { isRead: true, parameters: parsed.data.Parameters };
  return { isRead: false, mistake: 'is not a pipeline definition; expected a mapping with "Parameters": [{"Name": …}, …]' };
}

/** One way in which the pipeline is started. */
interface Start {
  /** Of its parameters. */
  readonly path: Problem["path"];
  readonly values: readonly (readonly [name: string, value: string])[];
  /** Whether some of its starts bring no new data for certain. */
  readonly hasSchedule: boolean;
}

/** Starts whose parameters are valid: those of requests, and of each direct schedule. */
function startsOf({ name, hasData, pipeline: { parameters }, schedules }: ValidModel): Start[] {
  const direct = schedules.filter(({ fields }) => fields.mode === "direct");
  const requested: Start[] =
    hasData && parameters !== undefined
      ? [
          {
            path: ["models", name, "pipeline", "parameters"],
            values: Object.entries(parameters),
            hasSchedule: direct.length < schedules.length,
          },
        ]
      : [];
  const scheduled = direct.map(({ path, fields }) => ({
    path: [...path, "parameters"],
    values: Object.entries(mapping(fields.parameters)).map(([key, value]) => [key, String(value)] as const),
    hasSchedule: false,
  }));
  return [...requested, ...scheduled];
}

function startProblems({ path, values, hasSchedule }: Start, { file, parameters }: Definition): Problem[] {
  const declared = parameters.map(({ Name }) => Name);
  const given = new Set(values.map(([name]) => name));
  const undeclared = values
    .filter(([name]) => !declared.includes(name))
    .map(([name]) => ({ path: [...path, name], message: undeclaredText(file, name, declared) }));
  const missing = parameters
    .filter((parameter) => parameter.DefaultValue === undefined && !given.has(parameter.Name))
    .map((parameter) => ({
      path: [...path, parameter.Name],
      message: `missing; ${file} declares ${kindText(parameter)} without a default, so SageMaker refuses every start; add it, or give it a default there`,
    }));
  const wrong = values.flatMap(([name, value]) => {
    const parameter = parameters.find(({ Name }) => Name === name);
    const message =
      parameter && (valueMistake(parameter, value, file) ?? (hasSchedule ? emptyMistake(parameter, value, file) : undefined));
    return message === undefined ? [] : [{ path: [...path, name], message }];
  });
  return [...undeclared, ...missing, ...wrong];
}

function undeclaredText(file: string, name: string, declared: readonly string[]): string {
  const nearest = nearestWord(name, declared);
  const hint = nearest === undefined ? "" : didYouMean(nearest);
  return `${file} does not declare the parameter ${quotedValue(name)}; ${hint}declare it, or start the pipeline with: ${declared.join(", ") || "none"}`;
}

function kindText({ Name, Type }: Parameter): string {
  return Type === undefined ? Name : `${Name} as ${Type}`;
}

/** Placeholders that stand for whole numbers. */
const COUNTS = /^\{(?:objects|bytes)\}$/;
const PLACEHOLDER = /\{[A-Za-z]+\}/;

/** Texts of a type, and an example; texts of any other type may be anything. */
const TYPES: Readonly<Record<string, { readonly form: RegExp; readonly example: string; readonly takesCounts: boolean }>> = {
  Integer: { form: /^[+-]?\d{1,19}$/, example: '"2", or {objects} or {bytes}', takesCounts: true },
  Float: { form: /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i, example: '"0.5"', takesCounts: true },
  Boolean: { form: /^(?:true|false)$/i, example: '"true"', takesCounts: false },
};

/** What is wrong with a value, whatever its placeholders stand for; undefined when nothing is, or only the start can tell. */
function valueMistake({ Name, Type = "String", EnumValues }: Parameter, value: string, file: string): string | undefined {
  // EventBridge fills it in.
  if (value.startsWith("$.")) return undefined;
  const type = TYPES[Type];
  if (type !== undefined && !type.form.test(value) && !(type.takesCounts && COUNTS.test(value))) {
    return `got ${quotedValue(value)}, but ${file} declares ${Name} as ${Type}; expected text such as ${type.example}`;
  }
  if (EnumValues === undefined || PLACEHOLDER.test(value)) return undefined;
  const allowed = EnumValues.map(String);
  if (allowed.includes(value)) return undefined;
  const nearest = nearestWord(value, allowed);
  return `got ${quotedValue(value)}; ${nearest === undefined ? "" : didYouMean(nearest)}expected one of those that ${file} allows for ${Name}: ${allowed.join(", ")}`;
}

/** A value of nothing but manifests is left out of a start that brings no data: the default holds, and there must be one. */
function emptyMistake({ Name, DefaultValue }: Parameter, value: string, file: string): string | undefined {
  if (DefaultValue !== undefined || !/^(?:\{manifestUri\})+$/.test(value)) return undefined;
  return `got ${quotedValue(value)}, which is left out when a schedule starts without new data, and ${file} declares ${Name} without a default, so SageMaker refuses that start; expected a default, such as an empty text; add it there, or remove the schedule`;
}
