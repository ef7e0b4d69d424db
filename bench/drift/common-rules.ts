import { CELL_VALUES, CELLS, FEATURE_FORMS, type FeatureForm } from "../../test/simulation/drift-features";
import { MISSING, type Stream, type StreamWindow } from "../../test/simulation/drift-streams";

/** Rules as they are used everywhere, which ask nothing of the sample. */
export const RULES = ["PSI > 0.1", "PSI > 0.2", "Evidently", "Evidently, any column"] as const;
export type Rule = (typeof RULES)[number];

const BINS = 20;
const LEAST_SHARE = 1e-4;

/** Of Evidently 0.7: normed Wasserstein distance of numbers, Jensen-Shannon distance (base e) of names; of half of the columns. */
const DISTANCE = 0.1;
const COLUMNS = 0.5;

/** What every rule says of a window, beside the windows of a stream's baseline. */
export function commonRules(stream: Stream, baselineWindows: number): (window: number) => ReadonlySet<Rule> {
  const windows = Array.from({ length: baselineWindows }, (_, window) => window);
  const features = FEATURE_FORMS.map((form) => ({ form, counts: new Float64Array(CELLS) }));
  for (const window of windows) {
    const { cells } = stream.windowAt(window);
    for (const [feature, { counts }] of features.entries()) addCells(counts, cells[feature]);
  }
  const compare = features.map(({ form, counts }) => comparisonOf(form, counts));
  return (window) => {
    const { cells } = stream.windowAt(window);
    const scores = compare.map((scoresOf, feature) => scoresOf(cellCounts(cells, feature)));
    const alarms = scores.filter(({ distance }) => distance >= DISTANCE).length;
    const isSaid: Readonly<Record<Rule, boolean>> = {
      "PSI > 0.1": scores.some(({ psi }) => psi > 0.1),
      "PSI > 0.2": scores.some(({ psi }) => psi > 0.2),
      Evidently: alarms >= COLUMNS * scores.length,
      "Evidently, any column": alarms > 0,
    };
    return new Set(RULES.filter((rule) => isSaid[rule]));
  };
}

function addCells(counts: Float64Array, column: Int32Array | undefined): void {
  for (const cell of column ?? []) if (cell !== MISSING) counts[cell] = (counts[cell] ?? 0) + 1;
}

function cellCounts(cells: StreamWindow["cells"], feature: number): Float64Array {
  const counts = new Float64Array(CELLS);
  addCells(counts, cells[feature]);
  return counts;
}

interface Scores {
  readonly psi: number;
  readonly distance: number;
}

function comparisonOf(form: FeatureForm, reference: Float64Array): (current: Float64Array) => Scores {
  const isName = form.endsWith("categories");
  const bins = isName ? CELL_VALUES[form] : quantileBins(CELL_VALUES[form], reference);
  const shares = sharesOf(bins, reference);
  const spread = isName ? 1 : Math.max(0.001, deviationOf(CELL_VALUES[form], reference));
  return (current) => {
    const now = sharesOf(bins, current);
    const distance = isName ? jensenShannon(shares, now) : wasserstein(CELL_VALUES[form], reference, current) / spread;
    return { psi: psiOf(shares, now), distance };
  };
}

/** The bin of each cell: values up to the first quantile, to the second, …; equal quantiles make one bin. */
function quantileBins(values: Float64Array, counts: Float64Array): Float64Array {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const limits = new Set<number>();
  let below = 0;
  counts.forEach((count, cell) => {
    const [before, after] = [Math.floor((below / total) * BINS), Math.floor(((below + count) / total) * BINS)];
    if (after > before) limits.add(values[cell] ?? 0);
    below += count;
  });
  const edges = [...limits].slice(0, -1);
  let bin = 0;
  return values.map((value) => {
    while (bin < edges.length && value > (edges[bin] ?? value)) bin++;
    return bin;
  });
}

function sharesOf(bins: Float64Array, counts: Float64Array): number[] {
  const shares = new Array<number>((bins.at(-1) ?? 0) + 1).fill(0);
  const total = counts.reduce((sum, count) => sum + count, 0);
  counts.forEach((count, cell) => {
    if (count > 0) shares[bins[cell] ?? 0] = (shares[bins[cell] ?? 0] ?? 0) + count / total;
  });
  return shares;
}

/** As it is usually programmed: an empty bin holds a ten-thousandth. */
function psiOf(reference: readonly number[], current: readonly number[]): number {
  return reference.reduce((sum, share, bin) => {
    const [p, q] = [Math.max(share, LEAST_SHARE), Math.max(current[bin] ?? 0, LEAST_SHARE)];
    return sum + (q - p) * Math.log(q / p);
  }, 0);
}

function jensenShannon(reference: readonly number[], current: readonly number[]): number {
  const entropy = (p: number, q: number) => (p > 0 ? p * Math.log(p / ((p + q) / 2)) : 0);
  const sum = reference.reduce((sum, p, bin) => sum + entropy(p, current[bin] ?? 0) + entropy(current[bin] ?? 0, p), 0);
  return Math.sqrt(Math.max(0, sum / 2));
}

function deviationOf(values: Float64Array, counts: Float64Array): number {
  let [total, sum] = [0, 0];
  counts.forEach((count, cell) => {
    total += count;
    sum += count * (values[cell] ?? 0);
  });
  const mean = sum / total;
  const squares = counts.reduce((sum, count, cell) => (count === 0 ? sum : sum + count * ((values[cell] ?? 0) - mean) ** 2), 0);
  return Math.sqrt(squares / total);
}

function wasserstein(values: Float64Array, reference: Float64Array, current: Float64Array): number {
  const [then, now] = [reference, current].map((counts) => counts.reduce((sum, count) => sum + count, 0));
  let [gap, distance] = [0, 0];
  for (let cell = 0; cell < CELLS - 1; cell++) {
    gap += (reference[cell] ?? 0) / (then ?? 1) - (current[cell] ?? 0) / (now ?? 1);
    if (Math.abs(gap) > 1e-12) distance += Math.abs(gap) * ((values[cell + 1] ?? 0) - (values[cell] ?? 0));
  }
  return distance;
}
