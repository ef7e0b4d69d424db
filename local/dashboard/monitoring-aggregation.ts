import { mergedTotal, percentileOf, type Total } from "./metric-slots";
import type { SeriesKind } from "./monitoring-series";
import { UnreadableWidget } from "./panel";

/** How the totals of several series in a period become one number; undefined where there is none. */
export type Aggregation = (totals: readonly Total[]) => number | undefined;

type Align = (total: Total) => number | undefined;

const NUMBER_ALIGNERS: Readonly<Record<string, Align>> = {
  ALIGN_SUM: ({ sum }) => sum,
  ALIGN_MEAN: ({ sum, count }) => sum / count,
  ALIGN_MIN: ({ minimum }) => minimum,
  ALIGN_MAX: ({ maximum }) => maximum,
};

const PERCENTILE_ALIGNER = /^ALIGN_PERCENTILE_(\d\d)$/;

const REDUCERS: Readonly<Record<string, (values: readonly number[]) => number>> = {
  REDUCE_SUM: sumOf,
  REDUCE_MEAN: (values) => sumOf(values) / values.length,
  REDUCE_MIN: (values) => Math.min(...values),
  REDUCE_MAX: (values) => Math.max(...values),
};

/**
 * What an aligner and a reducer make of series of a kind.
 * https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies#Aligner
 * @throws UnreadableWidget of a pair that makes no number of this kind, or is not known here
 */
export function aggregationOf(kind: SeriesKind, aligner: string, reducer: string): Aggregation {
  if (kind === "distribution" && aligner === "ALIGN_DELTA" && reducer === "REDUCE_MEAN") {
    return (totals) => {
      const total = mergedTotal(totals);
      return total && total.sum / total.count;
    };
  }
  const align = alignerOf(kind, aligner);
  const reduce = Object.hasOwn(REDUCERS, reducer) ? REDUCERS[reducer] : undefined;
  if (align === undefined || reduce === undefined)
    throw new UnreadableWidget(
      `${aligner} and ${reducer} of a ${kind}; expected one of ${Object.keys(REDUCERS).join(", ")} of numbers`,
    );
  return (totals) => {
    const values = totals.map(align).filter((value) => value !== undefined);
    return values.length === 0 ? undefined : reduce(values);
  };
}

function alignerOf(kind: SeriesKind, aligner: string): Align | undefined {
  const percent = PERCENTILE_ALIGNER.exec(aligner)?.[1];
  if (kind === "distribution") return percent === undefined ? undefined : (total) => percentileOf(total, Number(percent));
  if (kind === "counter") return aligner === "ALIGN_DELTA" ? ({ sum }) => sum : undefined;
  return Object.hasOwn(NUMBER_ALIGNERS, aligner) ? NUMBER_ALIGNERS[aligner] : undefined;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
