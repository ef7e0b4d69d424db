import type { DriftFeature, DriftReport, Performance } from "../drift/drift-report";
import { isEstimate } from "../drift/sources/nannyml-calculator";
import type { QualitySignal } from "./quality-signal";

/** Metrics that one report may give signals of. */
const MAX_SIGNALS = 20;

/**
 * Metrics without bounds on one side, or from -1 on, whose value may lie within 0 and 1 by chance: a window that is worse than that
 * would give no signal, and the model seem the better for it.
 */
const UNBOUNDED: ReadonlySet<string> = new Set([
  ...["rmse", "mse", "mae", "mape", "smape", "msle", "rmsle", "r2", "r-squared", "adjusted-r2", "log-loss", "logloss"],
  ...["root-mean-squared-error", "mean-squared-error", "mean-absolute-error", "mean-absolute-percentage-error"],
  ...["root-mean-squared-log-error", "mcc", "matthews-correlation", "kappa", "cohen-kappa", "gini", "business-value"],
]);

/** What a report says of how wrong the model is. */
export interface ReportedQuality {
  /** One of each metric, in the order in which the report lists them. */
  readonly signals: readonly QualitySignal[];
  /** Why its other performances are no signals, in words. */
  readonly refusals: readonly string[];
}

/** A performance, and the feature that it is of. */
interface Measured {
  readonly feature: DriftFeature;
  readonly performance: Performance;
}

/**
 * The quality signals of a report: one for each metric of its performances that is an error or a quality from 0 to 1. Where a
 * metric is measured of parts too, that of the whole counts, whose name is the metric's.
 */
export function qualitySignalsOf(report: DriftReport): ReportedQuality {
  const byMetric = measuredByMetric(report);
  const signals: QualitySignal[] = [];
  const refusals: string[] = [];
  const reason = byMetric.size === 0 ? undefined : refusalOfReport(report);
  if (reason !== undefined) return { signals, refusals: [reason] };
  for (const [metric, all] of [...byMetric].slice(0, MAX_SIGNALS)) {
    const named = all.filter(({ feature }) => feature.name === metric);
    const whole = named.length === 0 && all.length === 1 ? all : named;
    const found = worstOf(whole.map((measured) => signalOf(report, measured)));
    if (found === undefined) refusals.push(`${metric} is measured of ${all.length} parts, and of none that is called ${metric}`);
    else if (typeof found === "string") refusals.push(found);
    else signals.push(found);
  }
  const more = byMetric.size - MAX_SIGNALS;
  return { signals, refusals: more > 0 ? [...refusals, `${more} metrics more than the ${MAX_SIGNALS} that are read`] : refusals };
}

function measuredByMetric({ features }: DriftReport): ReadonlyMap<string, readonly Measured[]> {
  const byMetric = new Map<string, Measured[]>();
  for (const feature of features) {
    const { evidence } = feature;
    if (evidence.type !== "performance") continue;
    const others = byMetric.get(evidence.metric) ?? [];
    others.push({ feature, performance: evidence });
    byMetric.set(evidence.metric, others);
  }
  return byMetric;
}

function refusalOfReport({ monitor, window }: DriftReport): string | undefined {
  if (isEstimate(monitor)) return "the performance is estimated, and not measured by labels";
  if (window.start < window.end) return undefined;
  return "the report does not say when its data arose: from and to of its window are the same";
}

/** Of several measurements of one thing one that cannot be read counts for nothing. */
function worstOf(found: readonly (QualitySignal | string)[]): QualitySignal | string | undefined {
  return found.reduce<QualitySignal | string | undefined>((worst, one) => {
    if (worst === undefined || typeof worst === "string") return one;
    return typeof one !== "string" && one.error > worst.error ? one : worst;
  }, undefined);
}

/** The signal of a performance, or why it is none. */
function signalOf({ model, monitor, window }: DriftReport, { feature, performance }: Measured): QualitySignal | string {
  const { metric, current, higherIsBetter, run, rows = feature.sampleSize } = performance;
  const remedy = "divide it by that of a simple baseline, and report it under another name";
  if (UNBOUNDED.has(metric.toLowerCase().replaceAll(/[\s_]+/g, "-")))
    return `${metric} ${current} is not an error from 0 to 1: it has no bounds; ${remedy}`;
  if (!(current >= 0 && current <= 1)) return `${metric} ${current} is not an error from 0 to 1; ${hintOf(current)}`;
  if (rows === 0) return `${metric} ${current} is of no labelled row`;
  return {
    ...{ model, monitor, metric, from: window.start, to: window.end, error: higherIsBetter ? 1 - current : current },
    ...(rows !== undefined && { rows }),
    ...(run !== undefined && { run }),
  };
}

function hintOf(current: number): string {
  return current > 1 && current <= 100 ? "divide a percentage by 100, or a loss by that of a simple baseline" : "it has no bounds";
}
