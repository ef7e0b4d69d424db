import { logGamma } from "../../drift/measures/special-functions";

const { abs, floor, log } = Math;

/** Below this mean the number of trials up to the result is short. */
const FEW = 10;

/**
 * A draw of the number of successes in `trials`, each of probability `p`: exact, by inversion where few are expected, else by the
 * transformed rejection of Hörmann (1993), Journal of Statistical Computation and Simulation 46, The generation of binomial random
 * variates, algorithm BTRS.
 * @param random numbers in (0, 1)
 */
export function drawBinomial(random: () => number, trials: number, p: number): number {
  if (trials <= 0 || p <= 0) return 0;
  if (p >= 1) return trials;
  if (p > 1 / 2) return trials - drawBinomial(random, trials, 1 - p);
  return trials * p < FEW ? drawFew(random, trials, p) : drawMany(random, trials, p);
}

function drawFew(random: () => number, trials: number, p: number): number {
  const odds = p / (1 - p);
  let probability = Math.exp(trials * Math.log1p(-p));
  let rest = random();
  let count = 0;
  while (rest > probability && count < trials) {
    rest -= probability;
    probability *= (odds * (trials - count)) / (count + 1);
    count++;
  }
  return count;
}

function drawMany(random: () => number, trials: number, p: number): number {
  const spread = Math.sqrt(trials * p * (1 - p));
  const b = 1.15 + 2.53 * spread;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const alpha = (2.83 + 5.1 / b) * spread;
  const mode = floor((trials + 1) * p);
  const ofMode = logGamma(mode + 1) + logGamma(trials - mode + 1);
  const logOdds = log(p / (1 - p));
  for (;;) {
    const u = random() - 1 / 2;
    const v = random();
    const us = 1 / 2 - abs(u);
    const count = floor(((2 * a) / us + b) * u + trials * p + 1 / 2);
    if (count < 0 || count > trials) continue;
    if (us >= 0.07 && v <= 0.92 - 4.2 / b) return count;
    const density = ofMode - logGamma(count + 1) - logGamma(trials - count + 1) + (count - mode) * logOdds;
    if (log((v * alpha) / (a / (us * us) + b)) <= density) return count;
  }
}

/** Draws as many items as there are, with replacement, from cells with these counts, and writes how many fell into each. */
export function drawMultinomial(random: () => number, counts: readonly number[], total: number, drawn: Float64Array): void {
  let [rest, left] = [total, total];
  counts.forEach((count, cell) => {
    const taken = left <= count ? rest : drawBinomial(random, rest, count / left);
    drawn[cell] = taken;
    rest -= taken;
    left -= count;
  });
}
