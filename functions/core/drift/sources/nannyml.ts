import { PoisonMessageError } from "../../errors";
import type { DriftFeature, DriftKind, DriftReport, Evidence } from "../drift-report";
import { digestOf } from "../report-identity";
import { type Calculator, calculatorOf, HIGHER_IS_BETTER, LOWER_IS_BETTER, nannymlMonitor } from "./nannyml-calculator";
import { isNannymlTable, type NannymlChunk, type NannymlMeasure, parseNannymlTable } from "./nannyml-table";
import {
  momentOf,
  nameOf,
  reportOf,
  type SourceContext,
  sourceKind,
  unmeasuredOf,
  violationOf,
  type Window,
} from "./source-report";

/** As many windows as a history may tell apart; older ones change nothing. */
const MAX_WINDOWS = 20;

/** Of a chunk's key in a report's id, which a digest makes unique. */
const LONGEST_KEY = 100;

/** NannyML's distances in our words; chi-square is missing, since its statistic grows with the sample. */
const METRICS = new Map([
  ["jensen_shannon", "jensen-shannon-distance"],
  ["kolmogorov_smirnov", "kolmogorov-smirnov"],
  ["hellinger", "hellinger-distance"],
  ["l_infinity", "l-infinity"],
  ["wasserstein", "wasserstein"],
]);

/** True for a result of NannyML in one of the forms that `nannymlReports` takes. */
export function isNannyml(document: unknown): boolean {
  return isNannymlTable(document);
}

/**
 * The reports of a NannyML result, one per analysis chunk, the last twenty, oldest first. NannyML has no JSON of its own: this
 * takes what pandas makes of a result's data frame, `result.to_df(multilevel=False).to_json(orient="records", date_format="iso")`,
 * with the defaults of either call too. All measures of a chunk are listed, so that what is not did not drift. Each calculator is a
 * monitor of its own; a table that may be of several says nothing of what is not listed. Performance is told against the reference
 * chunks, which must not be filtered out.
 * https://nannyml.readthedocs.io/en/stable/tutorials/working_with_results.html
 * @param mostWindows of which reports are made, the newest
 * @throws PoisonMessageError when the document is no such result, or has no analysis chunk
 */
export function nannymlReports(document: unknown, context: SourceContext, mostWindows: number = MAX_WINDOWS): DriftReport[] {
  const chunks = parseNannymlTable(document);
  if (chunks === undefined) {
    throw new PoisonMessageError(
      'not a result of NannyML: expected to_df(multilevel=False).to_json(orient="records", date_format="iso")',
    );
  }
  const baseline = baselineOf(chunks.filter((chunk) => periodOf(chunk) === "reference"));
  const analysed = chunks.filter((chunk) => periodOf(chunk) !== "reference");
  if (analysed.length === 0) {
    throw new PoisonMessageError(
      "got a result of NannyML without an analysis chunk: calculate it on new data, and do not filter them out",
    );
  }
  const dated = analysed.map((chunk) => ({ chunk, window: windowOf(chunk) ?? context.window }));
  const newest = dated.toSorted((a, b) => a.window.end - b.window.end).slice(-mostWindows);
  return newest.map(({ chunk, window }) => chunkReport(chunk, window, baseline, context));
}

/** How well a model did in one analysis chunk, by labels that were there. */
export interface RealisedAccuracy {
  readonly window: Window;
  /** Share of right answers, 0 to 1. */
  readonly accuracy: number;
  /** Rows of the chunk that have a label. */
  readonly rows?: number;
}

/** The accuracies of the analysis chunks of a result that have a window and were not estimated; none for any other document. */
export function realisedAccuracies(document: unknown): RealisedAccuracy[] {
  return (parseNannymlTable(document) ?? []).flatMap((chunk) => {
    const cells = chunk.measures.find(({ column, method }) => column === undefined && method === "accuracy")?.cells;
    const [accuracy, window] = [cells && numberIn(cells, "value"), windowOf(chunk)];
    const isRealised = calculatorOf(chunk, undefined).name === "realised performance" && periodOf(chunk) !== "reference";
    if (!isRealised || accuracy === undefined || accuracy < 0 || accuracy > 1 || window === undefined) return [];
    const size = sizeOf(chunk);
    const unlabelled = numberIn(chunk.about, "targets_missing_rate") ?? 0;
    return [{ window, accuracy, ...(size !== undefined && { rows: Math.max(0, Math.round(size * (1 - unlabelled))) }) }];
  });
}

/** The reference chunks together. */
interface Baseline {
  readonly size: number;
  /** Of each performance metric, over the chunks that have it, each by its size. */
  readonly means: ReadonlyMap<string, number>;
}

function baselineOf(chunks: readonly NannymlChunk[]): Baseline {
  const sums = new Map<string, { value: number; size: number }>();
  let size = 0;
  for (const chunk of chunks) {
    const weight = sizeOf(chunk) ?? 0;
    size += weight;
    for (const { column, method, cells } of chunk.measures) {
      const value = numberIn(cells, "value");
      if (column !== undefined || value === undefined) continue;
      const sum = sums.get(method) ?? { value: 0, size: 0 };
      sums.set(method, { value: sum.value + value * weight, size: sum.size + weight });
    }
  }
  const known = [...sums].filter(([, sum]) => sum.size > 0);
  return { size, means: new Map(known.map(([method, sum]) => [method, sum.value / sum.size])) };
}

function chunkReport(chunk: NannymlChunk, window: Window, baseline: Baseline, context: SourceContext): DriftReport {
  const calculator = calculatorOf(chunk, context.path);
  const features = chunk.measures.flatMap((measure) => featureOf(chunk, measure, { calculator, baseline, context }) ?? []);
  const monitor = nannymlMonitor(calculator);
  const named = chunk.about.get("key");
  // Of a document from outside, even an object that cannot be turned into a text.
  const key = (typeof named === "object" ? JSON.stringify(named) : String(named)).slice(0, LONGEST_KEY);
  // Two results of one window with other contents are other reports.
  const id = `${monitor} ${key} ${digestOf(JSON.stringify([window, features]))}`;
  const unlisted = calculator.isKnown ? "calm" : "unknown";
  return reportOf(context, { id, monitor, window, unlisted, lists: "all", features: features.map(labelledOf(chunk)) });
}

/** Tells how many rows of a chunk have a label, where some have none; after the id, which is that of what was measured. */
function labelledOf(chunk: NannymlChunk): (feature: DriftFeature) => DriftFeature {
  const [size, missing] = [sizeOf(chunk), numberIn(chunk.about, "targets_missing_rate")];
  if (size === undefined || missing === undefined || missing <= 0) return (feature) => feature;
  const rows = Math.max(0, Math.round(size * (1 - missing)));
  return (feature) => (feature.evidence.type === "performance" ? { ...feature, evidence: { ...feature.evidence, rows } } : feature);
}

interface ResultContext {
  readonly calculator: Calculator;
  readonly baseline: Baseline;
  readonly context: SourceContext;
}

/** Undefined for a measure that has no number of ours, and did not alert. */
function featureOf(
  chunk: NannymlChunk,
  { column, method, cells }: NannymlMeasure,
  { calculator: { name, subject }, baseline, context }: ResultContext,
): DriftFeature | undefined {
  const value = numberIn(cells, "value");
  const sampleSize = sizeOf(chunk);
  const feature = {
    name: nameOf(column ?? method),
    kind: kindOf(subject, column ?? method, context),
    ...(sampleSize !== undefined && { sampleSize }),
    ...(baseline.size > 0 && { referenceSize: baseline.size }),
  };
  const check = subject === "column" && column === undefined ? name : method;
  if (value === undefined) return { ...feature, evidence: withoutValue(check, cells) };
  const isDistance = column !== undefined;
  const evidence = isDistance ? distanceOf(method, value, cells) : performanceOf(method, value, cells, baseline);
  if (evidence !== undefined) return { ...feature, evidence };
  if (cells.get("alert") !== true) return undefined;
  return { ...feature, evidence: isBeyond(value, cells) ? violationOf(check, `value ${value}`) : withinThresholds(check, value) };
}

function kindOf(subject: Calculator["subject"], column: string, context: SourceContext): DriftKind {
  if (subject === "performance") return "concept";
  return subject === "column" ? sourceKind(context, column) : "data";
}

function withoutValue(check: string, cells: NannymlMeasure["cells"]): Evidence {
  if (cells.get("alert") === true) return violationOf(check, "no value, but NannyML alerts");
  return unmeasuredOf(check, "no value: NannyML could not compute it");
}

/**
 * Whether an alert says something. Of a constant column NannyML compares a value with itself, or with a threshold of NaN, and
 * alerts. One without any threshold, as that of chi-square, is by a p-value.
 */
function isBeyond(value: number, cells: NannymlMeasure["cells"]): boolean {
  const [upper, lower] = [numberIn(cells, "upper_threshold"), numberIn(cells, "lower_threshold")];
  if (upper === undefined && lower === undefined) return true;
  return value > (upper ?? value) || value < (lower ?? value);
}

function withinThresholds(check: string, value: number): Evidence {
  return unmeasuredOf(check, `NannyML alerts at ${value}, which is within its thresholds: the reference does not vary`);
}

function distanceOf(method: string, score: number, cells: NannymlMeasure["cells"]): Evidence | undefined {
  const metric = METRICS.get(method);
  const threshold = numberIn(cells, "upper_threshold");
  return metric === undefined ? undefined : { type: "score", metric, score, ...(threshold !== undefined && { threshold }) };
}

/** Undefined for a metric of which we do not know whether more is better, or what it was in the reference. */
function performanceOf(method: string, current: number, cells: NannymlMeasure["cells"], { means }: Baseline): Evidence | undefined {
  const higherIsBetter = HIGHER_IS_BETTER.includes(method);
  const reference = means.get(method) ?? 0;
  if (reference === 0 || !(higherIsBetter || LOWER_IS_BETTER.includes(method))) return undefined;
  const error = numberIn(cells, "sampling_error");
  const standardError = error !== undefined && error >= 0 ? { standardError: error } : {};
  return { type: "performance", metric: method.replaceAll("_", "-"), reference, current, higherIsBetter, ...standardError };
}

function periodOf({ about }: NannymlChunk): unknown {
  return about.get("period");
}

function sizeOf({ about }: NannymlChunk): number | undefined {
  const [first, last] = [numberIn(about, "start_index"), numberIn(about, "end_index")];
  const size = first === undefined || last === undefined ? Number.NaN : last - first + 1;
  return Number.isSafeInteger(size) && size >= 0 ? size : undefined;
}

function windowOf({ about }: NannymlChunk): Window | undefined {
  const [start, end] = [momentOf(about.get("start_date")), momentOf(about.get("end_date"))];
  return start !== undefined && end !== undefined && start <= end ? { start, end } : undefined;
}

function numberIn(cells: ReadonlyMap<string, unknown>, name: string): number | undefined {
  const value = cells.get(name);
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}
