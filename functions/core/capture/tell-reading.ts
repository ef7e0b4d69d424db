import type { Reporter } from "../report";
import { misfitsOf } from "./feature-tally";
import type { WindowReading } from "./read-window";
import type { WindowSummary } from "./window-summary";

/** Features whose misfits are named. */
const NAMED_FEATURES = 10;

/** The model and the window that is told of. */
interface ToldWindow {
  readonly model: string;
  readonly start: string;
  readonly end: string;
}

/**
 * Reports, once per window, what of it could not be read or does not fit; true when it is fit to be compared: when at most half of its
 * lines are unreadable, and it has the rows that are asked for. An empty window is nothing to tell of.
 */
export function tellReading(
  report: Reporter,
  window: ToldWindow,
  { lines, unreadable, withoutOutputs, problems }: WindowReading,
  { rows, features, leftOutValues, unknownColumns }: WindowSummary,
  minimumRows: number,
): boolean {
  if (unreadable * 2 > lines) {
    const why = "more than half of the captured lines cannot be read: check format and columns";
    report({ level: "error", event: "monitor-window-unreadable", ...window, why, lines, unreadable, problems });
    return false;
  }
  const misfits = features.map((tally) => ({ name: tally.name, values: misfitsOf(tally) })).filter(({ values }) => values > 0);
  const isWhole = unreadable + withoutOutputs + leftOutValues + misfits.length + unknownColumns.length === 0;
  if (!isWhole) {
    const left = { lines, unreadable, withoutOutputs, problems, leftOutValues, unknownColumns };
    const misfitting = { misfitFeatures: misfits.length, misfits: misfits.slice(0, NAMED_FEATURES) };
    report({ level: "warn", event: "monitor-window-partly-read", ...window, ...left, ...misfitting });
  }
  if (rows > 0 && rows < minimumRows) {
    report({ level: "info", event: "monitor-window-too-small", ...window, rows, minimumRows });
  }
  return rows > 0 && rows >= minimumRows;
}
