import * as z from "zod/mini";
import type { ModelSettings } from "../model-settings";
import { amountSchema, timeSchema } from "../numbers";
import type { Stored } from "../state-layout";
import type { RequestFate } from "./episodes/episode";
import { driftEvaluationSchema } from "./evaluate-drift";
import type { BaselineFiles } from "./sources/sagemaker-monitoring-run";
import type { MonitoringExecution, MonitoringJob } from "./sources/sagemaker-processing-job";

/** An evaluation as it is kept: what it said, and when it was made. */
export const driftRecordSchema = z.object({
  evaluation: driftEvaluationSchema,
  /** Epoch milliseconds. */
  evaluatedAt: timeSchema,
  /** How many features did not fit. The calmest are left out first; one that drifts, only when all that are listed drift. */
  omittedFeatures: z.exactOptional(amountSchema),
  /** How the drift's episode stood after the report, in words; absent where there was none. */
  episode: z.exactOptional(z.string()),
  /** The report as it came, which may count under another id; absent in what an earlier program recorded. */
  report: z.exactOptional(
    z.object({
      id: z.string(),
      /** Of its contents. */
      digest: z.string(),
    }),
  ),
});

export type DriftRecord = Stored<typeof driftRecordSchema>;

/** Port: every evaluation of a drift report, for whoever asks what the monitor said and what it was taken for. */
export interface DriftLog {
  /**
   * Keeps an evaluation. The same report again, by its monitor, the id that it came with, its contents and its window's end,
   * replaces what was kept of it; nothing else does.
   */
  record(record: DriftRecord): Promise<void>;
  /** Of a model, the newest windows first, at most `limit`. */
  list(model: string, limit: number): Promise<readonly DriftRecord[]>;
}

/** Port: what became of the trainings that drifts asked for. */
export interface RequestFates {
  /**
   * Undefined while the request, or the one that it was merged into, waits or runs, and for one that nobody knows. Rejects when it
   * cannot answer.
   */
  fateOf(requestId: string): Promise<RequestFate | undefined>;
}

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

/** Port: the monitoring schedules of SageMaker. Rejects when it cannot answer. */
export interface MonitoringSchedules {
  /** The runs that were scheduled after a time, epoch milliseconds; those scheduled last first. */
  runsSince(schedule: string, time: number): Promise<readonly MonitoringExecution[]>;
  /** Name of the endpoint that a schedule watches; undefined for one that watches the results of batch transformations. */
  endpointOf(schedule: string): Promise<string | undefined>;
}

/** Port: where the drift evaluator gets its messages from. */
export interface DriftQueue {
  /** At least once; the message is JSON. */
  send(message: object): Promise<void>;
}

/** Port: the monitoring jobs of Vertex AI, whose anomalies do not name their endpoint. */
export interface MonitoringJobs {
  /**
   * `projects/…/locations/…/endpoints/…` of a job; undefined when there is no such job (any more). Rejects when it cannot answer.
   */
  endpointOf(job: string): Promise<string | undefined>;
}

/** A text that a monitor wrote. */
export interface ReportFile {
  readonly text: string;
  /** Names this write of the file. */
  readonly version: string;
  /** Epoch milliseconds. */
  readonly writtenAt: number;
}

/** Port: the files of monitors. */
export interface ReportReader {
  /**
   * The file of a URI of the cloud's storage, or one version of it; undefined where there is none. Rejects with PoisonMessageError
   * when the file is larger than a drift document may be, or no UTF-8 text, and otherwise when it cannot be read.
   */
  read(uri: string, version?: string): Promise<ReportFile | undefined>;
}

/** What was done for a monitoring job; "waiting" where it was looked at not long ago. */
export interface KeptJob {
  readonly outcome: "created" | "updated" | "unchanged" | "waiting";
  /** The job's name in its cloud, where it was looked at. */
  readonly monitor?: string;
}

/** Port: keeps a model's monitoring job in its cloud as the settings want it, where Terraform's provider has no resource for it. */
export interface MonitoringJobKeeper {
  /** May be called at any time: does nothing when the job is as it should be. Rejects when it cannot be made so, or looked at. */
  keepJob(settings: ModelSettings): Promise<KeptJob>;
}

/** Hands the monitoring runs of a model that no event told of to the drift evaluator. */
export interface MissedRunFinder {
  /**
   * May be called at any time. Rejects, after all of the model's schedules had their turn, when one of them could not be looked at.
   */
  resendMissedRuns(settings: ModelSettings): Promise<void>;
}
