import type { BreakEvenStart } from "../quality/break-even";
import type { ErrorMatrix } from "./error-matrix";
import type { ScheduleOptions } from "./oracle";

/** How many differences of steps the variance of a backtest is worth at most: the served model's own ones soon outweigh it. */
const MAX_WEIGHT = 10;
/** Of fewer models the error at an age is too noisy to choose a period by. */
const LEAST_MODELS = 3;

/** What the break-even policy begins with, from the errors of a history. */
export interface BacktestStart extends BreakEvenStart {
  /** Steps between trainings that cost least by the errors at each age; Infinity where no training is known to pay. */
  readonly periodSteps: number;
}

/** The part of a history that a policy is begun from. */
export interface BacktestOptions extends Pick<ScheduleOptions, "price" | "labelDelay"> {
  /** The step before which the history ends; no error of it or of a later one is read. */
  readonly until: number;
  /** The earliest model, by the step that it was trained up to, such as the first one whose training window is full. @default 0 */
  readonly first?: number;
}

/**
 * Begins the break-even policy from a history: what is attainable is the mean error of the models on the first step that each would
 * have served, and the variance of a step comes from the differences of these errors, half of their mean square. The period is the
 * one that costs least a step when models have the mean errors of their ages. Cells that are not known are left out; a start of
 * which nothing is known is a cold one.
 */
export function backtestStart(errors: ErrorMatrix, options: BacktestOptions): BacktestStart {
  const fresh = errorsAtAge(errors, options, 1);
  const known = fresh.filter((error) => !Number.isNaN(error));
  const squares = fresh.flatMap((error, place) => {
    const difference = error - (fresh[place - 1] ?? Number.NaN);
    return Number.isNaN(difference) ? [] : [difference ** 2 / 2];
  });
  return {
    ...(known.length > 0 && { attainable: mean(known) }),
    ...(squares.length > 0 && { variance: mean(squares), weight: Math.min(MAX_WEIGHT, squares.length) }),
    periodSteps: cheapestPeriod(errors, options),
  };
}

/** The errors of the models at this age, 1 for the first step that each would have served; NaN where not known. */
function errorsAtAge(errors: ErrorMatrix, { until, labelDelay, first = 0 }: BacktestOptions, age: number): number[] {
  const ahead = labelDelay + age;
  const models = Math.max(0, until - ahead - first);
  return Array.from({ length: models }, (_, place) => errors.errorOf(first + place, first + place + ahead));
}

/** A minimum at the last age that is known is none: the errors of older models were not seen. */
function cheapestPeriod(errors: ErrorMatrix, options: BacktestOptions): number {
  let [best, least, sum] = [0, Number.POSITIVE_INFINITY, 0];
  for (let age = 1; ; age++) {
    const known = errorsAtAge(errors, options, age).filter((error) => !Number.isNaN(error));
    if (known.length < LEAST_MODELS) return best < age - 1 ? best : Number.POSITIVE_INFINITY;
    sum += mean(known);
    const cost = (options.price + sum) / age;
    if (cost < least) [best, least] = [age, cost];
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
