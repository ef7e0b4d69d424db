import * as z from "zod/mini";
import { PoisonMessageError } from "../../errors";
import { boundedRecord, readList } from "../../outside-json";
import { type DriftFeature, MAX_FEATURES, MAX_FINDINGS } from "../drift-report";
import { type EvidentlyFindings, findingsOfReport, isOfDrift, leftOutOf } from "./evidently-report";
import { embeddingsEvidence, evidenceOf } from "./evidently-score";
import { nameOf, type SourceContext, sentenceOf, sourceKind } from "./source-report";

const optionalText = z.catch(z.optional(z.string()), undefined);

const columnSchema = z.object({
  stattest: z.string(),
  score: z.catch(z.optional(z.number()), undefined),
  threshold: z.catch(z.optional(z.number()), undefined),
  detected: z.catch(z.optional(z.boolean()), undefined),
});

type Column = z.infer<typeof columnSchema>;

const tableSchema = z.object({
  features: boundedRecord(
    z.record(z.string(), columnSchema),
    MAX_FEATURES,
    `more than ${MAX_FEATURES} columns: leave out those that nobody watches`,
  ),
});

const testSchema = z.object({
  name: optionalText,
  description: optionalText,
  status: optionalText,
  group: optionalText,
  parameters: z.optional(z.unknown()),
});

type Test = z.infer<typeof testSchema>;

const suiteSchema = z.object({
  tests: z.array(z.unknown()).check(z.maxLength(MAX_FINDINGS)),
  summary: z.unknown(),
  /** The metrics that the tests are of, which `include_metrics=True` adds. */
  metric_results: z.catch(z.optional(z.array(z.unknown())), undefined),
});

const looseSchema = z.object({ tests: z.array(z.unknown()), summary: z.looseObject({}) });

const EMBEDDINGS = /The drift score for the embedding set \*\*(.+)\*\* is (\S+)\. The drift detection method is \*\*(.+)\*\*\./s;

/** True for what looks like the JSON of a test suite, which Evidently had up to 0.6. */
export function isSuite(document: unknown): boolean {
  return looseSchema.safeParse(document).success;
}

/**
 * What `TestSuite.json()` of Evidently up to 0.6 says of each column. Scores are rounded to three digits there; where the metrics
 * are in the document too, these are read instead.
 * @throws PoisonMessageError when it is none, or a metric that measures drift is broken
 */
export function findingsOfSuite(document: unknown, context: SourceContext): EvidentlyFindings {
  const parsed = suiteSchema.safeParse(document);
  const tests = parsed.success ? readList(testSchema, parsed.data.tests, ["tests"]) : undefined;
  const issues = parsed.error?.issues ?? tests?.issues;
  if (issues !== undefined) throw new PoisonMessageError(`not a test suite of Evidently: ${z.prettifyError({ issues })}`);
  const measured = findingsOfReport(parsed.data?.metric_results ?? [], context);
  const isMeasured = measured.columns.length + measured.others.length > 0;
  const ofDrift = (tests?.data ?? []).filter(({ name = "", group }) => group === "data_drift" || isOfDrift(name));
  const read = ofDrift
    .filter(({ status }) => !isMeasured || status === "ERROR")
    .map((test) => ({ test, features: featuresOf(test, context) }));
  return {
    ...measured,
    columns: [...measured.columns, ...read.flatMap(({ features }) => features)],
    leftOut: [
      ...measured.leftOut,
      ...read.filter(({ features }) => features.length === 0).map(({ test }) => leftOutOf(test.name ?? "", reasonOf(test))),
    ],
  };
}

/** None for a test that was not made, or is not known. */
function featuresOf({ description, status, parameters }: Test, context: SourceContext): DriftFeature[] {
  const table = tableSchema.safeParse(parameters).data;
  if (table !== undefined) return Object.entries(table.features).map(([name, column]) => featureOf(name, column, context));
  const column = z.extend(columnSchema, { column_name: z.string() }).safeParse(parameters).data;
  if (column !== undefined) return [featureOf(column.column_name, column, context)];
  const [, name, score = "", method] = EMBEDDINGS.exec(sentenceOf(description)) ?? [];
  if (name === undefined || method === undefined) return [];
  const isDetected = status === "FAIL" ? true : status === "SUCCESS" ? false : undefined;
  const measured = { method, score: Number.isFinite(Number(score)) ? Number(score) : undefined, isDetected };
  return [{ name: nameOf(name), kind: "data", evidence: embeddingsEvidence(measured) }];
}

function featureOf(
  name: string,
  { stattest: method, score, threshold, detected: isDetected }: Column,
  context: SourceContext,
): DriftFeature {
  return { name: nameOf(name), kind: sourceKind(context, name), evidence: evidenceOf({ method, score, threshold, isDetected }) };
}

function reasonOf({ status, description }: Test): string {
  return status === "ERROR" ? sentenceOf(description) : "a test of drift that is not known";
}
