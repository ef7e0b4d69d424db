import { plainLine } from "../../plain-text";
import { GrowingColumn } from "./growing-column";
import { MAX_TEXT_CHARS } from "./prediction-line";
import type { SliceColumn } from "./prediction-table";

/** Columns that rows are told apart by. */
export const MAX_SLICE_COLUMNS = 20;

/** Slices of one column. */
export const MAX_SLICES = 1_000;

/** Of rows that do not name their slice. */
const UNNAMED = "";

interface Column {
  readonly codes: GrowingColumn<Uint32Array>;
  readonly names: Map<string, number>;
}

/** Collects the slices that rows are in. */
export class SliceColumns {
  private readonly columns = new Map<string, Column>();

  /**
   * @param row from 0
   * @returns what is wrong with the slices; undefined for nothing
   */
  add(slices: Readonly<Record<string, unknown>> | undefined, row: number): string | undefined {
    if (slices === undefined) return undefined;
    for (const [name, value] of Object.entries(slices)) {
      const column = this.columnOf(name);
      if (typeof column === "string") return column;
      const slice = sliceName(value);
      if (slice === undefined) {
        return `got a slice of column ${shown(name)} that is no text of at most ${MAX_TEXT_CHARS} characters`;
      }
      const code = column.names.get(slice) ?? column.names.size;
      if (code >= MAX_SLICES)
        return `got more than ${MAX_SLICES} slices of column ${shown(name)}, expected fewer: put values together`;
      column.names.set(slice, code);
      column.codes.padTo(row, 0);
      column.codes.push(code);
    }
    return undefined;
  }

  /** Names ascending. @param order places of the rows that each place of the result takes */
  finish(order: Uint32Array): Record<string, SliceColumn> {
    const columns = [...this.columns].sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(columns.map(([name, column]) => [name, finished(column, order)]));
  }

  private columnOf(name: string): Column | string {
    const known = this.columns.get(name);
    if (known !== undefined) return known;
    if (name === "" || name.length > MAX_TEXT_CHARS) {
      return `got a column of slices named ${shown(name)}, expected 1 to ${MAX_TEXT_CHARS} characters`;
    }
    if (this.columns.size === MAX_SLICE_COLUMNS) {
      return `got more than ${MAX_SLICE_COLUMNS} columns of slices, ${shown(name)} too, expected fewer`;
    }
    const column = { codes: new GrowingColumn((length) => new Uint32Array(length)), names: new Map([[UNNAMED, 0]]) };
    this.columns.set(name, column);
    return column;
  }
}

function finished({ codes, names }: Column, order: Uint32Array): SliceColumn {
  codes.padTo(order.length, 0);
  const given = codes.values();
  const isUsed = given.includes(0);
  const sorted = [...names.keys()].filter((name) => name !== UNNAMED || isUsed).sort((a, b) => (a < b ? -1 : 1));
  const places = new Uint32Array(names.size);
  for (const [place, name] of sorted.entries()) places[names.get(name) ?? 0] = place;
  return { names: sorted, codes: order.map((row) => places[given[row] ?? 0] ?? 0) };
}

/** Numbers, true and false as their texts; undefined for what is no name. */
function sliceName(value: unknown): string | undefined {
  if (value === null) return UNNAMED;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return typeof value === "string" && value.length <= MAX_TEXT_CHARS ? value : undefined;
}

function shown(name: string): string {
  return JSON.stringify(plainLine(name, 40));
}
