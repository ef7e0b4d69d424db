import * as z from "zod/mini";
import { evidentlyReport, isEvidently } from "../../drift/sources/evidently";
import { PoisonMessageError } from "../../errors";
import type { HistoryLineOf } from "../history-line";
import type { Importer, ImportOptions } from "./importer";
import { importedLines, mistakeText, startFindings } from "./reading/findings";
import { type JsonDocument, jsonDocuments, jsonHead } from "./reading/json-documents";
import { momentReader } from "./reading/moment";

/** A report with the end of its window, which Evidently's own JSON has not. */
const datedSchema = z.object({ at: z.unknown(), report: z.looseObject({}) });
const stampedSchema = z.object({ timestamp: z.unknown() });

/** Reports of drift, one document, a list of them, or one in a line. */
export const evidently: Importer = {
  name: "evidently",
  title: 'Evidently: Report.json(), or lines of {"at": "<end of the window>", "report": <that JSON>}',
  detects: (text) => {
    const head = jsonHead(text);
    return /"metrics"\s*:|"tests"\s*:/.test(head) && /"(?:metric_name|metric_id|metric)"\s*:\s*"|"group"\s*:/.test(head);
  },
  read(text, options) {
    const findings = startFindings("reports");
    const documents = jsonDocuments(text, findings, "as null").flatMap(({ value, place }): JsonDocument[] =>
      Array.isArray(value)
        ? value.map((element, index) => ({ value: element, place: `[${index}] of ${place}` }))
        : [{ value, place }],
    );
    const lines = documents.flatMap(({ value, place }) => {
      const line = lineOf(value, options);
      if (typeof line !== "string") return [line];
      findings.tell(`${place}: ${line}`);
      return [];
    });
    const missing = ["Evidently's reports tell of drift, not of the error of the model: errors must come from another file"];
    return importedLines(findings, lines, missing);
  },
};

/** A drift, or why there is none. */
function lineOf(document: unknown, options: ImportOptions): HistoryLineOf<"drift"> | string {
  const dated = datedSchema.safeParse(document).data;
  const report = dated?.report ?? document;
  if (!isEvidently(report)) return "expected a report of Evidently, with metrics[] or tests[]; write Report.json() into the file";
  const named = dated?.at ?? stampedSchema.safeParse(document).data?.timestamp;
  if (named === undefined) return 'the report names no time; write it as {"at": "2026-11-01T00:00:00Z", "report": …}, a line each';
  const at = momentReader(options, "either")(named);
  if (typeof at !== "number") return mistakeText(at);
  try {
    const read = evidentlyReport(report, { model: options.model, documentId: `history ${at}`, window: { start: at, end: at } });
    return { type: "drift", model: options.model, at, monitor: read.monitor, report: read };
  } catch (error) {
    if (error instanceof PoisonMessageError) return error.message;
    throw error;
  }
}
