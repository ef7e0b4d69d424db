import type { CaptureSettings } from "./capture-settings";

/** Reports are made up for as far back as this, or for so many windows when these reach further. */
const LOOK_BACK_MS = 2 * 86_400_000;
const LEAST_WINDOWS = 3;

/** From `start` to before `end`, epoch milliseconds. */
export interface CaptureWindow {
  readonly start: number;
  readonly end: number;
}

/**
 * The windows whose captures are all written by `now`, oldest first: whole multiples of the period since 1970, as far as the monitor
 * looks back. What is missed for longer stays missed.
 */
export function dueWindows({ periodMs, delayMs }: Pick<CaptureSettings, "periodMs" | "delayMs">, now: number): CaptureWindow[] {
  const count = Math.max(LEAST_WINDOWS, Math.ceil(LOOK_BACK_MS / periodMs));
  const last = Math.floor((now - delayMs) / periodMs);
  const first = Math.max(0, last - count);
  return Array.from({ length: Math.max(0, last - first) }, (_, index) => ({
    start: (first + index) * periodMs,
    end: (first + index + 1) * periodMs,
  }));
}

/** A moment in whole seconds, as files are named by it: `2026-11-21T100000Z`. */
export function fileTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replaceAll(":", "")}Z`;
}
