import type { HoldOutErrors } from "../../quality/break-even";
import type { ErrorMatrix } from "../error-matrix";
import type { RecordedRun, SurveyedHistory } from "../simulation/history-survey";
import type { ErrorSource, SimulatedTraining } from "../simulation-result";
import { PooledErrors } from "./pooled-errors";
import { servesFrom, servingRun, type Takeover, takeovers } from "./takeovers";

/** What is known of the errors of models that a policy would have served. */
export interface ServedErrors {
  readonly source: ErrorSource;
  readonly originMs: number;
  readonly stepMs: number;
  /** How long a run takes, milliseconds: a model serves from the first step that begins when its run has ended, or later. */
  readonly runMs: number;
  /**
   * Rows are counted by the step before the one that a model serves from; -1 is the model that serves at the beginning. Steps
   * without any label are 0 for every model, so that they count for none.
   */
  readonly matrix: ErrorMatrix;
  /** Steps with labels. */
  isLabelled(step: number): boolean;
  /** Labelled rows of a step; undefined where nobody says. */
  rowsOf(step: number): number | undefined;
  /** Errors of a model and of the one that it replaces on labels that it was not trained on, as far as they are known. */
  holdOut(model: number, replaced: number): Pick<HoldOutErrors, "challenger" | "champion">;
}

type World = Pick<SurveyedHistory, "originMs" | "stepMs" | "steps" | "runs" | "served" | "ofRuns"> & { readonly runMs: number };

/** The latest time at which a run may start whose model serves from a step, epoch milliseconds. */
export function latestStart(
  { originMs, stepMs, runMs }: Pick<ServedErrors, "originMs" | "stepMs" | "runMs">,
  step: number,
): number {
  return originMs + step * stepMs - runMs;
}

/**
 * Errors from the scores of recorded runs: a simulated training is taken for the newest recorded run that was trained when it
 * could have started at the latest.
 */
export function matrixErrors(world: World): ServedErrors {
  const recorded = new RecordedModels(world);
  const isLabelled = (step: number) => recorded.isLabelled(step);
  return {
    source: "matrix",
    ...basis(world, isLabelled, (model, step) => recorded.rowOf(latestStart(world, model + 1)).errorOf(step)),
    holdOut: (model, replaced) => recorded.holdOut(latestStart(world, model + 1), latestStart(world, replaced + 1)),
  };
}

/** Errors by the age of a model, in steps since it serves: those of the last age hold for every later one. */
export function curveErrors(world: World, curve: readonly number[]): ServedErrors {
  const errorAt = (age: number) => curve[Math.min(age, curve.length - 1)] ?? Number.NaN;
  return {
    source: "curve",
    ...basis(
      world,
      () => true,
      (model, step) => errorAt(step - Math.max(0, model + 1)),
    ),
  };
}

/** The recorded errors, whichever model a policy would have served: they tell of the recorded trainings alone. */
export function recordedErrors(world: World): ServedErrors {
  return {
    source: "recorded",
    ...basis(
      world,
      (step) => world.served.has(step),
      (_model, step) => world.served.errorOf(step),
    ),
  };
}

/** Errors of models that are trained anew. @param errorOf of a model trained on all labels from before it serves */
export function trainedErrors(world: World, errorOf: (servesFrom: number, step: number) => number): ServedErrors {
  const isLabelled = (step: number) => !Number.isNaN(errorOf(0, step));
  return { source: "train", ...basis(world, isLabelled, (model, step) => errorOf(model + 1, step)) };
}

function basis(
  { originMs, stepMs, steps, runMs, served }: World,
  isLabelled: (step: number) => boolean,
  errorOf: (model: number, step: number) => number,
): Omit<ServedErrors, "source"> {
  const matrix = { steps, errorOf: (model: number, step: number) => (isLabelled(step) ? errorOf(model, step) : 0) };
  return { originMs, stepMs, runMs, matrix, isLabelled, rowsOf: (step) => served.rowsOf(step), holdOut: () => ({}) };
}

const UNKNOWN = new PooledErrors();

/** The models of the recorded runs that succeeded, each with its errors by step. */
class RecordedModels {
  /** By the time from which on a run that starts may be taken for it. */
  readonly #rows: readonly { readonly from: number; readonly run: RecordedRun; readonly errors: PooledErrors }[];
  readonly #first: PooledErrors;
  readonly #labelled = new Set<number>();

  constructor(world: World) {
    const runs = world.runs.filter(({ status }) => status === "succeeded");
    const taken = takeovers(world, world.runs, world.runMs);
    const first = servingRun(taken, 0);
    const ofServed = servedRows(world, taken);
    const errorsOf = (run: RecordedRun) => joined(world.steps, world.ofRuns.get(run.run), ofServed.get(run.run));
    this.#rows = runs
      .map((run) => ({ from: standsInFrom(world, run), run, errors: errorsOf(run) }))
      .sort((a, b) => a.from - b.from);
    this.#first = first === undefined ? (ofServed.get(undefined) ?? UNKNOWN) : errorsOf(first);
    const all = [this.#first, ...this.#rows.map(({ errors }) => errors)];
    for (let step = 0; step < world.steps; step++) if (all.some((errors) => errors.has(step))) this.#labelled.add(step);
  }

  isLabelled(step: number): boolean {
    return this.#labelled.has(step);
  }

  /** Of the newest model that was trained by then; before the first, of the one that served at the beginning. */
  rowOf(trainedBy: number): PooledErrors {
    return this.#rows[this.#placeOf(trainedBy)]?.errors ?? this.#first;
  }

  /** As its pipeline measured them; that of the model which it replaces only where it was the one that it replaced then. */
  holdOut(trainedBy: number, replacedBy: number): Pick<HoldOutErrors, "challenger" | "champion"> {
    const place = this.#placeOf(trainedBy);
    const { challenger, champion } = this.#rows[place]?.run ?? {};
    const isSame = this.#placeOf(replacedBy) === place - 1;
    return { ...(challenger !== undefined && { challenger }), ...(champion !== undefined && isSame && { champion }) };
  }

  #placeOf(trainedBy: number): number {
    return this.#rows.findLastIndex(({ from }) => from <= trainedBy);
  }
}

/**
 * When a run must start at the earliest that a recorded one stands in for, epoch milliseconds: when that was trained, or where it
 * was shorter than usual, as late as serves from the step that it did.
 */
function standsInFrom(world: World, { at, trainedUntil = at, endedAt = at + world.runMs }: RecordedRun): number {
  return Math.min(trainedUntil, at, latestStart(world, servesFrom(world, endedAt)));
}

/** The recorded errors of the steps that each run served; under undefined those from before the first. */
function servedRows({ served, steps }: World, taken: readonly Takeover<RecordedRun>[]) {
  const rows = new Map<string | undefined, PooledErrors>();
  for (let step = 0; step < steps; step++) {
    if (!served.has(step)) continue;
    const serving = servingRun(taken, step)?.run;
    const row = rows.get(serving) ?? new PooledErrors();
    row.add(step, served.errorOf(step), served.rowsOf(step));
    rows.set(serving, row);
  }
  return rows;
}

/** The first of two that knows a step tells of it. */
function joined(steps: number, first: PooledErrors | undefined, second: PooledErrors | undefined): PooledErrors {
  if (first === undefined || second === undefined) return first ?? second ?? UNKNOWN;
  const row = new PooledErrors();
  for (let step = 0; step < steps; step++) {
    const known = first.has(step) ? first : second;
    if (known.has(step)) row.add(step, known.errorOf(step), known.rowsOf(step));
  }
  return row;
}

/** Errors by step of what a policy served: NaN where they are not known, and trainings counted in the step of their start. */
export interface ErrorSeries {
  readonly errors: Float64Array;
  readonly trainings: Uint32Array;
}

/** The error of each step under trainings, in the order in which they ended. */
export function errorSeries(known: ServedErrors, trainings: readonly Pick<SimulatedTraining, "at" | "endedAt">[]): ErrorSeries {
  const { matrix, originMs, stepMs } = known;
  const series = { errors: new Float64Array(matrix.steps), trainings: new Uint32Array(matrix.steps) };
  const modelFrom = new Map<number, number>();
  for (const { at, endedAt } of trainings) {
    const step = Math.min(matrix.steps - 1, Math.max(0, Math.floor((at - originMs) / stepMs)));
    series.trainings[step] = (series.trainings[step] ?? 0) + 1;
    const from = servesFrom(known, endedAt);
    modelFrom.set(from, from - 1);
  }
  let model = -1;
  for (let step = 0; step < matrix.steps; step++) {
    model = modelFrom.get(step) ?? model;
    series.errors[step] = matrix.errorOf(model, step);
  }
  return series;
}
