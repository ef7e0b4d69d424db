import type { CountedWindow } from "./counted-window";
import { type ComparedMetric, candidateCount, championCount } from "./evidence";

/** Limits of the estimated ratio of rates, so that a side without errors does not make expectations of 0. */
const LEAST_RATIO = 0.05;
const MOST_RATIO = 50;

/** How far windows vary beyond chance. */
export interface Dispersion {
  /** Times the variance of chance alone; at least 1. */
  readonly phi: number;
  /** Windows with errors, less 1; -1 without any. */
  readonly freedom: number;
}

/**
 * Dispersion of windows around their common ratio of rates by Mantel and Haenszel: Pearson's statistic of the windows, or what
 * the champion's own noise makes of it at this length, whichever is more.
 * @param windows comparable ones
 * @param noise squared coefficient of variation of a model's error rate at this number of windows; 0 where it is not known
 */
export function dispersionOf(metric: ComparedMetric, windows: readonly CountedWindow[], noise: number): Dispersion {
  const ratio = mantelHaenszelRatio(metric, windows);
  let [pearson, variance, freedom] = [0, 0, -1];
  for (const window of windows) {
    const ofCandidate = candidateCount(metric, window);
    const errors = ofCandidate + championCount(metric, window);
    if (errors === 0) continue;
    const q = (ratio * window.nB) / (ratio * window.nB + window.nA);
    const ofChance = errors * q * (1 - q);
    pearson += (ofCandidate - errors * q) ** 2 / ofChance;
    variance += ofChance;
    freedom++;
  }
  // The policy's c²·K·v̄ with v̄ the mean over all K windows, those without errors among them: c² times the sum.
  return { phi: Math.max(1, freedom > 0 ? pearson / freedom : 1, 1 + 2 * noise * variance), freedom };
}

/**
 * The champion's noise over this many windows: of the largest known scale that is not longer, and beyond the last scale falling
 * as a mean of independent spans does. 0 where it is not known.
 * @param noise of each scale, in their order
 */
export function noiseOver(windows: number, scales: readonly number[], noise: readonly number[]): number {
  const longest = scales.at(-1) ?? 0;
  const known = noise[scales.findLastIndex((scale) => scale <= windows)] ?? 0;
  return windows > longest ? (known * longest) / windows : known;
}

/** Mantel and Haenszel (1959), Journal of the National Cancer Institute 22(4), with half an error on either side. */
function mantelHaenszelRatio(metric: ComparedMetric, windows: readonly CountedWindow[]): number {
  let [above, below] = [0.5, 0.5];
  for (const window of windows) {
    const requests = window.nA + window.nB;
    above += (candidateCount(metric, window) * window.nA) / requests;
    below += (championCount(metric, window) * window.nB) / requests;
  }
  return Math.min(MOST_RATIO, Math.max(LEAST_RATIO, above / below));
}
