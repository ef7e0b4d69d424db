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
      // Copied once: what is written may be shared by aliases, and other files may be read of it.
      if (content === written) content = copyOf(written);
      rename(content, path, meant);
    }
    if (problems.length === before) return { content, problems, writtenPath };
  }
}

function nameOf(path: Path): string {
  return JSON.stringify(path);
}

function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  return isMapping(value) ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, copyOf(member)])) : value;
}

/** Gives the last key of a path another name. */
function rename(content: unknown, path: Path, name: string): void {
  const parent = valueAt(content, path.slice(0, -1));
  const key = path.at(-1);
  if (!isMapping(parent) || key === undefined) return;
  Reflect.set(parent, name, Reflect.get(parent, key));
  Reflect.deleteProperty(parent, key);
}
