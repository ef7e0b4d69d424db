import { PoisonMessageError, RetryableError } from "../errors";
import type { ModelSettings } from "../model-settings";
import { assessable, assessReports } from "./assess-document";
import type { DriftPorts } from "./assess-drift";
import type { MonitoringRun, MonitorReader, ReportReader } from "./ports";
import { modelsOfSchedule } from "./report-identity";
import { parseDocument } from "./sources/drift-document";
import { type MonitoringFiles, monitoringRunReport } from "./sources/sagemaker-monitoring-run";
import {
  type MonitoringExecution,
  type MonitoringJob,
  STATISTICS_FILE,
  VIOLATIONS_FILES,
} from "./sources/sagemaker-processing-job";

export interface MonitoringRunPorts extends DriftPorts {
  readonly reports: ReportReader;
  readonly monitors: MonitorReader;
}

/**
 * Assesses what a processing job of SageMaker found, for every model that names the schedule which started it. A job of no such
 * schedule, or one that has not completed, is reported and left: nothing in its event tells beforehand whether it is a monitor's.
 * @throws PoisonMessageError when the run failed, or its report is refused; RetryableError while it is not known how it ended or
 * its files are not there
 */
export async function assessMonitoringJob(
  ports: MonitoringRunPorts,
  models: readonly ModelSettings[],
  job: MonitoringJob,
): Promise<void> {
  const ignored = (why: string) => ports.log({ level: "info", event: "processing-job-ignored", job: job.name, why });
  if (job.status !== "Completed") return ignored(`it is ${job.status}`);
  const run = await ports.monitors.describeJob(job.name);
  const owners = modelsOfSchedule(models, run.schedule);
  const [first] = owners;
  if (first === undefined) return ignored("no model names its schedule");
  const execution = endedExecution(run, await ports.monitors.findExecution(first.schedule, run.arn));
  const files = await readFiles(ports, run, execution);
  const window = run.window ?? { start: execution.scheduledAt, end: execution.scheduledAt };
  const owned = owners.map(({ settings, schedule }) => {
    const context = { model: settings.model, documentId: run.name, window, columns: settings.drift.columns };
    return { settings, report: monitoringRunReport(schedule, files, context) };
  });
  await assessReports(ports, assessable(owned, ports.now()));
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

/** What the run wrote and was compared with: a file that is missing tells nothing, but violations where the run found some. */
async function readFiles(
  { reports }: MonitoringRunPorts,
  run: MonitoringRun,
  { status }: MonitoringExecution,
): Promise<MonitoringFiles> {
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
