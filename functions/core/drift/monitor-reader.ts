import type { BaselineFiles } from "./sources/monitoring-run";
import type { MonitoringExecution, MonitoringJob } from "./sources/sagemaker-processing-job";

/** A processing job with the files of the baseline that it compared with, as far as its inputs name them. */
export interface MonitoringRun extends MonitoringJob {
  readonly baseline: BaselineFiles;
}

/** Port: what SageMaker tells of the runs of its monitors. Rejects when it cannot answer. */
export interface MonitorReader {
  describeJob(name: string): Promise<MonitoringRun>;
  /** The run of a schedule that started this job; undefined where the schedule does not list it. */
  findExecution(schedule: string, jobArn: string): Promise<MonitoringExecution | undefined>;
}
