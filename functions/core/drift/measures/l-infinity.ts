import type { AlignedPair } from "../aligned-pair";

/**
 * L-infinity distance, the largest difference of a bin's share, max |current − reference|; a share, [0, 1], symmetric, 0 for equal
 * sides. Vertex AI's and TensorFlow Data Validation's score of a categorical feature:
 * https://www.tensorflow.org/tfx/data_validation/get_started#checking_data_skew_and_drift.
 */
export function lInfinity({ reference, current }: AlignedPair): number {
  return reference.reduce((most, share, bin) => Math.max(most, Math.abs(share - (current[bin] ?? 0))), 0);
}
