import { isMapping } from "../functions/core/json-path";
import type { Problem } from "./errors";

type Path = Problem["path"];

/** A configuration whose misspelt keys are read as those that were meant, so that nothing else is told of what they hold. */
export interface ConfigAsMeant {
  readonly content: unknown;
  /** The mistakes of those keys themselves. */
  readonly problems: readonly Problem[];
  /** A path of `content` as the author wrote it. */
  writtenPath(path: Path): Path;
}

/**
 * Reads misspelt keys as those that were meant, unless these are there too.
 * @param problemsOf the mistakes that a schema finds; asked again after every correction, which may bring others to light
 */
export function configAsMeant(written: unknown, problemsOf: (content: unknown) => readonly Problem[]): ConfigAsMeant {
  const names = new Map<string, PropertyKey>();
  const problems: Problem[] = [];
  let content = written;
  const writtenPath = (path: Path) => path.map((step, index) => names.get(nameOf(path.slice(0, index + 1))) ?? step);
  for (;;) {
    const found = problemsOf(content).find(
      ({ path, meant }) => meant !== undefined && !isThere(content, [...path.slice(0, -1), meant]),
    );
    if (found?.meant === undefined) return { content, problems, writtenPath };
    const { path, meant } = found;
    problems.push({ ...found, path: writtenPath(path) });
    names.set(nameOf([...path.slice(0, -1), meant]), path.at(-1) ?? meant);
    content = renamed(content, path, meant);
  }
}

function nameOf(path: Path): string {
  return JSON.stringify(path);
}

function isThere(content: unknown, path: Path): boolean {
  let value = content;
  for (const step of path) {
    if (!(isMapping(value) || Array.isArray(value)) || !Object.hasOwn(value, step)) return false;
    value = Reflect.get(value, step);
  }
  return true;
}

/** A copy in which the last key of a path has another name. */
function renamed(value: unknown, [step, ...rest]: Path, name: string): unknown {
  if (Array.isArray(value)) return value.map((item, index) => (index === step ? renamed(item, rest, name) : item));
  if (!isMapping(value)) return value;
  const entries = Object.entries(value).map(([key, member]) => {
    if (key !== step) return [key, member];
    return rest.length === 0 ? [name, member] : [key, renamed(member, rest, name)];
  });
  return Object.fromEntries(entries);
}
