import { driftFolder } from "../drift/drift-folder";
import { MAX_DOCUMENT_CHARS } from "../drift/sources/drift-document";
import { RetryableError } from "../errors";
import type { ModelSettings } from "../model-settings";
import { messageOf } from "../report";
import { type Baseline, parseBaseline } from "./baseline";
import { captureFolders, type ListFolders, rememberedFolders } from "./capture-folders";
import type { CapturePorts } from "./capture-ports";
import type { CaptureSettings } from "./capture-settings";
import { type CaptureWindow, dueWindows, fileTime } from "./capture-windows";
import { checkEndpoint } from "./check-endpoint";
import { compareWindow } from "./compare-window";
import { makeBaseline } from "./make-baseline";
import { readWindow } from "./read-window";
import { tellReading } from "./tell-reading";
import { createWindowSummary, type WindowSummary } from "./window-summary";

/** One model's monitor, for one call. */
interface Monitor {
  readonly ports: CapturePorts;
  readonly settings: ModelSettings;
  readonly capture: CaptureSettings;
  readonly folders: ListFolders;
}

/**
 * Looks for drift in a model's captured requests: makes the report of every window that is due and has none yet, oldest first, and the
 * baseline of the first window with enough rows where there is none. Does nothing for a model whose captures are not monitored.
 *
 * May be repeated at any time, by anyone: nothing is kept but the files, each of which is written once. A window that is empty, too
 * small or mostly unreadable leaves no file, and is looked at again for as long as the monitor looks back: its captures may come late,
 * or its format be put right. `until` is when no new window is begun, epoch milliseconds.
 * @throws RetryableError when a window could not be read or its report not written; the others are done
 * @throws PoisonMessageError when the baseline's file is none of this model, or of a window to come
 */
export async function monitorCaptures(ports: CapturePorts, settings: ModelSettings, until: number): Promise<void> {
  const { capture } = settings.monitoring;
  if (capture === undefined) return;
  await checkEndpoint(ports, settings);
  const monitor: Monitor = { ports, settings, capture, folders: rememberedFolders(ports.captures) };
  let baseline = await readBaseline(monitor);
  const failures: unknown[] = [];
  const windows = dueWindows(capture, ports.now());
  for (const [index, window] of windows.entries()) {
    if (baseline?.window !== undefined && window.start < baseline.window.end) continue;
    if (ports.now() >= until) {
      const left = windows.length - index;
      ports.report({ level: "warn", event: "monitor-out-of-time", model: settings.model, windows: left });
      break;
    }
    // Whose baseline this window would have been, another one must not become.
    if (baseline === undefined) baseline = await firstBaseline(monitor, window);
    else await compared(monitor, baseline, window).catch((error: unknown) => failures.push(failed(monitor, window, error)));
  }
  if (failures.length === 0) return;
  const what = `${failures.length} windows of captured requests of ${settings.model} could not be compared`;
  throw new RetryableError(`${what}; they are tried again with the next call`, { cause: failures[0] });
}

async function readBaseline({ ports, settings, capture }: Monitor): Promise<Baseline | undefined> {
  const text = await ports.files.read(capture.baseline);
  return text === undefined ? undefined : parseBaseline(text, capture.baseline, settings.model, ports.now());
}

/** The baseline that a window makes, or that another call made meanwhile; undefined when the window is not fit for it. */
async function firstBaseline(monitor: Monitor, window: CaptureWindow): Promise<Baseline | undefined> {
  const { ports, settings, capture } = monitor;
  const summary = await summaryOf(monitor, undefined, window);
  if (summary === undefined) return undefined;
  const { model } = settings;
  if (summary.features.length === 0) {
    const why = "got no value of any feature to compare, expected those that features names: check its spelling";
    ports.report({ level: "error", event: "monitor-baseline-empty", model, ...told(window), rows: summary.rows, why });
    return undefined;
  }
  const baseline = makeBaseline(model, window, summary);
  if (!(await ports.files.create(capture.baseline, JSON.stringify(baseline)))) return await readBaseline(monitor);
  const { rows, features } = baseline;
  const written = { uri: capture.baseline, ...told(window), rows, features: features.length };
  ports.report({ level: "info", event: "monitor-baseline-written", model, ...written });
  return baseline;
}

/** Makes the report of a window, unless there is one. */
async function compared(monitor: Monitor, baseline: Baseline, window: CaptureWindow): Promise<void> {
  const { ports, settings } = monitor;
  const uri = reportUri(monitor, window);
  if (await ports.files.has(uri)) return;
  const summary = await summaryOf(monitor, baseline, window);
  if (summary === undefined) return;
  const report = compareWindow(baseline, window, summary);
  const text = JSON.stringify(report);
  if (text.length > MAX_DOCUMENT_CHARS) {
    const why = `got a report of ${text.length} characters, expected at most ${MAX_DOCUMENT_CHARS}: compare fewer features`;
    ports.report({ level: "error", event: "monitor-report-too-long", model: settings.model, ...told(window), why });
    return;
  }
  const isNew = await ports.files.create(uri, text);
  const written = { uri, ...told(window), rows: summary.rows, features: report.features.length };
  if (isNew) ports.report({ level: "info", event: "monitor-report-written", model: settings.model, ...written });
}

/** What a window holds; undefined when that is too little or mostly unreadable. */
async function summaryOf(
  { ports, settings, capture, folders }: Monitor,
  baseline: Baseline | undefined,
  window: CaptureWindow,
): Promise<WindowSummary | undefined> {
  const { newSketch } = ports;
  const summary = createWindowSummary({ capture, columns: settings.drift.columns, newSketch, baseline });
  const found = await captureFolders(capture.location, window, folders);
  const reading = await readWindow(ports.captures, capture, found, summary);
  const isFit = tellReading(ports.report, { model: settings.model, ...told(window) }, reading, summary, capture.minimumRows);
  return isFit ? summary : undefined;
}

/** Where a window's report lies: in the model's drift folder, where the drift evaluator finds it. */
function reportUri({ settings, capture }: Monitor, window: CaptureWindow): string {
  const scheme = capture.location.startsWith("gs://") ? "gs" : "s3";
  return `${scheme}://${settings.data.bucket}/${driftFolder(settings)}captured-${fileTime(window.start)}.json`;
}

function failed({ ports, settings }: Monitor, window: CaptureWindow, error: unknown): unknown {
  const failure = { model: settings.model, ...told(window), error: messageOf(error) };
  ports.report({ level: "error", event: "monitor-window-failed", ...failure });
  return error;
}

function told({ start, end }: CaptureWindow) {
  return { start: new Date(start).toISOString(), end: new Date(end).toISOString() };
}
