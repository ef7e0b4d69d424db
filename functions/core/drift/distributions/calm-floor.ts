import * as z from "zod/mini";
import { chiSquareQuantile } from "../measures/special-functions";

/** Larger ones no report holds: of a design effect, no unit, and of a mean PSI, nats. */
export const LARGEST_EFFECT = 1e6;
export const LARGEST_MEAN = 1e6;

/**
 * How the calm windows of a feature's reference scored, each against the others: what its rows do that depend on each other, its
 * wander and its season included.
 */
export const calmWindowsSchema = z.object({
  mean: z
    .number()
    .check(
      z.minimum(0),
      z.maximum(LARGEST_MEAN),
      z.describe("Mean PSI of a window of this size when nothing drifts, nats, over these bins"),
    ),
  degrees: z
    .number()
    .check(z.minimum(1), z.maximum(1_000), z.describe("Degrees of freedom of the scaled chi-square that matches the scores")),
  slices: z
    .number()
    .check(z.positive(), z.maximum(100_000), z.describe("Calm windows that both were measured on, as far as independent")),
  windows: z
    .enum(["independent", "correlated", "wandering"])
    .check(
      z.describe(
        "correlated: neighbouring windows score alike; wandering: the feature moves slowly by itself, as far as a drift would",
      ),
    ),
});

export type CalmWindows = z.infer<typeof calmWindowsSchema>;

/** The two sides of a score over bins. */
export interface BinnedSides {
  readonly bins: number;
  readonly referenceSize: number;
  readonly currentSize: number;
}

/** Probabilities with which chance exceeds a floor: what the window adds to it, and what the reference does. */
export interface FloorRates {
  readonly current: number;
  readonly reference: number;
}

/**
 * The probability of one window's false alarm, in (0, 1), at which `k` of `n` independent windows are a false alarm as rarely as
 * one window is with probability `alpha`: by Boole's inequality over the choices of k windows.
 */
export function rateOfEach(alpha: number, { k, n }: { readonly k: number; readonly n: number }): number {
  let choices = 1;
  for (let i = 1; i <= k; i++) choices = (choices * (n - k + i)) / i;
  return (alpha / choices) ** (1 / k);
}

/** Mean PSI of two samples of one distribution, nats: (bins − 1)(1/n + 1/m) times the design effect. */
export function meanChance({ bins, referenceSize, currentSize }: BinnedSides, designEffect: number): number {
  return (bins - 1) * designEffect * (1 / referenceSize + 1 / currentSize);
}

/**
 * What PSI exceeds by chance, nats: the chi-square quantile of each side's rate divided by its size, times the design effect, which
 * is how many times more the shares of windows vary than those of independent rows would.
 */
export function chanceFloor({ bins, referenceSize, currentSize }: BinnedSides, designEffect: number, rates: FloorRates): number {
  const quantile = (alpha: number) => chiSquareQuantile(alpha, bins - 1);
  return designEffect * (quantile(rates.current) / currentSize + quantile(rates.reference) / referenceSize);
}

/**
 * What PSI exceeds with probability `alpha` where calm windows score `mean` on average, nats: their scores matched by a scaled
 * chi-square variable of `degrees` (Satterthwaite 1946, Biometrics Bulletin 2(6), https://doi.org/10.2307/3002019), and one
 * standard error of the mean of so many slices more.
 */
export function calmFloor({ mean, degrees, slices }: Pick<CalmWindows, "mean" | "degrees" | "slices">, alpha: number): number {
  return ((mean * chiSquareQuantile(alpha, degrees)) / degrees) * (1 + Math.sqrt(2 / (degrees * slices)));
}
