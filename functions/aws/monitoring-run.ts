import { assessDrift, type DriftPorts } from "../core/drift/assess-drift";
import type { MonitoringRun, MonitorReader } from "../core/drift/monitor-reader";
import type { ReportReader } from "../core/drift/report-reader";
import { parseDocument } from "../core/drift/sources/drift-document";
import { monitoringRunReport } from "../core/drift/sources/monitoring-run";
import { type MonitoringExecution, STATISTICS_FILE, VIOLATIONS_FILES } from "../core/drift/sources/sagemaker-processing-job";
import { PoisonMessageError, RetryableError } from "../core/errors";
import type { ModelSettings } from "../core/model-settings";

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
    ports.report({ level: "info", event: "processing-job-ignored", job: jobName, why: "no model names its schedule" });
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
