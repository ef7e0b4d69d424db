import type { DriftHistory, FeatureHistory } from "./drift-history";
import type { DriftPolicy } from "./drift-policy";
import { levelOf } from "./persistence";

/**
 * Since when a feature has drifted in every window without being detected, the longest of all; undefined when none is suspected. That
 * is the end of the first such window among those that are kept, epoch milliseconds. What the policy forgets is not suspected.
 */
export function suspectedSince(policy: DriftPolicy, history: DriftHistory, now: number): number | undefined {
  const since = history.flatMap(({ features }) => features.map((feature) => suspicionOf(policy, feature, now - policy.forgetMs)));
  const known = since.filter((start) => start !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

function suspicionOf(policy: DriftPolicy, feature: FeatureHistory, horizon: number): number | undefined {
  const { outcomes } = feature;
  const latest = outcomes.at(-1);
  if (latest === undefined || latest.rank === 0 || latest.end < horizon || levelOf(policy, feature).rank > 0) return undefined;
  const lastCalm = outcomes.findLastIndex(({ rank }) => rank === 0);
  return outcomes[lastCalm + 1]?.end;
}
