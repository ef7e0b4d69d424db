import * as z from "zod/mini";
import { PoisonMessageError } from "../../errors";
import type { Window } from "./source-report";
import { momentOf } from "./source-report";

/** The names under which the violations may lie in a report's folder: the SDK writes the first, Amazon's page the second. */
export const VIOLATIONS_FILES = ["constraint_violations.json", "constraints_violations.json"] as const;
export const STATISTICS_FILE = "statistics.json";

/** A processing job that a monitoring schedule may have started, and where it writes its report. */
export interface MonitoringJob {
  readonly name: string;
  readonly arn: string;
  /** Completed, Failed, InProgress, Stopping or Stopped. */
  readonly status: string;
  /** Undefined for a job that no monitoring schedule started, or an event that does not tell. */
  readonly schedule?: string;
  readonly endpoint?: string;
  /** Of the data that the job looked at. */
  readonly window?: Window;
  /** Folder of the report, without a slash at its end; undefined for a job without an output. */
  readonly report?: { readonly bucket: string; readonly prefix: string };
}

/** One run of a monitoring schedule. */
export interface MonitoringExecution {
  readonly schedule: string;
  /** For when it was scheduled, epoch milliseconds. */
  readonly scheduledAt: number;
  /** Such as Completed, CompletedWithViolations or Failed. */
  readonly status: string;
  /** When its status changed last, epoch milliseconds. */
  readonly changedAt?: number;
  readonly processingJobArn?: string;
  readonly endpoint?: string;
}

const optionalText = z.optional(z.nullable(z.string()));

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProcessingS3Output.html */
const LONGEST_URI = 1024;

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProcessingOutputConfig.html */
const MAX_OUTPUTS = 10;

/** The event's detail, and what DescribeProcessingJob returns, in the same words. */
const jobSchema = z.object({
  ProcessingJobName: z.string().check(z.minLength(1)),
  ProcessingJobArn: z.string().check(z.minLength(1)),
  ProcessingJobStatus: z.string(),
  MonitoringScheduleArn: optionalText,
  Environment: z.optional(z.nullable(z.record(z.string(), z.string()))),
  ProcessingOutputConfig: z.optional(
    z.nullable(
      z.object({
        Outputs: z
          .array(
            z.object({
              S3Output: z.optional(
                z.nullable(z.object({ S3Uri: z.string().check(z.maxLength(LONGEST_URI)), LocalPath: optionalText })),
              ),
            }),
          )
          .check(z.maxLength(MAX_OUTPUTS)),
      }),
    ),
  ),
});

const DETAIL_TYPE = "SageMaker Processing Job State Change";
/** Of an event that is made up for one that did not come. */
const OWN_SOURCE = "retrigger";

const eventSchema = z.object({
  source: z.enum(["aws.sagemaker", OWN_SOURCE]),
  "detail-type": z.literal(DETAIL_TYPE),
});

const executionsSchema = z.object({
  MonitoringExecutionSummaries: z.array(
    z.object({
      MonitoringScheduleName: z.string(),
      ScheduledTime: z.optional(z.unknown()),
      LastModifiedTime: z.optional(z.unknown()),
      MonitoringExecutionStatus: z.string(),
      ProcessingJobArn: optionalText,
      EndpointName: optionalText,
    }),
  ),
});

const S3_URI = /^s3:\/\/([^/]+)\/?(.*?)\/*$/;

/**
 * The job of a "SageMaker Processing Job State Change", of SageMaker or our own, undefined for any other event. It may come several
 * times.
 * https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-sagemaker.html
 * @throws PoisonMessageError when such an event is broken
 */
export function parseProcessingJobEvent(event: unknown): MonitoringJob | undefined {
  if (!eventSchema.safeParse(event).success) return undefined;
  return parseProcessingJob(z.object({ detail: z.unknown() }).safeParse(event).data?.detail);
}

/** An event in the place of one that SageMaker sent to nobody: a job has completed. Names in ARNs are in lower case. */
export function completedJobEvent(jobArn: string) {
  const detail = { ProcessingJobName: jobNameOf(jobArn), ProcessingJobArn: jobArn, ProcessingJobStatus: "Completed" };
  return { source: OWN_SOURCE, "detail-type": DETAIL_TYPE, detail };
}

/** The name at the end of a job's ARN. */
export function jobNameOf(jobArn: string): string {
  return jobArn.slice(jobArn.lastIndexOf("/") + 1);
}

/**
 * The job that DescribeProcessingJob describes. Schedule, endpoint and window are those of the job's environment, which the
 * platform sets for monitoring: https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-byoc-contract-inputs.html
 * @throws PoisonMessageError when the response is none
 */
export function parseProcessingJob(response: unknown): MonitoringJob {
  const parsed = jobSchema.safeParse(response);
  if (!parsed.success) throw new PoisonMessageError(`not a processing job of SageMaker: ${z.prettifyError(parsed.error)}`);
  const { ProcessingJobName: name, ProcessingJobArn: arn, ProcessingJobStatus: status, Environment, ...job } = parsed.data;
  const environment = new Map(Object.entries(Environment ?? {}));
  const schedule = job.MonitoringScheduleArn?.split("/").at(-1) || environment.get("sagemaker_monitoring_schedule_name");
  const endpoint = environment.get("sagemaker_endpoint_name");
  const [start, end] = ["start_time", "end_time"].map((key) => momentOf(environment.get(key)?.replaceAll(" ", "")));
  const outputs = (job.ProcessingOutputConfig?.Outputs ?? []).flatMap(({ S3Output }) => S3Output ?? []);
  const output = outputs.find(({ LocalPath }) => LocalPath === environment.get("output_path")) ?? outputs[0];
  const [, bucket, prefix] = S3_URI.exec(output?.S3Uri ?? "") ?? [];
  return {
    name,
    arn,
    status,
    ...(schedule && { schedule }),
    ...(endpoint && { endpoint }),
    ...(start !== undefined && end !== undefined && start <= end && { window: { start, end } }),
    ...(bucket !== undefined && prefix !== undefined && { report: { bucket, prefix } }),
  };
}

/**
 * The runs that ListMonitoringExecutions lists, in its order; one without a time is left out.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListMonitoringExecutions.html
 * @throws PoisonMessageError when the response is none
 */
export function parseMonitoringExecutions(response: unknown): MonitoringExecution[] {
  const parsed = executionsSchema.safeParse(response);
  if (!parsed.success) throw new PoisonMessageError(`not a list of monitoring executions: ${z.prettifyError(parsed.error)}`);
  return parsed.data.MonitoringExecutionSummaries.flatMap((summary) => {
    const scheduledAt = momentOf(summary.ScheduledTime);
    if (scheduledAt === undefined) return [];
    const { MonitoringScheduleName: schedule, MonitoringExecutionStatus: status } = summary;
    const { ProcessingJobArn: processingJobArn, EndpointName: endpoint } = summary;
    const changedAt = momentOf(summary.LastModifiedTime);
    return {
      schedule,
      scheduledAt,
      status,
      ...(changedAt !== undefined && { changedAt }),
      ...(processingJobArn && { processingJobArn }),
      ...(endpoint && { endpoint }),
    };
  });
}
