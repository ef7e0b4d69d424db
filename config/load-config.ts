import { dirname } from "node:path";
import { isMapping } from "../functions/core/json-path";
import { nearestWord } from "../functions/core/nearest-word";
import { plainLine } from "../functions/core/plain-text";
import { crossFieldProblems } from "./checks/checks";
import { ONE_CLOUD_KEYS } from "./checks/cloud";
import { mapping } from "./checks/unchecked-config";
import { configSchema, type DeploymentConfig } from "./config";
import { chosenEnvironment, environmentNames } from "./environments";
import { ConfigError, didYouMean, type Problem, type Remark } from "./errors";
import { fieldProblems, modelFieldProblems, PARSING } from "./field-problems";
import { configAsMeant } from "./misspelt-keys";
import { withDefaults } from "./model-defaults";
import { withoutRemoved } from "./overlay";
import { dottedPath, type Path, valueAt } from "./paths";
import { type LocatedProblem, remarks, toldOnce } from "./told-problems";
import { readYaml, type YamlFile, type YamlPurpose } from "./yaml/yaml-file";

/** How a configuration is read. */
export interface ReadOptions {
  /** As the errors of the file say it. @default - the configuration of a deployment */
  readonly purpose?: YamlPurpose;
  /**
   * The environment that is meant, such as `prod`. @default - the one that the file says with `environment`, or its only one
   */
  readonly environment?: string | undefined;
}

/** A checked configuration, and where in its file what it says stands. */
export interface PlacedConfig {
  readonly config: DeploymentConfig;
  /**
   * What is said of a path, and where that stands, as its author wrote it: in a model, in `defaults`, in `environments`, or behind
   * an alias; or the nearest above it that the file has.
   */
  remarkOf(problem: Pick<Problem, "path" | "message">): Remark;
}

/** A file that was read once, for as many of its environments as are wanted. */
export interface OpenedConfig {
  /**
   * The names of the environments that it can be loaded for, right or wrong; the one that it is of, where it has no `environments`.
   * Empty where it says neither: `load`, without an environment, then says what is missing.
   */
  readonly environments: readonly string[];
  /** @throws ConfigError as `loadConfig` does */
  load(environment?: string | undefined): PlacedConfig;
}

/**
 * The checked configuration of a YAML file for one environment: its overrides are merged over the rest of the file, and that over
 * the defaults of each model.
 * @throws ConfigError whose message names all mistakes, each with its line, path and what to do
 */
export function loadConfig(file: string, options?: ReadOptions): DeploymentConfig {
  return loadPlacedConfig(file, options).config;
}

/** As `loadConfig`, for whoever has more to say of what stands in the file. @throws ConfigError as `loadConfig` does */
export function loadPlacedConfig(file: string, { purpose, environment }: ReadOptions = {}): PlacedConfig {
  return loaded(file, readYaml(file, purpose), environment);
}

/** @throws ConfigError when the file cannot be read, or is no YAML or no mapping */
export function openConfig(file: string, { purpose }: Pick<ReadOptions, "purpose"> = {}): OpenedConfig {
  const yaml = readYaml(file, purpose);
  const written = withoutExtensions(yaml.content);
  return {
    environments: environmentNames(configAsMeant(written, (content) => fieldProblems(content)).content),
    load: (environment) => loaded(file, yaml, environment),
  };
}

function loaded(file: string, yaml: YamlFile, environment: string | undefined): PlacedConfig {
  const meant = configAsMeant(withoutExtensions(yaml.content), (content) => writtenProblems(content, environment));
  const chosen = chosenEnvironment(meant.content, environment);
  const filled = withDefaults(chosen.content, { problemsOf: modelFieldProblems, oneCloudKeys: ONE_CLOUD_KEYS });
  const content = withoutRemoved(filled.content);
  const locate = (path: Path, isOfKey = false) =>
    yaml.locate(meant.writtenPath(chosen.origins.of(filled.originOf(path))), isOfKey ? "key" : "value");
  const parsed = configSchema.safeParse(content, PARSING);
  const ofFields = parsed.success ? [] : fieldProblems(content).filter(({ path }) => chosen.isChosen || isGiven(content, path));
  const ofChecks = chosen.isChosen && !yaml.hasUnknown ? crossFieldProblems(content, dirname(file)) : [];
  const strangers = lonelyModels(meant.content, chosen.overrides);
  const problems: LocatedProblem[] = [
    ...meant.problems.map((problem) => ({ ...problem, place: yaml.locate(problem.path, "key") })),
    ...chosen.problems.map((problem) => ({ ...problem, place: yaml.locate(meant.writtenPath(problem.path), "value") })),
    ...[...filled.problems, ...toldOnce(ofFields, ofChecks)].map((problem) => ({
      ...problem,
      place: locate(problem.path, problem.isOfKey),
    })),
    ...ofChecks.map((problem) => {
      const place = locate(problem.path, problem.isOfKey);
      return { ...problem, place, model: sharingModel(problem.path, place?.path) };
    }),
  ];
  const told = onceOfMisspelt(problems, meant.problems).map((problem) => withLikelyModel(problem, strangers));
  if (!parsed.success || problems.length + yaml.mistakes.length > 0) throw ConfigError.of(file, remarks(yaml, told));
  const remarkOf = ({ path, message }: Pick<Problem, "path" | "message">) => {
    const { path: written, offset } = locate(path) ?? { path, offset: 0 };
    return yaml.remarkAt(offset, dottedPath(written), message);
  };
  return { config: parsed.data, remarkOf };
}

/** Models that an environment alone has, by name, each with the shared one that its name is like. */
function lonelyModels(content: unknown, overrides: Path | undefined): ReadonlyMap<string, string> {
  const shared = Object.keys(mapping(mapping(content).models));
  const own = overrides === undefined ? [] : Object.keys(mapping(valueAt(content, [...overrides, "models"])));
  const likely = own.filter((name) => !shared.includes(name)).map((name) => [name, nearestWord(name, shared)] as const);
  return new Map(likely.flatMap(([name, near]) => (near === undefined ? [] : [[name, near]])));
}

/** What such a model lacks, the shared one may have: its name is likely misspelt. */
function withLikelyModel(problem: LocatedProblem, strangers: ReadonlyMap<string, string>): LocatedProblem {
  const [section, name, ...within] = problem.path;
  const near = section === "models" ? strangers.get(String(name)) : undefined;
  if (near === undefined || within.length !== 1 || !problem.message.startsWith(MISSING)) return problem;
  const hint = `${didYouMean(near)}this environment alone has a model ${plainLine(String(name))}; `;
  return { ...problem, message: `${MISSING}${hint}${problem.message.slice(MISSING.length)}` };
}

/** How what is said of a key that is not there begins. */
const MISSING = "missing; ";

/** Of a misspelt key whose value is wrong too, the former alone. */
function onceOfMisspelt(problems: readonly LocatedProblem[], misspelt: readonly Problem[]): LocatedProblem[] {
  const paths = new Set(misspelt.map(({ path }) => JSON.stringify(path)));
  return problems.filter(({ meant, place }) => meant !== undefined || !paths.has(JSON.stringify(place?.path)));
}

/** The model of a path, where what it has stands outside of it. */
function sharingModel([section, model]: Path, [writtenSection, ...written]: Path = []): string | undefined {
  if (section !== "models" || model === undefined || writtenSection === undefined) return undefined;
  const isOwn =
    (writtenSection === "models" && written[0] === model) || (writtenSection === "environments" && written[2] === model);
  return isOwn ? undefined : String(model);
}

/** Whether a key that is not complete without others is there; of what none of the environments was merged into. */
function isGiven(content: unknown, path: Path): boolean {
  const value = valueAt(content, path);
  const isWhole = path.length === 1 && (path[0] === "environment" || isMapping(value));
  return value !== undefined && path.length > 0 && !isWhole;
}

/** Without the keys `x-…`, which hold anchors: at the top of the file, of the defaults, of a model and of an environment. */
function withoutExtensions(content: unknown): unknown {
  const { environments, ...shared } = mapping(content);
  const parts = Object.entries(mapping(environments)).map(([name, part]) => [name, partWithoutExtensions(part)]);
  const kept = mapping(partWithoutExtensions(shared));
  if (environments === undefined) return kept;
  return { ...kept, environments: parts.length === 0 ? environments : Object.fromEntries(parts) };
}

function partWithoutExtensions(part: unknown): unknown {
  if (!isMapping(part)) return part;
  const { models, defaults, ...others } = part;
  const ofModels = Object.entries(mapping(models)).map(([name, model]) => [name, withoutKeys(model)]);
  return {
    ...mapping(withoutKeys(others)),
    ...(models !== undefined && { models: isMapping(models) ? Object.fromEntries(ofModels) : models }),
    ...(defaults !== undefined && { defaults: withoutKeys(defaults) }),
  };
}

function withoutKeys(value: unknown): unknown {
  return isMapping(value) ? Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith("x-"))) : value;
}

/** What a schema finds in each part of a file that is read for an environment; what one lacks may be in another. */
function writtenProblems(content: unknown, asked: string | undefined): Problem[] {
  const { environments, ...shared } = mapping(content);
  const { overrides } = chosenEnvironment(content, asked);
  return [
    ...partProblems(shared, []),
    ...(overrides === undefined ? [] : partProblems(mapping(valueAt({ environments }, overrides)), overrides)),
  ];
}

function partProblems({ defaults, ...part }: Readonly<Record<string, unknown>>, path: Path): Problem[] {
  const ofDefaults = defaults === undefined ? [] : modelFieldProblems(defaults).map((problem) => below(["defaults"], problem));
  return [...fieldProblems(part), ...ofDefaults].map((problem) => below(path, problem));
}

function below(path: Path, problem: Problem): Problem {
  return { ...problem, path: [...path, ...problem.path] };
}
