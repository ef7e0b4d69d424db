import { nannymlReports, realisedAccuracies } from "../../drift/sources/nannyml";
import { isNannymlTable } from "../../drift/sources/nannyml-table";
import { PoisonMessageError } from "../../errors";
import type { HistoryLine } from "../history-line";
import type { Importer, ImportOptions } from "./importer";
import { importedLines, startFindings } from "./reading/findings";
import { jsonDocuments, jsonHead } from "./reading/json-documents";

const KEY = /"chunk_key"|\('chunk', 'key'\)|\('chunk', 'chunk', 'key'\)|"chunk",\s*(?:"chunk",\s*)?"key"/;

/** Results of any calculator, each analysis chunk as a drift; realised accuracy as the error of the served model too. */
export const nannyml: Importer = {
  name: "nannyml",
  title: 'NannyML: result.to_df(multilevel=False).to_json(orient="records", date_format="iso")',
  detects: (text) => KEY.test(jsonHead(text)),
  read(text, options) {
    const findings = startFindings("chunks");
    const documents = jsonDocuments(text, findings, "as null");
    // Of pandas' orient records with lines=True, the lines are one table.
    const tables = documents.length > 1 ? [documents.map(({ value }) => value)] : documents.map(({ value }) => value);
    const lines = tables.flatMap((table) => linesOf(table, options, findings.tell));
    const missing = ["NannyML's dates have no offset: they are taken as UTC"];
    if (!lines.some(({ type }) => type === "quality"))
      missing.push("no realised accuracy, of which 1 - value would be the error of the model: errors must come from another file");
    return importedLines(findings, lines, missing);
  },
};

function linesOf(table: unknown, { model }: ImportOptions, onProblem: (problem: string) => void): HistoryLine[] {
  if (!isNannymlTable(table)) {
    onProblem('expected a result of NannyML: result.to_df(multilevel=False).to_json(orient="records", date_format="iso")');
    return [];
  }
  const drifts = driftsOf(table, model, onProblem);
  const errors = realisedAccuracies(table).map(({ window, accuracy, rows }): HistoryLine => {
    const error = Number((1 - accuracy).toPrecision(12));
    return { type: "quality", model, at: window.end, from: window.start, error, ...(rows !== undefined && { rows }) };
  });
  return [...drifts, ...errors];
}

function driftsOf(table: unknown, model: string, onProblem: (problem: string) => void): HistoryLine[] {
  try {
    const context = { model, documentId: "history", window: { start: 0, end: 0 } };
    const reports = nannymlReports(table, context, Number.POSITIVE_INFINITY);
    const dated = reports.filter(({ window }) => window.end > 0);
    const undated = reports.length - dated.length;
    if (undated > 0) onProblem(`${undated} chunks have no dates: calculate with timestamp_column_name; left out`);
    return dated.map((report) => ({ type: "drift", model, at: report.window.end, monitor: report.monitor, report }));
  } catch (error) {
    if (!(error instanceof PoisonMessageError)) throw error;
    onProblem(error.message);
    return [];
  }
}
