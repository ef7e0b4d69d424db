import type { HistoryLineOf } from "../history-line";
import type { PooledErrors } from "./pooled-errors";

/** Where steps lie: the beginning of step 0, epoch milliseconds, and how long each is. */
interface StepGrid {
  readonly originMs: number;
  readonly stepMs: number;
}

type Run = Pick<HistoryLineOf<"run">, "run" | "at" | "endedAt" | "status">;

/** A recorded run whose model took over, and the first step that it served. */
export interface Takeover<R extends Run> {
  readonly run: R;
  readonly from: number;
}

/** The first step that a model serves from whose run ends then; from 1. */
export function servesFrom({ originMs, stepMs }: StepGrid, endedAt: number): number {
  return Math.max(1, Math.ceil((endedAt - originMs) / stepMs));
}

/**
 * The runs whose models served, in the order in which they took over.
 * @param runMs how long a run took whose end is not known, milliseconds
 */
export function takeovers<R extends Run>(grid: StepGrid, runs: readonly R[], runMs: number): readonly Takeover<R>[] {
  return runs
    .filter(({ status }) => status === "succeeded")
    .map((run) => ({ run, from: servesFrom(grid, run.endedAt ?? run.at + runMs) }))
    .sort((a, b) => a.from - b.from);
}

/** The run that served a step; one that took over after step 0 served that too. Undefined before the first. */
export function servingRun<R extends Run>(taken: readonly Takeover<R>[], step: number): R | undefined {
  return taken.findLast(({ from }) => from <= Math.max(1, step))?.run;
}

/** Adds to the errors of what served those that each serving run's own row holds, on steps that nothing else is known of. */
export function addServed(
  served: PooledErrors,
  rows: ReadonlyMap<string, PooledErrors>,
  taken: readonly Takeover<Run>[],
  steps: number,
): void {
  for (let step = 0; step < steps; step++) {
    const row = rows.get(servingRun(taken, step)?.run ?? "");
    if (row?.has(step) !== true || served.has(step)) continue;
    served.add(step, row.errorOf(step), row.rowsOf(step));
  }
}

/**
 * Whether errors that name their runs are scores of old models on later labels, as those of an error matrix: two models share a
 * step where one takes over from the other, so more shared steps than that tell of others.
 * @param shared steps with errors of several runs
 * @param runs that any error names
 */
export function areScores(shared: number, runs: number): boolean {
  return shared > 0 && shared >= runs;
}
