/**
 * The few special functions that p-values, noise floors and confidence limits need; core may import no statistics library. Checked
 * against scipy in test/core/drift/fixtures/reference-values.json and test/core/promotion/fixtures/reference-statistics.json.
 */

/** Coefficients of Stirling's series of ln Γ, B(2k) / (2k (2k − 1)): https://dlmf.nist.gov/5.11#E1 */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360_360];
/** From here on the series is good to 15 digits. */
const STIRLING_FROM = 10;

const EPSILON = 1e-16;
const TINY = 1e-300;
const MAX_STEPS = 10_000;

/** ln Γ(x) for x > 0; smaller x climb to the series by Γ(x + 1) = x Γ(x). */
export function logGamma(x: number): number {
  let shift = 0;
  let at = x;
  for (; at < STIRLING_FROM; at++) shift += Math.log(at);
  const square = at * at;
  let series = 0;
  for (let k = STIRLING.length - 1; k >= 0; k--) series = (series + (STIRLING[k] ?? 0)) / (k === 0 ? at : square);
  return (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series - shift;
}

/**
 * Q(a, x) = Γ(a, x) / Γ(a), in [0, 1], for a > 0 and x ≥ 0. The series https://dlmf.nist.gov/8.7#E1 below a + 1, above it the
 * continued fraction https://dlmf.nist.gov/8.9#E2 by Lentz's method.
 */
export function regularizedGammaQ(a: number, x: number): number {
  if (x <= 0) return 1;
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) return Math.max(0, 1 - front * lowerSeries(a, x));
  return Math.min(1, front * upperFraction(a, x));
}

/** P(X ≥ x) of a chi-square variable; [0, 1]. */
export function chiSquareSurvival(x: number, degreesOfFreedom: number): number {
  return regularizedGammaQ(degreesOfFreedom / 2, x / 2);
}

/**
 * The x that a chi-square variable exceeds with probability `alpha`, 1e-15 to below 1; 0 without a degree of freedom. By Newton's
 * method on the logarithm, from the bound of Laurent and Massart (2000), Annals of Statistics 28(5), lemma 1.
 */
export function chiSquareQuantile(alpha: number, degreesOfFreedom: number): number {
  if (degreesOfFreedom < 1) return 0;
  const a = degreesOfFreedom / 2;
  const t = -Math.log(alpha);
  let x = degreesOfFreedom + 2 * Math.sqrt(degreesOfFreedom * t) + 2 * t;
  for (let step = 0; step < 100; step++) {
    const survival = chiSquareSurvival(x, degreesOfFreedom);
    const density = Math.exp((a - 1) * Math.log(x / 2) - x / 2 - logGamma(a)) / 2;
    const next = Math.max(x / 8, x + ((Math.log(survival) + t) * survival) / density);
    const isFound = Math.abs(next - x) <= 1e-13 * x;
    x = next;
    if (isFound) break;
  }
  return x;
}

/** P(X ≥ x) of Student's t for x ≥ 0, from ½ down: half of the incomplete beta function, https://dlmf.nist.gov/8.17#E1 */
export function studentTSurvival(x: number, degreesOfFreedom: number): number {
  return regularizedBeta(degreesOfFreedom / (degreesOfFreedom + x * x), degreesOfFreedom / 2, 1 / 2) / 2;
}

/**
 * The x that Student's t exceeds with probability `alpha`, 1e-15 to below ½, for 1 or more degrees of freedom. By Newton's method
 * on the logarithms of both, where the survival function is concave, in steps that cannot leave the numbers that a double holds.
 */
export function studentTQuantile(alpha: number, degreesOfFreedom: number): number {
  const a = degreesOfFreedom / 2;
  const scale = Math.exp(logGamma(a + 1 / 2) - logGamma(a)) / Math.sqrt(degreesOfFreedom * Math.PI);
  let logX = 0;
  for (let step = 0; step < 200; step++) {
    const x = Math.exp(logX);
    const survival = studentTSurvival(x, degreesOfFreedom);
    const density = scale * (1 + (x * x) / degreesOfFreedom) ** (-a - 1 / 2);
    const change = (Math.log(survival / alpha) * survival) / (density * x);
    logX += Math.min(1 / 2, change);
    if (Math.abs(change) <= 1e-13) break;
  }
  return Math.exp(logX);
}

/** P(Z ≥ x) of a standard normal variable, for any x: half of the chi-square variable's with one degree of freedom. */
export function normalSurvival(x: number): number {
  const beyond = chiSquareSurvival(x * x, 1) / 2;
  return x < 0 ? 1 - beyond : beyond;
}

/** The x that a standard normal variable exceeds with probability `alpha`, 1e-15 to below ½. */
export function normalQuantile(alpha: number): number {
  return Math.sqrt(chiSquareQuantile(2 * alpha, 1));
}

/** I_x(a, b), in [0, 1], for x in [0, 1]: the continued fraction https://dlmf.nist.gov/8.17#E22, on the side where it converges. */
export function regularizedBeta(x: number, a: number, b: number): number {
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  if (x <= (a + 1) / (a + b + 2)) return (front / a) * betaFraction(x, a, b);
  return 1 - (front / b) * betaFraction(1 - x, b, a);
}

/**
 * P(K ≥ x) of Kolmogorov's limiting distribution; [0, 1]. Two series that converge on either side of 1: Marsaglia, Tsang and Wang
 * (2003), Journal of Statistical Software 8(18), section 3.
 */
export function kolmogorovSurvival(x: number): number {
  if (x <= 0) return 1;
  if (x < 1) {
    const terms = [1, 3, 5, 7].map((odd) => Math.exp(-((odd * Math.PI) ** 2) / (8 * x * x)));
    return 1 - (Math.sqrt(2 * Math.PI) / x) * sumOf(terms);
  }
  const terms = [1, 2, 3, 4, 5].map((k) => (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k * k * x * x));
  return sumOf(terms);
}

/** Sum of numbers; 0 of none. */
export function sumOf(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

/** Σ xᵏ / (a (a + 1) … (a + k)). */
function lowerSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let k = 1; k < MAX_STEPS && term > sum * EPSILON; k++) {
    term *= x / (a + k);
    sum += term;
  }
  return sum;
}

function upperFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let value = d;
  for (let k = 1; k < MAX_STEPS; k++) {
    const numerator = -k * (k - a);
    b += 2;
    d = 1 / nonZero(numerator * d + b);
    c = nonZero(b + numerator / c);
    value *= c * d;
    if (Math.abs(c * d - 1) < 4 * EPSILON) break;
  }
  return value;
}

function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let k = 1; k < MAX_STEPS; k++) {
    const even = (k * (b - k) * x) / ((a + 2 * k - 1) * (a + 2 * k));
    d = 1 / nonZero(1 + even * d);
    c = nonZero(1 + even / c);
    value *= c * d;
    const odd = (-(a + k) * (a + b + k) * x) / ((a + 2 * k) * (a + 2 * k + 1));
    d = 1 / nonZero(1 + odd * d);
    c = nonZero(1 + odd / c);
    value *= c * d;
    if (Math.abs(c * d - 1) < 4 * EPSILON) break;
  }
  return value;
}

function nonZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}
