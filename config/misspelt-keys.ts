import { isMapping } from "../functions/core/json-path";
import type { Problem } from "./errors";
import { type Path, valueAt } from "./paths";

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
    const before = problems.length;
    for (const found of problemsOf(content)) {
      const { path, meant } = found;
      if (meant === undefined || valueAt(content, [...path.slice(0, -1), meant]) !== undefined) continue;
      problems.push({ ...found, path: writtenPath(path) });
      names.set(nameOf([...path.slice(0, -1), meant]), path.at(-1) ?? meant);
      content = renamed(content, path, meant);
    }
    if (problems.length === before) return { content, problems, writtenPath };
  }
}

function nameOf(path: Path): string {
  return JSON.stringify(path);
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
