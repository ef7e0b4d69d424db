import * as z from "zod/mini";
import { PoisonMessageError } from "../../errors";
import { type Categories, MAX_BINS } from "../distribution";
import type { DriftFeature, Evidence } from "../drift-report";
import { type EvidentlyFindings, evidenceOf } from "./evidently-methods";
import { kindOf, nameOf, type SourceContext, violationOf } from "./source-report";

const optionalNumber = z.catch(z.optional(z.number()), undefined);

const sideSchema = z.catch(
  z.optional(
    z.object({
      small_distribution: z.object({
        x: z.array(z.union([z.string(), z.number(), z.boolean()])),
        y: z.array(z.number().check(z.minimum(0))),
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
  z.object({ metric: z.literal("DataDriftTable"), result: z.object({ drift_by_columns: z.record(z.string(), columnSchema) }) }),
  z.object({ metric: z.literal("ColumnDriftMetric"), result: columnSchema }),
  z.object({
    metric: z.literal("DatasetDriftMetric"),
    result: z.object({ share_of_drifted_columns: z.number(), drift_share: z.number() }),
  }),
]);

const DRIFT_METRICS: readonly string[] = ["DataDriftTable", "ColumnDriftMetric", "DatasetDriftMetric"];

const namedSchema = z.object({ metric: z.string() });

/** True for an entry of a generation up to 0.6. */
export function isReportMetric(metric: unknown): boolean {
  return namedSchema.safeParse(metric).success;
}

/**
 * What `Report.json()` of Evidently up to 0.6 says of each column and of all together.
 * @throws PoisonMessageError when an entry that measures drift is broken
 */
export function findingsOfReport(metrics: readonly unknown[], context: SourceContext): EvidentlyFindings {
  const columns: Column[] = [];
  let dataset: EvidentlyFindings["dataset"];
  for (const entry of metrics) {
    if (!DRIFT_METRICS.includes(namedSchema.safeParse(entry).data?.metric ?? "")) continue;
    const parsed = metricSchema.safeParse(entry);
    if (!parsed.success) throw new PoisonMessageError(`not a drift metric of Evidently: ${z.prettifyError(parsed.error)}`);
    const { metric, result } = parsed.data;
    if (metric === "DataDriftTable") columns.push(...Object.values(result.drift_by_columns));
    else if (metric === "ColumnDriftMetric") columns.push(result);
    else dataset = { share: result.share_of_drifted_columns, limit: result.drift_share };
  }
  return { columns: columns.map((column) => featureOf(column, context)), dataset };
}

/**
 * Categories come with their counts, from which core computes its own score. Numbers come drawn in ten bins, each side in its own: the
 * score, which Evidently computed from all values, tells more.
 */
function featureOf(column: Column, context: SourceContext): DriftFeature {
  const { column_name: name, column_type: type, drift_score: score, stattest_name: method } = column;
  const [reference, current] = type === "cat" ? [column.reference, column.current].map(categoriesOf) : [];
  const feature = { name: nameOf(name), kind: kindOf(context, name) };
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
