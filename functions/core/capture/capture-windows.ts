import type { CaptureSettings } from "./capture-settings";
import type { CaptureStore } from "./ports";

/** Reports are made up for as far back as this, or for so many windows when these reach further. */
const LOOK_BACK_MS = 2 * 86_400_000;
const LEAST_WINDOWS = 3;

/** From `start` to before `end`, epoch milliseconds. */
export interface CaptureWindow {
  readonly start: number;
  readonly end: number;
}

/** A baseline is made of so many windows, which are at least a day and at most four weeks together. */
const BASELINE_WINDOWS = 7;
const LEAST_SPAN_MS = 86_400_000;
const MOST_SPAN_MS = 28 * 86_400_000;

type Cadence = Pick<CaptureSettings, "periodMs" | "delayMs" | "baselineSpanMs">;

/** Of how many windows a baseline is made. */
export function baselineWindows({ periodMs, baselineSpanMs }: Omit<Cadence, "delayMs">): number {
  const spanMs = baselineSpanMs ?? Math.min(MOST_SPAN_MS, Math.max(LEAST_SPAN_MS, BASELINE_WINDOWS * periodMs));
  return Math.max(1, Math.floor(spanMs / periodMs));
}

/**
 * The windows whose captures are all written by `now`, oldest first: whole multiples of the period since 1970, as far as the
 * monitor looks back. What is missed for longer stays missed.
 */
export function dueWindows(cadence: Cadence, now: number): CaptureWindow[] {
  return windowsBefore(cadence, now, lookBack(cadence));
}

/** The windows that a baseline may be made of, oldest first: so many more. */
export function windowsForBaseline(cadence: Cadence, now: number): CaptureWindow[] {
  return windowsBefore(cadence, now, lookBack(cadence) + baselineWindows(cadence));
}

function lookBack({ periodMs }: Cadence): number {
  return Math.max(LEAST_WINDOWS, Math.ceil(LOOK_BACK_MS / periodMs));
}

function windowsBefore({ periodMs, delayMs }: Cadence, now: number, count: number): CaptureWindow[] {
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

/** A window as the log tells it, in ISO 8601. */
export function toldWindow({ start, end }: CaptureWindow) {
  return { start: new Date(start).toISOString(), end: new Date(end).toISOString() };
}

const HOUR_MS = 3_600_000;

/** What lists the names right below a folder. */
export type ListFolders = CaptureStore["folders"];

/** Asks for each folder once: variants are the same in every hour. Keep it no longer than a call. */
export function rememberedFolders(captures: Pick<CaptureStore, "folders">): ListFolders {
  const known = new Map<string, Promise<readonly string[]>>();
  return (prefix) => {
    const asked = known.get(prefix) ?? captures.folders(prefix);
    known.set(prefix, asked);
    return asked;
  };
}

/**
 * The folders of a window's captures, each once and sorted: `location` for each of its hours, and for each folder that a `*` stands
 * for.
 */
export async function captureFolders(location: string, { start, end }: CaptureWindow, folders: ListFolders): Promise<string[]> {
  const hours = Array.from({ length: Math.ceil((end - start) / HOUR_MS) }, (_, hour) => start + hour * HOUR_MS);
  const found = new Set<string>();
  for (const pattern of new Set(hours.map((hour) => atHour(location, hour)))) {
    for (const folder of await expanded("", pattern, folders)) found.add(folder);
  }
  return [...found].sort();
}

/** The location in an hour of UTC. */
function atHour(location: string, hour: number): string {
  const [date = "", time = ""] = new Date(hour).toISOString().split("T");
  const [yyyy = "", mm = "", dd = ""] = date.split("-");
  const parts: Readonly<Record<string, string>> = { "{yyyy}": yyyy, "{mm}": mm, "{dd}": dd, "{hh}": time.slice(0, 2) };
  return location.replace(/\{(?:yyyy|mm|dd|hh)\}/g, (part) => parts[part] ?? part);
}

/** The folders below `base` that the pattern stands for; a folder's own name may hold a star. */
async function expanded(base: string, pattern: string, folders: ListFolders): Promise<string[]> {
  const star = pattern.indexOf("*");
  if (star < 0) return [`${base}${pattern}`];
  const start = pattern.lastIndexOf("/", star) + 1;
  const end = pattern.indexOf("/", star) + 1;
  const [above, level, below] = [`${base}${pattern.slice(0, start)}`, pattern.slice(start, end), pattern.slice(end)];
  const found: string[] = [];
  for (const name of await folders(above)) {
    if (isMatch(level.split("*"), name)) found.push(...(await expanded(`${above}${name}`, below, folders)));
  }
  return found;
}

/** Whether a name is the parts, in their order, with anything between. */
function isMatch(parts: readonly string[], name: string): boolean {
  const [first = "", ...others] = parts;
  const last = others.pop() ?? "";
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of others) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= name.length - last.length;
}
