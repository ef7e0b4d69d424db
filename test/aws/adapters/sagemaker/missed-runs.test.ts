import { createHash } from "node:crypto";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SQSClient } from "@aws-sdk/client-sqs";
import { sqsDriftQueue } from "../../../../functions/aws/adapters/messaging/queues";
import {
  sageMakerEndpointReader,
  sageMakerMonitoringSchedules,
  sageMakerMonitorReader,
} from "../../../../functions/aws/adapters/sagemaker/monitor-reader";
import { createDriftEvaluator } from "../../../../functions/aws/handlers/drift-evaluator";
import type { DriftState } from "../../../../functions/core/drift/drift-state";
import { requestFates } from "../../../../functions/core/drift/episodes/request-fate";
import { missedRunFinder } from "../../../../functions/core/drift/missed-runs";
import { completedJobEvent } from "../../../../functions/core/drift/sources/sagemaker-processing-job";
import type { LogRecord } from "../../../../functions/core/log/log";
import type { ModelSettings } from "../../../../functions/core/model-settings";
import { memoryDecisionLog, memoryQualityQueue, memoryRequestQueue } from "../../../../functions/memory/coordination";
import { memoryDriftLog } from "../../../../functions/memory/drift";
import { memoryModelSettings } from "../../../../functions/memory/manifest-store";
import { memoryRejectedMessages } from "../../../../functions/memory/rejected-messages";
import { memoryVersionedStore } from "../../../../functions/memory/versioned-store";
import { settingsOf, sqsEvent } from "../../../simulation/data-path";
import { type Answer, awsError, CLIENT, jsonOf, type LoopbackServer, type Received, startLoopbackServer } from "../loopback-server";

const NOW = Date.UTC(2026, 10, 21, 12);
const HOUR_MS = 3_600_000;
const CAPTURE = {
  EnableCapture: true,
  CaptureStatus: "Started",
  CurrentSamplingPercentage: 100,
  DestinationS3Uri: "s3://lake/capture",
  KmsKeyId: "",
};
const SCHEDULED = settingsWith(["Quality"]);

describe("missedRunFinder over SageMaker", () => {
  const clients: { destroy(): void }[] = [];
  let server: LoopbackServer | undefined;

  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await server?.stop();
  });

  async function createWorld(answers: Partial<SageMaker> = {}) {
    const account: SageMaker = { runs: [runOf(1), runOf(2)], endpoint: { DataCaptureConfig: CAPTURE }, ...answers };
    server = await startLoopbackServer((request) => answerOf(account, request));
    const sageMaker = new SageMakerClient({ ...CLIENT, endpoint: server.endpoint, maxAttempts: 1 });
    const sqs = new SQSClient({ ...CLIENT, endpoint: server.endpoint, maxAttempts: 1 });
    clients.push(sageMaker, sqs);
    let now = NOW;
    const reports: LogRecord[] = [];
    const drifts = memoryDriftLog();
    const histories = memoryVersionedStore<DriftState>();
    const log = (entry: LogRecord) => reports.push(entry);
    const create = () =>
      missedRunFinder({
        schedules: sageMakerMonitoringSchedules(sageMaker),
        endpoints: sageMakerEndpointReader(sageMaker),
        histories,
        queue: sqsDriftQueue(sqs, `${server?.endpoint}/123456789012/drift`),
        log,
        now: () => now,
      });
    const evaluator = createDriftEvaluator({
      settings: memoryModelSettings([SCHEDULED]),
      histories,
      drifts,
      qualities: memoryQualityQueue(async () => undefined),
      requests: memoryRequestQueue(async () => undefined),
      notifier: { notify: async () => undefined },
      fates: requestFates(memoryDecisionLog()),
      reports: { read: async () => undefined },
      monitors: sageMakerMonitorReader(sageMaker),
      rejected: memoryRejectedMessages(),
      log,
      now: () => now,
    });
    const received = server.received;
    return {
      account,
      finder: create(),
      create,
      reports,
      received,
      pass: (ms: number) => {
        now += ms;
      },
      sent: () => received.filter(isSent).map((request) => bodyOf(request)),
      deliver: (bodies: readonly string[]) => evaluator(sqsEvent(bodies.map((body, index) => ({ id: `m${index}`, body })))),
      assessed: () => drifts.records().map(({ evaluation }) => evaluation.reportId),
    };
  }

  it("should hand the runs that no event told of to the drift evaluator, which assesses each once beside its late event", async () => {
    const world = await createWorld();
    await world.deliver([JSON.stringify(eventOf(1))]);

    await world.finder.resendMissedRuns(SCHEDULED);
    const failed = await world.deliver([...world.sent(), JSON.stringify(eventOf(2)), ...world.sent()]);

    expect(world.sent()).toEqual([JSON.stringify(completedJobEvent(arnOf(2)))]);
    expect(failed.batchItemFailures).toEqual([]);
    expect(world.assessed()).toEqual(["model-monitoring-1", "model-monitoring-2"]);
    expect(world.reports).toContainEqual({
      level: "warn",
      event: "monitoring-run-missed",
      model: "flight-delay",
      schedule: "Quality",
      job: arnOf(2),
    });
  });

  it("should ask for the last two days, page by page, and not before an hour has passed", async () => {
    const world = await createWorld({ runs: [runOf(1), runOf(2), runOf(3)] });

    await world.finder.resendMissedRuns(SCHEDULED);
    await world.finder.resendMissedRuns(SCHEDULED);
    const asked = world.received.filter(isCall("ListMonitoringExecutions")).map((request) => jsonOf(request));
    world.pass(HOUR_MS);
    await world.finder.resendMissedRuns(SCHEDULED);

    expect(world.received.filter(isCall("ListMonitoringExecutions"))).toHaveLength(4);
    expect(asked).toMatchObject([
      { MonitoringScheduleName: "Quality", ScheduledTimeAfter: NOW / 1000 - 2 * 86_400 },
      { MonitoringScheduleName: "Quality", NextToken: "2" },
    ]);
    expect(world.sent()).toHaveLength(3);
  });

  it("should send a run again when another process looks, as long as nobody assessed it", async () => {
    const world = await createWorld({ runs: [runOf(1)] });
    await world.finder.resendMissedRuns(SCHEDULED);

    await world.create().resendMissedRuns(SCHEDULED);
    await world.deliver(world.sent());
    await world.create().resendMissedRuns(SCHEDULED);

    expect(world.sent()).toHaveLength(2);
    expect(world.assessed()).toEqual(["model-monitoring-1"]);
  });

  it("should look at once when other schedules are named", async () => {
    const world = await createWorld();
    await world.finder.resendMissedRuns(SCHEDULED);

    await world.finder.resendMissedRuns(settingsWith(["Quality", "Bias"]));

    expect(world.received.filter(isCall("ListMonitoringExecutions")).map((request) => jsonOf(request))).toContainEqual(
      expect.objectContaining({ MonitoringScheduleName: "Bias" }),
    );
  });

  it("should do nothing for a model without a schedule", async () => {
    const world = await createWorld();

    await world.finder.resendMissedRuns(settingsOf());

    expect(world.received).toEqual([]);
  });

  it.each([
    ["has none", {}, "its configuration has no data capture"],
    ["stopped it", { DataCaptureConfig: { ...CAPTURE, CaptureStatus: "Stopped" } }, "its data capture is Stopped"],
  ])("should report an endpoint without capture: it %s", async (_case, endpoint, why) => {
    const world = await createWorld({ runs: [], endpoint });

    await world.finder.resendMissedRuns(SCHEDULED);

    expect(world.reports).toEqual([
      {
        level: "error",
        event: "endpoint-captures-nothing",
        model: "flight-delay",
        schedule: "Quality",
        endpoint: "flights",
        why: `${why}, so the schedule finds no requests: turn on data capture in its endpoint configuration`,
      },
    ]);
  });

  it("should ask for no endpoint where a schedule watches batch transformations", async () => {
    const world = await createWorld({ runs: [], schedule: { MonitoringScheduleConfig: {} } });

    await world.finder.resendMissedRuns(SCHEDULED);

    expect(world.received.filter(isCall("DescribeEndpoint"))).toEqual([]);
    expect(world.reports).toEqual([]);
  });

  it("should serve every schedule, then reject with all that failed, and try again after ten minutes", async () => {
    const world = await createWorld({ refused: "Quality" });
    const both = settingsWith(["Quality", "Bias"]);

    await expect(world.finder.resendMissedRuns(both)).rejects.toThrow(
      /the schedule Quality \(ResourceNotFound: no\); check .*; Error: .*the schedule Quality/,
    );
    expect(world.sent()).toHaveLength(2);
    const asked = world.received.length;
    await world.finder.resendMissedRuns(both);
    expect(world.received).toHaveLength(asked);

    world.pass(600_000);
    delete world.account.refused;
    await world.finder.resendMissedRuns(both);

    expect(world.received.slice(asked).filter(isCall("ListMonitoringExecutions"))).not.toEqual([]);
  });

  it("should send a run at the next look when the queue did not take it", async () => {
    const world = await createWorld({ runs: [runOf(1)], isQueueDown: true });
    await expect(world.finder.resendMissedRuns(SCHEDULED)).rejects.toThrow("no access");

    world.account.isQueueDown = false;
    world.pass(600_000);
    await world.finder.resendMissedRuns(SCHEDULED);
    await world.deliver(world.sent().slice(-1));

    expect(world.assessed()).toEqual(["model-monitoring-1"]);
  });
});

// Helpers

/** An account of SageMaker with one endpoint, all of whose schedules have the same runs, and a drift queue. */
interface SageMaker {
  runs: readonly object[];
  endpoint: object;
  /** What DescribeMonitoringSchedule tells. */
  schedule?: object;
  /** A schedule that nobody may look at. */
  refused?: string;
  isQueueDown?: boolean;
}

const PAGE_SIZE = 2;

function answerOf(account: SageMaker, request: Received): Answer {
  const input = inputOf(request);
  if (input.MonitoringScheduleName !== undefined && input.MonitoringScheduleName === account.refused) {
    return awsError("ResourceNotFound", "no");
  }
  switch (request.headers["x-amz-target"]) {
    case "SageMaker.ListMonitoringExecutions": {
      const start = Number(input.NextToken ?? 0);
      const MonitoringExecutionSummaries = account.runs.slice(start, start + PAGE_SIZE);
      const isLast = start + PAGE_SIZE >= account.runs.length;
      return answer({ MonitoringExecutionSummaries, ...(!isLast && { NextToken: String(start + PAGE_SIZE) }) });
    }
    case "SageMaker.DescribeMonitoringSchedule":
      return answer(account.schedule ?? { EndpointName: "flights" });
    case "SageMaker.DescribeEndpoint":
      return answer({ EndpointName: "flights", EndpointStatus: "InService", ...account.endpoint });
    case "SageMaker.DescribeProcessingJob":
      return answer({
        ProcessingJobName: input.ProcessingJobName,
        ProcessingJobArn: `arn:aws:sagemaker:eu-central-1:111122223333:processing-job/${input.ProcessingJobName}`,
        ProcessingJobStatus: "Completed",
        MonitoringScheduleArn: "arn:aws:sagemaker:eu-central-1:111122223333:monitoring-schedule/quality",
        ProcessingOutputConfig: { Outputs: [{ OutputName: "r", S3Output: { S3Uri: "s3://reports/x", S3UploadMode: "EndOfJob" } }] },
      });
    case "AmazonSQS.SendMessage":
      if (account.isQueueDown) return awsError("AccessDenied", "no access", 403);
      return answer({ MessageId: "1", MD5OfMessageBody: createHash("md5").update(bodyOf(request)).digest("hex") });
    default:
      return awsError("UnknownOperationException", "unknown");
  }
}

function answer(body: object): Answer {
  return { status: 200, body: JSON.stringify(body) };
}

function inputOf(request: Received): Readonly<Partial<Record<string, string>>> {
  return JSON.parse(request.body.toString());
}

function bodyOf(request: Received): string {
  return inputOf(request).MessageBody ?? "";
}

function isCall(operation: string): (request: Received) => boolean {
  return ({ headers }) => headers["x-amz-target"] === `SageMaker.${operation}`;
}

function isSent({ headers }: Received): boolean {
  return headers["x-amz-target"] === "AmazonSQS.SendMessage";
}

/** The run that was scheduled so many hours ago, as SageMaker lists it. */
function runOf(hoursAgo: number) {
  const at = (NOW - hoursAgo * HOUR_MS) / 1000;
  return {
    MonitoringScheduleName: "Quality",
    ScheduledTime: at,
    CreationTime: at,
    LastModifiedTime: at + 1_800,
    MonitoringExecutionStatus: "Completed",
    ProcessingJobArn: arnOf(hoursAgo),
    EndpointName: "flights",
  };
}

function arnOf(hoursAgo: number): string {
  return `arn:aws:sagemaker:eu-central-1:111122223333:processing-job/model-monitoring-${hoursAgo}`;
}

/** The event that SageMaker sends of such a run's job. */
function eventOf(hoursAgo: number) {
  return { ...completedJobEvent(arnOf(hoursAgo)), source: "aws.sagemaker" };
}

function settingsWith(schedules: string[]): ModelSettings {
  return { ...settingsOf(), monitoring: { prefix: "drift/", sagemaker: { schedules } } };
}
