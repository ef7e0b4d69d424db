// Paths into a configuration, as problems have them.
import { isMapping } from "../functions/core/json-path";
import { plainLine } from "../functions/core/plain-text";
import type { Problem } from "./errors";

export type Path = Problem["path"];

/** What stands at a path of plain data; undefined where nothing does. */
export function valueAt(content: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      (isMapping(value) || Array.isArray(value)) && Object.hasOwn(value, step) ? Reflect.get(value, step) : undefined,
    content,
  );
}

/** Of a key, in characters; what is longer is no key of ours. */
const MAX_KEY = 80;

/** A path as people write it, such as `models.churn.data.prefixes[1]`. */
export function dottedPath(path: Path): string {
  const steps = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${plainLine(String(step), MAX_KEY)}`));
  return steps.join("").replace(/^\./, "");
}
