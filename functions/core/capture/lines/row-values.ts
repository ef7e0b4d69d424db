import { PoisonMessageError } from "../../errors";
import { type NamedValues, numberedNames, type SideNames } from "./captured-row";

/** An object of JSON. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** True for an object that is no list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** True for a list or an object, which is no value of a row. */
export function isContainer(value: unknown): value is JsonObject | readonly unknown[] {
  return typeof value === "object" && value !== null;
}

/** The own member of an object; undefined for anything else. */
export function memberOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

/**
 * One row of JSON's values by these names. A list of one value is that value, as a tensor of one column has it.
 * @throws PoisonMessageError when every value is a list or an object, so that nothing of the row could be compared
 */
export function typedRow(names: readonly string[], values: readonly unknown[]): NamedValues {
  return { names, values: values.some(isContainer) ? flatCells(values) : values, isTyped: true };
}

/**
 * One row of values by name. The values of a list among answers have the list's name with their number.
 * @throws PoisonMessageError when all are lists or objects, of which nothing could be compared
 */
export function rowByName(names: readonly string[], values: readonly unknown[], { side }: SideNames): NamedValues {
  if (side === "inputs" || !values.some(isVector)) return typedRow(names, values);
  const own = values.map((value, place) =>
    isVector(value) ? numberedNames(names[place] ?? "", value.length) : [names[place] ?? ""],
  );
  return typedRow(
    own.flat(),
    values.flatMap((value) => (isVector(value) ? value : [value])),
  );
}

function isVector(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length > 1 && !value.some(isContainer);
}

/**
 * One row of values that came without names.
 * @throws PoisonMessageError when they cannot be named, or are lists and objects alone
 */
export function rowByPlace(values: readonly unknown[], names: SideNames): NamedValues {
  return typedRow(names.byPlace(values.length), values);
}

function flatCells(values: readonly unknown[]): readonly unknown[] {
  const cells = values.map((value) => (Array.isArray(value) && value.length === 1 ? value[0] : value));
  if (!cells.some((cell) => cell !== null && !isContainer(cell)) && cells.some(isContainer)) {
    throw new PoisonMessageError(
      "got a row of nothing but lists and objects, expected single values: send rows, or columns of equal lengths",
    );
  }
  return cells;
}
