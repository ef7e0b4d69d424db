import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { sageMakerRunWatcher } from "../../../../functions/aws/adapters/sagemaker/run-watcher";
import { RetryableError } from "../../../../functions/core/errors";
import type { LogRecord } from "../../../../functions/core/log/log";
import { type Answer, awsError, CLIENT, jsonOf, type LoopbackServer, startLoopbackServer } from "../loopback-server";

const RUN = "arn:aws:sagemaker:eu-central-1:123456789012:pipeline/flights-training/execution/abc";
const ENDED_AT = 1_700_000_000_250;
const PRICES = new Map([
  ["ml.m5.xlarge", 0.36],
  ["ml.g5.xlarge", 3.6],
]);

/** What the fake SageMaker answers, by operation: one answer for all requests, or one by the name or page asked for. */
type Answers = Readonly<Record<string, Readonly<Record<string, unknown>> | ((input: Record<string, string>) => object | Answer)>>;

describe("sageMakerRunWatcher", () => {
  let server: LoopbackServer | undefined;
  let client: SageMakerClient | undefined;

  afterEach(async () => {
    client?.destroy();
    await server?.stop();
  });

  async function watcherAgainst(answers: Answers, first: readonly Answer[] = [], maxAttempts = 3) {
    const calls: string[] = [];
    server = await startLoopbackServer((request, before) => {
      const operation = String(request.headers["x-amz-target"]).replace("SageMaker.", "");
      calls.push(operation);
      const early = first[before];
      if (early !== undefined) return early;
      const found = answers[operation];
      if (found === undefined) return awsError("UnknownOperationException", operation);
      const answer = typeof found === "function" ? found(inputOf(jsonOf(request))) : found;
      return isAnswer(answer) ? answer : { status: 200, body: JSON.stringify(answer) };
    });
    client = new SageMakerClient({ ...CLIENT, endpoint: server.endpoint, maxAttempts });
    const reports: LogRecord[] = [];
    const watcher = sageMakerRunWatcher(
      client,
      async () => PRICES,
      (entry) => reports.push(entry),
    );
    return { watcher, reports, calls };
  }

  it.each(["Executing", "Stopping"])("should call a run that is %s running, and ask no further", async (status) => {
    const { watcher, calls } = await watcherAgainst({ DescribePipelineExecution: { PipelineExecutionStatus: status } });
    expect(await watcher.describe(RUN)).toEqual({ status: "running" });
    expect(calls).toEqual(["DescribePipelineExecution"]);
  });

  it.each([
    ["Succeeded", "succeeded"],
    ["Failed", "failed"],
    ["Stopped", "stopped"],
  ])("should call a run that is %s %s, with the time of its end", async (status, expected) => {
    const { watcher } = await watcherAgainst({ ...ended(status), ListPipelineExecutionSteps: { PipelineExecutionSteps: [] } });
    expect(await watcher.describe(RUN)).toEqual({ status: expected, endedAt: ENDED_AT, actualUsd: 0 });
  });

  it("should add up the jobs of all pages: instances, hours and prices", async () => {
    // Arrange
    const pages = [
      [step({ TrainingJob: { Arn: jobArn("training-job", "train") } }), step({ Condition: { Outcome: "True" } })],
      [step({ ProcessingJob: { Arn: jobArn("processing-job", "prepare") } }), step({ Model: { Arn: "arn:model" } })],
      [
        step({ TransformJob: { Arn: jobArn("transform-job", "score") } }),
        step({ QualityCheck: { CheckJobArn: jobArn("processing-job", "check") } }),
        step({ TrainingJob: { Arn: jobArn("training-job", "groups") } }),
        step({ TrainingJob: {} }),
        step(undefined),
      ],
    ];
    const { watcher, reports, calls } = await watcherAgainst({
      ...ended("Succeeded"),
      ListPipelineExecutionSteps: ({ NextToken = "0" }) => {
        const page = Number(NextToken);
        return { PipelineExecutionSteps: pages[page], ...(page < 2 && { NextToken: String(page + 1) }) };
      },
      DescribeTrainingJob: ({ TrainingJobName }) =>
        TrainingJobName === "train"
          ? { BillableTimeInSeconds: 500, ResourceConfig: { InstanceType: "ml.g5.xlarge", InstanceCount: 2, VolumeSizeInGB: 1 } }
          : {
              TrainingStartTime: 1_000,
              TrainingEndTime: 1_100,
              ResourceConfig: {
                VolumeSizeInGB: 1,
                InstanceGroups: [
                  { InstanceGroupName: "a", InstanceType: "ml.g5.xlarge", InstanceCount: 1 },
                  { InstanceGroupName: "b", InstanceType: "ml.m5.xlarge", InstanceCount: 3 },
                ],
              },
            },
      DescribeProcessingJob: ({ ProcessingJobName }) => ({
        ProcessingStartTime: 1_000,
        ProcessingEndTime: ProcessingJobName === "prepare" ? 1_000.5 : 2_000,
        ProcessingResources: { ClusterConfig: { InstanceType: "ml.m5.xlarge", InstanceCount: 4, VolumeSizeInGB: 1 } },
      }),
      DescribeTransformJob: {
        TransformStartTime: 1_000,
        TransformEndTime: 1_030,
        TransformResources: { InstanceType: "ml.m5.xlarge", InstanceCount: 1 },
      },
    });

    // Act
    const state = await watcher.describe(RUN);

    // Assert
    const cents = { train: 100, prepare: 0.02, check: 40, score: 0.3, groups: 10 + 3 };
    const usd = Object.values(cents).reduce((sum, each) => sum + each) / 100;
    expect(state).toEqual({ status: "succeeded", endedAt: ENDED_AT, actualUsd: expect.closeTo(usd, 9) });
    expect(calls.filter((call) => call === "ListPipelineExecutionSteps")).toHaveLength(3);
    expect(reports).toEqual([]);
  });

  it("should take what a cache or an earlier run gave for free, and not look at it", async () => {
    const job = { TrainingJob: { Arn: jobArn("training-job", "old") } };
    const { watcher, calls } = await watcherAgainst({
      ...ended("Succeeded"),
      ...steps(
        { ...step(job), CacheHitResult: { SourcePipelineExecutionArn: RUN } },
        { ...step(job), SelectiveExecutionResult: { SourcePipelineExecutionArn: RUN } },
      ),
    });
    expect(await watcher.describe(RUN)).toMatchObject({ actualUsd: 0 });
    expect(calls).toHaveLength(2);
  });

  it("should take a job that never began for free", async () => {
    const ResourceConfig = { InstanceType: "ml.unknown", InstanceCount: 1, VolumeSizeInGB: 1 };
    const { watcher } = await watcherAgainst({ ...ended("Failed"), ...TRAINED, DescribeTrainingJob: { ResourceConfig } });
    expect(await watcher.describe(RUN)).toMatchObject({ status: "failed", actualUsd: 0 });
  });

  const USED = { BillableTimeInSeconds: 500, ResourceConfig: { InstanceType: "ml.p9.huge", InstanceCount: 1, VolumeSizeInGB: 1 } };
  it.each<[string, Answers, RegExp]>([
    ["an instance type without a price", { DescribeTrainingJob: USED }, /no price for the instance type ml\.p9\.huge/],
    ["a job without instances", { DescribeTrainingJob: { BillableTimeInSeconds: 5 } }, /gave no instances or no time/],
    ["a job that has not ended", { DescribeTrainingJob: { TrainingStartTime: 5 } }, /gave no instances or no time/],
    ["a job that is gone", { DescribeTrainingJob: () => awsError("ValidationException", "gone") }, /did not describe .*: .*gone/],
    ["a step of another kind", steps(step({ TuningJob: { Arn: "arn:tuning" } })), /a step of the kind TuningJob/],
  ])("should leave out the cost for %s, and say why", async (_, answers, why) => {
    const { watcher, reports } = await watcherAgainst({ ...ended("Succeeded"), ...TRAINED, ...answers });
    expect(await watcher.describe(RUN)).toEqual({ status: "succeeded", endedAt: ENDED_AT });
    expect(reports).toEqual([
      { level: "warn", event: "step-cost-unknown", runId: RUN, step: "a-step", why: expect.stringMatching(why) },
    ]);
  });

  it("should go on after it was throttled, met a fault, or lost a response", async () => {
    const { watcher, calls } = await watcherAgainst({ ...ended("Stopped"), ...steps() }, [
      awsError("ThrottlingException", "Rate exceeded"),
      "hang up",
    ]);
    expect(await watcher.describe(RUN)).toMatchObject({ status: "stopped" });
    expect(calls).toHaveLength(4);
  });

  it.each(["DescribePipelineExecution", "ListPipelineExecutionSteps", "DescribeTrainingJob"])(
    "should call it retryable when %s keeps being throttled, and settle nothing",
    async (operation) => {
      const busy = () => awsError("ThrottlingException", "Rate exceeded");
      const answers = { ...ended("Succeeded"), ...TRAINED, DescribeTrainingJob: USED, [operation]: busy };
      const { watcher } = await watcherAgainst(answers, [], 1);
      await expect(watcher.describe(RUN)).rejects.toThrow(RetryableError);
    },
  );

  it("should say what to do when SageMaker knows no such run", async () => {
    const { watcher } = await watcherAgainst({ DescribePipelineExecution: () => awsError("ResourceNotFound", "no such run") });
    const refusal = await watcher.describe(RUN).catch((error: unknown) => error);
    expect(refusal).not.toBeInstanceOf(RetryableError);
    expect(refusal).toMatchObject({ message: expect.stringMatching(/ResourceNotFound: no such run.*check that it exists/) });
  });

  it("should reject a status that it does not know", async () => {
    const { watcher } = await watcherAgainst({ DescribePipelineExecution: { PipelineExecutionStatus: "Dreaming" } });
    await expect(watcher.describe(RUN)).rejects.toThrow(/says Dreaming of the run .*; expected Executing,/);
  });
});

// Helpers

const TRAINED = steps(step({ TrainingJob: { Arn: jobArn("training-job", "train") } }));

function ended(status: string) {
  return { DescribePipelineExecution: { PipelineExecutionStatus: status, LastModifiedTime: ENDED_AT / 1000 } };
}

function steps(...PipelineExecutionSteps: readonly object[]) {
  return { ListPipelineExecutionSteps: { PipelineExecutionSteps } };
}

function step(Metadata: object | undefined) {
  return { StepName: "a-step", Metadata };
}

function jobArn(kind: string, name: string): string {
  return `arn:aws:sagemaker:eu-central-1:123456789012:${kind}/${name}`;
}

function isAnswer(answer: object | Answer): answer is Answer {
  return typeof answer === "string" || "status" in answer;
}

function inputOf(body: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(body ?? {}).map(([name, value]) => [name, String(value)]));
}
