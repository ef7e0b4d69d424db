// What a SageMaker pipeline that Retrigger creates of a definition asks of those who start it: what SageMaker would refuse is told
// here, and not by the first start.
// https://docs.aws.amazon.com/sagemaker/latest/dg/define-pipeline.html
import { resolve } from "node:path";
import { nearestWord } from "../../functions/core/nearest-word";
import { didYouMean, type Problem, quotedValue } from "../errors";
import { placeOfMistake } from "../json-place";
import { readTextFile } from "../yaml/yaml-file";
import { type ParameterMistake, type PipelineParameter, parameterMistakes, readDefinition } from "./pipeline-parameters";
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
  const read = readDefinitionFile(resolve(directory, definitionFile));
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

interface Definition {
  /** As the configuration names it, in quotes. */
  readonly file: string;
  readonly parameters: readonly PipelineParameter[];
}

type ReadFile =
  | { readonly isRead: true; readonly parameters: readonly PipelineParameter[] }
  | { readonly isRead: false; readonly mistake: string };

function readDefinitionFile(path: string): ReadFile {
  const file = readTextFile(path);
  if (!file.isRead) {
    const mistake = `cannot be read (${file.refusal}); expected a readable file at this path, relative to the configuration`;
    return { isRead: false, mistake };
  }
  const read = readDefinition(file.text);
  if (read.isRead) return read;
  const mistake = read.isJson
    ? 'is not a pipeline definition; expected a mapping with "Parameters": [{"Name": …}, …]'
    : `is not JSON, in ${placeOfMistake(file.text)}; expected a pipeline definition, as pipeline.definition() of the SageMaker SDK prints it`;
  return { isRead: false, mistake };
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
  const mistakes = parameterMistakes(parameters, values);
  const isTold = new Set(mistakes.map(({ name }) => name));
  const empty = values.flatMap(([name, value]) => {
    const parameter = parameters.find(({ Name }) => Name === name);
    const message = hasSchedule && parameter && !isTold.has(name) ? emptyMistake(parameter, value, file) : undefined;
    return message === undefined ? [] : [{ path: [...path, name], message }];
  });
  const names = parameters.map(({ Name }) => Name);
  return [...mistakes.map((mistake) => ({ path: [...path, mistake.name], message: mistakeText(mistake, file, names) })), ...empty];
}

/** @param names of all that the file declares */
function mistakeText(mistake: ParameterMistake, file: string, names: readonly string[]): string {
  const { name } = mistake;
  switch (mistake.kind) {
    case "undeclared":
      return `${file} does not declare the parameter ${quotedValue(name)}; ${hintOf(name, names)}declare it, or start the pipeline with: ${names.join(", ") || "none"}`;
    case "missing":
      return `missing; ${file} declares ${kindText(mistake.declared)} without a default, so SageMaker refuses every start; add it, or give it a default there`;
    case "type":
      return `got ${quotedValue(mistake.value)}, but ${file} declares ${name} as ${mistake.type.name}; expected text such as ${mistake.type.example}`;
    case "enum":
      return `got ${quotedValue(mistake.value)}; ${hintOf(mistake.value, mistake.allowed)}expected one of those that ${file} allows for ${name}: ${mistake.allowed.join(", ")}`;
  }
}

function hintOf(word: string, words: readonly string[]): string {
  const nearest = nearestWord(word, words);
  return nearest === undefined ? "" : didYouMean(nearest);
}

function kindText({ Name, Type }: PipelineParameter): string {
  return Type === undefined ? Name : `${Name} as ${Type}`;
}

/** A value of nothing but manifests is left out of a start that brings no data: the default holds, and there must be one. */
function emptyMistake({ Name, DefaultValue }: PipelineParameter, value: string, file: string): string | undefined {
  if (DefaultValue !== undefined || !/^(?:\{manifestUri\})+$/.test(value)) return undefined;
  return `got ${quotedValue(value)}, which is left out when a schedule starts without new data, and ${file} declares ${Name} without a default, so SageMaker refuses that start; expected a default, such as an empty text; add it there, or remove the schedule`;
}
