import type { AlignedPair } from "../aligned-pair";
import { chiSquareSurvival } from "../special-functions";

/** Pearson's test of whether two sides have one distribution. */
export interface ChiSquareTest {
  /** [0, ∞); grows with the sample, so that it tells whether, not how much. */
  readonly statistic: number;
  /** Bins that either side fills, minus one. */
  readonly degreesOfFreedom: number;
  /** Probability of such a statistic or a larger one when nothing drifts; [0, 1]. */
  readonly pValue: number;
}

/**
 * Pearson's chi-square test of homogeneity, n m Σ (p − q)² / (n q + m p), without Yates's correction. Source: NIST/SEMATECH
 * e-Handbook of Statistical Methods, https://www.itl.nist.gov/div898/software/dataplot/refman1/auxillar/chi2samp.htm.
 */
export function chiSquareTest({ reference, current, referenceSize: n, currentSize: m }: AlignedPair): ChiSquareTest {
  let statistic = 0;
  let filled = 0;
  reference.forEach((p, bin) => {
    const q = current[bin] ?? 0;
    if (p + q === 0) return;
    filled++;
    statistic += (n * m * (p - q) ** 2) / (n * p + m * q);
  });
  const degreesOfFreedom = filled - 1;
  return { statistic, degreesOfFreedom, pValue: degreesOfFreedom < 1 ? 1 : chiSquareSurvival(statistic, degreesOfFreedom) };
}

/**
 * Cramér's V as if both sides were of equal size, √(½ Σ (p − q)² / (p + q)); [0, 1], symmetric, 0 for equal sides, 1 for sides
 * without a common bin. The effect size of the chi-square test, which unlike its statistic does not depend on the sample size.
 * Source: Cramér (1946), Mathematical Methods of Statistics, 21.9. Cohen (1988) calls 0.1, 0.3 and 0.5 small, medium and large.
 */
export function cramersV({ reference, current }: AlignedPair): number {
  const sum = reference.reduce((sum, p, bin) => {
    const q = current[bin] ?? 0;
    return p + q === 0 ? sum : sum + (p - q) ** 2 / (p + q);
  }, 0);
  return Math.min(1, Math.sqrt(sum / 2));
}
