/** The predictions of the golden set's rows, column by column: rows lie at the same index in each. */
export interface PredictionTable {
  readonly rows: number;
  /** Hash of each row's id, ascending, so that two tables are joined in one pass; no two are equal. 52 bits of FNV-1a. */
  readonly ids: Float64Array;
  /** What was observed: a number, or with `classes` the place of its class in them. */
  readonly labels: Float64Array;
  /** What was predicted, in the same form. */
  readonly predictions: Float64Array;
  /** The classes, as texts, of a classification, ascending: by value where all are numbers; absent for a regression. */
  readonly classes?: readonly string[];
  /** Of a classification with two classes: the score of the second one, such as its probability. NaN where a row has none. */
  readonly scores?: Float64Array;
  /** By column: the slice that each row is in. */
  readonly slices: Readonly<Record<string, SliceColumn>>;
}

/** One column by which rows are told apart. */
export interface SliceColumn {
  /** Names of the slices, ascending; `""` where rows name none. */
  readonly names: readonly string[];
  /** Of each row its slice's place in `names`. */
  readonly codes: Uint32Array;
}
