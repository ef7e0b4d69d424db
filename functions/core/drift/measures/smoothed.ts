import type { AlignedPair } from "../aligned-pair";

/** Half a value per bin and side: the prior of Jeffreys (1946), Proceedings of the Royal Society A 186. */
export const PSEUDO_COUNT = 0.5;

/**
 * Both sides without an empty bin, so that logarithms and quotients are finite: to each share, after normalising, as much is added
 * as `pseudoCount` values are of the smaller side, then all are normalised again. The same for both sides, so that equal ones stay
 * equal; the larger the samples, the less it changes.
 */
export function smoothed(pair: AlignedPair, pseudoCount: number): { reference: number[]; current: number[] } {
  const addend = pseudoCount / Math.min(pair.referenceSize, pair.currentSize);
  return { reference: raised(pair.reference, addend), current: raised(pair.current, addend) };
}

function raised(shares: readonly number[], addend: number): number[] {
  const total = 1 + addend * shares.length;
  return shares.map((share) => (share + addend) / total);
}

/** Σ p ln(p / q), in nats; a bin with p = 0 adds nothing, one with only q = 0 makes it Infinity. */
export function relativeEntropy(p: readonly number[], q: readonly number[]): number {
  return p.reduce((sum, share, bin) => (share === 0 ? sum : sum + share * Math.log(share / (q[bin] ?? 0))), 0);
}
