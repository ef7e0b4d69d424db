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

/** Names for so many values that came without, in their order; throws PoisonMessageError where nobody knows them. */
export type PositionalNames = (count: number) => readonly string[];

/** What the first output without a name is called; the second is `prediction-2`, and so on. */
const PREDICTION = "prediction";

/**
 * Names inputs as the settings' `columns` do, whose number must be theirs: shifted by one, every value would be another column's.
 */
export function columnNames(columns: readonly string[]): PositionalNames {
  return (count) => {
    if (count === columns.length) return columns;
    const wanted = columns.length === 0 ? "names: set columns to theirs, in order" : `${columns.length}, as columns has them`;
    throw new PoisonMessageError(`got ${count} values without names, expected ${wanted}`);
  };
}

const PREDICTIONS: readonly string[] = Array.from({ length: MAX_FEATURES }, (_, place) =>
  place === 0 ? PREDICTION : `${PREDICTION}-${place + 1}`,
);

/** Names outputs by their place, as many as a report has room for. */
export const predictionNames: PositionalNames = () => PREDICTIONS;
