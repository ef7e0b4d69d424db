import type { Problem, Remark } from "./errors";
import { dottedPath } from "./paths";
import type { WrittenPlace } from "./yaml/written-values";
import type { YamlFile } from "./yaml/yaml-file";

/** A problem, and where in the file it is told. */
export interface LocatedProblem extends Problem {
  /** Undefined where a value that could not be read is told instead. */
  readonly place: WrittenPlace | undefined;
  /** The model that has it, where it is one of several keys, and stands in what several models share. */
  readonly model?: string | undefined;
}

/** How many models are named that share a mistake. */
const MOST_NAMED = 3;

/**
 * Of a value that is wrong by itself, and of the other cloud besides, or of a former version, the latter alone.
 * @param ofChecks those of several keys
 */
export function toldOnce(ofFields: readonly Problem[], ofChecks: readonly Problem[]): Problem[] {
  const told = new Set(ofChecks.filter(({ isOfOtherCloud }) => isOfOtherCloud).map(({ path }) => JSON.stringify(path)));
  const wholes = ofChecks.filter(({ isWhole }) => isWhole).map(({ path }) => path);
  const isWithin = (path: Problem["path"]) => wholes.some((whole) => whole.every((step, index) => path[index] === step));
  return ofFields.filter(({ path }) => !told.has(JSON.stringify(path)) && !isWithin(path));
}

/**
 * The mistakes of a file in its order, each with its place. What many models have from one default or anchor is told once.
 */
export function remarks(
  { mistakes, remarkAt }: Pick<YamlFile, "mistakes" | "remarkAt">,
  problems: readonly LocatedProblem[],
): Remark[] {
  const groups = new Map<string, LocatedProblem[]>();
  for (const problem of problems) {
    const key = JSON.stringify([problem.place, problem.message]);
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(problem);
  }
  const placed = [...groups.values()].flatMap((group) => {
    const [{ place, message } = { place: undefined, message: "" }] = group;
    if (place === undefined) return [];
    const models = group.flatMap(({ model }) => model ?? []);
    const path = dottedPath(place.path);
    return [{ offset: place.offset, path, message: `${message}${inModels([...new Set(models)])}` }];
  });
  return [...mistakes.map((mistake) => ({ ...mistake, path: "" })), ...placed]
    .sort((a, b) => a.offset - b.offset)
    .map(({ offset, path, message }) => remarkAt(offset, path, message));
}

function inModels(models: readonly string[]): string {
  if (models.length === 0) return "";
  const named = models.slice(0, MOST_NAMED).join(", ");
  const more = models.length > MOST_NAMED ? ` and ${models.length - MOST_NAMED} more` : "";
  return ` (${models.length === 1 ? "model" : "models"} ${named}${more})`;
}
