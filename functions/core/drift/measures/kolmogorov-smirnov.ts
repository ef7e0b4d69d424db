import { type AlignedPair, cumulated } from "../aligned-pair";
import { kolmogorovSurvival } from "../special-functions";

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
