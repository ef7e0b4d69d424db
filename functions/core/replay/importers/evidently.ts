import * as z from "zod/mini";
import { evidentlyReport, isEvidently } from "../../drift/sources/evidently";
import { PoisonMessageError } from "../../errors";
import type { HistoryLineOf } from "../history-line";
import { type ExportedDocument, exportedDocuments, exportedTime, headOf, problemList } from "./exported-values";
import type { Importer, ImportOptions } from "./importer";

/** A report with the end of its window, which Evidently's own JSON has not. */
const datedSchema = z.object({ at: z.unknown(), report: z.looseObject({}) });
const stampedSchema = z.object({ timestamp: z.unknown() });

/** Reports of drift, one document, a list of them, or one in a line. */
export const evidently: Importer = {
  name: "evidently",
  title: 'Evidently: Report.json(), or lines of {"at": "<end of the window>", "report": <that JSON>}',
  detects: (text) => {
    const head = headOf(text);
    return (
      /^[[{]/.test(head) &&
      /"metrics"\s*:|"tests"\s*:/.test(head) &&
      /"(?:metric_name|metric_id|metric)"\s*:\s*"|"group"\s*:/.test(head)
    );
  },
  read(text, options) {
    const problems = problemList();
    const documents = exportedDocuments(text, problems.add).flatMap(({ value, place }): ExportedDocument[] =>
      Array.isArray(value) ? value.map((element, index) => ({ value: element, place: `[${index}]: ` })) : [{ value, place }],
    );
    const lines = documents.flatMap(({ value, place }) => {
      const line = lineOf(value, options);
      if (typeof line !== "string") return [line];
      problems.add(place + line);
      return [];
    });
    const missing = ["Evidently's reports tell of drift, not of the error of the model: errors must come from another file"];
    return { lines: lines.toSorted((a, b) => a.at - b.at), problems: problems.all(), missing };
  },
};

/** A drift, or why there is none. */
function lineOf(document: unknown, { model, offsetMinutes }: ImportOptions): HistoryLineOf<"drift"> | string {
  const dated = datedSchema.safeParse(document).data;
  const report = dated?.report ?? document;
  if (!isEvidently(report)) return "expected a report of Evidently, with metrics[] or tests[]; write Report.json() into the file";
  const named = dated?.at ?? stampedSchema.safeParse(document).data?.timestamp;
  if (named === undefined) return 'the report names no time; write it as {"at": "2026-11-01T00:00:00Z", "report": …}, a line each';
  const at = exportedTime(named, offsetMinutes);
  if (typeof at === "string") return at;
  try {
    const read = evidentlyReport(report, { model, documentId: `history ${at}`, window: { start: at, end: at } });
    return { type: "drift", model, at, monitor: read.monitor, report: read };
  } catch (error) {
    if (error instanceof PoisonMessageError) return error.message;
    throw error;
  }
}
