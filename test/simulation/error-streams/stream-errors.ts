import type { ErrorMatrix } from "../../../functions/core/replay/error-matrix";
import { errorOf, fitRidgeLogistic } from "./ridge-logistic";
import { type LabelledStream, ROWS, STEPS } from "./stream-laws";

/** A model for each step, trained on so many of the last ones, and its error on every later one, counted when asked for. */
export function errorsOf(stream: LabelledStream, window: number): ErrorMatrix {
  const models: Float64Array[] = [];
  for (let trainedOn = 0; trainedOn < STEPS; trainedOn++) {
    const start = models[trainedOn - 1] ?? new Float64Array(stream.width + 1);
    models.push(fitRidgeLogistic(stream, Math.max(0, trainedOn - window + 1) * ROWS, (trainedOn + 1) * ROWS, start));
  }
  const counted = new Float64Array(STEPS * STEPS).fill(Number.NaN);
  return {
    steps: STEPS,
    errorOf(trainedOn, step) {
      const weights = models[trainedOn];
      if (weights === undefined || step <= trainedOn || step >= STEPS) return Number.NaN;
      const cell = trainedOn * STEPS + step;
      const known = counted[cell] ?? Number.NaN;
      if (!Number.isNaN(known)) return known;
      const error = errorOf(stream, step * ROWS, (step + 1) * ROWS, weights);
      counted[cell] = error;
      return error;
    },
  };
}
