import fc from "fast-check";
import {
  completedJobEvent,
  parseMonitoringExecutions,
  parseProcessingJob,
  parseProcessingJobEvent,
} from "../../../../functions/core/drift/sources/sagemaker-processing-job";
import { PoisonMessageError } from "../../../../functions/core/errors";
import { fixture, mutated } from "./documents";

const EVENT = fixture("sagemaker-processing-job-event");
const DESCRIBED = fixture("sagemaker-processing-job");
const LISTED = fixture("sagemaker-monitoring-executions");

const NAME = "model-monitoring-202611211100-4f2ab9c01d";
const ARN = `arn:aws:sagemaker:eu-west-1:123456789012:processing-job/${NAME}`;
const REPORT = { bucket: "monitoring", prefix: "reports/flights-endpoint/flights-drift/2026/11/21/11" };

describe("parseProcessingJobEvent", () => {
  it("should read the job and its output, which is all that the event tells", () => {
    expect(parseProcessingJobEvent(EVENT)).toEqual({ name: NAME, arn: ARN, status: "Completed", report: REPORT });
  });

  it("should take an event that was made up for one that did not come for the same", () => {
    expect(parseProcessingJobEvent(JSON.parse(JSON.stringify(completedJobEvent(ARN))))).toEqual({
      name: NAME,
      arn: ARN,
      status: "Completed",
    });
  });

  it.each([{}, [], null, { source: "aws.sagemaker", "detail-type": "SageMaker Endpoint State Change" }])(
    "should leave %j alone",
    (event) => {
      expect(parseProcessingJobEvent(event)).toBeUndefined();
    },
  );

  it("should refuse such an event without a job", () => {
    const event = { source: "aws.sagemaker", "detail-type": "SageMaker Processing Job State Change", detail: {} };

    expect(() => parseProcessingJobEvent(event)).toThrow(PoisonMessageError);
  });
});

describe("parseProcessingJob", () => {
  it("should read schedule, endpoint, window and output", () => {
    expect(parseProcessingJob(DESCRIBED)).toEqual({
      name: NAME,
      arn: ARN,
      status: "Completed",
      schedule: "flights-drift",
      endpoint: "flights-endpoint",
      window: { start: Date.UTC(2026, 10, 21, 10), end: Date.UTC(2026, 10, 21, 11) },
      report: REPORT,
    });
  });

  it("should take the output that the environment names, and not the first", () => {
    const outputs = [
      { S3Output: { S3Uri: "s3://other/logs", LocalPath: "/opt/ml/processing/logs" } },
      { S3Output: { S3Uri: "s3://monitoring", LocalPath: "/opt/ml/processing/resultdata" } },
    ];
    const job = jobWith({ ProcessingOutputConfig: { Outputs: outputs } });

    expect(parseProcessingJob(job).report).toEqual({ bucket: "monitoring", prefix: "" });
  });

  it.each([
    ["no output", { ProcessingOutputConfig: { Outputs: [] } }],
    ["an output elsewhere", { ProcessingOutputConfig: { Outputs: [{ FeatureStoreOutput: {} }] } }],
    ["no output configuration", { ProcessingOutputConfig: null }],
    ["an address that is none of S3", { ProcessingOutputConfig: { Outputs: [{ S3Output: { S3Uri: "https://x/y" } }] } }],
  ])("should name no report for a job with %s", (_name, change) => {
    expect(parseProcessingJob(jobWith(change)).report).toBeUndefined();
  });

  it("should name no schedule and no window for a job that none started", () => {
    const { schedule, endpoint, window } = parseProcessingJob(jobWith({ Environment: {}, MonitoringScheduleArn: undefined }));

    expect([schedule, endpoint, window]).toEqual([undefined, undefined, undefined]);
  });

  it("should read a job or refuse it, whatever it is", () => {
    const read = (job: unknown) => {
      try {
        parseProcessingJob(job);
      } catch (error) {
        expect(error).toBeInstanceOf(PoisonMessageError);
      }
    };
    fc.assert(fc.property(fc.jsonValue(), read));
    fc.assert(fc.property(mutated(DESCRIBED), read));
  });
});

describe("parseMonitoringExecutions", () => {
  it("should read the runs, with times in seconds as the API writes them", () => {
    expect(parseMonitoringExecutions(LISTED)).toEqual([
      {
        schedule: "flights-drift",
        scheduledAt: Date.UTC(2026, 10, 21, 11),
        status: "CompletedWithViolations",
        changedAt: Date.UTC(2026, 10, 21, 11, 17, 4),
        processingJobArn: ARN,
        endpoint: "flights-endpoint",
      },
      {
        schedule: "flights-drift",
        scheduledAt: Date.UTC(2026, 10, 21, 10),
        status: "Failed",
        changedAt: Date.UTC(2026, 10, 21, 10, 11, 40),
        endpoint: "flights-endpoint",
      },
    ]);
  });

  it("should read times as the SDK gives them, and leave out a run without one", () => {
    const run = { MonitoringScheduleName: "s", MonitoringExecutionStatus: "Completed" };
    const runs = [{ ...run, ScheduledTime: new Date(Date.UTC(2026, 10, 21)) }, run];

    expect(parseMonitoringExecutions({ MonitoringExecutionSummaries: runs })).toEqual([
      { schedule: "s", scheduledAt: Date.UTC(2026, 10, 21), status: "Completed" },
    ]);
  });

  it("should refuse anything else", () => {
    expect(() => parseMonitoringExecutions({})).toThrow(PoisonMessageError);
  });
});

// Helpers

function jobWith(change: object): object {
  return { ...(DESCRIBED as object), ...change };
}
