import type { AlignedPair } from "../aligned-pair";
import { PSEUDO_COUNT, relativeEntropy, smoothed } from "./smoothed";

/**
 * Kullback-Leibler divergence of the current side from the reference, Σ current ln(current / reference) over the union of bins;
 * natural logarithm, so nats; [0, ∞), not symmetric, 0 for equal sides. Source: Kullback and Leibler (1951), On information and
 * sufficiency, Annals of Mathematical Statistics 22(1), https://doi.org/10.1214/aoms/1177729694.
 * @param pseudoCount values added per bin and side after normalising; with 0, a bin that only the current side fills makes it Infinity
 */
export function klDivergence(pair: AlignedPair, pseudoCount: number = PSEUDO_COUNT): number {
  const { reference, current } = smoothed(pair, pseudoCount);
  // Rounding alone can take it below its least value.
  return Math.max(0, relativeEntropy(current, reference));
}
