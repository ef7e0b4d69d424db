/** Rows under each other in columns; numbers are aligned to the right. */
export function textTable(rows: readonly (readonly (string | number)[])[]): string {
  const widths: number[] = [];
  const texts = rows.map((row) => row.map((cell) => (typeof cell === "number" ? formatCount(cell) : cell)));
  for (const row of texts)
    row.forEach((text, column) => {
      widths[column] = Math.max(widths[column] ?? 0, text.length);
    });
  const pad = (text: string, column: number, cell: string | number | undefined) =>
    typeof cell === "number" ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0);
  return texts
    .map((row, index) => `  ${row.map((text, column) => pad(text, column, rows[index]?.[column])).join("  ")}`.trimEnd())
    .join("\n");
}

/** A whole number with its thousands apart. */
export function formatCount(value: number): string {
  return value.toLocaleString("en-US");
}
