import { DescribeProcessingJobCommand, ListMonitoringExecutionsCommand, type SageMakerClient } from "@aws-sdk/client-sagemaker";
import type { MonitorReader } from "../../core/drift/monitor-reader";
import { baselineFiles } from "../../core/drift/sources/monitoring-run";
import { parseMonitoringExecutions, parseProcessingJob } from "../../core/drift/sources/sagemaker-processing-job";
import { RetryableError } from "../../core/errors";
import { isLastingRefusal } from "./sagemaker-refusal";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListMonitoringExecutions.html */
const PAGE_SIZE = 100;
/** Of hourly runs, the last 40 days: longer than any message waits. */
const MAX_PAGES = 10;

/** `MonitorReader` of SageMaker Model Monitor. Rejects with RetryableError when SageMaker cannot answer now, with Error when it will not. */
export function sageMakerMonitorReader(client: SageMakerClient): MonitorReader {
  return {
    async describeJob(name) {
      const job = await client.send(new DescribeProcessingJobCommand({ ProcessingJobName: name })).catch(fail(`the job ${name}`));
      return { ...parseProcessingJob(job), baseline: baselineFiles(job) };
    },

    async findExecution(schedule, jobArn) {
      let token: string | undefined;
      for (let page = 0; page < MAX_PAGES; page++) {
        const listed = await client
          .send(
            new ListMonitoringExecutionsCommand({
              MonitoringScheduleName: schedule,
              SortBy: "ScheduledTime",
              SortOrder: "Descending",
              MaxResults: PAGE_SIZE,
              ...(token !== undefined && { NextToken: token }),
            }),
          )
          .catch(fail(`the schedule ${schedule}`));
        const found = parseMonitoringExecutions(listed).find(({ processingJobArn }) => processingJobArn === jobArn);
        token = listed.NextToken;
        if (found !== undefined || token === undefined) return found;
      }
      return undefined;
    },
  };
}

function fail(what: string): (error: unknown) => never {
  return (error) => {
    if (!isLastingRefusal(error)) {
      throw new RetryableError(`${what} could not be looked at; it can be tried again later`, { cause: error });
    }
    const remedy = "check that it exists in this account and region, and that the function's role may look at it";
    throw new Error(`SageMaker does not tell of ${what} (${error.name}: ${error.message}); ${remedy}`, { cause: error });
  };
}
