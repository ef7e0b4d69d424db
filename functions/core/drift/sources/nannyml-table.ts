import * as z from "zod/mini";

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

/** Names of columns that have several levels, as pandas writes them as text: ('distance', 'chi2', 'value'). */
const TUPLE = /^\((?:'[^']*'|"[^"]*")(?:, (?:'[^']*'|"[^"]*"))+\)$/s;
const ELEMENT = /'([^']*)'|"([^"]*)"/gs;

const recordsSchema = z.array(z.record(z.string(), z.unknown()));
const splitSchema = z.object({ columns: z.array(z.union([z.string(), z.array(z.string())])), data: z.array(z.array(z.unknown())) });
const columnsSchema = z.record(z.string(), z.record(z.string(), z.unknown()));

type Row = readonly (readonly [path: readonly string[], value: unknown])[];

/**
 * The chunks of a result that was exported by `to_df().to_json()`, with one or several levels of columns, and any of pandas'
 * orients records, split and columns; undefined for anything else.
 */
export function parseNannymlTable(document: unknown): NannymlChunk[] | undefined {
  const chunks = rowsOf(document)?.map(chunkOf);
  const isTable = chunks?.some(({ about, measures }) => about.has("key") && measures.length > 0);
  return isTable ? chunks : undefined;
}

function rowsOf(document: unknown): Row[] | undefined {
  const records = recordsSchema.safeParse(document).data;
  if (records !== undefined) return records.map((record) => Object.entries(record).map(([name, value]) => [pathOf(name), value]));
  const split = splitSchema.safeParse(document).data;
  if (split !== undefined) {
    const paths = split.columns.map((name) => (typeof name === "string" ? pathOf(name) : name));
    return split.data.map((cells) => paths.map((path, index) => [path, cells[index]]));
  }
  const columns = columnsSchema.safeParse(document).data;
  if (columns === undefined) return undefined;
  const entries = Object.entries(columns).map(([name, cells]) => [pathOf(name), new Map(Object.entries(cells))] as const);
  const indices = [...(entries[0]?.[1].keys() ?? [])];
  return indices.map((index) => entries.map(([path, cells]) => [path, cells.get(index)]));
}

/** `["chunk", cell]`, `[method, cell]` or `[column, method, cell]`; a column with another name is of no measure, and itself. */
function pathOf(name: string): readonly string[] {
  if (TUPLE.test(name)) return [...name.matchAll(ELEMENT)].map(([, single, double]) => single ?? double ?? "");
  if (name.startsWith("chunk_")) return ["chunk", name.slice("chunk_".length)];
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
    if (path[0] === "chunk") about.set(cell, value);
    else if (path.length > 1) {
      const key = JSON.stringify(path.slice(0, -1));
      const measure = measures.get(key) ?? { ...(column !== undefined && { column }), method, cells: new Map<string, unknown>() };
      measures.set(key, measure);
      measure.cells.set(cell, value);
    }
  }
  return { about, measures: [...measures.values()] };
}
