import { PoisonMessageError, RetryableError } from "../errors";
import { configuredModel, type ModelList, type ModelSettings } from "../model-settings";
import { assessDrift, type DriftPorts } from "./assess-drift";
import { type DriftReport, refusalOf } from "./drift-report";
import type { MonitoringJobs, ReportReader } from "./ports";
import { fileId, foreignAnomaly, isSameVertexResource, pathInFolder } from "./report-identity";
import { alarmChange, type MetricAlarm } from "./sources/cloudwatch-alarm";
import { readDriftDocument } from "./sources/drift-source";

/** A report, and the settings of the model that it is of. */
export interface OwnedReport {
  readonly settings: ModelSettings;
  readonly report: DriftReport;
  /** Its monitor tells changes alone. @default false */
  readonly isChange?: boolean;
}

/** The reports of one document. */
export interface DocumentReports {
  /** The models that they are of. */
  readonly models: readonly ModelSettings[];
  /** Those that can be assessed, of each model oldest first. */
  readonly reports: readonly OwnedReport[];
  /** Why each of the others is refused, however often it comes. */
  readonly refusals: readonly string[];
}

/** What a monitor wrote, and of whom. */
export interface DriftDocument {
  readonly text: string;
  /** Equal for every delivery of it. */
  readonly id: string;
  /** When it was written, epoch milliseconds. */
  readonly at: number;
  /** Where a file lies in the drift folder. @default - it is no file */
  readonly path?: string;
  /** @default - the models that the document itself names */
  readonly owners?: readonly ModelSettings[];
}

/**
 * The reports of a document, in whichever format it is; `now` is epoch milliseconds.
 * @throws PoisonMessageError when it cannot be read, or names a model that is not configured
 */
export function readReports(document: DriftDocument, models: ModelList, now: number): DocumentReports {
  const { text, id: documentId, at, path, owners } = document;
  const context = { documentId, window: { start: at, end: at }, ...(path !== undefined && { path }) };
  if (owners === undefined) {
    const { reports } = readDriftDocument(text, { ...context, model: undefined });
    return assessable(
      reports.map((report) => ({ settings: configuredModel(models, report.model), report })),
      now,
    );
  }
  const owned = owners.flatMap((settings) => {
    const { reports } = readDriftDocument(text, { ...context, model: settings.model, columns: settings.drift.columns });
    return reports.map((report) => ({ settings, report }));
  });
  return assessable(owned, now);
}

/** Tells the reports that can be assessed at `now`, epoch milliseconds, from those that are refused. */
export function assessable(owned: readonly OwnedReport[], now: number): DocumentReports {
  const reports: OwnedReport[] = [];
  const refusals: string[] = [];
  for (const one of owned) {
    const { settings, report } = one;
    const refusal = refusalOf(report, settings.model, now);
    if (refusal === undefined) reports.push(one);
    else refusals.push(`the drift report ${report.id}: ${refusal}`);
  }
  return { models: [...new Set(owned.map(({ settings }) => settings))], reports, refusals };
}

/**
 * Assesses the reports of a document in their order. One that is refused keeps back none of the others. A fault does: the document
 * then comes again as a whole, so that the windows of a monitor are assessed in their order, and none twice.
 * @throws PoisonMessageError, after all others were assessed, when any was refused; otherwise as `assessDrift`
 */
export async function assessReports(ports: DriftPorts, { reports, refusals }: DocumentReports): Promise<void> {
  for (const { settings, report, ...options } of reports) await assessDrift(ports, settings, report, options);
  if (refusals.length > 0) throw new PoisonMessageError(refusals.join("; "));
}

/** A file of a model's drift folder. */
export interface DriftFile {
  readonly uri: string;
  /** The write that was announced; undefined where the bucket keeps no versions. */
  readonly version?: string;
  readonly settings: ModelSettings;
}

/**
 * Assesses what a file says. Where the version that was announced is gone and a newer one is there, that one is assessed and the
 * loss is reported: an announcement of its own follows, or came before, and its reports have ids. A file that is gone altogether is
 * a fault, so that its message ends in the dead letters unless the file is put back: docs/drift-report.md.
 * @throws RetryableError when there is no file; otherwise as `assessReports`
 */
export async function assessFile(
  ports: DriftPorts & { readonly reports: ReportReader },
  { uri, version, settings }: DriftFile,
): Promise<void> {
  const announced = await ports.reports.read(uri, version);
  const file = announced ?? (version === undefined ? undefined : await ports.reports.read(uri));
  if (file === undefined) throw new RetryableError(`the drift report ${uri} is not there; put it back, and it is read`);
  if (announced === undefined) ports.log({ level: "warn", event: "drift-report-gone", model: settings.model, uri });
  const path = pathInFolder(settings, uri);
  const document = { text: file.text, id: fileId(uri, file.version), at: file.writtenAt, path, owners: [settings] };
  await assessReports(ports, readReports(document, [settings], ports.now()));
}

/**
 * The reports of an alarm's change of state for each of the models that name it; none when CloudWatch cannot tell. An alarm tells
 * of a drift once, however long it lasts, and waits for as many periods as it is set to: one window is enough. `now` is epoch
 * milliseconds.
 * @throws PoisonMessageError when the alarm is on another metric than a feature's drift
 */
export function alarmReports(alarm: MetricAlarm, owners: readonly ModelSettings[], now: number): DocumentReports {
  const window = { start: alarm.changedAt, end: alarm.changedAt };
  const owned = owners.flatMap((settings) => {
    const { model, drift } = settings;
    const report = alarmChange(alarm, { model, documentId: alarm.name, window, columns: drift.columns });
    const once = { ...settings, drift: { ...drift, persistence: { ...drift.persistence, k: 1 } } };
    return report === undefined ? [] : [{ settings: once, report, isChange: true }];
  });
  return assessable(owned, now);
}

/** Assesses an alarm's change of state, as `assessReports`; reports one that tells nothing. */
export async function assessAlarm(
  ports: DriftPorts,
  {
    alarm,
    models,
    document,
  }: { readonly alarm: MetricAlarm; readonly models: readonly ModelSettings[]; readonly document: DocumentReports },
): Promise<void> {
  if (alarm.state === "INSUFFICIENT_DATA") {
    const ignored = { level: "info", event: "alarm-ignored", alarm: alarm.name, why: `it is ${alarm.state}` } as const;
    for (const { model } of models) ports.log({ ...ignored, model });
  }
  await assessReports(ports, document);
}

/**
 * Assesses an anomaly for those of its possible owners whose endpoint its job watches.
 * @throws PoisonMessageError when there is none; otherwise as `assessReports`, or as the port rejects
 */
export async function assessAnomaly(
  ports: DriftPorts & { readonly jobs: MonitoringJobs },
  job: string,
  { models, reports, refusals }: DocumentReports,
): Promise<void> {
  const endpoint = await ports.jobs.endpointOf(job);
  const owned = reports.filter(
    ({ settings: { monitoring } }) => endpoint !== undefined && isSameVertexResource(monitoring.vertex?.endpoint ?? "", endpoint),
  );
  if (owned.length === 0 && refusals.length === 0) throw foreignAnomaly(job, endpoint);
  await assessReports(ports, { models, reports: owned, refusals });
}
