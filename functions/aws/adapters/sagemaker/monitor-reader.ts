import {
  DescribeEndpointCommand,
  DescribeMonitoringScheduleCommand,
  DescribeProcessingJobCommand,
  ListMonitoringExecutionsCommand,
  type SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import type { EndpointReader } from "../../../core/capture/ports";
import type { MonitoringSchedules, MonitorReader } from "../../../core/drift/ports";
import { baselineFiles } from "../../../core/drift/sources/sagemaker-monitoring-run";
import {
  type MonitoringExecution,
  parseMonitoringExecutions,
  parseProcessingJob,
} from "../../../core/drift/sources/sagemaker-processing-job";
import { refusedToTell } from "./sagemaker-refusal";

/**
 * `MonitorReader` of SageMaker Model Monitor. Rejects with RetryableError when SageMaker cannot answer now, with Error when it will
 * not.
 */
export function sageMakerMonitorReader(client: SageMakerClient): MonitorReader {
  return {
    async describeJob(name) {
      const command = new DescribeProcessingJobCommand({ ProcessingJobName: name });
      const job = await client.send(command).catch(refusedToTell(`the job ${name}`));
      return { ...parseProcessingJob(job), baseline: baselineFiles(job) };
    },

    async findExecution(schedule, jobArn) {
      for await (const runs of monitoringExecutions(client, schedule)) {
        const found = runs.find(({ processingJobArn }) => processingJobArn === jobArn);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListMonitoringExecutions.html */
const PAGE_SIZE = 100;
/** Of hourly runs, the last 40 days: longer than any message waits. */
const MAX_PAGES = 10;

/**
 * `MonitoringSchedules` of SageMaker. Rejects with RetryableError when SageMaker cannot answer now, with Error when it will not.
 */
export function sageMakerMonitoringSchedules(client: SageMakerClient): MonitoringSchedules {
  return {
    async runsSince(schedule, time) {
      const runs: MonitoringExecution[] = [];
      for await (const page of monitoringExecutions(client, schedule, time)) runs.push(...page);
      return runs;
    },

    async endpointOf(schedule) {
      const command = new DescribeMonitoringScheduleCommand({ MonitoringScheduleName: schedule });
      const { EndpointName, MonitoringScheduleConfig } = await client
        .send(command)
        .catch(refusedToTell(`the schedule ${schedule}`));
      const inputs = MonitoringScheduleConfig?.MonitoringJobDefinition?.MonitoringInputs ?? [];
      return EndpointName ?? inputs.find(({ EndpointInput }) => EndpointInput !== undefined)?.EndpointInput?.EndpointName;
    },
  };
}

/** The runs of a schedule, page by page, those scheduled last first; `scheduledAfter` is epoch milliseconds. */
async function* monitoringExecutions(
  client: SageMakerClient,
  schedule: string,
  scheduledAfter?: number,
): AsyncGenerator<readonly MonitoringExecution[]> {
  let token: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const command = new ListMonitoringExecutionsCommand({
      MonitoringScheduleName: schedule,
      SortBy: "ScheduledTime",
      SortOrder: "Descending",
      MaxResults: PAGE_SIZE,
      ...(scheduledAfter !== undefined && { ScheduledTimeAfter: new Date(scheduledAfter) }),
      ...(token !== undefined && { NextToken: token }),
    });
    const listed = await client.send(command).catch(refusedToTell(`the schedule ${schedule}`));
    yield parseMonitoringExecutions(listed);
    token = listed.NextToken;
    if (token === undefined) return;
  }
}

/** `EndpointReader` of SageMaker. Rejects with RetryableError when SageMaker cannot answer now, with Error when it will not. */
export function sageMakerEndpointReader(client: SageMakerClient): EndpointReader {
  return {
    async captureOf(endpoint) {
      const { DataCaptureConfig: capture } = await client
        .send(new DescribeEndpointCommand({ EndpointName: endpoint }))
        .catch(refusedToTell(`the endpoint ${endpoint}`));
      if (capture === undefined) return { isOn: false, why: "its configuration has no data capture" };
      const { EnableCapture, CaptureStatus, CurrentSamplingPercentage, DestinationS3Uri } = capture;
      if (EnableCapture !== true) return { isOn: false, why: "its data capture is not enabled" };
      if (CaptureStatus !== "Started") return { isOn: false, why: `its data capture is ${CaptureStatus ?? "not started"}` };
      if (DestinationS3Uri === undefined) return { isOn: false, why: "its data capture has no destination" };
      const samplingPercent = CurrentSamplingPercentage ?? 100;
      if (samplingPercent === 0) return { isOn: false, why: "its data capture takes 0 % of the requests" };
      return { isOn: true, samplingPercent, destination: DestinationS3Uri };
    },
  };
}
