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
