import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import * as z from "zod/mini";
import { isFolderMarker } from "../../core/batching/collect-arrivals";
import { assessDrift, type DriftPorts } from "../../core/drift/assess-drift";
import type { DriftReport } from "../../core/drift/drift-report";
import type { MonitoringRun, MonitorReader, ReportReader } from "../../core/drift/ports";
import { fileId, modelOfReport } from "../../core/drift/report-identity";
import { alarmChange, type MetricAlarm, parseAlarm } from "../../core/drift/sources/cloudwatch-alarm";
import { parseDocument } from "../../core/drift/sources/drift-document";
import { readDriftDocument } from "../../core/drift/sources/drift-source";
import { monitoringRunReport } from "../../core/drift/sources/sagemaker-monitoring-run";
import {
  type MonitoringExecution,
  type MonitoringJob,
  parseProcessingJobEvent,
  STATISTICS_FILE,
  VIOLATIONS_FILES,
} from "../../core/drift/sources/sagemaker-processing-job";
import { PoisonMessageError, RetryableError } from "../../core/errors";
import { failureEvent } from "../../core/log/log";
import type { ModelSettings, ModelSettingsSource } from "../../core/model-settings";
import { parseJson, parseObjectCreated } from "../messages/s3-event";

export interface DriftEvaluatorPorts extends MonitoringRunPorts {
  readonly settings: ModelSettingsSource;
}

const s3EventSchema = z.object({ source: z.literal("aws.s3") });

/**
 * Handler of the drift queue. A message is a new file under a model's drift prefix, the end of a monitoring run, an alarm's change of
 * state, or a drift report itself; what it tells is assessed, and it is acknowledged when all that follows was done. Any other one,
 * and any that failed, is reported and returned, which takes it to the dead-letter queue in the end, beside its acknowledged
 * neighbours. Reports have ids, so a message that comes twice, or by two ways, is assessed once.
 */
export function createDriftEvaluator(ports: DriftEvaluatorPorts): (event: SQSEvent) => Promise<SQSBatchResponse> {
  return async (event) => {
    const models = await ports.settings.list();
    const batchItemFailures: SQSBatchResponse["batchItemFailures"] = [];
    // One after the other: each may hold files of many megabytes.
    for (const { messageId, body } of event.Records) {
      try {
        await handle(ports, models, messageId, body);
      } catch (error) {
        ports.log(failureEvent("drift-evaluator", messageId, error));
        batchItemFailures.push({ itemIdentifier: messageId });
      }
    }
    return { batchItemFailures };
  };
}

async function handle(
  ports: DriftEvaluatorPorts,
  models: readonly ModelSettings[],
  messageId: string,
  body: string,
): Promise<void> {
  const message = parseJson(body);
  if (s3EventSchema.safeParse(message).success) return assessFile(ports, models, body);
  const job = parseProcessingJobEvent(message);
  if (job !== undefined) return assessJob(ports, models, job);
  const alarm = parseAlarm(message);
  if (alarm !== undefined) return assessAlarm(ports, models, alarm);
  const now = ports.now();
  const context = { model: undefined, documentId: messageId, window: { start: now, end: now }, columns: NO_COLUMNS };
  for (const report of readDriftDocument(body, context).reports) await assessDrift(ports, modelOf(models, report), report);
}

async function assessFile(ports: DriftEvaluatorPorts, models: readonly ModelSettings[], body: string): Promise<void> {
  const { bucket, object, versionId } = parseObjectCreated(body);
  const uri = `s3://${bucket}/${object.key}`;
  const settings = modelOfReport(models, bucket, object.key);
  if (settings === undefined) {
    throw new PoisonMessageError(
      `got the drift report ${uri} of no model; expected it under <prefix><model>/ of the model's bucket`,
    );
  }
  if (isFolderMarker(object)) return;
  const file = await ports.reports.read(uri, versionId);
  if (file === undefined) throw new RetryableError(`the drift report ${uri} is not there; it can be read when it is`);
  const { text, version, writtenAt } = file;
  const window = { start: writtenAt, end: writtenAt };
  const context = { model: settings.model, documentId: fileId(uri, version), window, columns: settings.drift.columns };
  for (const report of readDriftDocument(text, context).reports) await assessDrift(ports, settings, report);
}

async function assessJob(ports: DriftEvaluatorPorts, models: readonly ModelSettings[], job: MonitoringJob): Promise<void> {
  if (job.status === "Completed") return assessProcessingJob(ports, models, job.name);
  ports.log({ level: "info", event: "processing-job-ignored", job: job.name, why: `it is ${job.status}` });
}

/** CloudWatch tells of an alarm once, however long it lasts, and waits for as many periods as the alarm is set to: one is enough. */
async function assessAlarm(ports: DriftEvaluatorPorts, models: readonly ModelSettings[], alarm: MetricAlarm): Promise<void> {
  const concerned = models.filter(({ monitoring }) => monitoring.cloudwatch?.alarms.includes(alarm.name));
  if (concerned.length === 0) {
    throw new PoisonMessageError(`got alarm "${alarm.name}", which no model names; add it to monitoring.cloudwatch.alarms of one`);
  }
  for (const settings of concerned) {
    const { model, drift } = settings;
    const window = { start: alarm.changedAt, end: alarm.changedAt };
    const report = alarmChange(alarm, { model, documentId: alarm.name, window, columns: drift.columns });
    const once = { ...settings, drift: { ...drift, persistence: { ...drift.persistence, k: 1 } } };
    if (report !== undefined) await assessDrift(ports, once, report);
    else ports.log({ level: "info", event: "alarm-ignored", model, alarm: alarm.name, why: `it is ${alarm.state}` });
  }
}

/** Of a report that names its model itself, and its columns' kinds. */
const NO_COLUMNS = { labels: [], predictions: [] };

function modelOf(models: readonly ModelSettings[], { id, model }: DriftReport): ModelSettings {
  const settings = models.find((candidate) => candidate.model === model);
  if (settings === undefined) throw new PoisonMessageError(`got the drift report ${id} of model ${model}, which is not configured`);
  return settings;
}

export interface MonitoringRunPorts extends DriftPorts {
  readonly reports: ReportReader;
  readonly monitors: MonitorReader;
}

/**
 * Assesses what a processing job of SageMaker found, for every model that names the schedule which started it. Jobs of no such
 * schedule are nobody's fault: their events hold nothing by which a rule could tell them apart.
 * @throws PoisonMessageError when the run failed, RetryableError while it is not known how it ended or its files are not there
 */
export async function assessProcessingJob(
  ports: MonitoringRunPorts,
  models: readonly ModelSettings[],
  jobName: string,
): Promise<void> {
  const run = await ports.monitors.describeJob(jobName);
  const concerned = models.flatMap((settings) => {
    const schedule = settings.monitoring.sagemaker?.schedules.find((name) => isSame(name, run.schedule));
    return schedule === undefined ? [] : [{ settings, schedule }];
  });
  const [first] = concerned;
  if (first === undefined) {
    ports.log({ level: "info", event: "processing-job-ignored", job: jobName, why: "no model names its schedule" });
    return;
  }
  const execution = endedExecution(run, await ports.monitors.findExecution(first.schedule, run.arn));
  const files = await readFiles(ports, run, execution);
  for (const { settings, schedule } of concerned) {
    const window = run.window ?? { start: execution.scheduledAt, end: execution.scheduledAt };
    const context = { model: settings.model, documentId: run.name, window, columns: settings.drift.columns };
    await assessDrift(ports, settings, monitoringRunReport(schedule, files, context));
  }
}

/** SageMaker writes names in lower case in its ARNs. */
function isSame(name: string, other: string | undefined): boolean {
  return name.toLowerCase() === other?.toLowerCase();
}

/** The job has completed when it exits; whether its monitoring did, the execution alone tells, some moments later. */
function endedExecution({ name }: MonitoringRun, execution: MonitoringExecution | undefined): MonitoringExecution {
  switch (execution?.status) {
    case "Completed":
    case "CompletedWithViolations":
      return execution;
    case "Failed":
    case "Stopped":
      throw new PoisonMessageError(
        `the monitoring run of ${name} is ${execution.status}, so it tells nothing of drift; expected Completed; see its log`,
      );
    default:
      throw new RetryableError(
        `the monitoring run of ${name} is ${execution?.status ?? "not listed"}; it can be read when it ended`,
      );
  }
}

async function readFiles({ reports }: MonitoringRunPorts, run: MonitoringRun, { status }: MonitoringExecution) {
  const { name, report, baseline } = run;
  if (report === undefined)
    throw new PoisonMessageError(`the monitoring job ${name} has no output in S3; expected its report there`);
  const read = async (uri: string | undefined): Promise<unknown> => {
    const file = uri === undefined ? undefined : await reports.read(uri);
    return file === undefined ? undefined : parseDocument(file.text);
  };
  const folder = `s3://${report.bucket}/${report.prefix === "" ? "" : `${report.prefix}/`}`;
  let violations: unknown;
  for (const file of VIOLATIONS_FILES) violations ??= await read(`${folder}${file}`);
  if (violations === undefined && status !== "Completed") {
    throw new RetryableError(`got no ${VIOLATIONS_FILES[0]} in ${folder}, though the run of ${name} is ${status}`);
  }
  const baselineStatistics = await read(baseline.statistics);
  const constraints = await read(baseline.constraints);
  return { violations, statistics: await read(`${folder}${STATISTICS_FILE}`), baselineStatistics, constraints };
}
