import { dirname } from "node:path";
import * as z from "zod";
import { plainLine } from "../functions/core/plain-text";
import { crossFieldProblems } from "./checks/checks";
import { mapping } from "./checks/unchecked-config";
import { configSchema, type DeploymentConfig, modelSchema } from "./config";
import { ConfigError, expectationOf, type Problem, quotedValue, schemaProblems } from "./errors";
import { configAsMeant } from "./misspelt-keys";
import { ruleSchema } from "./sections/rule";
import { readYaml, type YamlPurpose } from "./yaml-file";

const PARSING = { error: expectationOf, reportInput: true } as const;

/** How a configuration is read. */
export interface ReadOptions {
  /** As the errors of the file say it. @default - the configuration of a deployment */
  readonly purpose?: YamlPurpose;
  /** The environment that is meant, such as `prod`. @default - the one that the file is of */
  readonly environment?: string | undefined;
}

/** A checked configuration, and where in its file what it says stands. */
export interface PlacedConfig {
  readonly config: DeploymentConfig;
  /** `file:line:column` and the path of what stands there, or of the nearest above it that the file has. */
  placeOf(path: Problem["path"]): string;
}

/**
 * The checked configuration of a YAML file.
 * @throws ConfigError whose message names all mistakes, each with its line, path and what to do
 */
export function loadConfig(file: string, options?: ReadOptions): DeploymentConfig {
  return loadPlacedConfig(file, options).config;
}

/** As `loadConfig`, for whoever has more to say of what stands in the file. @throws ConfigError as `loadConfig` does */
export function loadPlacedConfig(file: string, { purpose, environment }: ReadOptions = {}): PlacedConfig {
  const yaml = readYaml(file, purpose);
  const parsed = configSchema.safeParse(yaml.content, PARSING);
  const { content, problems: misspelt, writtenPath } = configAsMeant(yaml.content, fieldProblems);
  const problems = [
    ...toldOnce(fieldProblems(content), crossFieldProblems(content, dirname(file))),
    ...otherEnvironment(content, environment),
  ];
  const { offsetOf, placeOf } = yaml;
  const placed = (path: Problem["path"]) => `${placeOf(offsetOf(path))} ${dottedPath(path)}`;
  if (parsed.success && problems.length === 0) return { config: parsed.data, placeOf: placed };
  const mistakes = [...misspelt, ...problems.map((problem) => ({ ...problem, path: writtenPath(problem.path) }))]
    .map(({ path, message }) => ({ path, message, offset: offsetOf(path) }))
    .sort((a, b) => a.offset - b.offset)
    .map(({ path, message }) => `${placed(path)}: ${message}`);
  throw ConfigError.of(file, mistakes);
}

function otherEnvironment(content: unknown, environment: string | undefined): Problem[] {
  const written = mapping(content).environment;
  if (environment === undefined || written === undefined || written === environment) return [];
  const message = `got ${quotedValue(written)}, but --environment or RETRIGGER_ENVIRONMENT asks for ${quotedValue(environment)}; expected the file of that environment; name it with --config`;
  return [{ path: ["environment"], message }];
}

/** Of a value that is wrong by itself, and of the other cloud besides, or of a former version, the latter alone. */
function toldOnce(ofFields: readonly Problem[], ofChecks: readonly Problem[]): Problem[] {
  const told = new Set(ofChecks.filter(({ isOfOtherCloud }) => isOfOtherCloud).map(({ path }) => JSON.stringify(path)));
  const wholes = ofChecks.filter(({ isWhole }) => isWhole).map(({ path }) => path);
  const isWithin = (path: Problem["path"]) => wholes.some((whole) => whole.every((step, index) => path[index] === step));
  return [...ofFields.filter(({ path }) => !told.has(JSON.stringify(path)) && !isWithin(path)), ...ofChecks];
}

function fieldProblems(content: unknown): Problem[] {
  const { error } = configSchema.safeParse(content, PARSING);
  if (error === undefined) return [];
  const schema = z.toJSONSchema(configSchema, { io: "input" });
  return schemaProblems([...error.issues, ...misnamedEntryIssues(error, content)], schema);
}

/** The sections whose entries have names of their author's choice, with the schema of an entry. */
const NAMED_ENTRIES: Readonly<Record<string, z.ZodType>> = { models: modelSchema, rules: ruleSchema };

/** The mistakes within entries whose name is wrong: zod does not look into these. */
function misnamedEntryIssues(error: z.ZodError, content: unknown): z.core.$ZodIssue[] {
  return error.issues.flatMap(({ code, path: [section, name, ...within] }) => {
    const schema = NAMED_ENTRIES[String(section)];
    if (code !== "invalid_key" || schema === undefined || within.length > 0) return [];
    const entry = mapping(mapping(content)[String(section)])[String(name)];
    const issues = schema.safeParse(entry, PARSING).error?.issues ?? [];
    return issues.map((issue) => ({ ...issue, path: [String(section), String(name), ...issue.path] }));
  });
}

/** Of a key, in characters; what is longer is no key of ours. */
const MAX_KEY = 80;

function dottedPath(path: Problem["path"]): string {
  const steps = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${plainLine(String(step), MAX_KEY)}`));
  return steps.join("").replace(/^\./, "");
}
