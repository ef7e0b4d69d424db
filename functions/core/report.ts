/** One structured line of what a function did or refused; values are JSON. */
export interface ReportEntry {
  readonly level: "info" | "warn" | "error";
  readonly event: string;
  readonly [field: string]: unknown;
}

/** Port: where a function says what it did. Never throws. */
export type Reporter = (entry: ReportEntry) => void;

/** The message of whatever was thrown, for a report. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
}
