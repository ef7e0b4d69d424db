import { sumOf } from "../../drift/measures/special-functions";
import type { CaptureWindow } from "../capture-windows";
import type { FeatureBins, FeatureCounts } from "../counting-tally";
import { seasonGroup } from "../season";
import type { Baseline } from "./baseline";
import type { BaselineFeature } from "./baseline-feature";
import { analyseSlices, type CalmFeature, type SliceBasis } from "./calm-slices";
import type { PlannedFeature } from "./planned-feature";
import { type FeatureSlices, together } from "./slice-bins";

/** A window of the span that a baseline is made of. */
export interface CountedSlice {
  readonly window: CaptureWindow;
  readonly rows: number;
  /** In the order of the planned features. */
  readonly features: readonly FeatureCounts[];
}

/** What a baseline is made of. */
export interface BaselineSpan {
  readonly model: string;
  readonly window: CaptureWindow;
  readonly features: readonly PlannedFeature[];
  /** One or more, in order of time. */
  readonly slices: readonly CountedSlice[];
  readonly basis: Omit<SliceBasis, "starts">;
}

/** The baseline that the slices of a span make. */
export function makeBaseline({ model, window, features, slices, basis }: BaselineSpan): Baseline {
  const starts = slices.map((slice) => slice.window.start);
  const rows = sumOf(slices.map((slice) => slice.rows));
  const columns = features.map((feature, at) => ({
    feature,
    bins: feature.binsIn(0),
    slices: slices.map((slice) => ({ rows: slice.rows, ...(slice.features[at] ?? NOTHING) })),
  }));
  const analysed = analyseSlices(columns.flatMap(slicesOf), { ...basis, starts });
  const behaviours = [...analysed.features];
  return {
    version: 2,
    model,
    window: { start: window.start, end: window.end },
    rows,
    periodMs: basis.periodMs,
    slices: slices.length,
    designEffect: analysed.designEffect,
    features: columns.map((column) => {
      const [values, missing] = [column.bins.type === "empty" ? undefined : behaviours.shift(), behaviours.shift()];
      return featureOf(column, starts, values, missing);
    }),
  };
}

const NOTHING: FeatureCounts = { counts: [], present: 0, range: [0, 0] };

/** A planned feature with what each slice holds of it. */
interface Column {
  readonly feature: PlannedFeature;
  readonly bins: FeatureBins;
  readonly slices: readonly (FeatureCounts & { readonly rows: number })[];
}

/** A feature's values, where it has any, and which rows have them. */
function slicesOf({ bins, slices }: Column): FeatureSlices[] {
  const missing: FeatureSlices = { bins: "kinds", counts: slices.map(presenceOf) };
  if (bins.type === "empty") return [missing];
  return [{ bins: bins.type === "numbers" ? "numbers" : "names", counts: slices.map(({ counts }) => counts) }, missing];
}

function presenceOf({ present, rows }: { readonly present: number; readonly rows: number }): number[] {
  return [present, Math.max(0, rows - present)];
}

function featureOf(
  { feature, bins, slices }: Column,
  starts: readonly number[],
  values: CalmFeature | undefined,
  missing: CalmFeature | undefined,
): BaselineFeature {
  const { name, kind, others } = feature;
  const counts = slices.map((slice) => slice.counts);
  const column = {
    name,
    kind,
    present: sumOf(slices.map(({ present }) => present)),
    ...(missing && { missing: behaviourOf(missing, slices.map(presenceOf), starts) }),
  };
  switch (bins.type) {
    case "empty":
      return { ...column, type: "empty" };
    case "numbers": {
      const groups = innerGroups(values, bins.edges.length - 1);
      const merged = counts.map((slice) => [slice[0] ?? 0, ...together(slice, groups), slice.at(-1) ?? 0]);
      return {
        ...column,
        type: "numbers",
        edges: [bins.edges[0] ?? 0, ...groups.map((group) => bins.edges[group.at(-1) ?? 0] ?? 0)],
        counts: sumOfRows(merged),
        range: rangeOf(slices, bins.edges),
        ...(values && behaviourOf(values, merged, starts)),
      };
    }
    case "categories":
      return {
        ...column,
        type: "categories",
        isCode: bins.isCode,
        names: [...bins.names],
        counts: sumOfRows(counts),
        ...(others && { others: [...others] }),
        ...(values && behaviourOf(values, counts, starts)),
      };
  }
}

/** The least and the largest value; of captures that were deleted after the bins were known, the outermost edges. */
function rangeOf(slices: Column["slices"], edges: readonly number[]): [number, number] {
  const least = Math.min(...slices.map(({ range }) => range[0]));
  const most = Math.max(...slices.map(({ range }) => range[1]));
  return least <= most ? [least, most] : [edges[0] ?? 0, edges.at(-1) ?? 0];
}

/** Places of the bins between the edges, put together as they are compared: the open bins stay apart. */
function innerGroups(values: CalmFeature | undefined, inner: number): number[][] {
  const isInner = (bin: number) => bin >= 1 && bin <= inner;
  return values?.groups.map((group) => group.filter(isInner)) ?? Array.from({ length: inner }, (_, bin) => [bin + 1]);
}

function sumOfRows(rows: readonly (readonly number[])[]): number[] {
  return (rows[0] ?? []).map((_, bin) => sumOf(rows.map((row) => row[bin] ?? 0)));
}

/** What is kept of how a feature behaves, with the counts of each group of its season. */
function behaviourOf({ groups, calm, season }: CalmFeature, counts: readonly (readonly number[])[], starts: readonly number[]) {
  const bySeason = new Map<number, (readonly number[])[]>();
  if (season !== undefined) {
    counts.forEach((slice, at) => {
      const group = seasonGroup(season, starts[at] ?? 0);
      bySeason.set(group, [...(bySeason.get(group) ?? []), slice]);
    });
  }
  const seasonal = [...bySeason].sort(([a], [b]) => a - b).map(([group, rows]): [number, number[]] => [group, sumOfRows(rows)]);
  return {
    bins: groups.length,
    ...(calm && { calm }),
    ...(season !== undefined && { season: { by: season, groups: seasonal } }),
  };
}
