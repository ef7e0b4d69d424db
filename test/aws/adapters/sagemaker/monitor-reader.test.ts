import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { sageMakerMonitorReader } from "../../../../functions/aws/adapters/sagemaker/monitor-reader";
import { RetryableError } from "../../../../functions/core/errors";
import { type Answer, awsError, CLIENT, jsonOf, type LoopbackServer, startLoopbackServer } from "../loopback-server";

const JOB = "arn:aws:sagemaker:eu-central-1:111122223333:processing-job/model-monitoring-1";

describe("sageMakerMonitorReader", () => {
  let server: LoopbackServer | undefined;
  let client: SageMakerClient | undefined;

  afterEach(async () => {
    client?.destroy();
    await server?.stop();
  });

  async function readerAgainst(answer: (input: Record<string, unknown>) => object | "error", refusal?: Answer) {
    server = await startLoopbackServer((request) => {
      const input = jsonOf(request);
      const answered = typeof input === "object" && input !== null ? answer({ ...input }) : "error";
      return answered === "error" ? (refusal ?? "hang up") : { status: 200, body: JSON.stringify(answered) };
    });
    client = new SageMakerClient({ ...CLIENT, endpoint: server.endpoint, maxAttempts: 1 });
    return { reader: sageMakerMonitorReader(client), received: server.received };
  }

  it("should tell a job's schedule, window, report and baseline, as the service tells them", async () => {
    const { reader } = await readerAgainst(() => ({
      ProcessingJobName: "model-monitoring-1",
      ProcessingJobArn: JOB,
      ProcessingJobStatus: "Completed",
      MonitoringScheduleArn: "arn:aws:sagemaker:eu-central-1:111122223333:monitoring-schedule/quality",
      Environment: {
        start_time: "2026-11-20T10:00:00Z",
        end_time: "2026-11-20T11:00:00Z",
        output_path: "/opt/ml/processing/output",
        baseline_statistics: "/opt/ml/processing/baseline/stats/statistics.json",
        baseline_constraints: "/opt/ml/processing/baseline/constraints/constraints.json",
      },
      ProcessingInputs: [
        {
          InputName: "baseline",
          S3Input: { S3Uri: "s3://base/v1", LocalPath: "/opt/ml/processing/baseline/stats", S3DataType: "S3Prefix" },
        },
        {
          InputName: "constraints",
          S3Input: {
            S3Uri: "s3://base/v1/constraints.json",
            LocalPath: "/opt/ml/processing/baseline/constraints",
            S3DataType: "S3Prefix",
          },
        },
      ],
      ProcessingOutputConfig: {
        Outputs: [
          {
            OutputName: "result",
            S3Output: { S3Uri: "s3://reports/a/b", LocalPath: "/opt/ml/processing/output", S3UploadMode: "EndOfJob" },
          },
        ],
      },
    }));

    expect(await reader.describeJob("model-monitoring-1")).toMatchObject({
      name: "model-monitoring-1",
      schedule: "quality",
      window: { start: Date.UTC(2026, 10, 20, 10), end: Date.UTC(2026, 10, 20, 11) },
      report: { bucket: "reports", prefix: "a/b" },
      baseline: { statistics: "s3://base/v1/statistics.json", constraints: "s3://base/v1/constraints.json" },
    });
  });

  it("should find the run of a job behind the first page, and none where there is none", async () => {
    const summary = (arn: string) => ({
      MonitoringScheduleName: "quality",
      ScheduledTime: 1_700_000_000,
      CreationTime: 1_700_000_000,
      LastModifiedTime: 1_700_000_000,
      MonitoringExecutionStatus: "CompletedWithViolations",
      ProcessingJobArn: arn,
    });
    const { reader, received } = await readerAgainst(({ NextToken }) =>
      NextToken === undefined
        ? { MonitoringExecutionSummaries: [summary("other")], NextToken: "2" }
        : { MonitoringExecutionSummaries: [summary(JOB)] },
    );

    expect(await reader.findExecution("quality", JOB)).toMatchObject({
      status: "CompletedWithViolations",
      scheduledAt: 1_700_000_000_000,
    });
    expect(await reader.findExecution("quality", "unknown")).toBeUndefined();
    expect(jsonOf(received[0])).toMatchObject({ MonitoringScheduleName: "quality", SortOrder: "Descending" });
  });

  it("should reject so that it is tried again when SageMaker cannot answer, and name the cure when it will not", async () => {
    const throttled = await readerAgainst(() => "error", awsError("ThrottlingException", "slow down"));
    await expect(throttled.reader.describeJob("one")).rejects.toThrow(RetryableError);
    await server?.stop();
    const refused = await readerAgainst(() => "error", awsError("AccessDeniedException", "no"));
    await expect(refused.reader.findExecution("quality", JOB)).rejects.toThrow(
      /schedule quality \(AccessDeniedException: no\); check/,
    );
  });
});
