import type { FieldPath } from "./event-entry";

/** The values that lie under a path, of every item where there is a list on the way; empty when there are none. */
export function valuesAt(detail: unknown, path: FieldPath): unknown[] {
  return path.split(".").reduce<unknown[]>((values, name) => values.flatMap((value) => ownValues(value, name)), [detail]);
}

function ownValues(value: unknown, name: string): unknown[] {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return [];
  const inner: unknown = Reflect.get(value, name);
  return (Array.isArray(inner) ? inner : [inner]).filter((item) => item !== undefined && item !== null);
}

/** The texts among those values; an empty one is none, which some events write for what is not there. */
export function textsAt(detail: unknown, path: FieldPath): string[] {
  return valuesAt(detail, path).filter((value): value is string => typeof value === "string" && value !== "");
}

/** The first of those fields that holds a time. */
export function firstDate(detail: unknown, paths: readonly FieldPath[]): Date | undefined {
  return paths.flatMap((path) => valuesAt(detail, path)).find((value) => value instanceof Date);
}
