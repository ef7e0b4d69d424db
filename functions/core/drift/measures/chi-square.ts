import type { AlignedPair } from "../aligned-pair";
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

/**
 * Values that a bin must be expected to hold on the smaller side, as an average over both sides, for the chi-square approximation
 * to hold. Cochran (1954), Some methods for strengthening the common χ² tests, Biometrics 10(4), asks for 5 at the usual levels;
 * twice that keeps the rate of false alarms to a few times what was asked for where a report's thousand features share it.
 */
export const MIN_EXPECTED = 10;

/**
 * The pair with rare bins put together until each is expected to hold MIN_EXPECTED values on the smaller side: neighbours of a
 * histogram, all rare categories as one. Without it a score would mostly count who happened to see which rare value.
 */
export function poolRareBins(pair: AlignedPair): AlignedPair {
  const expected = expectedCounts(pair);
  const groups = pair.edges === undefined ? categoryGroups(expected) : neighbourGroups(expected);
  if (groups.length === expected.length) return pair;
  const pooled = (shares: readonly number[]) => groups.map((group) => group.reduce((sum, bin) => sum + (shares[bin] ?? 0), 0));
  const { edges } = pair;
  const limits = edges && [...groups.map(([bin = 0]) => edges[bin] ?? 0), edges.at(-1) ?? 0];
  return { ...pair, reference: pooled(pair.reference), current: pooled(pair.current), ...(limits && { edges: limits }) };
}

/** Expected values per bin on the smaller side, if both sides had one distribution. */
function expectedCounts({ reference, current, referenceSize, currentSize }: AlignedPair): number[] {
  const total = referenceSize + currentSize;
  const smaller = Math.min(referenceSize, currentSize);
  return reference.map((share, bin) => (smaller * (share * referenceSize + (current[bin] ?? 0) * currentSize)) / total);
}

function neighbourGroups(expected: readonly number[]): number[][] {
  const groups: number[][] = [];
  let open: number[] = [];
  let held = 0;
  expected.forEach((count, bin) => {
    open.push(bin);
    held += count;
    if (held < MIN_EXPECTED) return;
    groups.push(open);
    open = [];
    held = 0;
  });
  if (open.length === 0) return groups;
  const last = groups.pop() ?? [];
  return [...groups, [...last, ...open]];
}

function categoryGroups(expected: readonly number[]): number[][] {
  const bins = expected.map((_, bin) => bin).sort((a, b) => (expected[a] ?? 0) - (expected[b] ?? 0) || a - b);
  const rare: number[] = [];
  let held = 0;
  for (const bin of bins) {
    const count = expected[bin] ?? 0;
    // The rarest go together, with one more where they alone are still too few.
    if (count >= MIN_EXPECTED && (rare.length === 0 || held >= MIN_EXPECTED)) break;
    rare.push(bin);
    held += count;
  }
  const common = expected.map((_, bin) => bin).filter((bin) => !rare.includes(bin));
  return rare.length === 0 ? common.map((bin) => [bin]) : [...common.map((bin) => [bin]), rare];
}
