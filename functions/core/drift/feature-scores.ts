import { dimensionValue } from "../metrics/dimension-value";
import type { DriftPolicy } from "./drift-policy";
import type { FeatureEvaluation } from "./evaluate-drift";
import { own } from "./own";

/** Features of a report that are told one by one: each is a series of a metric, and costs as much as any other. */
export const TOLD_FEATURES = 20;

/** Stands for all features beyond those. */
export const OTHER_FEATURES = "other";

/** The score of a feature, or the largest of several that have one name. */
export interface FeatureScore {
  /** As the value of a dimension: printable, not too long. */
  readonly feature: string;
  /** What the score is of; absent for the others, which may have several. */
  readonly metric?: string;
  readonly score: number;
}

/**
 * The scores of a report's features: of those that the policy names first, then of the others by name, and beyond `TOLD_FEATURES` the
 * largest. Which are told does not depend on the scores, so that their series go on. Features without a score are left out.
 */
export function featureScores(
  { features: named }: Pick<DriftPolicy, "features">,
  features: readonly FeatureEvaluation[],
): FeatureScore[] {
  const scores = new Map<string, Required<FeatureScore> & { readonly isNamed: boolean }>();
  for (const { name, metric, score } of features) {
    const feature = dimensionValue(name);
    if (feature === undefined || score === undefined || !Number.isFinite(score)) continue;
    const known = scores.get(feature);
    const isNamed = own(named, name) !== undefined || known?.isNamed === true;
    const largest = known !== undefined && known.score >= score ? known : { feature, metric, score };
    scores.set(feature, { ...largest, isNamed });
  }
  const ordered = [...scores.values()].sort((a, b) => Number(b.isNamed) - Number(a.isNamed) || (a.feature < b.feature ? -1 : 1));
  const single = ordered.filter(({ feature }) => feature !== OTHER_FEATURES).slice(0, TOLD_FEATURES);
  const others = ordered.filter((one) => !single.includes(one));
  const told = single.map(({ feature, metric, score }) => ({ feature, metric, score }));
  return others.length === 0 ? told : [...told, { feature: OTHER_FEATURES, score: Math.max(...others.map(({ score }) => score)) }];
}
