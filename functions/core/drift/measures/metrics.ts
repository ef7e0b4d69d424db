import type { AlignedPair } from "../aligned-pair";
import { cramersV, poolRareBins } from "./chi-square";
import { kolmogorovSmirnov, lInfinity, normedWasserstein } from "./distances";
import { jensenShannonDistance, jensenShannonDivergence, klDivergence, psi } from "./divergences";
import { chiSquareNoise, kolmogorovSmirnovNoise, lInfinityNoise, normedWassersteinNoise, type Sample } from "./noise";

/** The measures that core computes from two distributions. */
export const METRICS = [
  "psi",
  "kl-divergence",
  "jensen-shannon-divergence",
  "jensen-shannon-distance",
  "l-infinity",
  "cramers-v",
  "kolmogorov-smirnov",
  "wasserstein-normed",
] as const;

export type Metric = (typeof METRICS)[number];

/** What a monitor tells of the sample behind its score. */
type KnownSample = Omit<Sample, "bins"> & { readonly bins: number | undefined };

/** A metric of distributions: its score, and how large the score gets by chance. */
export interface Measure {
  readonly score: (pair: AlignedPair) => number;
  /** In the units of the score, for a pair that `score` takes; exceeded with probability `alpha` when nothing drifts. */
  readonly noise: (pair: AlignedPair, alpha: number) => number;
  /** The same where only the monitor saw the distributions; undefined where it cannot be told from what is known of them. */
  readonly noiseOfSample: (sample: KnownSample, alpha: number) => number | undefined;
  /** Compares bins as they lie on the line: histograms only, and no bin is too rare. */
  readonly needsOrder: boolean;
}

/** Every metric's measure. */
export const MEASURES: Readonly<Record<Metric, Measure>> = {
  psi: overBins(psi, chiSquareNoise),
  "kl-divergence": overBins(klDivergence, (sample, alpha) => chiSquareNoise(sample, alpha) / 2),
  "jensen-shannon-divergence": overBins(jensenShannonDivergence, jensenShannonNoise),
  "jensen-shannon-distance": overBins(jensenShannonDistance, (sample, alpha) => Math.sqrt(jensenShannonNoise(sample, alpha))),
  "l-infinity": overBins(lInfinity, lInfinityNoise),
  "cramers-v": overBins(cramersV, (sample, alpha) => Math.sqrt(chiSquareNoise(sample, alpha)) / 2),
  "kolmogorov-smirnov": {
    score: kolmogorovSmirnov,
    noise: kolmogorovSmirnovNoise,
    noiseOfSample: kolmogorovSmirnovNoise,
    needsOrder: true,
  },
  "wasserstein-normed": {
    score: normedWasserstein,
    noise: normedWassersteinNoise,
    noiseOfSample: () => undefined,
    needsOrder: true,
  },
};

/** True for the name of a metric that core computes. */
export function isMetric(name: string): name is Metric {
  return METRICS.some((metric) => metric === name);
}

function jensenShannonNoise(sample: Sample, alpha: number): number {
  return chiSquareNoise(sample, alpha) / 8 / Math.LN2;
}

/** A measure that takes bins as categories, and for which rare ones are put together. */
function overBins(score: (pair: AlignedPair) => number, noise: (sample: Sample, alpha: number) => number): Measure {
  return {
    score: (pair) => score(poolRareBins(pair)),
    noise: (pair, alpha) => noise(sampleOf(poolRareBins(pair)), alpha),
    noiseOfSample: ({ bins, ...sizes }, alpha) => (bins === undefined ? undefined : noise({ bins, ...sizes }, alpha)),
    needsOrder: false,
  };
}

function sampleOf({ reference, referenceSize, currentSize }: AlignedPair): Sample {
  return { bins: reference.length, referenceSize, currentSize };
}
