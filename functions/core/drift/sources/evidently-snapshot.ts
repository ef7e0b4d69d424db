import * as z from "zod/mini";
import { PoisonMessageError } from "../../errors";
import { readList } from "../../outside-json";
import type { DriftFeature } from "../drift-report";
import { type EvidentlyFindings, evidenceOf } from "./evidently-report";
import { nameOf, type SourceContext, sentenceOf, sourceKind, violationOf } from "./source-report";

const optionalText = z.catch(z.optional(z.string()), undefined);
const optionalNumber = z.catch(z.optional(z.number()), undefined);

/**
 * One entry of `metrics` in the JSON of Evidently from 0.7 on; the first releases wrote no `config`, and `metric_id` for the name.
 */
const metricSchema = z.object({
  id: optionalText,
  metric_name: optionalText,
  metric_id: optionalText,
  config: z.catch(
    z.optional(
      z.object({
        type: z.string(),
        column: optionalText,
        method: optionalText,
        threshold: optionalNumber,
        drift_share: optionalNumber,
      }),
    ),
    undefined,
  ),
  value: z.optional(z.unknown()),
});

/** What `include_tests=True` adds: here alone do the first releases tell which method they chose. */
const testSchema = z.object({
  description: z.string(),
  metric_config: z.object({ metric_id: z.string() }),
});

/** Ten of each column that a report has room for. */
const MAX_METRICS = 20_000;

const snapshotSchema = z.object({
  metrics: z.array(z.unknown()).check(z.maxLength(MAX_METRICS)),
  tests: z._default(z.array(z.unknown()), []),
});

type Metric = z.infer<typeof metricSchema>;

interface Snapshot {
  readonly metrics: readonly Metric[];
  readonly tests: readonly unknown[];
}

const VALUE_DRIFT = /^ValueDrift\(column=(.*?)(?:,method=([^,=]+))?(?:,threshold=([^,=]+))?\)$/s;
const TESTED = /The drift detection method is (.+)\. The drift threshold is (\d+(?:\.\d+)?)\.$/;
const CONFIG_TYPE = "evidently:metric_v2:";

const countSchema = z.object({ count: z.number(), share: z.number() });

/**
 * What a snapshot says of each column, by ValueDrift, and of all together, by DriftedColumnsCount; with RowCount among the metrics,
 * of how many rows.
 * @throws PoisonMessageError when it is none, or where it does not say by which method
 */
export function findingsOfSnapshot(document: unknown, context: SourceContext): EvidentlyFindings {
  const parsed = snapshotSchema.safeParse(document);
  const metrics = parsed.success ? readList(metricSchema, parsed.data.metrics, ["metrics"]) : undefined;
  const issues = parsed.error?.issues ?? metrics?.issues;
  if (issues !== undefined) throw new PoisonMessageError(`not a snapshot of Evidently: ${z.prettifyError({ issues })}`);
  const snapshot: Snapshot = { metrics: metrics?.data ?? [], tests: parsed.data?.tests ?? [] };
  return { columns: columnsOf(snapshot, context), dataset: datasetOf(snapshot) };
}

function columnsOf({ metrics, tests }: Snapshot, context: SourceContext): DriftFeature[] {
  const rows = metrics.find((metric) => typeOf(metric) === "RowCount")?.value;
  const sample = typeof rows === "number" && Number.isSafeInteger(rows) && rows >= 0 ? { sampleSize: rows } : {};
  const tested = new Map(tests.flatMap((test) => chosenOf(test)));
  return metrics.flatMap((metric) => {
    if (typeOf(metric) !== "ValueDrift") return [];
    const [, column, namedMethod, namedThreshold] = VALUE_DRIFT.exec(sentenceOf(nameOfMetric(metric))) ?? [];
    const { config } = metric;
    const chosen = tested.get(metric.id ?? "");
    const name = config?.column ?? column;
    const method = config?.method ?? namedMethod ?? chosen?.method;
    const threshold = config?.threshold ?? numberOf(namedThreshold) ?? chosen?.threshold;
    if (method === undefined) {
      throw new PoisonMessageError(
        `cannot tell a distance from a p-value: ValueDrift of column "${nameOf(name)}" names no method; run the report with include_tests=True, or update Evidently`,
      );
    }
    const score = z.number().safeParse(metric.value).data;
    const evidence =
      score === undefined
        ? violationOf(method, "no score: Evidently could not compute it")
        : evidenceOf({ method, score, threshold });
    return { name: nameOf(name), kind: sourceKind(context, name ?? ""), ...sample, evidence };
  });
}

function datasetOf({ metrics }: Snapshot): EvidentlyFindings["dataset"] {
  const metric = metrics.find((metric) => typeOf(metric) === "DriftedColumnsCount");
  const share = countSchema.safeParse(metric?.value).data?.share;
  const limit = metric?.config?.drift_share ?? numberOf(/drift_share=([\d.]+)/.exec(nameOfMetric(metric))?.[1]);
  return share === undefined || limit === undefined ? undefined : { share, limit };
}

function typeOf(metric: Metric): string | undefined {
  const { config } = metric;
  return config?.type.startsWith(CONFIG_TYPE) ? config.type.slice(CONFIG_TYPE.length) : nameOfMetric(metric).split("(")[0];
}

function nameOfMetric(metric: Metric | undefined): string {
  return metric?.metric_name ?? metric?.metric_id ?? "";
}

function chosenOf(test: unknown): [string, { method: string; threshold: number | undefined }][] {
  const { description, metric_config } = testSchema.safeParse(test).data ?? {};
  const [, method, threshold] = TESTED.exec(sentenceOf(description)) ?? [];
  return method === undefined || metric_config === undefined
    ? []
    : [[metric_config.metric_id, { method, threshold: numberOf(threshold) }]];
}

function numberOf(text: string | undefined): number | undefined {
  const number = text === undefined ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : undefined;
}
