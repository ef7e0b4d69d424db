import * as z from "zod/mini";
import { PoisonMessageError } from "../../errors";
import { isMapping, ownValue } from "../../json-path";
import { momentSchema } from "../../numbers";
import { readList } from "../../outside-json";
import type { DriftFeature, DriftReport, Performance } from "../drift-report";
import { momentOf, nameOf, reportOf, type SourceContext } from "./source-report";

const MONITOR = "vertex evaluation";

/** Evaluations that one document may hold: as many as a history tells apart. */
const MAX_EVALUATIONS = 20;

/** Vertex AI's metrics of a whole model in our words, by whether more of them is better. */
const METRICS: readonly (readonly [key: string, metric: string, higherIsBetter: boolean])[] = [
  ["auRoc", "au-roc", true],
  ["auPrc", "au-prc", true],
  ["logLoss", "log-loss", false],
  ["rootMeanSquaredError", "root-mean-squared-error", false],
  ["meanAbsoluteError", "mean-absolute-error", false],
  ["meanAbsolutePercentageError", "mean-absolute-percentage-error", false],
  ["rootMeanSquaredLogError", "root-mean-squared-log-error", false],
  ["rSquared", "r-squared", true],
];

const evaluationSchema = z.object({
  name: z.catch(z.optional(z.string()), undefined),
  metricsSchemaUri: z.string(),
  metrics: z.record(z.string(), z.unknown()),
  createTime: z.optional(z.unknown()),
  /** What Vertex AI does not tell, and a person may add: when the answers were given, and by which run or version. */
  window: z.exactOptional(
    z
      .object({ start: momentSchema, end: momentSchema })
      .check(z.refine(({ start, end }) => start <= end, { error: "ends before it starts" })),
  ),
  run: z.exactOptional(z.string().check(z.minLength(1), z.maxLength(256))),
});

type Evaluation = z.infer<typeof evaluationSchema>;

const countsSchema = z.array(z.int().check(z.nonnegative()));
const matrixSchema = z.object({
  rows: z.array(
    z.union([
      countsSchema,
      z.pipe(
        z.object({ dataItemCounts: countsSchema }),
        z.transform(({ dataItemCounts }) => dataItemCounts),
      ),
    ]),
  ),
});

/** True for what looks like a ModelEvaluation of Vertex AI, a list of them, or one of slices. */
export function isEvaluation(document: unknown): boolean {
  if (isMapping(document) && Array.isArray(ownValue(document, "modelEvaluationSlices"))) return true;
  const [first] = evaluationsIn(document);
  return isMapping(first) && isMapping(first.metrics) && typeof first.metricsSchemaUri === "string";
}

/**
 * The reports of model evaluations of Vertex AI, oldest first: the accuracy by the confusion matrix, and the areas under curves.
 * What depends on a threshold of confidence is left out, as nobody says which one serves. An evaluation tells when it was made, and
 * not of when its data is: `window`, added to it, tells that. It has nothing to compare with, so it tells nothing of drift.
 * https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.models.evaluations
 * @throws PoisonMessageError when one is broken, or has no metric that is known; of slices, which are of parts of the data
 */
export function evaluationReports(document: unknown, context: SourceContext): DriftReport[] {
  const listed = evaluationsIn(document);
  if (listed.length === 0) {
    throw new PoisonMessageError(
      "got slices of an evaluation of Vertex AI, which are of parts of the data; expected the evaluation",
    );
  }
  const { data, issues } = readList(evaluationSchema, listed);
  if (data === undefined) throw new PoisonMessageError(`not an evaluation of Vertex AI: ${z.prettifyError({ issues })}`);
  const dated = data.map((evaluation) => ({ evaluation, window: windowOf(evaluation, context) }));
  const newest = dated.toSorted((a, b) => a.window.end - b.window.end).slice(-MAX_EVALUATIONS);
  return newest.map(({ evaluation, window }) => {
    const features = featuresOf(evaluation);
    if (features.length === 0) {
      throw new PoisonMessageError(
        `got an evaluation of Vertex AI by ${nameOf(evaluation.metricsSchemaUri)} without a metric that is known: expected a confusionMatrix, ${METRICS.map(([key]) => key).join(", ")}`,
      );
    }
    const id = evaluation.name === undefined ? {} : { id: nameOf(evaluation.name) };
    return reportOf(context, { ...id, monitor: MONITOR, window, features });
  });
}

/** A bare list, or the API's object with one, or one evaluation; empty for slices alone. */
function evaluationsIn(document: unknown): readonly unknown[] {
  if (Array.isArray(document)) return document;
  if (!isMapping(document) || Array.isArray(ownValue(document, "modelEvaluationSlices"))) return [];
  const listed = ownValue(document, "modelEvaluations");
  return Array.isArray(listed) ? listed : [document];
}

function windowOf({ window, createTime }: Evaluation, context: SourceContext) {
  const madeAt = momentOf(createTime);
  return window ?? (madeAt === undefined ? context.window : { start: madeAt, end: madeAt });
}

function featuresOf({ metrics, run }: Evaluation): DriftFeature[] {
  const matrix = matrixOf(ownValue(metrics, "confusionMatrix"));
  const common = { ...(matrix !== undefined && { rows: matrix.rows }), ...(run !== undefined && { run }) };
  const performanceOf = (metric: string, current: number, higherIsBetter: boolean): DriftFeature => {
    const evidence: Performance = { type: "performance", metric, current, higherIsBetter, ...common };
    return { name: metric, kind: "concept", evidence };
  };
  const others = METRICS.flatMap(([key, metric, higherIsBetter]) => {
    const value = ownValue(metrics, key);
    return typeof value === "number" && Number.isFinite(value) ? [performanceOf(metric, value, higherIsBetter)] : [];
  });
  return matrix === undefined ? others : [performanceOf("accuracy", matrix.right / matrix.rows, true), ...others];
}

/** Rows of a confusion matrix, and those that were answered right; undefined for what is no square, or is empty. */
function matrixOf(value: unknown): { readonly rows: number; readonly right: number } | undefined {
  const matrix = matrixSchema.safeParse(value).data?.rows ?? [];
  if (matrix.some(({ length }) => length !== matrix.length)) return undefined;
  const rows = matrix.flat().reduce((sum, count) => sum + count, 0);
  const right = matrix.reduce((sum, counts, label) => sum + (counts[label] ?? 0), 0);
  return rows > 0 && Number.isSafeInteger(rows) ? { rows, right } : undefined;
}
