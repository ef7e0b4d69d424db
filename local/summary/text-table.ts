import { stripVTControlCharacters } from "node:util";

/** Rows under each other in columns; numbers are aligned to the right. Colours take no room. */
export function textTable(rows: readonly (readonly (string | number)[])[]): string {
  const widths: number[] = [];
  const texts = rows.map((row) => row.map((cell) => (typeof cell === "number" ? formatCount(cell) : cell)));
  for (const row of texts)
    row.forEach((text, column) => {
      widths[column] = Math.max(widths[column] ?? 0, lengthOf(text));
    });
  const pad = (text: string, column: number, cell: string | number | undefined) => {
    const room = " ".repeat((widths[column] ?? 0) - lengthOf(text));
    return typeof cell === "number" ? room + text : text + room;
  };
  return texts
    .map((row, index) => `  ${row.map((text, column) => pad(text, column, rows[index]?.[column])).join("  ")}`.trimEnd())
    .join("\n");
}

/** A whole number with its thousands apart. */
export function formatCount(value: number): string {
  return value.toLocaleString("en-US");
}

function lengthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}
