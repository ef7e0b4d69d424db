import { type DriftFeature, type DriftReport, MAX_FEATURES } from "../drift/drift-report";
import type { Baseline, BaselineFeature } from "./baseline";
import { type CaptureWindow, fileTime } from "./capture-windows";
import type { FeatureTally } from "./feature-tally";
import { binnedLike, withRest } from "./make-baseline";
import type { WindowSummary } from "./window-summary";

/** The capture monitor, as its reports name it. */
const OWN_MONITOR = "retrigger";

/**
 * The report of a window, over the baseline's bins and categories, the same for every repetition. How many rows lack a feature is a
 * feature of its own, `<feature> (missing)`, where any do on either side; as far as there is room for it.
 */
export function compareWindow(baseline: Baseline, window: CaptureWindow, summary: WindowSummary): DriftReport {
  const tallies = new Map(summary.features.map((tally) => [tally.name, tally]));
  const pairs = baseline.features.flatMap((feature) => {
    const tally = tallies.get(feature.name);
    return tally === undefined ? [] : [{ feature, tally }];
  });
  const values = pairs.flatMap(({ feature, tally }) => distributionsOf(feature, tally) ?? []);
  const missing = pairs.flatMap(({ feature, tally }) => missingOf(feature, baseline.rows, tally, summary.rows) ?? []);
  return {
    version: 1,
    model: baseline.model,
    id: `captured ${baseline.model} ${fileTime(window.start)} ${fileTime(window.end)}`,
    monitor: OWN_MONITOR,
    window: { start: window.start, end: window.end },
    unlisted: "unknown",
    features: [...values, ...missing].slice(0, MAX_FEATURES),
  };
}

/** Undefined where the baseline has no values. */
function distributionsOf(feature: BaselineFeature, tally: FeatureTally): DriftFeature | undefined {
  const { name, kind } = feature;
  switch (feature.type) {
    case "empty":
      return undefined;
    case "numbers":
      return { name, kind, evidence: { type: "distributions", ...binnedLike(feature.histogram, tally.sketch?.bins() ?? []) } };
    case "categories": {
      const counts = feature.counts.map(([known]): [string, number] => [known, tally.names.get(known)?.count ?? 0]);
      const [reference, current] = [withRest(feature.counts, feature.present), withRest(counts, tally.texts)];
      return { name, kind, evidence: { type: "distributions", reference: categories(reference), current: categories(current) } };
    }
  }
}

/** Undefined where no row lacks the feature. */
function missingOf({ name, kind, present: then }: BaselineFeature, rowsThen: number, tally: FeatureTally, rows: number) {
  const now = tally.numbers + tally.texts;
  if (then >= rowsThen && now >= rows) return undefined;
  const sides = { reference: presence(then, rowsThen), current: presence(now, rows) };
  const feature: DriftFeature = { name: `${name} (missing)`, kind, evidence: { type: "distributions", ...sides } };
  return feature;
}

function presence(present: number, rows: number) {
  return categories(new Map([["present", present] as const, ["missing", Math.max(0, rows - present)] as const]));
}

function categories(counts: ReadonlyMap<string, number>) {
  return { type: "categories" as const, counts: Object.fromEntries(counts) };
}
