import { type AlignedPair, cumulated } from "../distributions/aligned-pair";
import { standardDeviation } from "./distances";
import { chiSquareQuantile } from "./special-functions";

/*
 * How large a score gets by chance: each function tells what its measure exceeds with probability `alpha` when both sides have one
 * distribution, in the measure's units. Without these, the smaller a window, the more it drifts.
 */

/** What a score was computed from. */
export interface Sample {
  /** Bins or categories that the score was computed over. */
  readonly bins: number;
  readonly referenceSize: number;
  readonly currentSize: number;
}

/**
 * The sum Σ (p − q)² / p of two samples of one distribution is about (1/n + 1/m) times a chi-square variable with bins − 1 degrees
 * of freedom, whose mean is (bins − 1)(1/n + 1/m). It is to PSI what makes its distribution known: Yurdakul and Naranjo (2020),
 * as in divergences.ts. Half of it approximates the KL divergence, an eighth the Jensen-Shannon divergence in nats and the square
 * of the Hellinger distance, the second-order terms of their series; a fourth the square of Cramér's V at equal sizes.
 */
export function chiSquareNoise({ bins, referenceSize, currentSize }: Sample, alpha: number): number {
  return chiSquareQuantile(alpha, bins - 1) * (1 / referenceSize + 1 / currentSize);
}

/** Of the L-infinity distance: Hoeffding (1963), https://doi.org/10.1080/01621459.1963.10500830, for either sign of every bin. */
export function lInfinityNoise({ bins, referenceSize, currentSize }: Sample, alpha: number): number {
  return bins < 2 ? 0 : Math.sqrt((Math.log((2 * bins) / alpha) * (1 / referenceSize + 1 / currentSize)) / 2);
}

/**
 * Of the Kolmogorov-Smirnov statistic: the first term of Kolmogorov's series solved for the statistic, from which the rest differs
 * by less than 1 in 10⁸ for alpha up to 0.01. A score above it has a p-value below alpha.
 */
export function kolmogorovSmirnovNoise({ referenceSize, currentSize }: Omit<Sample, "bins">, alpha: number): number {
  return Math.sqrt((Math.log(2 / alpha) * (1 / referenceSize + 1 / currentSize)) / 2);
}

/**
 * Of the Wasserstein distance in standard deviations of the reference. The difference of the two distribution functions is about a
 * Brownian bridge with variance F (1 − F)(1/n + 1/m); the mean of its area is √(2/π) ∫ √(F (1 − F)), and the area exceeds its mean
 * by more than σ √(2 ln(1/alpha)) with probability alpha at most, where σ² is the variance of the feature: the Gaussian
 * concentration inequality, Boucheron, Lugosi and Massart (2013), Concentration Inequalities, theorem 5.8, with Hoeffding's
 * covariance formula.
 */
export function normedWassersteinNoise(pair: AlignedPair, alpha: number): number {
  const { edges = [], referenceSize, currentSize } = pair;
  const spread = cumulated(pair.reference).map((share) => Math.sqrt(Math.max(0, share * (1 - share))));
  const area = edges.slice(1).reduce((sum, to, bin) => {
    return sum + (to - (edges[bin] ?? to)) * (((spread[bin] ?? 0) + (spread[bin + 1] ?? 0)) / 2);
  }, 0);
  const mean = (Math.sqrt(2 / Math.PI) * area) / standardDeviation(pair);
  return (mean + Math.sqrt(2 * Math.log(1 / alpha))) * Math.sqrt(1 / referenceSize + 1 / currentSize);
}

/**
 * Of a normally distributed number with this standard error: Chernoff's bound of the normal tail, P(Z > t) ≤ exp(−t² / 2),
 * Boucheron, Lugosi and Massart (2013), 2.2.
 */
export function normalNoise(standardError: number, alpha: number): number {
  return standardError * Math.sqrt(2 * Math.log(1 / alpha));
}
