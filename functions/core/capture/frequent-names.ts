/** What all names count as that are not kept; a column's own name of this text counts with them. */
export const OTHER = "(other)";

/** Names of one feature that a baseline keeps. */
const MAX_KEPT = 500;

/** A feature of no more names keeps all of them. */
const FEW_NAMES = 20;

/**
 * A name seen less often says more of the window than of the feature: of many rare names each window has others, so that kept names
 * would look lost in the next.
 */
const LEAST_COUNT = 20;

/**
 * The names that a baseline keeps, the most frequent first, those of equal frequency by code units: all of a feature that has few,
 * otherwise the 500 most frequent ones of at least 20 values. Windows after it count these exactly, and all others as `(other)`.
 */
export function frequentNames(names: ReadonlyMap<string, { readonly count: number }>): [string, number][] {
  const least = names.size <= FEW_NAMES ? 1 : LEAST_COUNT;
  const kept = [...names].map(([name, { count }]): [string, number] => [name, count]).filter(([, count]) => count >= least);
  return kept.sort(([a, first], [b, second]) => second - first || (a < b ? -1 : 1)).slice(0, MAX_KEPT);
}

/** Counts by name with the rest as `(other)`, where there is one. */
export function withRest(counts: readonly (readonly [string, number])[], total: number): Map<string, number> {
  const all = new Map(counts);
  const rest = total - counts.reduce((sum, [, count]) => sum + count, 0);
  if (rest > 0) all.set(OTHER, (all.get(OTHER) ?? 0) + rest);
  return all;
}
