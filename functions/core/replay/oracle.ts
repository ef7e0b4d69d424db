import type { ErrorMatrix } from "./error-matrix";

/** How schedules of trainings are scored: a training decided at the end of step `t` serves from `t` + 1. */
export interface ScheduleOptions {
  /** Of a training, in steps of full error; 0 or more. */
  readonly price: number;
  /** First scored step; the earliest step at whose end a training is decided. The latest is the last but one. */
  readonly from: number;
  /** The step up to which the model that serves at `from` was trained; it costs nothing. */
  readonly first: number;
  /** Labels come so many steps late: a training decided at the end of `t` is trained on those up to `t` - `labelDelay`. */
  readonly labelDelay: number;
}

/** A schedule and what it costs, in steps of full error. */
export interface ScheduledTrainings {
  /** The steps at whose end a training is decided, rising. */
  readonly trainings: readonly number[];
  /** NaN where no schedule is known at each step. */
  readonly cost: number;
}

/**
 * The schedule that costs least when everything is known beforehand: no policy can do better. Of equal ones that with the later
 * first training, and none at all before any. At most `most` trainings, for a budget.
 */
export function oracleTrainings(
  errors: ErrorMatrix,
  options: ScheduleOptions & { readonly most?: number },
): { readonly trainings: readonly number[]; readonly cost: number } {
  const { from, first, labelDelay, most = Number.POSITIVE_INFINITY } = options;
  const last = errors.steps - 1;
  const decisions = Math.max(0, last - from);
  // More trainings than decisions cannot be had, and without a limit the layers would all be alike.
  const layers = most < decisions ? Math.max(0, Math.floor(most)) : undefined;
  const best = Array.from({ length: (layers ?? 0) + 1 }, () => new Float64Array(errors.steps + 1));
  const next = best.map(() => new Int32Array(errors.steps + 1));
  for (let since = last; since >= from; since--) {
    const sums = runningSums(errors, since === from ? first : since - 1 - labelDelay, since);
    for (const [left, costs] of best.entries()) {
      const after = layers === undefined ? costs : best[left - 1];
      let [cheapest, chosen] = [known(sums[last - since]), last];
      for (let step = last - 1; after !== undefined && step >= since; step--) {
        const cost = known(sums[step - since]) + options.price + (after[step + 1] ?? Number.POSITIVE_INFINITY);
        if (cost < cheapest) [cheapest, chosen] = [cost, step];
      }
      costs[since] = cheapest;
      const choices = next[left];
      if (choices !== undefined) choices[since] = chosen;
    }
  }
  const cost = best.at(-1)?.[from] ?? Number.NaN;
  return Number.isFinite(cost)
    ? { trainings: chosenTrainings(next, from, last, layers), cost }
    : { trainings: [], cost: Number.NaN };
}

/** What a schedule costs: the errors of the models that serve, and the price of each training. NaN where an error is not known. */
export function scheduleCost(errors: ErrorMatrix, trainings: readonly number[], options: ScheduleOptions): number {
  const decided = new Set(trainings);
  return costOf(errors, options, (step) => decided.has(step)).cost;
}

/** The period, whole steps, that costs least in hindsight; Infinity for never. Of equal ones the longest. */
export function bestPeriod(errors: ErrorMatrix, options: ScheduleOptions): ScheduledTrainings & { readonly period: number } {
  let best = periodic(errors, options, Number.POSITIVE_INFINITY);
  for (let period = errors.steps - 1 - options.from; period >= 1; period--) {
    const tried = periodic(errors, options, period);
    if (tried.cost < best.cost || Number.isNaN(best.cost)) best = tried;
  }
  return best;
}

/** A training each time that a model has served `period` steps. */
export function periodic(errors: ErrorMatrix, options: ScheduleOptions, period: number) {
  return { period, ...costOf(errors, options, (_, age) => age >= period) };
}

function costOf(
  errors: ErrorMatrix,
  { price, from, first, labelDelay }: ScheduleOptions,
  isDecided: (step: number, age: number) => boolean,
): ScheduledTrainings {
  const trainings: number[] = [];
  let [model, since, cost] = [first, from, 0];
  for (let step = from; step < errors.steps; step++) {
    cost += errors.errorOf(model, step);
    if (step === errors.steps - 1 || !isDecided(step, step - since + 1)) continue;
    trainings.push(step);
    cost += price;
    model = step - labelDelay;
    since = step + 1;
  }
  return { trainings, cost };
}

/** Errors of a model from the step that it serves from, summed; an unknown one leaves the rest unknown. */
function runningSums(errors: ErrorMatrix, model: number, since: number): Float64Array {
  const sums = new Float64Array(errors.steps - since);
  let sum = 0;
  for (let step = since; step < errors.steps; step++) {
    sum += errors.errorOf(model, step);
    sums[step - since] = sum;
  }
  return sums;
}

function known(sum: number | undefined): number {
  return sum === undefined || Number.isNaN(sum) ? Number.POSITIVE_INFINITY : sum;
}

function chosenTrainings(next: readonly Int32Array[], from: number, last: number, layers: number | undefined): number[] {
  const trainings: number[] = [];
  for (let since = from, left = layers ?? 0; since <= last; since++) {
    const chosen = next[left]?.[since] ?? last;
    if (chosen >= last) break;
    trainings.push(chosen);
    since = chosen;
    if (layers !== undefined) left--;
  }
  return trainings;
}
