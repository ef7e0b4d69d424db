import type { AlignedPair } from "../distributions/aligned-pair";

/** Half a value per bin and side: the prior of Jeffreys (1946), Proceedings of the Royal Society A 186. */
const PSEUDO_COUNT = 0.5;

/**
 * Both sides without an empty bin, so that logarithms and quotients are finite: to each share, after normalising, as much is added
 * as `pseudoCount` values are of the smaller side, then all are normalised again. The same for both sides, so that equal ones stay
 * equal; the larger the samples, the less it changes.
 */
function smoothed(pair: AlignedPair, pseudoCount: number): { reference: number[]; current: number[] } {
  const addend = pseudoCount / Math.min(pair.referenceSize, pair.currentSize);
  return { reference: raised(pair.reference, addend), current: raised(pair.current, addend) };
}

function raised(shares: readonly number[], addend: number): number[] {
  const total = 1 + addend * shares.length;
  return shares.map((share) => (share + addend) / total);
}

/** Σ p ln(p / q), in nats; a bin with p = 0 adds nothing, one with only q = 0 makes it Infinity. */
function relativeEntropy(p: readonly number[], q: readonly number[]): number {
  return p.reduce((sum, share, bin) => (share === 0 ? sum : sum + share * Math.log(share / (q[bin] ?? 0))), 0);
}

/**
 * Population stability index, Σ (current − reference) ln(current / reference) over the bins; nats, [0, ∞), symmetric, 0 for equal
 * sides. Source: Yurdakul and Naranjo (2020), Statistical properties of the population stability index, Journal of Risk Model
 * Validation 14(4), https://doi.org/10.21314/JRMV.2020.227; Yurdakul (2018), https://scholarworks.wmich.edu/dissertations/3208.
 * @param pseudoCount values added per bin and side; with 0, a bin that is empty on one side makes it Infinity
 */
export function psi(pair: AlignedPair, pseudoCount: number = PSEUDO_COUNT): number {
  const { reference, current } = smoothed(pair, pseudoCount);
  return current.reduce((sum, share, bin) => {
    const other = reference[bin] ?? 0;
    return share === other ? sum : sum + (share - other) * Math.log(share / other);
  }, 0);
}

/**
 * Kullback-Leibler divergence of the current side from the reference, Σ current ln(current / reference) over the union of bins;
 * natural logarithm, so nats; [0, ∞), not symmetric, 0 for equal sides. Source: Kullback and Leibler (1951), On information and
 * sufficiency, Annals of Mathematical Statistics 22(1), https://doi.org/10.1214/aoms/1177729694.
 * @param pseudoCount values added per bin and side after normalising; with 0, a bin that only the current side fills makes it
 * Infinity
 */
export function klDivergence(pair: AlignedPair, pseudoCount: number = PSEUDO_COUNT): number {
  const { reference, current } = smoothed(pair, pseudoCount);
  // Rounding alone can take it below its least value.
  return Math.max(0, relativeEntropy(current, reference));
}

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

/**
 * Hellinger distance, √(½ Σ (√current − √reference)²); [0, 1], symmetric, a metric, 0 for equal sides, 1 for sides without a common
 * bin. Source: Hellinger (1909), Journal für die reine und angewandte Mathematik 136, https://doi.org/10.1515/crll.1909.136.210; as
 * NannyML and Evidently compute it.
 */
export function hellinger({ reference, current }: AlignedPair): number {
  const sum = reference.reduce((sum, share, bin) => sum + (Math.sqrt(current[bin] ?? 0) - Math.sqrt(share)) ** 2, 0);
  return Math.min(1, Math.sqrt(sum / 2));
}
