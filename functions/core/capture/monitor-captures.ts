import * as z from "zod/mini";
import { driftFolder } from "../drift/report-identity";
import { MAX_DOCUMENT_CHARS } from "../drift/sources/drift-document";
import { PoisonMessageError, RetryableError } from "../errors";
import { messageOf } from "../log/log";
import { configuredModel, type ModelList, type ModelSettings, type ModelSettingsSource } from "../model-settings";
import { type Baseline, parseBaseline } from "./baseline";
import type { CaptureSettings } from "./capture-settings";
import { type CaptureWindow, captureFolders, dueWindows, fileTime, type ListFolders, rememberedFolders } from "./capture-windows";
import { compareWindow } from "./compare-window";
import { makeBaseline } from "./make-baseline";
import type { CapturePorts } from "./ports";
import { readWindow, reportWindowQuality } from "./read-window";
import { createWindowSummary, type WindowSummary } from "./window-summary";

export interface CaptureMonitorPorts extends CapturePorts {
  readonly settings: ModelSettingsSource;
}

const orderSchema = z.object({ model: z.optional(z.string()) });

/**
 * Does what a schedule orders: looks for drift in the captured requests of the model that `order` names, `{"model": "<name>"}`, or
 * of all models when it names none, `{}`. One model's failure does not stop the others. May be repeated at any time, by anyone.
 * `until` is when no new window is begun any more, epoch milliseconds.
 * @throws PoisonMessageError when `order` is none, or of a model that is not configured; Error, after all had their turn, that
 * names the models which failed
 */
export async function monitorModelCaptures(ports: CaptureMonitorPorts, order: unknown, until: number): Promise<void> {
  const failed: string[] = [];
  for (const settings of orderedModels(order, await ports.settings.list())) {
    const { model } = settings;
    try {
      await monitorCaptures(ports, settings, until);
    } catch (error) {
      failed.push(model);
      ports.log({ level: "error", event: "monitoring-failed", model, error: messageOf(error) });
    }
  }
  if (failed.length > 0) throw new Error(`the monitoring failed for ${failed.join(", ")}; the next call tries again`);
}

/**
 * The models that an order is of: `{"model": "<name>"}`, or `{}` for all.
 * @throws PoisonMessageError when it is no order, or of a model that is not configured
 */
export function orderedModels(order: unknown, models: ModelList): readonly ModelSettings[] {
  const parsed = orderSchema.safeParse(order);
  if (!parsed.success)
    throw new PoisonMessageError(`expected {"model": "<name>"}, or {} for all: ${z.prettifyError(parsed.error)}`);
  const { model: name } = parsed.data;
  return name === undefined ? models : [configuredModel(models, name)];
}

/** One model's monitor, for one call. */
interface Monitor {
  readonly ports: CapturePorts;
  readonly settings: ModelSettings;
  readonly capture: CaptureSettings;
  readonly folders: ListFolders;
}

/**
 * Looks for drift in a model's captured requests: makes the report of every window that is due and has none yet, oldest first, and
 * the baseline of the first window with enough rows where there is none. Does nothing for a model whose captures are not monitored.
 *
 * May be repeated at any time, by anyone: nothing is kept but the files, each of which is written once. A window that is empty, too
 * small or mostly unreadable leaves no file, and is looked at again for as long as the monitor looks back: its captures may come
 * late, or its format be put right. `until` is when no new window is begun, epoch milliseconds.
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
      ports.log({ level: "warn", event: "monitor-out-of-time", model: settings.model, windows: left });
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
    ports.log({ level: "error", event: "monitor-baseline-empty", model, ...told(window), rows: summary.rows, why });
    return undefined;
  }
  const baseline = makeBaseline(model, window, summary);
  if (!(await ports.files.create(capture.baseline, JSON.stringify(baseline)))) return await readBaseline(monitor);
  const { rows, features } = baseline;
  const written = { uri: capture.baseline, ...told(window), rows, features: features.length };
  ports.log({ level: "info", event: "monitor-baseline-written", model, ...written });
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
    ports.log({ level: "error", event: "monitor-report-too-long", model: settings.model, ...told(window), why });
    return;
  }
  const isNew = await ports.files.create(uri, text);
  const written = { uri, ...told(window), rows: summary.rows, features: report.features.length };
  if (isNew) ports.log({ level: "info", event: "monitor-report-written", model: settings.model, ...written });
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
  const isFit = reportWindowQuality(ports.log, { model: settings.model, ...told(window) }, reading, summary, capture.minimumRows);
  return isFit ? summary : undefined;
}

/** Where a window's report lies: in the model's drift folder, where the drift evaluator finds it. */
function reportUri({ settings, capture }: Monitor, window: CaptureWindow): string {
  const scheme = capture.location.startsWith("gs://") ? "gs" : "s3";
  return `${scheme}://${settings.data.bucket}/${driftFolder(settings)}captured-${fileTime(window.start)}.json`;
}

function failed({ ports, settings }: Monitor, window: CaptureWindow, error: unknown): unknown {
  const failure = { model: settings.model, ...told(window), error: messageOf(error) };
  ports.log({ level: "error", event: "monitor-window-failed", ...failure });
  return error;
}

function told({ start, end }: CaptureWindow) {
  return { start: new Date(start).toISOString(), end: new Date(end).toISOString() };
}

/**
 * Reports an endpoint that does not write its requests down: without them there is nothing to compare, and without this nobody
 * would know. Never rejects: what was captured before can still be read.
 */
async function checkEndpoint({ endpoints, log }: CapturePorts, { model, monitoring }: ModelSettings): Promise<void> {
  const endpoint = monitoring.capture?.endpoint;
  if (endpoints === undefined || endpoint === undefined) return;
  try {
    const capture = await endpoints.captureOf(endpoint);
    if (capture.isOn && capture.samplingPercent > 0) return;
    const why = capture.isOn ? "0 percent of its requests are sampled" : capture.why;
    const what = `got endpoint ${endpoint} without data capture (${why}), expected captured requests: turn on data capture of inputs and outputs in its endpoint configuration`;
    log({ level: "error", event: "endpoint-captures-nothing", model, endpoint, why: what });
  } catch (error) {
    log({ level: "warn", event: "endpoint-check-failed", model, endpoint, error: messageOf(error) });
  }
}
