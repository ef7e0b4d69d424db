import * as z from "zod/mini";
import { PoisonMessageError } from "../../errors";
import { readList } from "../../outside-json";
import { type DriftFeature, MAX_FINDINGS } from "../drift-report";
import { type DatasetDrift, type EvidentlyFindings, isOfDrift, leftOutOf } from "./evidently-report";
import { embeddingsEvidence, evidenceOf } from "./evidently-score";
import { nameOf, type SourceContext, sentenceOf, sourceKind } from "./source-report";

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
        columns: z.catch(z.optional(z.array(z.string())), undefined),
        embeddings_name: optionalText,
        drift_method: z.catch(z.optional(z.object({ type: z.string(), threshold: optionalNumber })), undefined),
      }),
    ),
    undefined,
  ),
  value: z.optional(z.unknown()),
});

/** What `include_tests=True` adds: here alone do the first releases tell which method they chose. */
const testSchema = z.object({
  description: z.string(),
  status: optionalText,
  metric_config: z.object({ metric_id: z.string() }),
});

const snapshotSchema = z.object({
  metrics: z.array(z.unknown()).check(z.maxLength(MAX_FINDINGS)),
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
const EMBEDDINGS_METHOD = /(?:^|:)(\w+)DriftMethod$/;

/** The metrics that are read. */
const KNOWN: ReadonlySet<string | undefined> = new Set(["ValueDrift", "DriftedColumnsCount", "EmbeddingsDrift"]);

const countSchema = z.object({ count: z.number(), share: z.number() });

/**
 * What a snapshot says of each column, by ValueDrift, of embeddings, by EmbeddingsDrift, and of all columns together, by
 * DriftedColumnsCount; with RowCount among the metrics, of how many rows.
 * @throws PoisonMessageError when it is none, or where it does not say by which method
 */
export function findingsOfSnapshot(document: unknown, context: SourceContext): EvidentlyFindings {
  const parsed = snapshotSchema.safeParse(document);
  const metrics = parsed.success ? readList(metricSchema, parsed.data.metrics, ["metrics"]) : undefined;
  const issues = parsed.error?.issues ?? metrics?.issues;
  if (issues !== undefined) throw new PoisonMessageError(`not a snapshot of Evidently: ${z.prettifyError({ issues })}`);
  const snapshot: Snapshot = { metrics: metrics?.data ?? [], tests: parsed.data?.tests ?? [] };
  const of = (type: string) => snapshot.metrics.filter((metric) => typeOf(metric) === type);
  const unknown = snapshot.metrics.map((metric) => typeOf(metric) ?? "").filter((type) => isOfDrift(type) && !KNOWN.has(type));
  return {
    columns: columnsOf(snapshot, context),
    others: of("EmbeddingsDrift").map(embeddingsOf),
    datasets: of("DriftedColumnsCount").flatMap(datasetOf),
    leftOut: [
      ...unknown.map((type) => leftOutOf(type, "a metric of drift that is not known")),
      ...of("DriftedColumnsCount")
        .filter((metric) => datasetOf(metric).length === 0)
        .map(() => leftOutOf("DriftedColumnsCount", "its share or its limit is left out")),
    ],
  };
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
    const evidence = evidenceOf({ method, score: scoreOf(metric), threshold, isDetected: chosen?.isDetected });
    return { name: nameOf(name), kind: sourceKind(context, name ?? ""), ...sample, evidence };
  });
}

/** The first releases do not tell the method, of which each has another score. */
function embeddingsOf(metric: Metric): DriftFeature {
  const { config } = metric;
  if (config === undefined) return leftOutOf(nameOfMetric(metric), "it names no method: update Evidently");
  const { embeddings_name: name, drift_method: chosen } = config;
  const method = chosen === undefined ? "model" : (EMBEDDINGS_METHOD.exec(chosen.type)?.[1] ?? chosen.type);
  const evidence = embeddingsEvidence({ method, score: scoreOf(metric), threshold: chosen?.threshold });
  return { name: nameOf(name), kind: "data", evidence };
}

function datasetOf(metric: Metric): DatasetDrift[] {
  const { count = 0, share } = countSchema.safeParse(metric.value).data ?? {};
  const limit = metric.config?.drift_share ?? numberOf(/drift_share=([\d.]+)/.exec(nameOfMetric(metric))?.[1]);
  if (share === undefined || limit === undefined) return [];
  const columns = metric.config?.columns?.length ?? (count > 0 && share > 0 ? Math.round(count / share) : undefined);
  return [{ share, limit, columns }];
}

function scoreOf({ value }: Metric): number | undefined {
  return z.number().safeParse(value).data;
}

function typeOf(metric: Metric): string | undefined {
  const { config } = metric;
  return config?.type.startsWith(CONFIG_TYPE) ? config.type.slice(CONFIG_TYPE.length) : nameOfMetric(metric).split("(")[0];
}

function nameOfMetric(metric: Metric | undefined): string {
  return metric?.metric_name ?? metric?.metric_id ?? "";
}

interface Chosen {
  readonly method: string;
  readonly threshold: number | undefined;
  readonly isDetected: boolean | undefined;
}

function chosenOf(test: unknown): [string, Chosen][] {
  const { description, status, metric_config } = testSchema.safeParse(test).data ?? {};
  const [, method, threshold] = TESTED.exec(sentenceOf(description)) ?? [];
  if (method === undefined || metric_config === undefined) return [];
  const isDetected = status === "FAIL" ? true : status === "SUCCESS" ? false : undefined;
  return [[metric_config.metric_id, { method, threshold: numberOf(threshold), isDetected }]];
}

function numberOf(text: string | undefined): number | undefined {
  const number = text === undefined ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : undefined;
}
