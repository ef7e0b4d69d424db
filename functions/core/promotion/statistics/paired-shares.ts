import { normalQuantile, normalSurvival } from "../../drift/measures/special-functions";
import { binomialAtMost, clopperPearson, crossing, type Limits } from "./proportions";

/** Two models on the same rows, each of which is right or wrong. */
export interface PairedCounts {
  /** Rows that only the candidate has right. */
  readonly gains: number;
  /** Rows that only the other model has right. */
  readonly losses: number;
  /** All rows, at least 1. */
  readonly rows: number;
}

/**
 * Limits of the difference of two accuracies, (gains − losses) / rows, given the number of rows on which the models differ: those
 * of Clopper and Pearson for the share of gains among them, scaled. Whether they hold 0 is exact, since it is the test of McNemar
 * (1947), Psychometrika 12(2), https://doi.org/10.1007/BF02295996; elsewhere they take the number of differing rows for granted,
 * and are too narrow.
 */
export function exactLimits({ gains, losses, rows }: PairedCounts, alpha: number): Limits {
  const differing = gains + losses;
  const { lower, upper } = clopperPearson({ count: gains, rows: differing }, alpha);
  return { lower: (differing / rows) * (2 * lower - 1), upper: (differing / rows) * (2 * upper - 1) };
}

/**
 * Score statistic of the difference at `difference`, in [-1, 1], in standard deviations under that difference: Tango (1998),
 * Statistics in Medicine 17(8), Equivalence test and confidence interval for the difference in proportions for the paired-sample
 * design.
 */
function tangoScore({ gains, losses, rows }: PairedCounts, difference: number): number {
  const b = (2 * rows - gains + losses) * difference - gains - losses;
  const c = -losses * difference * (1 - difference);
  // Share of losses that fits best where the difference is this one.
  const share = (Math.sqrt(Math.max(0, b * b - 8 * rows * c)) - b) / (4 * rows);
  const variance = rows * (2 * share + difference * (1 - difference));
  const distance = gains - losses - rows * difference;
  if (distance === 0) return 0;
  return variance <= 0 ? Math.sign(distance) * Number.MAX_VALUE : distance / Math.sqrt(variance);
}

/** Limits of the difference by Tango's score. */
export function tangoLimits(counts: PairedCounts, alpha: number): Limits {
  const z = normalQuantile(alpha);
  const estimate = (counts.gains - counts.losses) / counts.rows;
  return {
    lower: crossing((difference) => tangoScore(counts, difference) < z, -1, estimate),
    upper: crossing((difference) => tangoScore(counts, difference) < -z, estimate, 1),
  };
}

/** What two models on the same rows differ by: the candidate's accuracy less the other's. */
export interface PairedDifference extends Limits {
  /** In [-1, 1]; above 0 where the candidate is the better one. */
  readonly difference: number;
  /** P of such a difference or a lower one where the candidate is worse by just the margin. */
  readonly pWorse: number;
}

/**
 * The difference of two accuracies with its limits: of McNemar's exact ones and Tango's, the outer ones. Sizes by enumeration at a
 * nominal 5 %, for 200 to 2,000 rows, margins of 0 to 2 points and models that differ on 0.5 to 20 % of them, at a difference of
 * exactly the margin: the exact limits alone pass up to 74 % of such candidates and fail up to 19 %, since the number of differing
 * rows varies too; Tango's pass up to 37 %, where hardly a row differs, and fail up to 7.3 %; the outer ones fail at most 5.2 %
 * and, where 10 or more rows are expected to differ, pass at most 5.2 % (and those without a single loss: see `compareRows`).
 * @param margin how much worse the candidate may be, 0 or more
 */
export function pairedDifference(counts: PairedCounts, margin: number, alpha: number): PairedDifference {
  const { gains, losses, rows } = counts;
  const [exact, score] = [exactLimits(counts, alpha), tangoLimits(counts, alpha)];
  // Given the number of differing rows, a difference of -margin is a share of gains of (1 − margin · rows / differing) / 2.
  const share = (1 - (margin * rows) / Math.max(1, gains + losses)) / 2;
  const pExact = share <= 0 ? 1 : binomialAtMost({ count: gains, rows: gains + losses }, share);
  return {
    difference: (gains - losses) / rows,
    lower: Math.min(exact.lower, score.lower),
    upper: Math.max(exact.upper, score.upper),
    pWorse: Math.max(pExact, normalSurvival(-tangoScore(counts, -margin))),
  };
}
