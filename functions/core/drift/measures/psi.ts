import type { AlignedPair } from "../aligned-pair";
import { PSEUDO_COUNT, smoothed } from "./smoothed";

/**
 * Population stability index, Σ (current − reference) ln(current / reference) over the bins; nats, [0, ∞), symmetric, 0 for
 * equal sides. Source: Yurdakul and Naranjo (2020), Statistical properties of the population stability index, Journal of Risk
 * Model Validation 14(4), https://doi.org/10.21314/JRMV.2020.227; Yurdakul (2018), https://scholarworks.wmich.edu/dissertations/3208.
 * @param pseudoCount values added per bin and side; with 0, a bin that is empty on one side makes it Infinity
 */
export function psi(pair: AlignedPair, pseudoCount: number = PSEUDO_COUNT): number {
  const { reference, current } = smoothed(pair, pseudoCount);
  return current.reduce((sum, share, bin) => {
    const other = reference[bin] ?? 0;
    return share === other ? sum : sum + (share - other) * Math.log(share / other);
  }, 0);
}
