import { dirname } from "node:path";
import * as z from "zod";
import { plainLine } from "../functions/core/plain-text";
import { crossFieldProblems } from "./checks/checks";
import { mapping } from "./checks/unchecked-config";
import { configSchema, type DeploymentConfig, modelSchema } from "./config";
import { ConfigError, expectationOf, type Problem, schemaProblems } from "./errors";
import { configAsMeant } from "./misspelt-keys";
import { ruleSchema } from "./sections/rule";
import { readYaml, type YamlPurpose } from "./yaml-file";

const PARSING = { error: expectationOf, reportInput: true } as const;

/**
 * The checked configuration of a YAML file.
 * @param purpose as the errors of the file say it. @default - the configuration of a deployment
 * @throws ConfigError whose message names all mistakes, each with its line, path and what to do
 */
export function loadConfig(file: string, purpose?: YamlPurpose): DeploymentConfig {
  const yaml = readYaml(file, purpose);
  const parsed = configSchema.safeParse(yaml.content, PARSING);
  const { content, problems: misspelt, writtenPath } = configAsMeant(yaml.content, fieldProblems);
  const problems = toldOnce(fieldProblems(content), crossFieldProblems(content, dirname(file)));
  if (parsed.success && problems.length === 0) return parsed.data;
  const { offsetOf, placeOf } = yaml;
  const mistakes = [...misspelt, ...problems.map((problem) => ({ ...problem, path: writtenPath(problem.path) }))]
    .map(({ path, message }) => ({ path, message, offset: offsetOf(path) }))
    .sort((a, b) => a.offset - b.offset)
    .map(({ path, message, offset }) => `${placeOf(offset)} ${dottedPath(path)}: ${message}`);
  throw ConfigError.of(file, mistakes);
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
