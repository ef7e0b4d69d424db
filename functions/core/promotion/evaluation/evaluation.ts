/** What a training pipeline says of the model that it made: the contents of `evaluation.json`, as far as they are read. */
export interface Evaluation {
  /** SHA-256 of the file's bytes, hexadecimal. */
  readonly sha256: string;
  /** Finite values by the metric's name; a metric that is NaN, infinite or no number is in `unusable` instead. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Metrics that are there and have no finite value, with what was got, such as `NaN`. */
  readonly unusable: Readonly<Record<string, string>>;
  /** Counts by label and prediction, where the file has them. */
  readonly confusion?: ConfusionMatrix;
  /** What the key `retrigger` says; absent where the file lacks it. */
  readonly identity?: EvaluationIdentity;
}

/** Rows of the golden set by their label, and by what was predicted. */
export type ConfusionMatrix = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** What the key `retrigger` of an evaluation says: of which model, on which golden set, trained on how much. */
export interface EvaluationIdentity {
  /** Name of the model in the configuration. */
  readonly model: string;
  /** Version of the model's inputs. */
  readonly schemaVersion?: string;
  readonly goldenSet: { readonly uri?: string; readonly sha256: string; readonly rows: number };
  /** Where the predictions of the golden set's rows lie; absent where none were written. */
  readonly predictions?: { readonly uri: string; readonly sha256?: string };
  readonly training: {
    /** Rows that the model was trained on. */
    readonly rows: number;
    /** Rows of the whole data set that it was given; absent where it was not counted. */
    readonly dataSetRows?: number;
  };
}
