import type { CountedWindow } from "./counted-window";

/** What is counted of both models and compared. */
export type ComparedMetric = "errors" | "latency";

/** The ratios of rates that are tested: one that is tolerated, and one that is to be ruled out. */
export interface TestedRatios {
  readonly tolerance: number;
  readonly margin: number;
}

/** Logarithms of evidence. */
export interface Evidence {
  /** That the candidate's rate is above `tolerance` times the champion's; without the strongest window for each ratio. */
  readonly worse: number;
  /** That it is below `margin` times the champion's. No window is left out: a bad one delays what follows from it, on purpose. */
  readonly notWorse: number;
}

/** Ratios over which evidence is averaged, and the nearest and farthest of them in terms of the ratio that is tested. */
const WORSE_RATIOS = 24;
const NOT_WORSE_RATIOS = 12;
const NEAREST = 1.1;
const FARTHEST_WORSE = 20;

/** Ratios against which the tested ones are held. */
interface Grid extends TestedRatios {
  readonly metric: ComparedMetric;
  readonly worse: readonly Alternative[];
  readonly notWorse: readonly Alternative[];
  /** Sums by their newest window, so that a stage that grows by a window costs one window. */
  readonly sums: WeakMap<CountedWindow, Sums>;
}

/** How far a ratio is from the tested one: their difference, and the logarithm of their quotient. */
interface Alternative {
  readonly distance: number;
  readonly logQuotient: number;
}

/**
 * For each ratio: the sum of the windows' log-likelihood ratios, and the greatest of them above 0. They grow with their stage.
 */
interface Sums {
  readonly windows: CountedWindow[];
  readonly worse: Float64Array;
  readonly strongest: Float64Array;
  readonly notWorse: Float64Array;
}

/** Grids that were used last, with their sums; the margin differs from champion to champion. */
const GRIDS: Grid[] = [];
const MOST_GRIDS = 20;

/** The champion's count of a metric in a window; 0 where it is not measured. */
export function championCount(metric: ComparedMetric, window: CountedWindow): number {
  return metric === "errors" ? window.xA : (window.lA ?? 0);
}

/** The candidate's count, as `championCount`. */
export function candidateCount(metric: ComparedMetric, window: CountedWindow): number {
  return metric === "errors" ? window.xB : (window.lB ?? 0);
}

/** True when the window has counts of the metric from both models. */
function isMeasured(metric: ComparedMetric, { lA, lB }: CountedWindow): boolean {
  return metric === "errors" || (lA !== undefined && lB !== undefined);
}

/** The windows that compare both models: both had requests, and the metric is measured. */
export function comparableWindows(metric: ComparedMetric, windows: readonly CountedWindow[]): readonly CountedWindow[] {
  return windows.filter((window) => window.nA > 0 && window.nB > 0 && isMeasured(metric, window));
}

/**
 * What the labels of all errors say, champion's or candidate's, given how requests were shared: averages of likelihood ratios
 * over a grid of ratios of rates, which hold at every look. After Lindon and Malek (2022), Anytime-Valid Inference for
 * Multinomial Count Data, https://arxiv.org/abs/2011.03567.
 * @param windows comparable ones; none may ever be changed in place, since their sums are remembered
 */
export function evidenceOf(metric: ComparedMetric, windows: readonly CountedWindow[], tested: TestedRatios): Evidence {
  const { worse, strongest, notWorse } = sumsOf(gridOf(metric, tested), windows);
  const weakened = worse.slice();
  for (const [place, most] of strongest.entries()) weakened[place] = (worse[place] ?? 0) - most;
  return { worse: logMeanExp(weakened), notWorse: logMeanExp(notWorse) };
}

/**
 * Evidence corrected for the dispersion of windows and for how few they are: the logarithm of the likelihood ratio of a normal
 * mean whose scale is not known. A heuristic that simulation proved, not a theorem.
 * @param freedom windows with errors, less 1
 * @returns undefined where there are too few windows to believe anything in favour
 */
export function studentScore(evidence: number, phi: number, freedom: number, isEnough: boolean): number | undefined {
  if (evidence <= 0) return evidence / phi;
  if (!isEnough || freedom < 1) return undefined;
  return ((freedom + 1) / 2) * Math.log1p((2 * evidence) / (phi * freedom));
}

function gridOf(metric: ComparedMetric, { tolerance, margin }: TestedRatios): Grid {
  const known = GRIDS.find((grid) => grid.metric === metric && grid.tolerance === tolerance && grid.margin === margin);
  if (known !== undefined) return known;
  const grid: Grid = {
    metric,
    tolerance,
    margin,
    worse: spaced(WORSE_RATIOS, FARTHEST_WORSE).map((factor) => alternative(tolerance, tolerance * factor)),
    notWorse: spaced(NOT_WORSE_RATIOS, 2 * margin).map((factor) => alternative(margin, margin / factor)),
    sums: new WeakMap(),
  };
  if (GRIDS.push(grid) > MOST_GRIDS) GRIDS.shift();
  return grid;
}

/** Factors from the nearest to the farthest, at equal steps of their logarithm. */
function spaced(count: number, farthest: number): number[] {
  const [from, to] = [Math.log(NEAREST), Math.log(farthest)];
  return Array.from({ length: count }, (_, place) => Math.exp(from + ((to - from) * place) / (count - 1)));
}

function alternative(tested: number, ratio: number): Alternative {
  return { distance: ratio - tested, logQuotient: Math.log(ratio / tested) };
}

function sumsOf(grid: Grid, windows: readonly CountedWindow[]): Sums {
  const [newest, previous] = [windows.at(-1), windows.at(-2)];
  const known = newest && grid.sums.get(newest);
  if (known !== undefined && isStart(known.windows, windows, windows.length)) return known;
  const before = previous && grid.sums.get(previous);
  const isGrown = before !== undefined && isStart(before.windows, windows, windows.length - 1);
  const sums = isGrown ? before : noSums(grid);
  for (let place = sums.windows.length; place < windows.length; place++) {
    const window = windows[place];
    if (window !== undefined) addWindow(grid, sums, window);
  }
  if (isGrown && previous !== undefined) grid.sums.delete(previous);
  if (newest !== undefined) grid.sums.set(newest, sums);
  return sums;
}

function noSums({ worse, notWorse }: Grid): Sums {
  return {
    windows: [],
    worse: new Float64Array(worse.length),
    strongest: new Float64Array(worse.length),
    notWorse: new Float64Array(notWorse.length),
  };
}

/** True when `some` are the first `length` of all. */
function isStart(some: readonly CountedWindow[], all: readonly CountedWindow[], length: number): boolean {
  if (some.length !== length) return false;
  for (let place = 0; place < length; place++) if (some[place] !== all[place]) return false;
  return true;
}

/** x_B ln(q(ρ)/q(r)) + x_A ln((1−q(ρ))/(1−q(r))) with q(ρ) = ρθ/(ρθ+1−θ), by one logarithm for each ratio. */
function addWindow({ metric, tolerance, margin, worse, notWorse }: Grid, sums: Sums, window: CountedWindow): void {
  sums.windows.push(window);
  const ofCandidate = candidateCount(metric, window);
  const all = ofCandidate + championCount(metric, window);
  if (all === 0) return;
  const share = window.nB / (window.nA + window.nB);
  const scaleOf = (tested: number) => share / (tested * share + 1 - share);
  const [toTolerance, toMargin] = [scaleOf(tolerance), scaleOf(margin)];
  for (const [place, { distance, logQuotient }] of worse.entries()) {
    const value = ofCandidate * logQuotient - all * Math.log1p(distance * toTolerance);
    sums.worse[place] = (sums.worse[place] ?? 0) + value;
    if (value > (sums.strongest[place] ?? 0)) sums.strongest[place] = value;
  }
  for (const [place, { distance, logQuotient }] of notWorse.entries()) {
    sums.notWorse[place] = (sums.notWorse[place] ?? 0) + ofCandidate * logQuotient - all * Math.log1p(distance * toMargin);
  }
}

function logMeanExp(values: Float64Array): number {
  let greatest = Number.NEGATIVE_INFINITY;
  for (const value of values) if (value > greatest) greatest = value;
  let sum = 0;
  for (const value of values) sum += Math.exp(value - greatest);
  return greatest + Math.log(sum) - Math.log(values.length);
}
