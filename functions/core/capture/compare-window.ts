import { type CalmWindows, LARGEST_MEAN, meanChance } from "../drift/distributions/calm-floor";
import type { Distribution } from "../drift/distributions/distribution";
import { type DriftFeature, type DriftReport, MAX_FEATURES } from "../drift/drift-report";
import { sumOf } from "../drift/measures/special-functions";
import { ownValue } from "../json-path";
import type { Baseline } from "./baseline/baseline";
import type { BaselineFeature } from "./baseline/baseline-feature";
import { nextAbove, nextBelow } from "./baseline/rank-edges";
import { CAPTURE_MONITOR } from "./capture-settings";
import { type CaptureWindow, fileTime } from "./capture-windows";
import { nameBins } from "./counters";
import type { CountingTally } from "./counting-tally";
import { seasonGroup } from "./season";
import type { WindowSummary } from "./window-summary";

/** As a report's format has it. */
const LONGEST_ID = 256;

/** A window to compare. */
export interface ComparedWindow {
  readonly window: CaptureWindow;
  readonly summary: WindowSummary<CountingTally>;
  /** Reports of the two windows before, oldest first. @default - the window is judged by itself */
  readonly earlier?: readonly [DriftReport, DriftReport] | undefined;
}

/**
 * The report of a window, over the baseline's bins and categories, the same for every repetition with the same reports before. How
 * many rows lack a feature is a feature of its own, `<feature> (missing)`, where any do on either side; as far as there is room for
 * it.
 * @param uri of the baseline
 */
export function compareWindow(baseline: Baseline, uri: string, compared: ComparedWindow): DriftReport {
  const { window, summary } = compared;
  const tallies = new Map(summary.features.map((tally) => [tally.name, tally]));
  const isSlice = [undefined, window.end - window.start].includes(baseline.periodMs);
  const pairs = (isSlice ? baseline.features : baseline.features.map(ofAnyLength)).flatMap((feature) => {
    const tally = tallies.get(feature.name);
    return tally === undefined ? [] : [{ feature, tally }];
  });
  const id = uri.slice(-LONGEST_ID);
  const context: Context = {
    baseline,
    start: window.start,
    rows: summary.rows,
    earlier: (compared.earlier ?? [])
      .filter(({ reference }) => reference?.id === id && reference.end === baseline.window?.end)
      .map(({ features }) => new Map(features.map((feature) => [feature.name, feature]))),
  };
  const values = pairs.flatMap(({ feature, tally }) => valuesOf(context, feature, tally) ?? []);
  const missing = pairs.flatMap(({ feature, tally }) => missingOf(context, feature, tally) ?? []);
  return {
    version: 1,
    model: baseline.model,
    id: `captured ${baseline.model} ${fileTime(window.start)} ${fileTime(window.end)}`,
    monitor: CAPTURE_MONITOR,
    window: { start: window.start, end: window.end },
    ...(baseline.window && { reference: { id, ...baseline.window } }),
    unlisted: "unknown",
    features: [...values, ...missing].slice(0, MAX_FEATURES),
  };
}

/** A feature without what its slices tell, which holds for windows of their length alone. */
function ofAnyLength({ missing: _missing, ...feature }: BaselineFeature): BaselineFeature {
  if (feature.type === "empty") return feature;
  const { calm: _calm, season: _season, ...rest } = feature;
  return rest;
}

interface Context {
  readonly baseline: Baseline;
  readonly start: number;
  readonly rows: number;
  /** Features of the two windows before, oldest first, by name; empty where they cannot be judged together with this one. */
  readonly earlier: readonly ReadonlyMap<string, DriftFeature>[];
}

/** What is not measured of a feature, as a report names it. */
const DISTRIBUTIONS = "distributions";

/** Fewer bins than this in a baseline of an earlier version: its values may lie too close for the bins of that. */
const LEAST_OLD_BINS = 5;

/** Undefined where the baseline has no values. */
function valuesOf(context: Context, feature: BaselineFeature, tally: CountingTally): DriftFeature | undefined {
  if (feature.type === "empty") return undefined;
  const { counts, range } = tally.counted();
  const found = earlierOf(context, feature);
  const form = feature.type === "numbers" ? numbersForm(feature, [range, ...found.map(rangeOf)]) : namesForm(feature.names);
  const compared = comparison(context, feature, { reference: feature.counts, current: counts, earlier: found, form });
  if (context.baseline.version > 1 || feature.type !== "numbers" || feature.edges.length > LEAST_OLD_BINS) return compared;
  const why = `its baseline is of an earlier version, with ${feature.edges.length - 1} bins, too few to tell: name another file in baseline`;
  return { ...compared, evidence: { type: "unmeasured", metric: DISTRIBUTIONS, why } };
}

/** Undefined where no row lacks the feature. */
function missingOf(context: Context, feature: BaselineFeature, tally: CountingTally): DriftFeature | undefined {
  const { present: then, name, kind, missing = {} } = feature;
  const now = tally.numbers + tally.texts;
  const { rows: rowsThen } = context.baseline;
  if (then >= rowsThen && now >= context.rows) return undefined;
  const of = { ...missing, name: `${name} (missing)`, kind };
  return comparison(context, of, {
    reference: [then, Math.max(0, rowsThen - then)],
    current: [now, Math.max(0, context.rows - now)],
    earlier: earlierOf(context, of),
    form: namedForm(["present", "missing"]),
  });
}

/** How counts over a feature's bins stand in a report. */
interface Form {
  write(counts: readonly number[]): Distribution;
  /** Undefined for a distribution over other bins. */
  read(distribution: Distribution): readonly number[] | undefined;
}

interface Sides {
  readonly reference: readonly number[];
  readonly current: readonly number[];
  readonly earlier: readonly Distribution[];
  readonly form: Form;
}

type Behaviour = Pick<Extract<BaselineFeature, { type: "numbers" }>, "name" | "kind" | "bins" | "calm" | "season">;

function comparison({ baseline, start }: Context, feature: Behaviour, { form, ...sides }: Sides): DriftFeature {
  const { name, kind, season } = feature;
  const group = season?.groups.find(([group]) => group === seasonGroup(season.by, start))?.[1];
  const reference = group ?? sides.reference;
  if (season !== undefined && group === undefined) {
    const why = `the baseline has no window of the same ${season.by.replaceAll("-", " ")}; make one of a longer time, which has`;
    return { name, kind, season: season.by, evidence: { type: "unmeasured", metric: DISTRIBUTIONS, why } };
  }
  const [first, second] = sides.earlier.map((distribution) => form.read(distribution));
  const calm = calmOf(feature, sumOf(reference), sumOf(sides.current));
  return {
    name,
    kind,
    ...(baseline.designEffect > 1 && { designEffect: baseline.designEffect }),
    ...(calm && { calm }),
    ...(season && { season: season.by }),
    evidence: {
      type: "distributions",
      reference: form.write(reference),
      current: form.write(sides.current),
      ...(first && second && { earlier: [form.write(first), form.write(second)] }),
    },
  };
}

/** How calm windows of this size score. */
function calmOf({ calm, bins = 0 }: Behaviour, referenceSize: number, currentSize: number): CalmWindows | undefined {
  if (calm === undefined || bins < 2 || referenceSize === 0 || currentSize === 0) return undefined;
  const { excess, ...rest } = calm;
  return { mean: Math.min(excess * meanChance({ bins, referenceSize, currentSize }, 1), LARGEST_MEAN), ...rest };
}

/**
 * What the windows before hold of a feature, where both do and are judged together with this one: not where windows depend on each
 * other, nor where each is compared with another reference.
 */
function earlierOf({ earlier }: Context, { name, calm, season }: Behaviour): readonly Distribution[] {
  if (calm?.windows !== "independent" || season !== undefined) return [];
  const found = earlier.flatMap((features) => {
    const evidence = features.get(name)?.evidence;
    return evidence?.type === "distributions" ? [evidence.current] : [];
  });
  return found.length === 2 ? found : [];
}

function namesForm(names: readonly string[]): Form {
  return namedForm(nameBins(names));
}

function namedForm(names: readonly string[]): Form {
  return {
    write: (counts) => ({ type: "categories", counts: Object.fromEntries(names.map((name, bin) => [name, counts[bin] ?? 0])) }),
    read: (distribution) =>
      distribution.type === "categories" ? names.map((name) => ownValue(distribution.counts, name) ?? 0) : undefined,
  };
}

type Range = readonly [number, number];

/** The open bins reach as far as any of the values that are told. */
function numbersForm({ edges, range }: Extract<BaselineFeature, { type: "numbers" }>, ranges: readonly Range[]): Form {
  const [first = 0, last = 0] = [edges[0], edges.at(-1)];
  const least = Math.min(first, nextBelow(range[0]), ...ranges.map(([least]) => (least <= first ? nextBelow(least) : first)));
  const most = Math.max(last, range[1], ...ranges.map(([, most]) => Math.max(last, most)));
  const all = [least < first ? least : nextBelow(first), ...edges, most > last ? most : nextAbove(last)];
  return {
    write: (counts) => ({ type: "histogram", edges: all, counts: [...counts] }),
    read: (distribution) => {
      if (distribution.type !== "histogram" || distribution.edges.length !== all.length) return undefined;
      return edges.every((edge, at) => edge === distribution.edges[at + 1]) ? distribution.counts : undefined;
    },
  };
}

function rangeOf(distribution: Distribution): Range {
  const { edges = [] } = distribution.type === "histogram" ? distribution : {};
  return [edges[0] ?? Number.POSITIVE_INFINITY, edges.at(-1) ?? Number.NEGATIVE_INFINITY];
}
