import type { ModelSettings } from "../model-settings";
import type { CaptureSettings } from "./capture-settings";
import { type CaptureWindow, captureFolders, type ListFolders } from "./capture-windows";
import type { CountingTally } from "./counting-tally";
import type { CapturePorts } from "./ports";
import { readWindow, type WindowReading } from "./read-window";
import { createWindowSummary, type WindowSummary } from "./window-summary";

/** A model's captures, and until when they may be read. */
export interface CaptureReading {
  readonly ports: Pick<CapturePorts, "captures" | "log" | "now">;
  readonly settings: ModelSettings;
  readonly capture: CaptureSettings;
  readonly folders: ListFolders;
  /** Epoch milliseconds; no window is begun after it. */
  readonly until: number;
}

/** A window whose rows are counted over bins, and how well it could be read. */
export interface CountedWindow {
  readonly summary: WindowSummary<CountingTally>;
  readonly reading: WindowReading;
}

/** Counts a window's rows into empty tallies. Rejects when an object of it cannot be listed or read. */
export async function countWindow(
  of: CaptureReading,
  known: readonly CountingTally[],
  window: CaptureWindow,
): Promise<CountedWindow> {
  const summary = createWindowSummary({ capture: of.capture, columns: of.settings.drift.columns, known });
  return { summary, reading: await readInto(of, summary, window) };
}

/** Adds a window's rows to a summary. Rejects when an object of it cannot be listed or read. */
export async function readInto(
  { ports, capture, folders }: CaptureReading,
  summary: WindowSummary,
  window: CaptureWindow,
): Promise<WindowReading> {
  return await readWindow(ports.captures, capture, await captureFolders(capture.location, window, folders), summary);
}

/** True, with a warning that counts the windows which are left, when no other may be begun. */
export function isOutOfTime({ ports, settings, until }: CaptureReading, windows: number): boolean {
  if (ports.now() < until) return false;
  ports.log({ level: "warn", event: "monitor-out-of-time", model: settings.model, windows });
  return true;
}
