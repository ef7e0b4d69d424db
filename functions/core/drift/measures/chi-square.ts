import type { AlignedPair } from "../distributions/aligned-pair";
import { chiSquareSurvival } from "./special-functions";

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
 * without a common bin. The effect size of the chi-square test, which unlike its statistic does not depend on the sample size; nor
 * does it on how unequal the sides are, as the usual V does: 0.5, 0.5 against 0.4, 0.6 is 0.1005 here, and 0.020 there at 50,000
 * and 1,000 values.
 * Source: Cramér (1946), Mathematical Methods of Statistics, 21.9. Cohen (1988) calls 0.1, 0.3 and 0.5 small, medium and large.
 */
export function balancedCramersV({ reference, current }: AlignedPair): number {
  const sum = reference.reduce((sum, p, bin) => {
    const q = current[bin] ?? 0;
    return p + q === 0 ? sum : sum + (p - q) ** 2 / (p + q);
  }, 0);
  return Math.min(1, Math.sqrt(sum / 2));
}

/**
 * Values that a bin must be expected to hold on the smaller side, as an average over both sides, for the chi-square approximation
 * to hold. Cochran (1954), Some methods for strengthening the common χ² tests, Biometrics 10(4), asks for 5 at the usual levels;
 * twice that keeps the rate of false alarms to a few times what was asked for where a report's thousand features share it.
 */
export const MIN_EXPECTED = 10;

/**
 * The pair with neighbouring bins of a histogram put together until each is expected to hold `least` values on the smaller side.
 * Without it a score would mostly count who happened to see which rare value.
 */
export function poolRareBins(pair: AlignedPair, least: number): AlignedPair {
  const expected = expectedCounts(pair);
  const groups = neighbourGroups(expected, least);
  return groups.length === expected.length ? pair : withGroups(pair, groups);
}

/** The pair with bins put together, each group of their places to one. */
export function withGroups(pair: AlignedPair, groups: readonly (readonly number[])[]): AlignedPair {
  const pooled = (shares: readonly number[]) => groups.map((group) => group.reduce((sum, bin) => sum + (shares[bin] ?? 0), 0));
  const { edges } = pair;
  const limits = edges && [...groups.map(([bin = 0]) => edges[bin] ?? 0), edges.at(-1) ?? 0];
  return { ...pair, reference: pooled(pair.reference), current: pooled(pair.current), ...(limits && { edges: limits }) };
}

/**
 * Values per bin on the smaller side, as the mean of both sides' shares tells: by the values of both together, a small side could
 * fill a bin that a large one leaves empty, and nobody would expect anything there.
 */
function expectedCounts({ reference, current, referenceSize, currentSize }: AlignedPair): number[] {
  const smaller = Math.min(referenceSize, currentSize);
  return reference.map((share, bin) => (smaller * (share + (current[bin] ?? 0))) / 2);
}

/** Places of neighbours that together hold at least so much, from the first on; what is left goes with the last. */
export function neighbourGroups(expected: readonly number[], least: number): number[][] {
  const groups: number[][] = [];
  let open: number[] = [];
  let held = 0;
  expected.forEach((count, bin) => {
    open.push(bin);
    held += count;
    if (held < least) return;
    groups.push(open);
    open = [];
    held = 0;
  });
  if (open.length === 0) return groups;
  const last = groups.pop() ?? [];
  return [...groups, [...last, ...open]];
}
