import type { CountedWindow } from "./counted-window";
import { type EvidencePolicy, MOST_MARGIN } from "./evidence-policy";

/** Rates that are held against the one that is to be ruled out, from just below it to a twentieth of it. */
const RATES = 12;
const NEAREST = 1.1;
const FARTHEST = 20;

/**
 * True where a champion fails so rarely that errors are too few to compare their ratio: then `marginPoints` more errors of all
 * requests are to be ruled out directly.
 * @param rate the champion's error rate, 0 to 1
 */
export function isRare({ marginPoints }: EvidencePolicy, rate: number): boolean {
  return rate * (MOST_MARGIN - 1) < marginPoints;
}

/**
 * Logarithm of the evidence that the candidate's error rate is below the champion's usual one and `marginPoints`: the average
 * over lower rates of the likelihood ratios of all its requests. Its mean is at most 1 at each look where the rate is not below,
 * so that it exceeds ln(1/β) with a probability of at most β (Ville's inequality). Outside of the policy that was proved for more
 * frequent errors.
 */
export function evidenceOfFewErrors(policy: EvidencePolicy, rate: number, windows: readonly CountedWindow[]): number {
  const excluded = rate + policy.marginPoints;
  const requests = windows.reduce((sum, { nB }) => sum + nB, 0);
  const errors = windows.reduce((sum, { xB, nB }) => sum + Math.min(xB, nB), 0);
  const logs = lowerRates(excluded).map(
    (lower) => errors * Math.log(lower / excluded) + (requests - errors) * Math.log((1 - lower) / (1 - excluded)),
  );
  const greatest = Math.max(...logs);
  return greatest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - greatest), 0) / logs.length);
}

/** By how much the logarithm grows with each request of a candidate that fails as rarely as the champion. */
export function growthOfFewErrors({ marginPoints }: EvidencePolicy, rate: number): number {
  const excluded = rate + marginPoints;
  const ofErrors = rate > 0 ? rate * Math.log(rate / excluded) : 0;
  return ofErrors + (1 - rate) * Math.log((1 - rate) / (1 - excluded));
}

function lowerRates(excluded: number): number[] {
  const [from, to] = [Math.log(NEAREST), Math.log(FARTHEST)];
  return Array.from({ length: RATES }, (_, place) => excluded / Math.exp(from + ((to - from) * place) / (RATES - 1)));
}
