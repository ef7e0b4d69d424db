import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { identitySchema } from "../../../functions/core/promotion/evaluation/evaluation-file";
import { allowedUri, locateEvaluation, predictionsUri } from "../../../functions/core/promotion/evaluation/evaluation-uris";
import { parseEvaluation } from "../../../functions/core/promotion/evaluation/parse-evaluation";
import type { PredictionTable } from "../../../functions/core/promotion/evaluation/prediction-table";
import { readPredictionTable } from "../../../functions/core/promotion/evaluation/read-prediction-table";
import { Mistakes, type Parser, type Refusal } from "../parser";

const FIXTURES = join(__dirname, "../../core/promotion/evaluation/fixtures");
const fixture = (name: string) => readFileSync(join(FIXTURES, name), "utf8");
const ofEvaluation = (...names: readonly string[]) => names.map((name) => `functions/core/promotion/evaluation/${name}.ts`);

/** Printed as they are: what is wrong with a file is a value, which stands in decisions and notices. */
const PROBLEM: Refusal = { isClean: (error) => error instanceof Mistakes, mostChars: 900 };

const evaluationSchema = z.object({
  metrics: z.record(z.string().check(z.maxLength(64)), z.number()),
  unusable: z.record(
    z.string().check(z.maxLength(64)),
    z.string().check(z.maxLength(1_000), z.regex(/^[^\p{Cc}\p{Bidi_Control}]*$/u)),
  ),
  confusion: z.exactOptional(z.record(z.string(), z.record(z.string(), z.int()))),
  identity: z.exactOptional(z.omit(identitySchema, { schema: true })),
});

const LINES = [
  { id: 1, label: "no", prediction: "yes", score: 0.5, slices: { country: "FR", plan: "a" } },
  { id: "b", label: "yes", prediction: "yes", score: null, slices: { country: "DE" } },
  { id: "c", label: "1", prediction: "no" },
].map((line) => JSON.stringify(line));

const ALLOWED = { bucket: "lake", prefix: "evaluations/" };

/** What training pipelines write of the models that they made. */
export const evaluations: readonly Parser[] = [
  {
    name: "evaluations",
    of: ofEvaluation("parse-evaluation"),
    texts: ["evaluation.json", "sagemaker-binary.json", "sagemaker-multiclass.json", "sagemaker-regression.json"].map(fixture),
    read: (text) => {
      const { evaluation, problem } = parseEvaluation(text, "a".repeat(64));
      Mistakes.check(problem === undefined ? [] : [problem]);
      evaluationSchema.parse(evaluation);
    },
    refusal: PROBLEM,
    mutants: 300,
  },
  {
    name: "predictions of the golden set, line by line",
    of: ofEvaluation("prediction-line"),
    texts: LINES,
    read: (text) => readTable(LINES.slice(1).concat(text)),
    refusal: PROBLEM,
    mutants: 300,
  },
  {
    name: "predictions of the golden set",
    of: ofEvaluation("prediction-line"),
    form: "text",
    texts: [LINES.join("\n"), '{"id":1,"label":0.5,"prediction":-1e3}\n{"id":2,"label":7,"prediction":2,"score":NaN}'],
    read: (text) => readTable(text.split("\n").filter((line) => line !== "")),
    refusal: PROBLEM,
  },
  {
    name: "addresses of evaluations and of predictions",
    of: [],
    form: "text",
    texts: ["golden-predictions.jsonl", "s3://lake/evaluations/12/evaluation.json", "gs://lake/evaluations/12", "../p.jsonl"],
    read: (text) => {
      for (const place of locateEvaluation(text)) {
        for (const { uri, problem } of [
          allowedUri(place, ALLOWED),
          predictionsUri("s3://lake/evaluations/12/e.json", text, ALLOWED),
        ]) {
          if (uri !== undefined && !/^(?:s3|gs):\/\/lake\/evaluations\/(?!(?:.*\/)?\.{1,2}(?:\/|$))/s.test(uri)) {
            throw new RangeError(`got ${uri}, which may not be read`);
          }
          Mistakes.check(problem === undefined ? [] : [problem]);
        }
      }
    },
    refusal: PROBLEM,
  },
];

async function readTable(lines: readonly string[]): Promise<void> {
  async function* once() {
    yield lines;
  }
  const { table, problem } = await readPredictionTable(once());
  Mistakes.check(problem === undefined ? [] : [problem]);
  if (table !== undefined) checkTable(table);
}

/** Every column has all rows, every code its name, and every number an end, but for the scores of rows without one. */
function checkTable({ rows, ids, labels, predictions, classes, scores, slices }: PredictionTable): void {
  const columns = [
    ids,
    labels,
    predictions,
    ...(scores === undefined ? [] : [scores]),
    ...Object.values(slices).map(({ codes }) => codes),
  ];
  if (columns.some((column) => column.length !== rows)) throw new RangeError("got a column of other rows");
  if (ids.some((id, place) => place > 0 && id <= (ids[place - 1] ?? 0))) throw new RangeError("got ids that do not ascend");
  const isOutcome = (value: number) => (classes === undefined ? Number.isFinite(value) : classes[value] !== undefined);
  if (![...labels, ...predictions].every(isOutcome)) throw new RangeError("got an outcome that is none");
  const isNamed = ({ names, codes }: PredictionTable["slices"][string]) => codes.every((code) => names[code] !== undefined);
  if (!Object.values(slices).every(isNamed)) throw new RangeError("got a slice without a name");
}
