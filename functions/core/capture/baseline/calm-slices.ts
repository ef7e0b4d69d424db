import { type CalmWindows, LARGEST_EFFECT } from "../../drift/distributions/calm-floor";
import { psi } from "../../drift/measures/divergences";
import { chiSquareQuantile, sumOf } from "../../drift/measures/special-functions";
import { allowedSeasons, type Season, type SeasonSetting, seasonGroups } from "../season";
import { lagOne, meanOf, medianOf, varianceOf } from "./series";
import { dispersion, type FeatureSlices, groupsFor, together, totalsOf } from "./slice-bins";

export interface SliceBasis {
  /** Starts of the slices, epoch milliseconds, rising. */
  readonly starts: readonly number[];
  readonly periodMs: number;
  readonly season: SeasonSetting;
  /** Rows are known to be independent: one of each unit. */
  readonly hasUnits: boolean;
  /** Probability of one feature's false alarm. */
  readonly alpha: number;
  /** PSI from which a drift is worth a training. */
  readonly band: number;
}

/** How calm windows of a feature behave. */
export interface CalmFeature {
  /** Places of the bins that are compared as one, in order. */
  readonly groups: readonly (readonly number[])[];
  /** Of the mean score, how many times what chance alone would make it; the rest as in a report. Absent with too few slices. */
  readonly calm?: Omit<CalmWindows, "mean"> & { readonly excess: number };
  readonly season?: Season;
}

/** Fewer slices tell nothing of how they vary. */
const LEAST_SLICES = 4;

/** A design effect below this is not told from none. */
const LEAST_EFFECT = 1.3;

/**
 * What the slices of a calm span tell of its windows: how many times more their shares vary than those of independent rows would,
 * how they score, each against the others, whether they follow the hour or the day, and whether they wander. The estimates and
 * their constants are measured on streams of each kind: docs/drift.md.
 */
export function analyseSlices(
  features: readonly FeatureSlices[],
  basis: SliceBasis,
): { readonly designEffect: number; readonly features: readonly CalmFeature[] } {
  const sliced = features.map((feature) => ({ feature, season: seasonOf(feature, basis) }));
  const designEffect = basis.hasUnits ? 1 : designEffectOf(sliced, basis);
  const scored = sliced.map(({ feature, season }) => {
    const groups = groupsFor(feature, designEffect);
    const binned = feature.counts.map((slice) => together(slice, groups));
    return { groups, season, ...scoresOf(binned, groupsOfSeason(season, basis), designEffect) };
  });
  const shrunk = shrinkage(scored);
  const varied = scored.filter(({ isVaried }) => isVaried);
  const typical = {
    correlation: medianOf(varied.map(({ rankCorrelation }) => rankCorrelation)),
    excess: medianOf(varied.map((one) => one.mean - one.chance)),
  };
  return {
    designEffect,
    features: scored.map((one): CalmFeature => {
      const { groups, season, scores } = one;
      const found = { groups, ...(season !== undefined && { season }) };
      if (scores.length < LEAST_SLICES || groups.length < 2) return found;
      const correlation = lagOne(scores);
      const isCorrelated = correlation > Math.max(0.25, 2.5 / Math.sqrt(scores.length));
      const slices = isCorrelated ? (scores.length * (1 - correlation)) / (1 + correlation) : scores.length;
      const windows = isWandering(one, typical, basis) ? "wandering" : isCorrelated ? "correlated" : "independent";
      return { ...found, calm: { ...shrunk(one), slices: Math.max(1, slices), windows } };
    }),
  };
}

/** The season of each slice; all of one group without a season. */
function groupsOfSeason(season: Season | undefined, { starts, periodMs }: SliceBasis): readonly number[] {
  return (season && seasonGroups(season, starts, periodMs)) ?? starts.map(() => 0);
}

interface Sliced {
  readonly feature: FeatureSlices;
  readonly season: Season | undefined;
}

/**
 * The median over the features of Pearson's statistic of homogeneity over the slices of a season by its degrees of freedom, 1 or
 * more: McCullagh and Nelder (1989), Generalized Linear Models, 4.5.2.
 */
function designEffectOf(sliced: readonly Sliced[], basis: SliceBasis): number {
  if (basis.starts.length < LEAST_SLICES) return 1;
  const effects = sliced
    .filter(({ feature }) => feature.bins !== "kinds")
    .flatMap(({ feature, season }) => dispersion(feature, groupsOfSeason(season, basis)) ?? []);
  const effect = effects.length === 0 ? 1 : medianOf(effects);
  return effect < LEAST_EFFECT ? 1 : Math.min(effect, LARGEST_EFFECT);
}

/** How the slices of a feature score. */
interface Scored {
  /** Of each slice against the others of its season. */
  readonly scores: readonly number[];
  readonly mean: number;
  /** What the mean would be of independent rows; above 0. */
  readonly chance: number;
  readonly bins: number;
  /** Degrees of freedom of the chi-square that matches the scores. */
  readonly degrees: number;
  /** Of the mean rank in neighbouring slices, -1 to 1. */
  readonly rankCorrelation: number;
  /** False where all values are in one bin, as those of a feature that no row lacks: it tells nothing of typical features. */
  readonly isVaried: boolean;
}

function scoresOf(binned: readonly (readonly number[])[], seasons: readonly number[], designEffect: number): Scored {
  const bins = binned[0]?.length ?? 0;
  const { scores, chances } = leaveOneOut(binned, seasons, designEffect / 2);
  const chance = meanOf(chances);
  const isVaried = totalsOf(binned).filter((total) => total > 0).length > 1;
  const rankCorrelation = lagOne(meanRanks(binned, seasons));
  return { scores, ...matchedChiSquare(scores, { chance, bins }), chance, bins, rankCorrelation, isVaried };
}

/**
 * Mean, and degrees of freedom of the scaled chi-square that has the mean and the variance of calm scores: Satterthwaite (1946), as
 * in `calmFloor`. The mean is at least `chance`, what independent rows would score; the degrees are 1 to those of the bins.
 */
export function matchedChiSquare(
  scores: readonly number[],
  { chance, bins }: { readonly chance: number; readonly bins: number },
): { readonly mean: number; readonly degrees: number } {
  const mean = Math.max(meanOf(scores), chance);
  const variance = varianceOf(scores);
  const most = Math.max(1, bins - 1);
  return { mean, degrees: Math.min(Math.max(1, variance > 0 ? (2 * mean ** 2) / variance : most), most) };
}

/** PSI of each slice against the others of its season, and what it would be by chance on average. */
function leaveOneOut(binned: readonly (readonly number[])[], seasons: readonly number[], pseudoCount: number) {
  const totals = new Map<number, number[]>();
  binned.forEach((slice, at) => {
    const total = totals.get(seasons[at] ?? 0) ?? slice.map(() => 0);
    totals.set(
      seasons[at] ?? 0,
      total.map((count, bin) => count + (slice[bin] ?? 0)),
    );
  });
  const [scores, chances]: [number[], number[]] = [[], []];
  binned.forEach((slice, at) => {
    const others = (totals.get(seasons[at] ?? 0) ?? []).map((count, bin) => count - (slice[bin] ?? 0));
    const [currentSize, referenceSize] = [sumOf(slice), sumOf(others)];
    if (currentSize === 0 || referenceSize === 0) return;
    const reference = others.map((count) => count / referenceSize);
    const current = slice.map((count) => count / currentSize);
    scores.push(psi({ reference, current, referenceSize, currentSize }, pseudoCount));
    chances.push(Math.max(1, slice.length - 1) * (1 / currentSize + 1 / referenceSize));
  });
  return { scores, chances };
}

/** The mean rank of each slice's values among those of all slices of its season, less that of the season. */
function meanRanks(binned: readonly (readonly number[])[], seasons: readonly number[]): number[] {
  const totals = totalsOf(binned);
  const all = Math.max(1, sumOf(totals));
  let below = 0;
  const ranks = totals.map((total) => {
    below += total / all;
    return below - total / all / 2;
  });
  const means = binned.map((slice) => {
    const size = sumOf(slice);
    return size === 0 ? 0.5 : sumOf(slice.map((count, bin) => (count / size) * (ranks[bin] ?? 0)));
  });
  const ofSeason = (season: number) => meanOf(means.filter((_, at) => seasons[at] === season));
  const bySeason = new Map([...new Set(seasons)].map((season) => [season, ofSeason(season)]));
  return means.map((mean, at) => mean - (bySeason.get(seasons[at] ?? 0) ?? 0));
}

/** A feature's own slices count so much against those of a typical feature. */
const SHRINKING_SLICES = 8;

/** The excess and the degrees of a feature, drawn towards those of a typical one the more, the fewer its slices are. */
function shrinkage(scored: readonly Scored[]) {
  const measured = scored.filter(({ scores, isVaried }) => scores.length >= LEAST_SLICES && isVaried);
  const excess = medianOf(measured.map(({ mean, chance }) => mean / chance));
  const share = Math.exp(meanOf(measured.map(({ degrees, bins }) => Math.log(degrees / (bins - 1)))));
  return ({ scores, mean, chance, degrees, bins }: Scored) => {
    const own = scores.length / (scores.length + SHRINKING_SLICES);
    const drawn = Math.exp(own * Math.log(degrees) + (1 - own) * Math.log(share * (bins - 1)));
    return {
      excess: Math.max(1, own * (mean / chance) + (1 - own) * excess),
      degrees: Math.min(Math.max(1, drawn), Math.max(1, bins - 1)),
    };
  };
}

/** True where a feature, or the typical one, moves slowly, and so far that its wander alone can reach the band. */
function isWandering(
  { scores, mean, chance, rankCorrelation }: Scored,
  typical: { readonly correlation: number; readonly excess: number },
  { alpha, band }: SliceBasis,
): boolean {
  const least = Math.max(0.3, 2 / Math.sqrt(scores.length));
  const isSlow = rankCorrelation > least || typical.correlation > least;
  const far = band / chiSquareQuantile(alpha, 1);
  return isSlow && (mean - chance >= far || typical.excess >= far);
}

/** Standard errors by which the scores within a season are lower than those over all slices. */
const SEASON_ERRORS = 4;

/** The season that the slices of a feature follow: that of fewer groups, unless one of more groups explains far more. */
function seasonOf(feature: FeatureSlices, basis: SliceBasis): Season | undefined {
  const groups = groupsFor(feature, 1);
  if (basis.starts.length < LEAST_SLICES || groups.length < 2) return undefined;
  const binned = feature.counts.map((slice) => together(slice, groups));
  const excessOf = (seasons: readonly number[]) => {
    const { scores, chances } = leaveOneOut(binned, seasons, 0.5);
    return { excess: meanOf(scores) - meanOf(chances), error: varianceOf(scores) / Math.max(1, scores.length) };
  };
  let best = { season: undefined as Season | undefined, ...excessOf(basis.starts.map(() => 0)) };
  for (const season of allowedSeasons(basis.season)) {
    const seasons = seasonGroups(season, basis.starts, basis.periodMs);
    if (seasons === undefined) continue;
    const { excess, error } = excessOf(seasons);
    const isLower = best.excess - excess > SEASON_ERRORS * Math.sqrt(best.error + error) && excess < best.excess / 2;
    if (isLower) best = { season, excess, error };
  }
  return best.season;
}
