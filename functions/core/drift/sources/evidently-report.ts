import * as z from "zod/mini";
import { PoisonMessageError } from "../../errors";
import { isMapping, ownValue } from "../../json-path";
import { boundedRecord } from "../../outside-json";
import { type Categories, MAX_BINS } from "../distributions/distribution";
import { type DriftFeature, MAX_FEATURES, MAX_FINDINGS } from "../drift-report";
import { embeddingsEvidence, evidenceOf } from "./evidently-score";
import { nameOf, type SourceContext, sourceKind, unmeasuredOf } from "./source-report";

const optionalNumber = z.catch(z.optional(z.number()), undefined);
const optionalBoolean = z.catch(z.optional(z.boolean()), undefined);

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
  drift_detected: optionalBoolean,
  current: sideSchema,
  reference: sideSchema,
});

type Column = z.infer<typeof columnSchema>;

const columnsSchema = z.optional(
  boundedRecord(
    z.record(z.string(), columnSchema),
    MAX_FEATURES,
    `more than ${MAX_FEATURES} columns: leave out those that nobody watches`,
  ),
);

/** The entries of `metrics` that measure drift, in the JSON of Evidently up to 0.6; parts of a result can be left out. */
const metricSchema = z.discriminatedUnion("metric", [
  z.object({
    metric: z.literal("DataDriftTable"),
    result: z.object({ drift_by_columns: columnsSchema, share_of_drifted_columns: z.optional(z.number()) }),
  }),
  z.object({ metric: z.literal("TextDescriptorsDriftMetric"), result: z.object({ drift_by_columns: columnsSchema }) }),
  z.object({ metric: z.literal("ColumnDriftMetric"), result: columnSchema }),
  z.object({
    metric: z.literal("DatasetDriftMetric"),
    result: z.object({
      share_of_drifted_columns: z.number(),
      drift_share: z.number(),
      number_of_columns: optionalNumber,
    }),
  }),
  z.object({
    metric: z.literal("EmbeddingsDriftMetric"),
    result: z.object({
      embeddings_name: z.string(),
      method_name: z.optional(z.string()),
      drift_score: optionalNumber,
      drift_detected: optionalBoolean,
    }),
  }),
  z.object({
    metric: z.literal("TextDomainClassifierDriftMetric"),
    result: z.object({
      text_column_name: z.string(),
      domain_classifier_roc_auc: optionalNumber,
      random_classifier_95_percentile: optionalNumber,
      content_drift: optionalBoolean,
    }),
  }),
]);

type Metric = z.infer<typeof metricSchema>;

const DRIFT_METRICS: ReadonlySet<string> = new Set<Metric["metric"]>([
  ...(["DataDriftTable", "TextDescriptorsDriftMetric", "ColumnDriftMetric"] as const),
  ...(["DatasetDriftMetric", "EmbeddingsDriftMetric", "TextDomainClassifierDriftMetric"] as const),
]);

/** What Evidently calls a drifted dataset where nothing else was set. */
const DRIFT_SHARE = 0.5;

/** The share of columns that drift. */
export interface DatasetDrift {
  readonly share: number;
  /** From which on Evidently calls the whole drifted. */
  readonly limit: number;
  /** How many columns it is of, where that is known. */
  readonly columns?: number | undefined;
}

/** What a report of Evidently holds, of whichever generation. */
export interface EvidentlyFindings {
  /** Of those columns that the share of the dataset is of. */
  readonly columns: readonly DriftFeature[];
  /** Of embeddings and of what is derived from texts. */
  readonly others: readonly DriftFeature[];
  readonly datasets: readonly DatasetDrift[];
  /** Metrics that measure drift and cannot be read, each as a feature of which nothing can be told. */
  readonly leftOut: readonly DriftFeature[];
}

/** True for the name of a metric or test that measures drift, known or not. */
export function isOfDrift(name: string): boolean {
  return /drift/i.test(name);
}

/** A metric or test that measures drift and cannot be read. */
export function leftOutOf(name: string, why: string): DriftFeature {
  return { name: nameOf(name), kind: "data", evidence: unmeasuredOf(name, why) };
}

/** True for an entry of a generation up to 0.6. */
export function isReportMetric(metric: unknown): metric is { readonly metric: string } {
  return isMapping(metric) && typeof ownValue(metric, "metric") === "string";
}

/**
 * What `Report.json()` of Evidently up to 0.6 says of each column and of all together.
 * @throws PoisonMessageError when an entry that measures drift is broken
 */
export function findingsOfReport(metrics: readonly unknown[], context: SourceContext): EvidentlyFindings {
  const named = metrics.filter(isReportMetric).filter(({ metric }) => isOfDrift(metric));
  if (named.length > MAX_FINDINGS) {
    throw new PoisonMessageError(
      `got a report of Evidently with ${named.length} metrics of drift, expected at most ${MAX_FINDINGS}`,
    );
  }
  const read = named.filter(({ metric }) => DRIFT_METRICS.has(metric)).map(metricOf);
  const unknown = named.filter(({ metric }) => !DRIFT_METRICS.has(metric));
  const datasets = datasetsOf(read);
  return {
    columns: read.flatMap((metric) => columnsOf(metric)).map((column) => featureOf(column, context)),
    others: read.flatMap((metric) => othersOf(metric, context)),
    datasets,
    leftOut: [
      ...unknown.map(({ metric }) => leftOutOf(metric, "a metric of drift that is not known")),
      ...read
        .filter((metric) => isWithoutColumns(metric, datasets))
        .map(({ metric }) => leftOutOf(metric, "its columns are left out")),
    ],
  };
}

function metricOf(entry: unknown): Metric {
  const parsed = metricSchema.safeParse(entry);
  if (parsed.success) return parsed.data;
  throw new PoisonMessageError(`not a drift metric of Evidently: ${z.prettifyError(parsed.error)}`);
}

function columnsOf({ metric, result }: Metric): readonly Column[] {
  if (metric === "ColumnDriftMetric") return [result];
  return metric === "DataDriftTable" ? Object.values(result.drift_by_columns ?? {}) : [];
}

function othersOf({ metric, result }: Metric, context: SourceContext): DriftFeature[] {
  switch (metric) {
    case "TextDescriptorsDriftMetric":
      return Object.values(result.drift_by_columns ?? {}).map((column) => featureOf(column, context));
    case "EmbeddingsDriftMetric": {
      const { embeddings_name: name, method_name: method = "drift", drift_score: score, drift_detected: isDetected } = result;
      return [{ name: nameOf(name), kind: "data", evidence: embeddingsEvidence({ method, score, isDetected }) }];
    }
    case "TextDomainClassifierDriftMetric": {
      const { text_column_name: name, domain_classifier_roc_auc: score, content_drift: isDetected } = result;
      const measured = { method: "text-domain-classifier", score, threshold: result.random_classifier_95_percentile, isDetected };
      return [{ name: nameOf(name), kind: sourceKind(context, name), evidence: evidenceOf(measured) }];
    }
    default:
      return [];
  }
}

/** The table's own share is that of the dataset, which tells of its limit too. */
function datasetsOf(metrics: readonly Metric[]): DatasetDrift[] {
  const told = metrics.flatMap(({ metric, result }) => {
    if (metric !== "DatasetDriftMetric") return [];
    const { share_of_drifted_columns: share, drift_share: limit, number_of_columns: columns } = result;
    return [{ share, limit, columns }];
  });
  if (told.length > 0) return told;
  return metrics.flatMap(({ metric, result }) => {
    if (metric !== "DataDriftTable" || result.drift_by_columns !== undefined) return [];
    const { share_of_drifted_columns: share } = result;
    return share === undefined ? [] : [{ share, limit: DRIFT_SHARE }];
  });
}

/** True for a table whose columns are left out, and whose share is not told elsewhere. */
function isWithoutColumns({ metric, result }: Metric, datasets: readonly DatasetDrift[]): boolean {
  if (metric === "TextDescriptorsDriftMetric") return result.drift_by_columns === undefined;
  return metric === "DataDriftTable" && result.drift_by_columns === undefined && datasets.length === 0;
}

/**
 * Categories come with their counts, from which core computes its own score. Numbers come drawn in ten bins, each side in its own:
 * the score, which Evidently computed from all values, tells more.
 */
function featureOf(column: Column, context: SourceContext): DriftFeature {
  const { column_name: name, column_type: type, stattest_name: method = "drift" } = column;
  const [reference, current] = type === "cat" ? [column.reference, column.current].map(categoriesOf) : [];
  const feature = { name: nameOf(name), kind: sourceKind(context, name) };
  if (reference !== undefined && current !== undefined) {
    return { ...feature, evidence: { type: "distributions", reference, current } };
  }
  const { stattest_threshold: threshold, drift_score, drift_detected: isDetected } = column;
  const score = column.stattest_name === undefined ? undefined : drift_score;
  return { ...feature, evidence: evidenceOf({ method, score, threshold, isDetected }) };
}

function categoriesOf(side: Column["current"]): Categories | undefined {
  const { x, y } = side?.small_distribution ?? { x: [], y: [] };
  const counts = Object.fromEntries(x.map((value, index) => [nameOf(String(value)), y[index] ?? 0]));
  const size = Object.keys(counts).length;
  const isWhole = size > 0 && size === x.length && x.length === y.length && y.every(Number.isInteger);
  return isWhole && size <= MAX_BINS ? { type: "categories", counts } : undefined;
}
