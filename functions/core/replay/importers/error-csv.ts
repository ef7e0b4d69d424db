import { modelNameSchema } from "../../model-settings";
import { plainLine } from "../../plain-text";
import type { HistoryLineOf } from "../history-line";
import type { Importer, ImportOptions } from "./importer";
import { type Findings, importedLines, mistakeText, startFindings } from "./reading/findings";
import { headOf } from "./reading/json-documents";
import { momentReader } from "./reading/moment";

const COLUMNS = ["at", "error", "rows", "run", "model"] as const;
type Column = (typeof COLUMNS)[number];

const EXAMPLE = "at,error,rows\n2026-11-01T00:00:00Z,0.12,2600";
const SHARE = /^(?:0|1|0?\.\d+|0\.\d*|1\.0*|\d(?:\.\d+)?[eE]-\d{1,3})$/;
const LONGEST_TEXT = 1024;

/** The error of the served model, a line for each step: `at` is the step's end. */
export const errorCsv: Importer = {
  name: "error-csv",
  title: "CSV with the header at,error and, if known, rows, run and model, in any order",
  namesModel: true,
  detects: (text) => {
    const cells = cellsOf(firstLine(headOf(text)), firstLine(headOf(text)).includes(";") ? ";" : ",").map((cell) =>
      cell.toLowerCase(),
    );
    return cells.includes("at") && cells.includes("error");
  },
  read(text, options) {
    const findings = startFindings("rows");
    const [header = "", ...rows] = text.replace(/^\uFEFF/, "").split("\n");
    const columns = columnsOf(header, findings);
    const isNamed = columns === undefined || columns.includes("model") || options.model !== "";
    if (!isNamed) findings.tell("no model is named: say it with --model, or add a column model");
    const lines =
      columns === undefined || !isNamed ? [] : rows.flatMap((row, index) => lineOf(row, index + 2, columns, options, findings));
    const missing: string[] = [];
    if (columns !== undefined && !columns.includes("rows"))
      missing.push("how many labelled rows are behind each error: add a column rows");
    return importedLines(findings, lines, missing);
  },
};

function firstLine(text: string): string {
  return text.slice(0, Math.max(0, text.indexOf("\n")) || text.length);
}

/** Undefined for a header by which nothing can be read. */
function columnsOf(header: string, findings: Findings): readonly string[] | undefined {
  const columns = cellsOf(header, ",").map((cell) => cell.toLowerCase());
  const refuse = (why: string) => {
    findings.tell(`line 1: ${why}; expected a header such as ${JSON.stringify(EXAMPLE.split("\n")[0])}`);
    return undefined;
  };
  if (header.includes(";")) return refuse("values are separated by semicolons: separate them by commas, with a decimal point");
  for (const needed of ["at", "error"])
    if (!columns.includes(needed)) return refuse(`got ${plainLine(header, 80)}, without ${needed}`);
  const twice = COLUMNS.find((column) => columns.indexOf(column) !== columns.lastIndexOf(column));
  if (twice !== undefined) return refuse(`got the column ${twice} twice`);
  const unknown = columns.filter((column) => !isColumn(column));
  if (unknown.length > 0) {
    const told = unknown.slice(0, 5).map((column) => JSON.stringify(plainLine(column, 40)));
    findings.tell(`line 1: the columns ${told.join(", ")} are not read; known are ${COLUMNS.join(", ")}`);
  }
  return columns;
}

function isColumn(name: string): name is Column {
  return COLUMNS.some((column) => column === name);
}

function lineOf(
  row: string,
  number: number,
  columns: readonly string[],
  options: ImportOptions,
  findings: Findings,
): HistoryLineOf<"quality">[] {
  if (row.trim() === "") return [];
  const refuse = (why: string) => {
    findings.tell(`line ${number}: ${why}`);
    return [];
  };
  const cells = cellsOf(row, ",");
  if (cells.length !== columns.length) {
    const comma = cells.length > columns.length ? "; is there a decimal comma? Write 0.12 for 0,12" : "; was the file cut short?";
    return refuse(`got ${cells.length} values for ${columns.length} columns${comma}`);
  }
  const cell = (column: Column) => cells[columns.indexOf(column)] ?? "";
  const at = momentReader(options, "either")(cell("at"));
  if (typeof at !== "number") return refuse(`at: ${mistakeText(at)}`);
  const error = cell("error");
  if (!SHARE.test(error) || Number(error) > 1) return refuse(`error: ${mistakeOf(error)}`);
  const rows = cell("rows");
  if (rows !== "" && !(/^\d{1,15}$/.test(rows) && Number.isSafeInteger(Number(rows))))
    return refuse(`rows: got ${JSON.stringify(plainLine(rows, 40))}, expected a whole number, or nothing`);
  const model = cell("model") || options.model;
  if (model === "") {
    findings.refuse(`line ${number}`, { got: "no model", expected: "its name in the column model, or in --model" });
    return [];
  }
  if (!modelNameSchema.safeParse(model).success)
    return refuse(`model: got ${JSON.stringify(plainLine(model, 60))}, expected 1 to 40 of a-z, 0-9 and -, starting with a letter`);
  const run = cell("run");
  if (run.length > LONGEST_TEXT) return refuse(`run: got ${run.length} characters, expected at most ${LONGEST_TEXT}`);
  return [
    { type: "quality", model, at, error: Number(error), ...(rows !== "" && { rows: Number(rows) }), ...(run !== "" && { run }) },
  ];
}

function mistakeOf(error: string): string {
  const got = `got ${JSON.stringify(plainLine(error, 40))}`;
  if (/^\d*,\d+$/.test(error)) return `${got}, a decimal comma: write ${error.replace(",", ".")}`;
  if (/%$/.test(error)) return `${got}, a percentage: write the share, such as 0.12 for 12%`;
  if (error !== "" && Number(error) > 1) return `${got}, expected a share from 0 to 1: divide percentages by 100`;
  return `${got}, expected a share from 0 to 1, such as 0.12; leave the line out where it is not known`;
}

/** The values of one line, without blanks around them; they may be quoted. */
function cellsOf(line: string, separator: "," | ";"): string[] {
  const text = line.endsWith("\r") ? line.slice(0, -1) : line;
  if (!text.includes('"')) return text.split(separator).map((cell) => cell.trim());
  const cells: string[] = [];
  let [cell, isQuoted] = ["", false];
  for (const character of text) {
    if (character === '"') isQuoted = !isQuoted;
    else if (character === separator && !isQuoted) {
      cells.push(cell.trim());
      cell = "";
    } else cell += character;
  }
  return [...cells, cell.trim()];
}
