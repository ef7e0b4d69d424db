import type { HistoryLine } from "./history-line";

const TIMES: ReadonlySet<string> = new Set(["at", "from", "endedAt", "trainedUntil", "seenAt"]);

/** The last moment of the year 9999; what is later, ISO 8601 writes in a form that few programs read. */
const LAST_READABLE_MS = 253_402_300_799_999;

/** A line of a history as JSON, without its end; times are ISO 8601. */
export function historyLineText(line: HistoryLine): string {
  const entries = Object.entries(line).map(([name, value]: [string, unknown]) => {
    const isTime = TIMES.has(name) && typeof value === "number" && value <= LAST_READABLE_MS;
    return [name, isTime ? new Date(value).toISOString() : value];
  });
  return JSON.stringify(Object.fromEntries(entries));
}
