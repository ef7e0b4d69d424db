import { HISTORY_LINE_TYPES } from "../history-line";
import { parseHistoryLine } from "../parse-history-line";
import type { Importer } from "./importer";
import { importedLines, startFindings } from "./reading/findings";
import { headOf } from "./reading/json-documents";

const TYPED = new RegExp(`^\\{(?:[^\\n]*,)?\\s*"type"\\s*:\\s*"(?:${HISTORY_LINE_TYPES.join("|")})"`);

/** Retrigger's own lines, which every other format is turned into. */
export const canonicalHistory: Importer = {
  name: "history",
  title: "Retrigger's own JSON Lines, as history import writes them",
  namesModel: true,
  detects: (text) => TYPED.test(headOf(text)),
  read(text) {
    const findings = startFindings("lines");
    const lines = text
      .replace(/^\uFEFF/, "")
      .split("\n")
      .flatMap((raw, index) => {
        if (raw.trim() === "") return [];
        const { line, problem } = parseHistoryLine(raw);
        if (line !== undefined) return [line];
        findings.tell(`line ${index + 1}: ${problem}`);
        return [];
      });
    return importedLines(findings, lines, []);
  },
};
