import { ListMonitoringExecutionsCommand, type SageMakerClient } from "@aws-sdk/client-sagemaker";
import { type MonitoringExecution, parseMonitoringExecutions } from "../../core/drift/sources/sagemaker-processing-job";
import { refusedToTell } from "./sagemaker-refusal";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListMonitoringExecutions.html */
const PAGE_SIZE = 100;
/** Of hourly runs, the last 40 days: longer than any message waits. */
const MAX_PAGES = 10;

/**
 * The runs of a schedule, page by page, those scheduled last first; `scheduledAfter` is epoch milliseconds. Rejects with RetryableError
 * when SageMaker cannot answer now, with Error when it will not.
 */
export async function* monitoringExecutions(
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
