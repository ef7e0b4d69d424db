import type { CountedWindow } from "./counted-window";

/** What is counted of both models and compared. */
export type ComparedMetric = "errors" | "latency";

/** Names of the champion's and the candidate's counts in a window. */
const COUNTS = { errors: ["xA", "xB"], latency: ["lA", "lB"] } as const;

/** Ratios over which evidence is averaged, and the nearest and farthest of them in terms of the ratio that is tested. */
const WORSE_RATIOS = 24;
const NOT_WORSE_RATIOS = 12;
const NEAREST = 1.1;
const FARTHEST_WORSE = 20;

/** Ratios of rates against which one ratio is tested. */
interface Grid {
  readonly metric: ComparedMetric;
  readonly tested: number;
  readonly ratios: readonly number[];
  /** Sums by their newest window, so that a stage that grows by a window costs one window. */
  readonly sums: WeakMap<CountedWindow, Sums>;
}

/** For each ratio: the sum of the windows' log-likelihood ratios, and the greatest of them above 0. */
interface Sums {
  readonly windows: readonly CountedWindow[];
  readonly total: Float64Array;
  readonly strongest: Float64Array;
}

/** Grids that have been used, with their sums; the margin differs from champion to champion, so that not all are kept. */
const GRIDS = new Map<string, Grid>();
const MOST_GRIDS = 100;

/** Counts of the champion and the candidate in a window; 0 where the metric is not measured. */
export function countsOf(metric: ComparedMetric, window: CountedWindow): readonly [number, number] {
  const [champion, candidate] = COUNTS[metric];
  return [window[champion] ?? 0, window[candidate] ?? 0];
}

/** True when the window has counts of the metric from both models. */
export function isMeasured(metric: ComparedMetric, window: CountedWindow): boolean {
  return COUNTS[metric].every((name) => window[name] !== undefined);
}

/** The windows that compare both models: both had requests, and the metric is measured. */
export function comparableWindows(metric: ComparedMetric, windows: readonly CountedWindow[]): readonly CountedWindow[] {
  return windows.filter((window) => window.nA > 0 && window.nB > 0 && isMeasured(metric, window));
}

/**
 * Logarithm of the evidence that the candidate's rate is above `tolerance` times the champion's, without the strongest window for
 * each ratio: an e-process of the labels of all errors, given how requests were shared. After Lindon and Malek (2022),
 * Anytime-Valid Inference for Multinomial Count Data, https://arxiv.org/abs/2011.03567.
 * @param windows comparable ones; none are changed in place, ever: their sums are remembered
 */
export function evidenceOfWorse(metric: ComparedMetric, windows: readonly CountedWindow[], tolerance: number): number {
  const grid = gridOf(metric, "worse", tolerance);
  const { total, strongest } = sumsOf(grid, windows);
  return logMeanExp(total.map((sum, place) => sum - (strongest[place] ?? 0)));
}

/**
 * Logarithm of the evidence that the candidate's rate is below `margin` times the champion's. No window is left out: a bad one
 * delays what follows from it, on purpose.
 * @param windows as of `evidenceOfWorse`
 */
export function evidenceOfNotWorse(metric: ComparedMetric, windows: readonly CountedWindow[], margin: number): number {
  return logMeanExp(sumsOf(gridOf(metric, "not worse", margin), windows).total);
}

/**
 * Evidence corrected for the dispersion of windows and for how few they are: the logarithm of the likelihood ratio of a normal mean
 * whose scale is not known. A heuristic that simulation proved, not a theorem.
 * @param freedom windows with errors, less 1
 * @returns undefined where there are too few windows to believe anything in favour
 */
export function studentScore(evidence: number, phi: number, freedom: number, isEnough: boolean): number | undefined {
  if (evidence <= 0) return evidence / phi;
  if (!isEnough || freedom < 1) return undefined;
  return ((freedom + 1) / 2) * Math.log1p((2 * evidence) / (phi * freedom));
}

function gridOf(metric: ComparedMetric, side: "worse" | "not worse", tested: number): Grid {
  const key = `${metric} ${side} ${tested}`;
  const known = GRIDS.get(key);
  if (known !== undefined) return known;
  const ratios =
    side === "worse"
      ? spaced(WORSE_RATIOS, FARTHEST_WORSE).map((factor) => tested * factor)
      : spaced(NOT_WORSE_RATIOS, 2 * tested).map((factor) => tested / factor);
  const grid: Grid = { metric, tested, ratios, sums: new WeakMap() };
  const [oldest] = GRIDS.keys();
  if (GRIDS.size >= MOST_GRIDS && oldest !== undefined) GRIDS.delete(oldest);
  GRIDS.set(key, grid);
  return grid;
}

/** Factors from the nearest to the farthest, at equal steps of their logarithm. */
function spaced(count: number, farthest: number): number[] {
  const [from, to] = [Math.log(NEAREST), Math.log(farthest)];
  return Array.from({ length: count }, (_, place) => Math.exp(from + ((to - from) * place) / (count - 1)));
}

function sumsOf(grid: Grid, windows: readonly CountedWindow[]): Sums {
  const newest = windows.at(-1);
  const zeros = () => new Float64Array(grid.ratios.length);
  if (newest === undefined) return { windows, total: zeros(), strongest: zeros() };
  const known = grid.sums.get(newest);
  if (known !== undefined && known.windows.length === windows.length && isStart(known.windows, windows)) return known;
  const previous = windows.at(-2);
  const before = previous && grid.sums.get(previous);
  const grown = before !== undefined && before.windows.length === windows.length - 1 && isStart(before.windows, windows);
  const sums: Sums = {
    windows,
    total: grown ? before.total.slice() : zeros(),
    strongest: grown ? before.strongest.slice() : zeros(),
  };
  for (let place = grown ? windows.length - 1 : 0; place < windows.length; place++) {
    const window = windows[place];
    if (window !== undefined) addWindow(grid, sums, window);
  }
  // One window before is all that a growing stage asks for: older sums would keep their windows in memory.
  if (grown && previous !== undefined) grid.sums.delete(previous);
  grid.sums.set(newest, sums);
  return sums;
}

function isStart(some: readonly CountedWindow[], all: readonly CountedWindow[]): boolean {
  for (let place = 0; place < some.length; place++) if (some[place] !== all[place]) return false;
  return true;
}

/** x_B ln(q(ρ)/q(r)) + x_A ln((1−q(ρ))/(1−q(r))) with q(ρ) = ρθ/(ρθ+1−θ), by one logarithm for each ratio. */
function addWindow({ metric, tested, ratios }: Grid, { total, strongest }: Sums, window: CountedWindow): void {
  const [ofChampion, ofCandidate] = countsOf(metric, window);
  const all = ofChampion + ofCandidate;
  if (all === 0) return;
  const share = window.nB / (window.nA + window.nB);
  const scale = share / (tested * share + 1 - share);
  for (let place = 0; place < ratios.length; place++) {
    const ratio = ratios[place] ?? tested;
    const logRatio = ofCandidate * Math.log(ratio / tested) - all * Math.log1p((ratio - tested) * scale);
    total[place] = (total[place] ?? 0) + logRatio;
    if (logRatio > (strongest[place] ?? 0)) strongest[place] = logRatio;
  }
}

function logMeanExp(values: Float64Array): number {
  const greatest = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const sum = values.reduce((sum, value) => sum + Math.exp(value - greatest), 0);
  return greatest + Math.log(sum) - Math.log(values.length);
}
