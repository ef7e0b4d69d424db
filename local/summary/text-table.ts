import { fitted, textWidth } from "./text-width";

/** No terminal is taken for narrower, in columns. */
const LEAST_COLUMNS = 60;
/** No cell is shortened to less, in columns. */
const LEAST_CELL = 12;
const MARGIN = "  ";

/**
 * Rows under each other in columns; numbers are aligned to the right. Colours take no room, wide characters two columns. Where the
 * widest texts do not fit, they are shortened, and end in `…`; a cell of several lines, which is wrapped already, is not.
 * @param columns of the output. @default - those of the terminal, at least 60; any number where the output is none
 */
export function textTable(rows: readonly (readonly (string | number)[])[], columns = outputColumns()): string {
  const texts = rows.map((row) => row.map((cell) => (typeof cell === "number" ? formatCount(cell) : cell)));
  const widths = fittingWidths(naturalWidths(texts), columns);
  const pad = (text: string, column: number, cell: string | number | undefined) => {
    const width = widths[column] ?? 0;
    const shown = text.includes("\n") ? text : fitted(text, Math.max(1, width));
    const room = " ".repeat(Math.max(0, width - textWidth(shown)));
    return typeof cell === "number" ? room + shown : shown + room;
  };
  return texts
    .map((row, index) => `${MARGIN}${row.map((text, column) => pad(text, column, rows[index]?.[column])).join(MARGIN)}`.trimEnd())
    .join("\n");
}

function naturalWidths(texts: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const row of texts)
    row.forEach((text, column) => {
      widths[column] = Math.max(widths[column] ?? 0, textWidth(text));
    });
  return widths;
}

/** Takes from the widest column, a step at a time, until all fit or none can give more. */
function fittingWidths(widths: readonly number[], columns: number): number[] {
  const fitting = [...widths];
  const most = columns - MARGIN.length * widths.length;
  for (let over = fitting.reduce((sum, width) => sum + width, 0) - most; over > 0 && Number.isFinite(over); over--) {
    const widest = fitting.indexOf(Math.max(...fitting));
    const width = fitting[widest] ?? 0;
    if (width <= LEAST_CELL) break;
    fitting[widest] = width - 1;
  }
  return fitting;
}

/** A pipe gets whole cells: what reads it may look for them. */
function outputColumns(): number {
  return process.stdout.isTTY ? Math.max(LEAST_COLUMNS, process.stdout.columns) : Number.POSITIVE_INFINITY;
}

/** A whole number with its thousands apart. */
export function formatCount(value: number): string {
  return value.toLocaleString("en-US");
}
