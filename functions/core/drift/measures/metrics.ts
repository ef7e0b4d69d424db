import type { AlignedPair } from "../distributions/aligned-pair";
import { balancedCramersV } from "./chi-square";
import { kolmogorovSmirnov, lInfinity, normedWasserstein } from "./distances";
import { hellinger, jensenShannonDistance, jensenShannonDivergence, klDivergence, psi } from "./divergences";
import { chiSquareNoise, kolmogorovSmirnovNoise, lInfinityNoise, normedWassersteinNoise, type Sample } from "./noise";

/** The measures that core computes from two distributions. */
export const METRICS = [
  "psi",
  "kl-divergence",
  "jensen-shannon-divergence",
  "jensen-shannon-distance",
  "hellinger",
  "l-infinity",
  "cramers-v-balanced",
  "kolmogorov-smirnov",
  "wasserstein-normed",
] as const;

export type Metric = (typeof METRICS)[number];

/** What a monitor tells of the sample behind its score. */
type KnownSample = Omit<Sample, "bins"> & { readonly bins: number | undefined };

/** A metric of distributions: its score, and how large the score gets by chance. */
export interface Measure {
  readonly score: (pair: AlignedPair, pseudoCount?: number) => number;
  /** In the units of the score, for a pair that `score` takes; exceeded with probability `alpha` when nothing drifts. */
  readonly noise: (pair: AlignedPair, alpha: number) => number;
  /** The same where only the monitor saw the distributions; undefined where it cannot be told from what is known of them. */
  readonly noiseOfSample: (sample: KnownSample, alpha: number) => number | undefined;
  /**
   * What is left of a score, at least 0, without what chance adds to it on average. `chance` is in units of PSI: of b bins and
   * samples of n and m values it is (b − 1)(1/n + 1/m). The score itself where that does not add up: see `fromChance`.
   */
  readonly unbiased: (score: number, chance: number) => number;
  /** A level of PSI that chance reaches, in the units of the score; undefined where the score is no sum over bins. */
  readonly fromChance: ((chance: number) => number) | undefined;
  /** Compares bins as they lie on the line: histograms only, and no bin is too rare. */
  readonly needsOrder: boolean;
}

/** How a score depends on PSI, to the first order. */
interface Units {
  readonly fromChance: (chance: number) => number;
  readonly unbiased: Measure["unbiased"];
}

/** Of scores that are a largest difference or an area: what chance adds does not grow with the number of bins. */
const WITHOUT_BIAS = { unbiased: (score: number) => score, fromChance: undefined };

/** Every metric's measure. */
export const MEASURES: Readonly<Record<Metric, Measure>> = {
  psi: chiSquareLike(psi, linear(1)),
  "kl-divergence": chiSquareLike(klDivergence, linear(1 / 2)),
  "jensen-shannon-divergence": chiSquareLike(jensenShannonDivergence, linear(1 / 8 / Math.LN2)),
  "jensen-shannon-distance": chiSquareLike(jensenShannonDistance, root(1 / 8 / Math.LN2)),
  hellinger: chiSquareLike(hellinger, root(1 / 8)),
  "l-infinity": { ...overBins(lInfinity, lInfinityNoise), ...WITHOUT_BIAS },
  "cramers-v-balanced": chiSquareLike(balancedCramersV, root(1 / 4)),
  "kolmogorov-smirnov": {
    score: kolmogorovSmirnov,
    noise: kolmogorovSmirnovNoise,
    noiseOfSample: kolmogorovSmirnovNoise,
    ...WITHOUT_BIAS,
    needsOrder: true,
  },
  "wasserstein-normed": {
    score: normedWasserstein,
    noise: normedWassersteinNoise,
    noiseOfSample: () => undefined,
    ...WITHOUT_BIAS,
    needsOrder: true,
  },
};

/** True for the name of a metric that core computes. */
export function isMetric(name: string): name is Metric {
  return METRICS.some((metric) => metric === name);
}

/** A measure whose series begins with a multiple of the chi-square sum, so that both its noise and its bias are known. */
function chiSquareLike(score: Measure["score"], units: Units): Measure {
  return { ...overBins(score, (sample, alpha) => units.fromChance(chiSquareNoise(sample, alpha))), ...units };
}

/** A score that is about `factor` times PSI. */
function linear(factor: number): Units {
  return {
    fromChance: (chance) => factor * chance,
    unbiased: (score, chance) => Math.max(0, score - factor * chance),
  };
}

/** A score whose square is about `factor` times PSI. */
function root(factor: number): Units {
  return {
    fromChance: (chance) => Math.sqrt(factor * chance),
    unbiased: (score, chance) => Math.sqrt(Math.max(0, score ** 2 - factor * chance)),
  };
}

/** A measure that takes bins as categories. */
function overBins(score: Measure["score"], noise: (sample: Sample, alpha: number) => number): Omit<Measure, keyof Units> {
  return {
    score,
    noise: (pair, alpha) => noise(sampleOf(pair), alpha),
    noiseOfSample: ({ bins, ...sizes }, alpha) => (bins === undefined ? undefined : noise({ bins, ...sizes }, alpha)),
    needsOrder: false,
  };
}

function sampleOf({ reference, referenceSize, currentSize }: AlignedPair): Sample {
  return { bins: reference.length, referenceSize, currentSize };
}
