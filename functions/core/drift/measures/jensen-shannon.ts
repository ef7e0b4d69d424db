import type { AlignedPair } from "../aligned-pair";
import { relativeEntropy } from "./smoothed";

/**
 * Jensen-Shannon divergence, the mean relative entropy of either side to the middle of both, in bits (base 2); [0, 1], symmetric,
 * 0 for equal sides, 1 for sides without a common bin. Needs no smoothing: the middle is empty only where both are. Source: Lin
 * (1991), Divergence measures based on the Shannon entropy, IEEE Transactions on Information Theory 37(1),
 * https://doi.org/10.1109/18.61115. Vertex AI's score of a numerical feature is a Jensen-Shannon divergence.
 */
export function jensenShannonDivergence({ reference, current }: AlignedPair): number {
  const middle = reference.map((share, bin) => (share + (current[bin] ?? 0)) / 2);
  const nats = (relativeEntropy(reference, middle) + relativeEntropy(current, middle)) / 2;
  return Math.min(1, Math.max(0, nats / Math.LN2));
}

/**
 * Jensen-Shannon distance, the root of the divergence in base 2; [0, 1], symmetric, a metric. Source: Endres and Schindelin
 * (2003), A new metric for probability distributions, IEEE Transactions on Information Theory 49(7),
 * https://doi.org/10.1109/TIT.2003.813506. It is scipy's `jensenshannon(p, q, base=2)`; with scipy's default base the value is
 * √ln 2 = 0.833 times as large.
 */
export function jensenShannonDistance(pair: AlignedPair): number {
  return Math.sqrt(jensenShannonDivergence(pair));
}
