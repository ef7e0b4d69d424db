import { neighbourGroups } from "../../drift/measures/chi-square";
import { sumOf } from "../../drift/measures/special-functions";

/** The counts of one feature in the slices of a span that is taken for calm: a row of counts a slice, over the same bins. */
export interface FeatureSlices {
  readonly counts: readonly (readonly number[])[];
  /** Bins of numbers are put together with their neighbours, those of names with the rare ones; those of two kinds never. */
  readonly bins: "numbers" | "names" | "kinds";
}

/** Values that a bin holds on average in a slice: to count for the design effect, and to stand alone, times the design effect. */
const FOR_DISPERSION = 5;
const FOR_NUMBERS = 7.5;
const FOR_NAMES = 10;

/** Bins of a slice put together. */
export function together(counts: readonly number[], groups: readonly (readonly number[])[]): number[] {
  return groups.map((group) => sumOf(group.map((bin) => counts[bin] ?? 0)));
}

/** Values of each bin in all slices. */
export function totalsOf(slices: readonly (readonly number[])[]): number[] {
  return (slices[0] ?? []).map((_, bin) => sumOf(slices.map((slice) => slice[bin] ?? 0)));
}

/** Mean values of each bin in a slice. */
function meanCounts({ counts }: FeatureSlices): number[] {
  return totalsOf(counts).map((total) => total / counts.length);
}

/** Places of the bins that are compared as one: each holds enough values of a window, as far as there are enough. */
export function groupsFor(feature: FeatureSlices, designEffect: number): number[][] {
  const means = meanCounts(feature);
  switch (feature.bins) {
    case "numbers":
      return innerGroups(means, FOR_NUMBERS * designEffect);
    case "names":
      return nameGroups(means, FOR_NAMES * designEffect);
    case "kinds":
      return means.map((_, bin) => [bin]);
  }
}

/** Neighbours put together; the open bins at the ends go with those beside them. */
function innerGroups(means: readonly number[], least: number): number[][] {
  const last = means.length - 1;
  const inner = neighbourGroups(means.slice(1, last), least).map((group) => group.map((bin) => bin + 1));
  inner[0]?.unshift(0);
  inner.at(-1)?.push(last);
  return inner;
}

/** Names that are common enough alone; the others with the rare ones, which are last but one, and the unseen apart. */
function nameGroups(means: readonly number[], least: number): number[][] {
  const [rare, unseen] = [means.length - 2, means.length - 1];
  const names = means.map((_, bin) => bin).slice(0, rare);
  const common = names.filter((bin) => (means[bin] ?? 0) >= least).map((bin) => [bin]);
  const rest = [[...names.filter((bin) => (means[bin] ?? 0) < least), rare], [unseen]];
  const heldBy = (group: readonly number[]) => sumOf(group.map((bin) => means[bin] ?? 0));
  const smallest = common.toSorted((a, b) => heldBy(a) - heldBy(b))[0];
  for (const group of rest) {
    if (smallest !== undefined && heldBy(group) < least) smallest.push(...group);
    else if (heldBy(group) > 0) common.push(group);
  }
  return common;
}

/** Undefined where there are not two bins, or no two slices of any season, to tell from. */
export function dispersion(feature: FeatureSlices, seasons: readonly number[]): number | undefined {
  const means = meanCounts(feature);
  const groups = feature.bins === "numbers" ? innerGroups(means, FOR_DISPERSION) : nameGroups(means, FOR_DISPERSION);
  let [statistic, degrees] = [0, 0];
  for (const season of new Set(seasons)) {
    const slices = feature.counts.filter((_, at) => seasons[at] === season).map((slice) => together(slice, groups));
    const homogeneity = homogeneityOf(slices);
    statistic += homogeneity.statistic;
    degrees += homogeneity.degrees;
  }
  return degrees > 0 ? statistic / degrees : undefined;
}

/** Pearson's X² of whether all slices have one distribution. */
export function homogeneityOf(slices: readonly (readonly number[])[]): { readonly statistic: number; readonly degrees: number } {
  const filled = slices.filter((slice) => sumOf(slice) > 0);
  const totals = totalsOf(filled);
  const all = sumOf(totals);
  let statistic = 0;
  for (const slice of filled) {
    const size = sumOf(slice);
    totals.forEach((total, bin) => {
      const expected = (size * total) / all;
      if (expected > 0) statistic += ((slice[bin] ?? 0) - expected) ** 2 / expected;
    });
  }
  const bins = totals.filter((total) => total > 0).length;
  return { statistic, degrees: Math.max(0, filled.length - 1) * Math.max(0, bins - 1) };
}
