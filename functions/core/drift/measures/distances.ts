import { type AlignedPair, cumulated } from "../distributions/aligned-pair";
import { kolmogorovSurvival, sumOf } from "./special-functions";

/**
 * Kolmogorov-Smirnov statistic, the largest difference of the two empirical distribution functions at the bins' edges; a share,
 * [0, 1], symmetric, 0 for equal sides. Between the edges the samples may differ by more, so that it is at most the statistic of
 * the values themselves. Source: https://www.itl.nist.gov/div898/handbook/eda/section3/eda35g.htm.
 */
export function kolmogorovSmirnov({ reference, current }: AlignedPair): number {
  const now = cumulated(current);
  const most = cumulated(reference).reduce((most, share, edge) => Math.max(most, Math.abs(share - (now[edge] ?? 0))), 0);
  return Math.min(1, most);
}

/**
 * Probability of such a statistic or a larger one when nothing drifts, [0, 1], by Kolmogorov's limit at the effective sample size
 * n m / (n + m): Smirnov (1948), Annals of Mathematical Statistics 19(2), https://doi.org/10.1214/aoms/1177730256. On bins it is
 * too large rather than too small.
 */
export function kolmogorovSmirnovPValue(statistic: number, referenceSize: number, currentSize: number): number {
  return kolmogorovSurvival(statistic * Math.sqrt((referenceSize * currentSize) / (referenceSize + currentSize)));
}

/**
 * L-infinity distance, the largest difference of a bin's share, max |current − reference|; a share, [0, 1], symmetric, 0 for equal
 * sides. Vertex AI's and TensorFlow Data Validation's score of a categorical feature:
 * https://www.tensorflow.org/tfx/data_validation/get_started#checking_data_skew_and_drift.
 */
export function lInfinity({ reference, current }: AlignedPair): number {
  return reference.reduce((most, share, bin) => Math.max(most, Math.abs(share - (current[bin] ?? 0))), 0);
}

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
