import { PoisonMessageError } from "../errors";
import type { Log } from "../log/log";
import type { CaptureSettings } from "./capture-settings";
import { misfitsOf } from "./feature-tally";
import type { LineReader } from "./lines/captured-row";
import { lineReader } from "./lines/line-reader";
import type { CaptureStore } from "./ports";
import type { WindowSummary } from "./window-summary";

/** Reasons that a report names; a broken capture has one in every line. */
const NAMED_PROBLEMS = 5;

/** A window of which so many lines were read, and none was readable, is given up: its format is not the configured one. */
const GIVE_UP_LINES = 10_000;

/** A line that could not be read, or lacks its outputs. */
interface LineProblem {
  readonly uri: string;
  /** Counted from 1, of those that are not empty. */
  readonly line: number;
  readonly why: string;
}

/** How well a window could be read. */
export interface WindowReading {
  readonly lines: number;
  /** Lines without any row. */
  readonly unreadable: number;
  /** Lines of which the outputs could not be read. */
  readonly withoutOutputs: number;
  /** The first line of each of the first few reasons. */
  readonly problems: readonly LineProblem[];
}

/** Adds every row of the folders' objects to `summary`, a line at a time. Rejects when an object cannot be listed or read. */
export async function readWindow(
  captures: CaptureStore,
  capture: CaptureSettings,
  folders: readonly string[],
  summary: WindowSummary,
): Promise<WindowReading> {
  const read = lineReader(capture);
  const tally = createLineTally();
  for (const folder of folders) {
    for await (const { uri, bytes } of captures.list(folder)) {
      if (bytes > 0) await readObject(captures, uri, read, summary, tally);
      if (tally.lines >= GIVE_UP_LINES && tally.unreadable === tally.lines) return tally;
    }
  }
  return tally;
}

async function readObject(
  captures: CaptureStore,
  uri: string,
  read: LineReader,
  summary: WindowSummary,
  tally: LineTally,
): Promise<void> {
  let line = 0;
  try {
    for await (const lines of captures.lines(uri)) {
      for (const text of lines) {
        line++;
        tally.lines++;
        readLine(text, { uri, line }, read, summary, tally);
      }
      if (tally.lines >= GIVE_UP_LINES && tally.unreadable === tally.lines) return;
    }
  } catch (error) {
    // A line that is longer than any request ends its object.
    if (!(error instanceof PoisonMessageError)) throw error;
    tally.lines++;
    tally.unreadable++;
    tally.note({ uri, line: line + 1, why: error.message });
  }
}

function readLine(
  text: string,
  at: { readonly uri: string; readonly line: number },
  read: LineReader,
  summary: WindowSummary,
  tally: LineTally,
): void {
  try {
    const { rows, problem } = read(text);
    for (const row of rows) summary.add(row);
    if (problem === undefined) return;
    tally.withoutOutputs++;
    tally.note({ ...at, why: problem });
  } catch (error) {
    if (!(error instanceof PoisonMessageError)) throw error;
    tally.unreadable++;
    tally.note({ ...at, why: error.message });
  }
}

interface LineTally extends WindowReading {
  lines: number;
  unreadable: number;
  withoutOutputs: number;
  note(problem: LineProblem): void;
}

function createLineTally(): LineTally {
  const problems = new Map<string, LineProblem>();
  return {
    lines: 0,
    unreadable: 0,
    withoutOutputs: 0,
    get problems() {
      return [...problems.values()];
    },
    note(problem) {
      if (problems.size < NAMED_PROBLEMS && !problems.has(problem.why)) problems.set(problem.why, problem);
    },
  };
}

/** Features whose misfits are named. */
const NAMED_FEATURES = 10;

/** The model and the window that is told of. */
interface ToldWindow {
  readonly model: string;
  readonly start: string;
  readonly end: string;
}

/**
 * Reports, once per window, what of it could not be read or does not fit; true when it is fit to be compared: when at most half of
 * its lines are unreadable, and it has the rows that are asked for. An empty window is nothing to tell of.
 * @param rowsBefore rows that the summary had before this window
 */
export function reportWindowQuality(
  log: Log,
  window: ToldWindow,
  { lines, unreadable, withoutOutputs, problems }: WindowReading,
  { rows: rowsSoFar, features, leftOutValues, unknownColumns, rowsWithoutUnit }: WindowSummary,
  minimumRows: number,
  rowsBefore = 0,
): boolean {
  const rows = rowsSoFar - rowsBefore;
  if (unreadable * 2 > lines) {
    const why = "more than half of the captured lines cannot be read: check format and columns";
    log({ level: "error", event: "monitor-window-unreadable", ...window, why, lines, unreadable, unreadShare: 1, problems });
    return false;
  }
  const misfits = features.map((tally) => ({ name: tally.name, values: misfitsOf(tally) })).filter(({ values }) => values > 0);
  const isWhole = unreadable + withoutOutputs + leftOutValues + misfits.length + unknownColumns.length + rowsWithoutUnit === 0;
  if (!isWhole) {
    // Of a column that is not compared, nothing is.
    const columnShare =
      leftOutValues + unknownColumns.length > 0 ? 1 : Math.max(0, ...misfits.map(({ values }) => values)) / rowsSoFar;
    const unitShare = rowsWithoutUnit / (rowsSoFar + rowsWithoutUnit);
    const unreadShare = Math.max(unreadable / lines, withoutOutputs / lines, rowsSoFar === 0 ? 0 : columnShare, unitShare || 0);
    const left = { lines, unreadable, unreadShare, withoutOutputs, problems, leftOutValues, unknownColumns, rowsWithoutUnit };
    const misfitting = { misfitFeatures: misfits.length, misfits: misfits.slice(0, NAMED_FEATURES) };
    log({ level: "warn", event: "monitor-window-partly-read", ...window, ...left, ...misfitting });
  }
  if (rows > 0 && rows < minimumRows) {
    log({ level: "info", event: "monitor-window-too-small", ...window, rows, minimumRows });
  }
  return rows > 0 && rows >= minimumRows;
}
