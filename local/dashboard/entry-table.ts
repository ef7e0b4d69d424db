import type { LoggedEntry } from "./collect-metrics";
import type { Panel } from "./panel";

/** A table of entries, with the time before the fields; all of the first entry's fields where none are named. */
export function entryTable(title: string, entries: readonly LoggedEntry[], fields?: readonly string[]): Panel {
  const columns = fields ?? Object.keys(entries[0]?.entry ?? {}).filter((field) => field !== "level" && field !== "event");
  const rows = entries.map(({ at, entry }) => [
    new Date(at).toISOString().slice(0, 16).replace("T", " "),
    ...columns.map((field) => textOf(Object.hasOwn(entry, field) ? entry[field] : undefined)),
  ]);
  return { kind: "table", title, columns: ["time", ...columns], rows };
}

function textOf(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
