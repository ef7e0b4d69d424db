import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { historyLineSchema } from "../../../functions/core/replay/history-line";
import { IMPORTERS } from "../../../functions/core/replay/importers/registry";
import { parseHistoryLine } from "../../../functions/core/replay/parse-history-line";
import { decisionOf } from "../../contracts/coordination-samples";
import { Mistakes, type Parser } from "../parser";

const FIXTURES = join(__dirname, "../../fixtures/history");
const MONITORS = join(__dirname, "../../core/drift/sources/fixtures");

const ofImporter = (...names: readonly string[]) => names.map((name) => `functions/core/replay/importers/${name}.ts`);
const filesOf = (folder: string) => readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
const monitored = (...files: readonly string[]) => files.map((file) => readFileSync(join(MONITORS, file), "utf8"));

/** What tools export, each read by its importer, which tells mistakes as values. */
function exportsOf(name: string, texts: readonly string[], form: "json" | "text" = "json"): Parser {
  const read = (text: string) => {
    const { lines, problems } = IMPORTERS[name]?.read(text, { model: "churn", offsetMinutes: 0 }) ?? { lines: [], problems: [] };
    for (const line of lines) historyLineSchema.parse(line);
    Mistakes.check(problems);
  };
  const refusal = { isClean: (error: Error) => error instanceof Mistakes, mostChars: Number.POSITIVE_INFINITY };
  return {
    name: `exports of ${name}`,
    of: ofImporter(name === "history" ? "canonical-history" : name),
    texts,
    form,
    read,
    refusal,
  };
}

const LINES = [
  { type: "landed", model: "churn", at: 1, key: "a", objects: 2, bytes: 3 },
  {
    type: "run",
    model: "churn",
    at: "2026-11-01T00:00:00Z",
    run: "r",
    status: "failed",
    endedAt: 1.8e12,
    costUsd: 4,
    challenger: 0.1,
  },
  { type: "request", model: "churn", at: 1, request: decisionOf().request },
].map((line) => JSON.stringify(line));

/** What histories are read from. */
export const exportedFiles: readonly Parser[] = [
  exportsOf("airflow-dag-runs", filesOf(join(FIXTURES, "airflow-dag-runs"))),
  exportsOf("mlflow-runs", filesOf(join(FIXTURES, "mlflow-runs"))),
  exportsOf("error-csv", filesOf(join(FIXTURES, "error-csv")), "text"),
  exportsOf("evidently", [
    ...monitored("evidently-report.json", "evidently/test-suite-0.6.json"),
    `{"at":"2026-11-01T00:00:00Z","report":${monitored("evidently-snapshot.json").join("")}}`,
  ]),
  exportsOf("nannyml", monitored("nannyml-realised.json", "nannyml-univariate.json", "nannyml-univariate-split.json")),
  exportsOf("retrigger-decisions", [JSON.stringify(decisionOf({ outcome: "start" })), JSON.stringify(decisionOf())]),
  exportsOf("history", [LINES.join("\n")], "text"),
  {
    name: "lines of a history",
    of: ["functions/core/replay/parse-history-line.ts"],
    texts: LINES,
    read: (text) => Mistakes.check([parseHistoryLine(text).problem ?? []].flat()),
    refusal: { isClean: (error) => error instanceof Mistakes, mostChars: 300 },
  },
];
