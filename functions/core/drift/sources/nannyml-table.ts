import * as z from "zod/mini";
import { isMapping } from "../../json-path";

/** What NannyML says of one measure in one chunk: `value`, `upper_threshold`, `alert` and more, as far as the table has it. */
export interface NannymlMeasure {
  /** The column, and by which method; a performance metric alone has no column. */
  readonly column?: string;
  readonly method: string;
  readonly cells: ReadonlyMap<string, unknown>;
}

/** One row of a result. */
export interface NannymlChunk {
  /** `key`, `start_date`, `period` and more. */
  readonly about: ReadonlyMap<string, unknown>;
  readonly measures: readonly NannymlMeasure[];
}

/** The methods of the univariate drift calculator. */
const METHODS = ["jensen_shannon", "kolmogorov_smirnov", "wasserstein", "hellinger", "chi2", "l_infinity"];

/** What a result holds of each measure; the longer names first, since one ends with another. */
const CELLS = ["upper_confidence_boundary", "lower_confidence_boundary", "upper_threshold", "lower_threshold", "sampling_error"];
const FLAT_CELL = new RegExp(`^(.+)_(${[...CELLS, "realized", "value", "alert"].join("|")})$`, "s");
const FLAT_DRIFT = new RegExp(`^(.+)_(${METHODS.join("|")})$`, "s");

/** What a result tells of a chunk itself; any other name that begins with `chunk_` is that of a column. */
const CHUNK_CELLS: ReadonlySet<string> = new Set([
  ...["key", "index", "chunk_index", "start_index", "end_index", "start_date", "end_date", "period", "targets_missing_rate"],
]);
const CHUNK = "chunk";
const FLAT_CHUNK = `${CHUNK}_`;

/** Names of columns that have several levels, as Python writes them as text: ('distance', 'chi2', 'value'). */
const TUPLE = /^\((?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")(?:, (?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))+\)$/s;
const ELEMENT = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/gs;
const ESCAPED = /\\(['"\\])/g;

const splitSchema = z.object({ columns: z.array(z.unknown()), data: z.array(z.unknown()) });

/** The orient table, whose schema names the columns once more. */
const tableSchema = z.object({ schema: z.looseObject({}), data: z.array(z.unknown()) });

type Row = readonly (readonly [path: readonly string[], value: unknown])[];

/** True for what looks like such a result, by its first chunk. */
export function isNannymlTable(document: unknown): boolean {
  const [first] = rowsOf(document) ?? [];
  return first !== undefined && isChunk(chunkOf(first));
}

/**
 * The chunks of a result that was exported by `to_df().to_json()`, with one or several levels of columns, and any of pandas'
 * orients records, lines, split, index, columns and table; undefined for anything else.
 */
export function parseNannymlTable(document: unknown): NannymlChunk[] | undefined {
  const chunks = Array.from(rowsOf(document) ?? [], chunkOf);
  return chunks.some(isChunk) ? chunks : undefined;
}

function isChunk({ about, measures }: NannymlChunk): boolean {
  return about.has("key") && measures.length > 0;
}

/** Each row when it is asked for: of a cell they are many times what it is. */
function rowsOf(document: unknown): Iterable<Row> | undefined {
  if (Array.isArray(document)) return document.every(isMapping) ? recordRows(document) : undefined;
  const split = splitSchema.safeParse(document).data;
  if (split !== undefined) {
    const { columns, data } = split;
    return columns.every(isColumn) && data.every(isList) ? splitRows(columns, data) : undefined;
  }
  const table = tableSchema.safeParse(document).data;
  if (table !== undefined) return table.data.every(isMapping) ? recordRows(table.data) : undefined;
  if (!isMapping(document)) return undefined;
  // Of a single chunk, orient records of lines is an object.
  if (isRecord(document)) return recordRows([document]);
  const columns = Object.entries(document);
  if (!columns.every(isMappingEntry)) return undefined;
  const records = columns.map(([, record]) => record);
  return records[0] !== undefined && isRecord(records[0]) ? recordRows(records) : columnRows(columns);
}

/** True for a row that names its chunk, not for a column of rows. */
function isRecord(row: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(row).some((name) => isKey(pathOf(name)) && !isMapping(row[name]));
}

function isKey(path: readonly string[]): boolean {
  return isOfChunk(path) && path.at(-1) === "key";
}

function isOfChunk(path: readonly string[]): boolean {
  return path.length > 1 && path.slice(0, -1).every((level) => level === CHUNK) && CHUNK_CELLS.has(path.at(-1) ?? "");
}

function* recordRows(records: readonly Readonly<Record<string, unknown>>[]): Generator<Row> {
  const paths = new Map<string, readonly string[]>();
  const pathOnce = (name: string) => {
    const path = paths.get(name) ?? pathOf(name);
    paths.set(name, path);
    return path;
  };
  for (const record of records) yield Object.keys(record).map((name) => [pathOnce(name), record[name]]);
}

function* splitRows(columns: readonly (string | readonly string[])[], data: readonly (readonly unknown[])[]): Generator<Row> {
  const paths = columns.map((name) => (typeof name === "string" ? pathOf(name) : name));
  for (const cells of data) yield paths.slice(0, cells.length).map((path, index) => [path, cells[index]]);
}

/** Only cells that are there are looked at: of many columns and many rows all others are far more. */
function columnRows(columns: readonly [string, Readonly<Record<string, unknown>>][]): Row[] {
  const rows = new Map(Object.keys(columns[0]?.[1] ?? {}).map((index): [string, [readonly string[], unknown][]] => [index, []]));
  for (const [name, cells] of columns) {
    const path = pathOf(name);
    for (const index of Object.keys(cells)) rows.get(index)?.push([path, cells[index]]);
  }
  return [...rows.values()];
}

function isColumn(name: unknown): name is string | string[] {
  return typeof name === "string" || (isList(name) && name.every((level) => typeof level === "string"));
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isMappingEntry(entry: [string, unknown]): entry is [string, Readonly<Record<string, unknown>>] {
  return isMapping(entry[1]);
}

/** `["chunk", cell]`, `[method, cell]` or `[column, method, cell]`; a column with another name is of no measure, and itself. */
function pathOf(name: string): readonly string[] {
  if (TUPLE.test(name)) {
    return [...name.matchAll(ELEMENT)].map(([, single, double]) => (single ?? double ?? "").replaceAll(ESCAPED, "$1"));
  }
  const cellOfChunk = name.startsWith(FLAT_CHUNK) ? name.slice(FLAT_CHUNK.length) : "";
  if (CHUNK_CELLS.has(cellOfChunk)) return [CHUNK, cellOfChunk];
  const [, measure, cell] = FLAT_CELL.exec(name) ?? [];
  if (measure === undefined || cell === undefined) return [name];
  const [, column, method] = FLAT_DRIFT.exec(measure) ?? [];
  return column === undefined || method === undefined ? [measure, cell] : [column, method, cell];
}

function chunkOf(row: Row): NannymlChunk {
  const about = new Map<string, unknown>();
  const measures = new Map<string, { column?: string; method: string; cells: Map<string, unknown> }>();
  for (const [path, value] of row) {
    const [method = "", column] = path.slice(0, -1).toReversed();
    const cell = path.at(-1) ?? "";
    if (isOfChunk(path)) about.set(cell, value);
    else if (path.length > 1) {
      const key = JSON.stringify(path.slice(0, -1));
      const measure = measures.get(key) ?? { ...(column !== undefined && { column }), method, cells: new Map<string, unknown>() };
      measures.set(key, measure);
      measure.cells.set(cell, value);
    }
  }
  return { about, measures: [...measures.values()] };
}
