/** The error, 0 to 1, that a model trained on the labels up to a step has on a later step. Steps count from 0. */
export interface ErrorMatrix {
  /** Steps of the history; `errorOf` is asked for 0 to `steps` - 1. */
  readonly steps: number;
  /** NaN where it is not known, or where there is no such model: then that model is no option at that step. */
  errorOf(trainedOn: number, step: number): number;
}

/** A matrix of rows, one for each model in the order of the step that it was trained up to; a missing row or cell is not known. */
export function matrixOf(rows: readonly ArrayLike<number>[], steps: number): ErrorMatrix {
  return { steps, errorOf: (trainedOn, step) => rows[trainedOn]?.[step] ?? Number.NaN };
}

/** The first `steps` of a history: nothing later is told of any model. */
export function matrixUntil(errors: ErrorMatrix, steps: number): ErrorMatrix {
  return { steps, errorOf: (trainedOn, step) => (step < steps ? errors.errorOf(trainedOn, step) : Number.NaN) };
}
