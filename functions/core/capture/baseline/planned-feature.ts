import type { DriftKind } from "../../drift/drift-report";
import { nameHash } from "../counters";
import type { FeatureBins } from "../counting-tally";
import { typeOf } from "../feature-tally";
import { rankEdges } from "./rank-edges";
import type { SeenName, SurveyedFeature } from "./survey";

/** Characters of names, as JSON writes them, over all features: a report holds them twice, and must stay readable. */
const MAX_NAME_CHARS = 2_000_000;

/** Names of a feature that are counted each by itself at most, and the fewest values that a window holds of one on average. */
const MAX_NAMES = 500;
const LEAST_VALUES = 10;

/** A half of the slices that a baseline is made of. */
export type Half = 0 | 1;

/** How a feature of a span is counted, as its first reading tells. */
export interface PlannedFeature {
  readonly name: string;
  readonly kind: DriftKind;
  /** For slices of this half: a name that the other half lacks is what an unseen name is to a later window. */
  readonly binsIn: (half: Half) => FeatureBins;
  /** Hashes of the names without bins of their own that a window may hold and not be new; absent but for categories. */
  readonly others?: readonly number[];
}

/** The half that a slice is in, of so many; slices are counted from 0. */
export function halfOf(slice: number, slices: number): Half {
  return slice < slices / 2 ? 0 : 1;
}

/**
 * The features of a survey, by name in code-unit order.
 * @param slices of the survey, 1 or more; with 1 no half is compared with another, and a name that was seen once stands for those
 * that were not seen: Good (1953), as in `categoryBins`
 */
export function plannedFeatures(surveyed: readonly SurveyedFeature[], slices: number): PlannedFeature[] {
  let charsLeft = MAX_NAME_CHARS;
  const isRoom = (name: string) => {
    charsLeft -= JSON.stringify(name).length;
    return charsLeft >= 0;
  };
  return surveyed.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map((feature) => planned(feature, slices, isRoom));
}

function planned(feature: SurveyedFeature, slices: number, isRoom: (name: string) => boolean): PlannedFeature {
  const { name, kind, isCode, names: seen, sample } = feature;
  if (feature.numbers + feature.texts === 0) return { name, kind, binsIn: () => ({ type: "empty" }) };
  if (typeOf(feature) === "numbers") {
    const edges = rankEdges(sample.values());
    return { name, kind, binsIn: () => ({ type: "numbers", edges }) };
  }
  const names = frequentNames(seen, LEAST_VALUES * slices).filter(isRoom);
  const common = new Set(names);
  const isIn = ({ first, last }: SeenName, half: Half) => halfOf(half === 0 ? first : last, slices) === half;
  const isKnown = (half: Half) => (text: string) => {
    const found = seen.get(text);
    return found !== undefined && (slices === 1 ? found.count > 1 : isIn(found, half === 0 ? 1 : 0));
  };
  // Later windows know no more names than each half did of the other, or fewer of theirs would be new.
  const isKnownLater = (found: SeenName) => slices === 1 || isIn(found, 0);
  return {
    name,
    kind,
    binsIn: (half) => ({ type: "categories", isCode, names, isKnown: isKnown(half) }),
    others: [...seen]
      .filter(([text, found]) => !common.has(text) && isKnownLater(found))
      .map(([text]) => nameHash(text))
      .sort((a, b) => a - b),
  };
}

/** The most frequent first, those of equal frequency by code units. */
function frequentNames(names: ReadonlyMap<string, SeenName>, least: number): string[] {
  const kept = [...names].filter(([, { count }]) => count >= least);
  return kept
    .sort(([a, first], [b, second]) => second.count - first.count || (a < b ? -1 : 1))
    .slice(0, MAX_NAMES)
    .map(([name]) => name);
}
