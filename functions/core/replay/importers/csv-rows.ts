import { quotedRows } from "../../capture/lines/csv-rows";

/**
 * The rows of a CSV file, its header among them, https://www.rfc-editor.org/rfc/rfc4180: values may be quoted, lines end in LF or
 * CRLF, a byte order mark and empty lines are left out.
 * @returns the rows before the first that cannot be read, and in one line what is wrong with that one, if there is one
 */
export function csvRows(text: string): { rows: readonly (readonly string[])[]; problem?: string } {
  const { rows, problem } = quotedRows(text.replace(/^\uFEFF/, ""));
  if (problem === undefined) return { rows };
  return { rows, problem: `row ${rows.length + 1}: ${problem}: was the file cut short? Export it again` };
}
