import * as z from "zod/mini";
import { type DriftReport, parseDriftReport } from "../drift/drift-report";
import { driftFolder } from "../drift/report-identity";
import { MAX_DOCUMENT_CHARS } from "../drift/sources/drift-document";
import { PoisonMessageError, RetryableError } from "../errors";
import { messageOf } from "../log/log";
import { limitsLog } from "../log/passed-limits";
import { configuredModel, type ModelList, type ModelSettings, type ModelSettingsSource } from "../model-settings";
import { baselineAfter } from "../object-uri";
import { type Baseline, parseBaseline } from "./baseline/baseline";
import { baselineBins } from "./baseline/baseline-feature";
import { type Gathering, gatherBaseline } from "./baseline/gather-baseline";
import { type CaptureWindow, dueWindows, fileTime, rememberedFolders, toldWindow } from "./capture-windows";
import { type ComparedWindow, compareWindow } from "./compare-window";
import { countWindow, isOutOfTime } from "./count-window";
import { countingTally } from "./counting-tally";
import { parsedJson } from "./lines/payload-rows";
import type { CapturePorts } from "./ports";
import { reportWindowQuality } from "./read-window";

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
      await monitorCaptures({ ...ports, log: limitsLog(ports.log, [settings]) }, settings, until);
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
interface Monitor extends Gathering {
  readonly ports: CapturePorts;
  readonly baselineUri: string;
  /** Made in this call, by the start of their windows. */
  readonly reports: Map<number, DriftReport>;
}

/**
 * Looks for drift in a model's captured requests: makes the report of every window that is due and has none yet, oldest first, and
 * the baseline of the first windows with enough rows where there is none. Does nothing for a model without monitored captures.
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
  const trainedAt = capture.reference === "last-training" ? await ports.trainings.newestOf(settings.model) : undefined;
  const monitor: Monitor = {
    ports,
    settings,
    capture,
    folders: rememberedFolders(ports.captures),
    until,
    reports: new Map(),
    baselineUri: trainedAt === undefined ? capture.baseline : baselineAfter(capture.baseline, fileTime(trainedAt)),
    notBefore: trainedAt ?? 0,
  };
  const baseline = (await readBaseline(monitor)) ?? (await firstBaseline(monitor));
  if (baseline === undefined) return;
  const failures: unknown[] = [];
  const windows = dueWindows(capture, ports.now());
  for (const [index, window] of windows.entries()) {
    if (baseline.window !== undefined && window.start < baseline.window.end) continue;
    if (isOutOfTime(monitor, windows.length - index)) break;
    await compared(monitor, baseline, window).catch((error: unknown) => failures.push(failed(monitor, window, error)));
  }
  if (failures.length === 0) return;
  const what = `${failures.length} windows of captured requests of ${settings.model} could not be compared`;
  throw new RetryableError(`${what}; they are tried again with the next call`, { cause: failures[0] });
}

async function readBaseline({ ports, settings, baselineUri }: Monitor): Promise<Baseline | undefined> {
  const text = await ports.files.read(baselineUri);
  if (text === undefined) return undefined;
  const baseline = parseBaseline(text, baselineUri, settings.model, ports.now());
  if (baseline.version === 1) {
    ports.log({ level: "warn", event: "monitor-baseline-old", model: settings.model, uri: baselineUri });
  }
  return baseline;
}

/** The baseline that is made now, or that another call made meanwhile; undefined where there is none yet. */
async function firstBaseline(monitor: Monitor): Promise<Baseline | undefined> {
  const { ports, settings, baselineUri } = monitor;
  const baseline = await gatherBaseline(monitor);
  if (baseline?.window === undefined) return undefined;
  if (!(await ports.files.create(baselineUri, JSON.stringify(baseline)))) return await readBaseline(monitor);
  const { rows, features } = baseline;
  const written = { uri: baselineUri, ...toldWindow(baseline.window), rows, features: features.length };
  ports.log({ level: "info", event: "monitor-baseline-written", model: settings.model, ...written });
  return baseline;
}

/** Makes the report of a window, unless there is one. */
async function compared(monitor: Monitor, baseline: Baseline, window: CaptureWindow): Promise<void> {
  const { ports, settings, capture, baselineUri } = monitor;
  const uri = reportUri(monitor, window);
  if (await ports.files.has(uri)) return;
  const known = baseline.features.map((feature) => countingTally(feature, baselineBins(feature)));
  const { summary, reading } = await countWindow(monitor, known, window);
  const { model } = settings;
  if (!reportWindowQuality(ports.log, { model, ...toldWindow(window) }, reading, summary, capture.minimumRows)) return;
  const report = compareWindow(baseline, baselineUri, { window, summary, earlier: await earlierReports(monitor, window) });
  const text = JSON.stringify(report);
  if (text.length > MAX_DOCUMENT_CHARS) {
    const why = `got a report of ${text.length} characters, expected at most ${MAX_DOCUMENT_CHARS}: compare fewer features`;
    ports.log({ level: "error", event: "monitor-report-too-long", model, ...toldWindow(window), why });
    return;
  }
  monitor.reports.set(window.start, report);
  const isNew = await ports.files.create(uri, text);
  const written = { uri, ...toldWindow(window), rows: summary.rows, features: report.features.length };
  if (isNew) ports.log({ level: "info", event: "monitor-report-written", model, ...written });
}

/** The reports of the two windows right before, oldest first; undefined where there are not both. */
async function earlierReports(monitor: Monitor, { start, end }: CaptureWindow): Promise<ComparedWindow["earlier"]> {
  const periodMs = end - start;
  const [first, second] = [await reportAt(monitor, start - 2 * periodMs), await reportAt(monitor, start - periodMs)];
  return first && second && [first, second];
}

/** Undefined where there is none, or not one of this form: the window is then judged by itself. */
async function reportAt({ ports, reports, ...monitor }: Monitor, start: number): Promise<DriftReport | undefined> {
  const known = reports.get(start);
  if (known !== undefined) return known;
  const text = await ports.files.read(reportUri(monitor, { start }));
  try {
    return text === undefined ? undefined : parseDriftReport(parsedJson(text));
  } catch (error) {
    if (error instanceof PoisonMessageError) return undefined;
    throw error;
  }
}

/** Where a window's report lies: in the model's drift folder, where the drift evaluator finds it. */
function reportUri({ settings, capture }: Pick<Monitor, "settings" | "capture">, window: Pick<CaptureWindow, "start">): string {
  const scheme = capture.location.startsWith("gs://") ? "gs" : "s3";
  return `${scheme}://${settings.data.bucket}/${driftFolder(settings)}captured-${fileTime(window.start)}.json`;
}

function failed({ ports, settings }: Monitor, window: CaptureWindow, error: unknown): unknown {
  const failure = { model: settings.model, ...toldWindow(window), error: messageOf(error) };
  ports.log({ level: "error", event: "monitor-window-failed", ...failure });
  return error;
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
