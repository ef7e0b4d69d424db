import { type AlignedPair, cumulated } from "../aligned-pair";
import { sumOf } from "../special-functions";

/**
 * 1-Wasserstein (earth mover's) distance, ∫ |current's − reference's distribution function|, with values spread evenly within each
 * bin; in the feature's units, [0, ∞), symmetric, 0 for equal sides. Source: Vallender (1974), Calculation of the Wasserstein
 * distance between probability distributions on the line, https://doi.org/10.1137/1118101.
 * @throws RangeError for categories, which have no distance between them
 */
export function wasserstein(pair: AlignedPair): number {
  const now = cumulated(pair.current);
  const gaps = cumulated(pair.reference).map((share, edge) => share - (now[edge] ?? 0));
  return binsOf(pair).reduce((sum, { width }, bin) => sum + width * meanGap(gaps[bin] ?? 0, gaps[bin + 1] ?? 0), 0);
}

/**
 * Wasserstein distance in standard deviations of the reference; [0, ∞), 0 for equal sides, not symmetric, the same in any unit.
 * As Evidently's "Wasserstein distance (normed)": https://docs.evidentlyai.com/metrics/customize_data_drift.
 * @throws RangeError for categories
 */
export function normedWasserstein(pair: AlignedPair): number {
  return wasserstein(pair) / standardDeviation(pair);
}

/** A reference narrower than this share of the whole range counts as that wide, so that a quotient by it is finite. */
const LEAST_DEVIATION = 1e-9;

/**
 * Standard deviation of the reference, with values spread evenly within each bin; in the feature's units, above 0.
 * @throws RangeError for categories
 */
export function standardDeviation(pair: AlignedPair): number {
  const bins = binsOf(pair);
  const mean = bins.reduce((sum, { middle }, bin) => sum + (pair.reference[bin] ?? 0) * middle, 0);
  const variance = bins.reduce((sum, { middle, width }, bin) => {
    return sum + (pair.reference[bin] ?? 0) * ((middle - mean) ** 2 + width ** 2 / 12);
  }, 0);
  return Math.max(Math.sqrt(variance), LEAST_DEVIATION * sumOf(bins.map(({ width }) => width)), Number.MIN_VALUE);
}

function binsOf({ edges }: AlignedPair): { width: number; middle: number }[] {
  if (edges === undefined) throw new RangeError("got categories, expected a histogram: choose a metric that needs no order");
  return edges.slice(1).map((to, bin) => {
    const from = edges[bin] ?? to;
    return { width: to - from, middle: (from + to) / 2 };
  });
}

/** Mean of |gap| over a bin in which the gap runs straight from one value to another. */
function meanGap(from: number, to: number): number {
  if (from * to >= 0) return Math.abs(from + to) / 2;
  return (from * from + to * to) / (2 * Math.abs(from - to));
}
