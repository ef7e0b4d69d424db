import * as z from "zod/mini";
import { PoisonMessageError } from "../../errors";
import { isMapping, ownValue } from "../../json-path";
import { boundedRecord } from "../../outside-json";
import { type Categories, MAX_BINS } from "../distribution";
import { type DriftFeature, type Evidence, MAX_FEATURES } from "../drift-report";
import { P_VALUE } from "../judge-feature";
import { nameOf, type SourceContext, sourceKind, violationOf } from "./source-report";

const optionalNumber = z.catch(z.optional(z.number()), undefined);

const sideSchema = z.catch(
  z.optional(
    z.object({
      small_distribution: z.object({
        x: z.array(z.union([z.string(), z.number(), z.boolean()])).check(z.maxLength(MAX_BINS)),
        y: z.array(z.number().check(z.minimum(0))).check(z.maxLength(MAX_BINS)),
      }),
    }),
  ),
  undefined,
);

const columnSchema = z.object({
  column_name: z.string(),
  column_type: z.optional(z.string()),
  stattest_name: z.optional(z.string()),
  stattest_threshold: optionalNumber,
  drift_score: optionalNumber,
  drift_detected: z.catch(z.optional(z.boolean()), undefined),
  current: sideSchema,
  reference: sideSchema,
});

type Column = z.infer<typeof columnSchema>;

/** The entries of `metrics` that measure drift, in the JSON of Evidently up to 0.6; the others have names of their own. */
const metricSchema = z.discriminatedUnion("metric", [
  z.object({
    metric: z.literal("DataDriftTable"),
    result: z.object({
      drift_by_columns: boundedRecord(
        z.record(z.string(), columnSchema),
        MAX_FEATURES,
        `more than ${MAX_FEATURES} columns: leave out those that nobody watches`,
      ),
    }),
  }),
  z.object({ metric: z.literal("ColumnDriftMetric"), result: columnSchema }),
  z.object({
    metric: z.literal("DatasetDriftMetric"),
    result: z.object({ share_of_drifted_columns: z.number(), drift_share: z.number() }),
  }),
]);

const DRIFT_METRICS: readonly string[] = ["DataDriftTable", "ColumnDriftMetric", "DatasetDriftMetric"];

/** True for an entry of a generation up to 0.6. */
export function isReportMetric(metric: unknown): metric is { readonly metric: string } {
  return isMapping(metric) && typeof ownValue(metric, "metric") === "string";
}

/**
 * What `Report.json()` of Evidently up to 0.6 says of each column and of all together.
 * @throws PoisonMessageError when an entry that measures drift is broken
 */
export function findingsOfReport(metrics: readonly unknown[], context: SourceContext): EvidentlyFindings {
  const columns: Column[] = [];
  let dataset: EvidentlyFindings["dataset"];
  for (const entry of metrics) {
    if (!isReportMetric(entry) || !DRIFT_METRICS.includes(entry.metric)) continue;
    const parsed = metricSchema.safeParse(entry);
    if (!parsed.success) throw new PoisonMessageError(`not a drift metric of Evidently: ${z.prettifyError(parsed.error)}`);
    const { metric, result } = parsed.data;
    if (columns.length > MAX_FEATURES) break;
    if (metric === "DataDriftTable") columns.push(...Object.values(result.drift_by_columns));
    else if (metric === "ColumnDriftMetric") columns.push(result);
    else dataset = { share: result.share_of_drifted_columns, limit: result.drift_share };
  }
  return { columns: columns.map((column) => featureOf(column, context)), dataset };
}

/**
 * Categories come with their counts, from which core computes its own score. Numbers come drawn in ten bins, each side in its own:
 * the score, which Evidently computed from all values, tells more.
 */
function featureOf(column: Column, context: SourceContext): DriftFeature {
  const { column_name: name, column_type: type, drift_score: score, stattest_name: method } = column;
  const [reference, current] = type === "cat" ? [column.reference, column.current].map(categoriesOf) : [];
  const feature = { name: nameOf(name), kind: sourceKind(context, name) };
  if (reference !== undefined && current !== undefined) {
    return { ...feature, evidence: { type: "distributions", reference, current } };
  }
  const { stattest_threshold: threshold, drift_detected: isDetected } = column;
  const evidence: Evidence =
    score === undefined || method === undefined
      ? violationOf(method ?? "drift", "no score: Evidently could not compute it")
      : evidenceOf({ method, score, threshold, isDetected });
  return { ...feature, evidence };
}

function categoriesOf(side: Column["current"]): Categories | undefined {
  const { x, y } = side?.small_distribution ?? { x: [], y: [] };
  const counts = Object.fromEntries(x.map((value, index) => [nameOf(String(value)), y[index] ?? 0]));
  const size = Object.keys(counts).length;
  const isWhole = size > 0 && size === x.length && x.length === y.length && y.every(Number.isInteger);
  return isWhole && size <= MAX_BINS ? { type: "categories", counts } : undefined;
}

/** What a report of Evidently holds, of whichever generation. */
export interface EvidentlyFindings {
  readonly columns: readonly DriftFeature[];
  /** The share of columns that drift, and that from which on Evidently calls the whole drifted. */
  readonly dataset: { readonly share: number; readonly limit: number } | undefined;
}

/** What is known of one column's drift. */
export interface MeasuredDrift {
  /** As Evidently names it, in either of its ways: "Jensen-Shannon distance", "jensenshannon". */
  readonly method: string;
  readonly score: number;
  readonly threshold?: number | undefined;
  /** What Evidently itself concluded. */
  readonly isDetected?: boolean | undefined;
}

/** Evidently's Jensen-Shannon distance has natural logarithms, ours base 2. */
const NATURAL_TO_BINARY = 1 / Math.sqrt(Math.LN2);

/** What each method's score is; those that yield a p-value are below. A factor turns its units into ours. */
const SCORES = new Map<string, { metric: string; factor?: number }>([
  ["psi", { metric: "psi" }],
  ["kl_div", { metric: "kullback-leibler-of-reference" }],
  ["kullback-leibler divergence", { metric: "kullback-leibler-of-reference" }],
  ["jensenshannon", { metric: "jensen-shannon-distance", factor: NATURAL_TO_BINARY }],
  ["jensen-shannon distance", { metric: "jensen-shannon-distance", factor: NATURAL_TO_BINARY }],
  ["wasserstein", { metric: "wasserstein-normed" }],
  ["wasserstein distance (normed)", { metric: "wasserstein-normed" }],
  ["hellinger", { metric: "hellinger-distance" }],
  ["hellinger distance", { metric: "hellinger-distance" }],
  ["ed", { metric: "energy-distance" }],
  ["energy-distance", { metric: "energy-distance" }],
]);

/** Methods whose score is a p-value, by both of their names; also total variation, whose distance Evidently turns into one. */
const P_VALUES = new Set([
  ...["ks", "k-s p_value", "chisquare", "chi-square p_value", "z", "z-test p_value", "anderson", "anderson-darling", "tvd"],
  ...["total-variation-distance", "cramer_von_mises", "cramer-von mises", "es", "epps-singleton", "fisher_exact"],
  ...["fisher's exact test", "g_test", "mannw", "mann-whitney u-rank test", "t_test", "empirical_mmd"],
]);

/**
 * The evidence in a score of Evidently, by https://docs.evidentlyai.com/metrics/customize_data_drift. A method that is not known,
 * as one of a team's own, keeps its name; where Evidently's conclusion fits a p-value only, its score is one.
 */
export function evidenceOf({ method, score, threshold, isDetected }: MeasuredDrift): Evidence {
  const name = method.toLowerCase();
  const isInverse = isDetected !== undefined && threshold !== undefined && isDetected !== score >= threshold;
  const known = SCORES.get(name);
  const isPValue = P_VALUES.has(name) || (known === undefined && isInverse);
  const { metric, factor = 1 } = isPValue ? { metric: P_VALUE } : (known ?? { metric: nameOf(name) });
  return { type: "score", metric, score: score * factor, ...(threshold !== undefined && { threshold: threshold * factor }) };
}
