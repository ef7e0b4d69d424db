// The section `defaults`: what all models have unless they say otherwise.
import { isMapping } from "../functions/core/json-path";
import { COORDINATED_SECTIONS } from "./checks/schedules";
import { mapping } from "./checks/unchecked-config";
import { type Problem, quotedValue } from "./errors";
import { ALL_CLOUDS, CLOUDS, type Cloud, cloudOf, type OneCloudKey } from "./model-cloud";
import { Origins, overlaid, withMembersRemoved, withoutRemoved, withRemovals } from "./overlay";
import { type Path, valueAt } from "./paths";

type Fields = Readonly<Record<string, unknown>>;

/** What a schema says of the keys of models. */
export interface ModelSchema {
  /** Of one unchecked model, with paths within it. */
  readonly problemsOf: (model: Fields) => readonly Problem[];
  readonly oneCloudKeys: readonly OneCloudKey[];
}

/** A file whose models have their defaults. */
export interface WithDefaults {
  /** Without `defaults`. */
  readonly content: unknown;
  /** Where in the file stands what the models have; what one lacks would stand in the model itself. */
  readonly originOf: (path: Path) => Path;
  /** Of the section itself, and of defaults that are wrong for whichever model. */
  readonly problems: readonly Problem[];
}

const SECTION = "defaults";

/** An unchecked file with the defaults of its models filled in, each where it can belong to a model. */
export function withDefaults(file: unknown, schema: ModelSchema): WithDefaults {
  const { [SECTION]: written, ...content } = mapping(file);
  if (written === undefined) return { content: file, originOf: itself, problems: [] };
  const layered = withMembersRemoved(written) ?? {};
  const defaults = withoutRemoved(layered);
  if (!isMapping(defaults)) {
    const message = `got ${quotedValue(defaults)}; expected a mapping of sections that models have, such as {policy: {cooldown: 12h}}`;
    return { content, originOf: itself, problems: [{ path: [SECTION], message }] };
  }
  const problems = schema
    .problemsOf(defaults)
    .filter(({ path }) => isDefinite(defaults, path))
    .map((problem) => ({ ...problem, path: [SECTION, ...problem.path] }));
  if (!isMapping(content.models)) return { content, originOf: itself, problems };
  const origins = new Origins();
  const variants = new Map<string, Variant>();
  const models = Object.entries(content.models).map(([name, model]) => {
    if (!isMapping(model)) return [name, model] as const;
    const own = mapping(withoutRemoved(model));
    const kind = kindOf(model, defaults);
    const variant = variants.get(JSON.stringify(kind)) ?? variantFor(kind, defaults, schema);
    variants.set(JSON.stringify(kind), variant);
    const path = ["models", name];
    // A default that is none of this model's, or that an environment removed, is removed: the model may say so too.
    const lower = withRemovals(partsFor(own, variant), layered);
    return [name, overlaid(lower, model, { path, lowerPath: [SECTION], upperPath: path, origins })] as const;
  });
  const filled = withoutRemoved({ ...content, models: Object.fromEntries(models) });
  const originOf = (path: Path) => {
    const origin = origins.of(path);
    const isLacking = origin[0] === SECTION && valueAt(filled, path) === undefined && !hasIndex(path);
    return isLacking ? path : origin;
  };
  return { content: filled, originOf, problems };
}

function itself(path: Path): Path {
  return path;
}

/** What decides which defaults a model can have. */
interface ModelKind {
  readonly cloud: Cloud | undefined;
  /** Whether the scheduler of its cloud starts every training, so that it has neither data nor a coordinator. */
  readonly isDirect: boolean;
  /** Keys that its schedule cannot have. */
  readonly unfitKeys: readonly string[];
}

/** The defaults of one kind of models. */
interface Variant {
  readonly defaults: Fields;
  /** Mappings that are not complete in themselves, from the outermost. */
  readonly partial: readonly Path[];
}

function kindOf(model: Fields, defaults: Fields): ModelKind {
  const layers = { path: [], lowerPath: [], upperPath: [], origins: new Origins() };
  const { schedule, pipeline } = withoutNulls(overlaid(defaults, model, layers));
  const own = withoutNulls(model);
  const schedules = [schedule ?? []].flat();
  const areDirect = schedules.length > 0 && schedules.every((entry) => mapping(entry).mode === "direct");
  return {
    cloud: hasPipeline(own) ? cloudOf(mapping(own.pipeline)) : cloudOf(mapping(pipeline)),
    isDirect: own.data === undefined && areDirect,
    unfitKeys: [
      areDirect ? "priority" : "parameters",
      ...(schedules.some((entry) => mapping(entry).rate !== undefined) ? ["timezone"] : []),
    ],
  };
}

/** What a model says of its sections, and of their keys. */
function withoutNulls(model: unknown): Fields {
  const kept = (fields: unknown) => Object.entries(mapping(withoutRemoved(fields))).filter(([, value]) => value !== null);
  return Object.fromEntries(kept(model).map(([key, value]) => [key, isMapping(value) ? Object.fromEntries(kept(value)) : value]));
}

function hasPipeline({ pipeline }: Fields): boolean {
  const { name, template } = mapping(pipeline);
  return name !== undefined || template !== undefined;
}

function variantFor(
  { cloud, isDirect, unfitKeys }: ModelKind,
  defaults: Fields,
  { problemsOf, oneCloudKeys }: ModelSchema,
): Variant {
  const needingData = isDirect ? [...["data", ...COORDINATED_SECTIONS].map((key) => [key]), ["pipeline", "parameters"]] : [];
  const foreign = cloud === undefined ? [] : foreignKeys(cloud, defaults, oneCloudKeys);
  const possible = [...needingData, ...foreign, ...unfitKeys.map((key) => ["schedule", key])].reduce(without, defaults);
  const partial: Path[] = [];
  for (let complete = possible; ; ) {
    const [path] = incompleteIn(complete, problemsOf(complete));
    if (path === undefined) return { defaults: possible, partial: partial.sort((a, b) => a.length - b.length) };
    partial.push(path);
    complete = without(complete, path);
  }
}

function foreignKeys(cloud: Cloud, defaults: Fields, oneCloudKeys: readonly OneCloudKey[]): Path[] {
  const named = ALL_CLOUDS.filter((other) => other !== cloud).map((other) => ["pipeline", CLOUDS[other].pipelineKey]);
  const foreign = oneCloudKeys.filter(({ path, cloudOf: of }) => {
    const value = valueAt(defaults, path);
    return value !== undefined && (of(value) ?? cloud) !== cloud;
  });
  return [...named, ...foreign.map(({ path }) => path)];
}

/** The mappings that lack a key which each of their kind needs, also a schedule that says no time. */
function incompleteIn(defaults: Fields, problems: readonly Problem[]): Path[] {
  const lacking = problems.flatMap(({ path }) => {
    const above = path.slice(0, -1);
    return above.length > 0 && valueAt(defaults, path) === undefined && isMapping(valueAt(defaults, above)) && !hasIndex(path)
      ? [above]
      : [];
  });
  const { schedule } = defaults;
  const isTimeless = isMapping(schedule) && ["cron", "every", "rate"].every((key) => schedule[key] === undefined);
  return [...lacking, ...(isTimeless ? [["schedule"]] : [])];
}

/** A mapping that is not complete in itself is for the models that have such a mapping. */
function partsFor(model: Fields, { defaults, partial }: Variant): Fields {
  return partial
    .filter((path) => !isMapping(valueAt(model, path)) && !Array.isArray(valueAt(model, path)))
    .reduce(without, defaults);
}

/** True for what no model can put right: a value that is there, and what an item of a list lacks. */
function isDefinite(defaults: Fields, path: Path): boolean {
  return valueAt(defaults, path) !== undefined || (hasIndex(path) && path.length > 0);
}

function hasIndex(path: Path): boolean {
  return path.some((step) => typeof step === "number");
}

/** A copy without what is at a path. */
function without(fields: Fields, [key, ...rest]: Path): Fields {
  const { [String(key)]: value, ...others } = fields;
  if (rest.length === 0 || !isMapping(value)) return rest.length === 0 ? others : fields;
  return { ...others, [String(key)]: without(value, rest) };
}
