import { logGamma, normalQuantile, regularizedBeta } from "../../drift/measures/special-functions";

/** One-sided confidence limits: either holds with the confidence asked for. */
export interface Limits {
  readonly lower: number;
  readonly upper: number;
}

/** So many of so many rows. */
export interface Share {
  readonly count: number;
  readonly rows: number;
}

/** Halvings of an interval that leave 1e-15 of it. */
const HALVINGS = 50;

/**
 * Where a function that does not fall crosses from below 0 to above, between two places, by halving.
 * @param isAbove true where the function is above 0
 */
export function crossing(isAbove: (x: number) => boolean, from: number, to: number): number {
  let [below, above] = [from, to];
  for (let step = 0; step < HALVINGS; step++) {
    const middle = (below + above) / 2;
    if (isAbove(middle)) above = middle;
    else below = middle;
  }
  return (below + above) / 2;
}

/** P(X ≤ count) of a binomial variable of `rows` trials with probability `p`; [0, 1]. https://dlmf.nist.gov/8.17#E5 */
export function binomialAtMost({ count, rows }: Share, p: number): number {
  if (count >= rows) return 1;
  if (count < 0) return 0;
  return regularizedBeta(1 - p, rows - count, count + 1);
}

/**
 * Exact limits of a proportion by Clopper and Pearson (1934), Biometrika 26(4), https://doi.org/10.1093/biomet/26.4.404; in [0, 1],
 * 0 and 1 without a row.
 * @param alpha probability, below ½, of a limit on the wrong side
 */
export function clopperPearson({ count, rows }: Share, alpha: number): Limits {
  const lower = (p: number) => 1 - binomialAtMost({ count: count - 1, rows }, p) > alpha;
  const upper = (p: number) => binomialAtMost({ count, rows }, p) < alpha;
  return { lower: count === 0 ? 0 : crossing(lower, 0, 1), upper: count === rows ? 1 : crossing(upper, 0, 1) };
}

/**
 * Limits of a proportion by Wilson (1927), Journal of the American Statistical Association 22(158),
 * https://doi.org/10.1080/01621459.1927.10502953; in [0, 1]. Close to their confidence at any size, not exact.
 * @param rows at least 1
 */
export function wilson(share: Share, alpha: number): Limits {
  return wilsonByErrors(share, -normalQuantile(alpha));
}

/** As `wilson`, so many standard errors wide to either side; 0 and 1 without a row. */
export function wilsonByErrors({ count, rows }: Share, standardErrors: number): Limits {
  if (rows === 0) return { lower: 0, upper: 1 };
  const z2 = standardErrors ** 2;
  const p = count / rows;
  const middle = (p + z2 / (2 * rows)) / (1 + z2 / rows);
  const half = Math.sqrt(z2 * (p * (1 - p) + z2 / (4 * rows))) / Math.sqrt(rows) / (1 + z2 / rows);
  return { lower: count === 0 ? 0 : Math.max(0, middle - half), upper: Math.min(1, middle + half) };
}

/**
 * Limits of the difference `one` − `other` of two proportions that were counted independently: method 10 of Newcombe (1998),
 * Statistics in Medicine 17(8), Interval estimation for the difference between independent proportions; in [-1, 1].
 * @param one at least one row, as `other`
 */
export function newcombe(one: Share, other: Share, alpha: number): Limits {
  const [p, q] = [one.count / one.rows, other.count / other.rows];
  const [ofOne, ofOther] = [wilson(one, alpha), wilson(other, alpha)];
  return {
    lower: p - q - Math.hypot(p - ofOne.lower, ofOther.upper - q),
    upper: p - q + Math.hypot(ofOne.upper - p, q - ofOther.lower),
  };
}

/**
 * P(X ≥ count) of `one` when rows are drawn without regard to which of two sides they are from: Fisher's exact test, one-sided;
 * [0, 1]. Exact at any size, so that a handful of errors proves nothing. https://doi.org/10.2307/2340521
 */
export function fisherGreater(one: Share, other: Share): number {
  const [count, rows] = [one.count + other.count, one.rows + other.rows];
  const most = Math.min(count, one.rows);
  // Terms by their quotient, from the observed one on: P(k + 1) / P(k).
  let term = Math.exp(logChoices(count, one.count) + logChoices(rows - count, one.rows - one.count) - logChoices(rows, one.rows));
  let sum = term;
  for (let k = one.count; k < most; k++) {
    term *= ((count - k) * (one.rows - k)) / ((k + 1) * (other.rows - count + k + 1));
    sum += term;
  }
  return Math.min(1, sum);
}

/** ln of the number of ways to choose `k` of `n`. */
function logChoices(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}
