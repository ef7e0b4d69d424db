import { MAX_FEATURES } from "../../drift/drift-report";
import { PoisonMessageError } from "../../errors";

/** Values with their names. */
export interface NamedValues {
  /** In the values' order; there may be more or fewer of them. */
  readonly names: readonly string[];
  /** From JSON anything that JSON holds, from CSV texts alone. */
  readonly values: readonly unknown[];
  /** False for CSV, whose texts may stand for numbers. */
  readonly isTyped: boolean;
}

/** One request for a prediction: what went in, and what came out, as far as it was captured. */
export interface CapturedRow {
  readonly inputs?: NamedValues;
  readonly outputs?: NamedValues;
}

/** What a line of captured requests holds. */
export interface LineReading {
  readonly rows: readonly CapturedRow[];
  /** Why the rows lack their outputs. */
  readonly problem?: string;
}

/** Reads a line of one format; throws PoisonMessageError, which names no captured value, when the line cannot be read. */
export type LineReader = (line: string) => LineReading;

/** How the values of one side of a request are named. */
export interface SideNames {
  readonly side: "inputs" | "outputs";
  /** How many columns are known by name; 0 where nobody said so. */
  readonly columns: number;
  /** The column of this name, case and blanks around it aside; undefined for a name that no column is known to have. */
  columnOf(name: string): string | undefined;
  /** Names for so many values that came without, in their order; throws PoisonMessageError where nobody knows them. */
  byPlace(count: number): readonly string[];
}

/**
 * Names inputs as the settings' `columns` do, whose number must be theirs: shifted by one, every value would be another column's.
 */
export function inputNames(columns: readonly string[]): SideNames {
  const known = new Map(columns.map((column) => [column.trim().toLowerCase(), column]));
  return {
    side: "inputs",
    columns: columns.length,
    columnOf: (name) => known.get(name.trim().toLowerCase()),
    byPlace(count) {
      if (count === columns.length) return columns;
      const wanted = columns.length === 0 ? "names: set columns to theirs, in order" : `${columns.length}, as columns has them`;
      throw new PoisonMessageError(`got ${count} values without names, expected ${wanted}`);
    },
  };
}

const PREDICTIONS = numberedNames("prediction", MAX_FEATURES);

/** Names outputs by their place: `prediction`, `prediction-2` and so on, as many as a report has room for. */
export const OUTPUT_NAMES: SideNames = {
  side: "outputs",
  columns: 0,
  columnOf: () => undefined,
  byPlace: () => PREDICTIONS,
};

/** Names of several values of one name: `score`, `score-2` and so on. */
export function numberedNames(name: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, place) => (place === 0 ? name : `${name}-${place + 1}`));
}

/** True for names that tell values of one row apart by nothing but their place, as `numberedNames` does. */
export function areNumbered([first, second]: readonly string[]): boolean {
  return second === undefined || second === `${first}-2`;
}
