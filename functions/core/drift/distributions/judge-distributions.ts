import type { DriftPolicy } from "../drift-policy";
import type { DriftFeature } from "../drift-report";
import { insufficientJudgement, type Judgement, judgementOfScore } from "../judgement";
import { MIN_EXPECTED, poolRareBins, withGroups } from "../measures/chi-square";
import { MEASURES, type Metric } from "../measures/metrics";
import { sumOf } from "../measures/special-functions";
import { rankOfScore, type Thresholds } from "../severity";
import { type AlignedPair, alignDistributions, hasEdges, totalOf } from "./aligned-pair";
import { type BinnedSides, type CalmWindows, calmFloor, chanceFloor, meanChance, rateOfEach } from "./calm-floor";
import { categoryBins, withSmallBinsJoined } from "./category-bins";
import type { Distribution } from "./distribution";

/** What distributions are judged by. */
export interface DistributionBasis {
  readonly metric: Metric;
  readonly thresholds: Thresholds;
  /** Values behind the two sides. */
  readonly sizes: { readonly referenceSize: number; readonly currentSize: number };
  /** Probability, in (0, 1), of a score above its noise when nothing drifts. */
  readonly alpha: number;
}

/** One comparison of a feature: a window, or several windows together, over bins. */
interface Comparison {
  readonly policy: DriftPolicy;
  readonly basis: DistributionBasis;
  readonly designEffect: number;
  readonly calm: CalmWindows | undefined;
  /** Values of the window itself, which `calm.mean` is of. */
  readonly windowSize: number;
}

type DistributionFeature = DriftFeature & { readonly evidence: Extract<DriftFeature["evidence"], { type: "distributions" }> };

/**
 * Judges a window by its distributions. Its score must be more than chance explains: than independent rows would score, times the
 * feature's design effect, and than calm windows of the reference scored, where the report tells. Severity is told from what the
 * score is above its mean by chance. Where the two windows before are told too, the three together may show what none does alone.
 */
export function judgeDistributions(policy: DriftPolicy, feature: DistributionFeature, basis: DistributionBasis): Judgement {
  const { evidence, calm, designEffect = 1 } = feature;
  const comparison: Comparison = { policy, basis, designEffect, calm, windowSize: basis.sizes.currentSize };
  const pair = binned(comparison, alignDistributions(evidence.reference, evidence.current, basis.sizes));
  if (pair === undefined) {
    const why = "every name is too rare to be compared; let a window hold more rows";
    return insufficientJudgement(basis.metric, why);
  }
  const { metric, thresholds } = basis;
  const score = scoreOf(comparison, pair);
  const noise = noiseOf(comparison, pair, calm?.windows === "independent");
  const judgement = judgementOfScore(policy, { metric, score, unbiased: unbiased(comparison, pair, score), thresholds, noise });
  const together = calm?.windows === "independent" ? judgeTogether(comparison, evidence) : undefined;
  if (together === undefined || together.heldRank === 0) return judgement;
  return {
    ...judgement,
    heldRank: Math.max(judgement.heldRank, together.heldRank),
    ...(together.rank > 0 && { togetherRank: together.rank }),
  };
}

/** The pair over bins that its metric can be told from; undefined where there are not two of them. */
function binned({ basis, designEffect, calm }: Comparison, pair: AlignedPair): AlignedPair | undefined {
  if (MEASURES[basis.metric].needsOrder) return pair;
  const isCounted = calm !== undefined;
  if (pair.names !== undefined) return (isCounted ? withSmallBinsJoined : categoryBins)(pair, designEffect);
  return (isCounted ? withOpenBinsJoined : poolRareBins)(pair, MIN_EXPECTED * designEffect);
}

/**
 * The pair whose first and last bin, which hold what is out of the reference's range, stand apart only where the current side has
 * `least` values there; otherwise they are joined to their neighbours.
 */
function withOpenBinsJoined(pair: AlignedPair, least: number): AlignedPair {
  const { reference, current, referenceSize, currentSize } = pair;
  const last = reference.length - 1;
  const isJoined = (bin: number) =>
    (reference[bin] ?? 0) * referenceSize < least && (current[bin] ?? 0) * currentSize < least && last > 1;
  const bins = reference.map((_, bin) => bin);
  const groups = bins.slice(1, -1).map((bin) => [bin]);
  const [first = [], lastInner = []] = [groups[0], groups.at(-1)];
  if (isJoined(0)) first.unshift(0);
  else groups.unshift([0]);
  if (isJoined(last)) lastInner.push(last);
  else groups.push([last]);
  return groups.length === reference.length ? pair : withGroups(pair, groups);
}

function scoreOf({ basis, designEffect, calm }: Comparison, pair: AlignedPair): number {
  return MEASURES[basis.metric].score(pair, calm === undefined ? undefined : designEffect / 2);
}

/** What is left of a score without what chance adds to it on average. */
function unbiased({ basis, designEffect }: Comparison, pair: AlignedPair, score: number): number {
  return MEASURES[basis.metric].unbiased(score, meanChance(sidesOf(pair), designEffect));
}

function sidesOf({ reference, referenceSize, currentSize }: AlignedPair): BinnedSides {
  return { bins: reference.length, referenceSize, currentSize };
}

/**
 * What the score exceeds by chance. `isOneOfN`: the window is one of the independent ones of which the policy asks for k of n. The
 * reference is the same for all of them, so that its part is that of a single window.
 */
function noiseOf(comparison: Comparison, pair: AlignedPair, isOneOfN: boolean): number {
  const { policy, basis } = comparison;
  const current = isOneOfN ? rateOfEach(basis.alpha, policy.persistence) : basis.alpha;
  return noiseAt(comparison, pair, { current, reference: basis.alpha });
}

function noiseAt(
  { basis, designEffect, calm, windowSize }: Comparison,
  pair: AlignedPair,
  rates: { readonly current: number; readonly reference: number },
): number {
  const measure = MEASURES[basis.metric];
  const sides = sidesOf(pair);
  const chance = chanceFloor(sides, designEffect, rates);
  // A wandering feature is told by how long it stays away, not by how far.
  const scaled = calm === undefined || calm.windows === "wandering" ? 0 : calmFloor(sized(calm, sides, windowSize), rates.current);
  const floor = Math.max(chance, scaled);
  if (measure.fromChance !== undefined) return measure.fromChance(floor);
  const widened = floor / chanceFloor(sides, 1, rates);
  return measure.noise({ ...pair, ...effective(sides, widened) }, rates.current);
}

/** What calm windows of a size score where others scored `calm`: in proportion to what chance alone would. */
function sized(calm: CalmWindows, { referenceSize, currentSize }: BinnedSides, windowSize: number) {
  const mean = (calm.mean * (1 / currentSize + 1 / referenceSize)) / (1 / windowSize + 1 / referenceSize);
  return { ...calm, mean };
}

/** Sizes of independent samples that vary as much; a single bin varies not at all. */
function effective({ bins, referenceSize, currentSize }: BinnedSides, widened: number) {
  const effect = bins < 2 ? 1 : widened;
  return { referenceSize: referenceSize / effect, currentSize: currentSize / effect };
}

/** Each of the three windows must be above what one in ten calm ones is. */
const EACH = 0.1;

/**
 * The rank that the window and the two before it reach together: of their values together, and of each two of them, so that one
 * window alone cannot carry the others. Undefined where the report does not tell of those before, or any of the three is calm or
 * without a value.
 */
function judgeTogether(comparison: Comparison, { reference, current, earlier }: DistributionFeature["evidence"]) {
  const { policy, basis } = comparison;
  if (earlier === undefined || earlier.some((window) => totalOf(window) === 0)) return undefined;
  const [first, second] = earlier;
  const windows = [first, second, current];
  const rates = (rate: number) => ({ current: rate, reference: basis.alpha });
  const compared = (of: readonly Distribution[]) => {
    const sum = sumOfDistributions(of);
    const sizes = { referenceSize: basis.sizes.referenceSize };
    return sum && binned(comparison, alignDistributions(reference, sum, sizes));
  };
  const reaches = (of: readonly Distribution[], rate: number, share: number): number => {
    const pair = compared(of);
    if (pair === undefined) return 0;
    const score = scoreOf(comparison, pair);
    if (score < noiseAt(comparison, pair, rates(rate)) * share) return 0;
    return rankOfScore(unbiased(comparison, pair, score), basis.thresholds, share);
  };
  const isRaised = (window: Distribution) => {
    const pair = compared([window]);
    return pair !== undefined && scoreOf(comparison, pair) >= noiseAt(comparison, pair, rates(EACH));
  };
  if (!windows.every(isRaised)) return undefined;
  const each = rateOfEach(basis.alpha, policy.persistence);
  const rankAt = (share: number) =>
    Math.min(
      reaches(windows, basis.alpha, share),
      reaches([first, second], each, share),
      reaches([first, current], each, share),
      reaches([second, current], each, share),
    );
  const rank = rankAt(1);
  return { rank, heldRank: Math.max(rank, rankAt(1 - policy.hysteresis)) };
}

/** Several windows as one; undefined where they were counted over other bins. */
function sumOfDistributions(windows: readonly Distribution[]): Distribution | undefined {
  const [first] = windows;
  if (first?.type === "histogram") {
    const alike = windows.filter((window) => window.type === "histogram").filter((window) => hasEdges(window, first.edges));
    if (alike.length < windows.length) return undefined;
    return { ...first, counts: first.counts.map((_, bin) => sumOf(alike.map(({ counts }) => counts[bin] ?? 0))) };
  }
  const counts = new Map<string, number>();
  for (const window of windows) {
    if (window.type !== "categories") return undefined;
    for (const [name, count] of Object.entries(window.counts)) counts.set(name, (counts.get(name) ?? 0) + count);
  }
  return { type: "categories", counts: Object.fromEntries(counts) };
}
