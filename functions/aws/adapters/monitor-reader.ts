import { DescribeProcessingJobCommand, type SageMakerClient } from "@aws-sdk/client-sagemaker";
import type { MonitorReader } from "../../core/drift/monitor-reader";
import { baselineFiles } from "../../core/drift/sources/monitoring-run";
import { parseProcessingJob } from "../../core/drift/sources/sagemaker-processing-job";
import { monitoringExecutions } from "./monitoring-executions";
import { refusedToTell } from "./sagemaker-refusal";

/** `MonitorReader` of SageMaker Model Monitor. Rejects with RetryableError when SageMaker cannot answer now, with Error when it will not. */
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
