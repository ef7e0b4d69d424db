import type { SQSRecord } from "aws-lambda";
import { createDriftEvaluator, type DriftEvaluatorPorts } from "../../../functions/aws/handlers/drift-evaluator";
import { requestFates } from "../../../functions/core/drift/episodes/request-fate";
import type { DriftRecord, MonitoringRun } from "../../../functions/core/drift/ports";
import { RetryableError } from "../../../functions/core/errors";
import type { LogRecord } from "../../../functions/core/log/log";
import type { ModelSettings } from "../../../functions/core/model-settings";
import type { QualitySignal } from "../../../functions/core/quality/quality-signal";
import type { TrainingRequest } from "../../../functions/core/training-request";
import { memoryDecisionLog, memoryQualityQueue, memoryRequestQueue } from "../../../functions/memory/coordination";
import { memoryModelSettings } from "../../../functions/memory/manifest-store";
import { memoryRejectedMessages } from "../../../functions/memory/rejected-messages";
import { memoryVersionedStore } from "../../../functions/memory/versioned-store";
import { type Message, objectMessage, settingsOf, sqsEvent } from "../../simulation/data-path";
import { nannymlWithFutureWeek } from "../../simulation/drift-documents";
import { pricedSettings } from "../../simulation/priced-settings";

const AT = Date.UTC(2026, 10, 20, 10);
const JOB = "arn:aws:sagemaker:eu-central-1:111122223333:processing-job/model-monitoring-1";
const VIOLATIONS = JSON.stringify({
  violations: [
    { feature_name: "delay", constraint_check_type: "data_type_check", description: "Data type match requirement is not met." },
  ],
});

describe("drift evaluator", () => {
  it("should assess good messages, set aside bad ones beside them, and return what may come right", async () => {
    const world = createWorld({ files: { "s3://data/drift/flight-delay/a.json": own("a") } });

    const failed = await world.deliver(
      [
        objectMessage("file", "drift/flight-delay/a.json"),
        { id: "not-json", body: "{" },
        objectMessage("no-model", "drift/other/a.json"),
        objectMessage("gone", "drift/flight-delay/gone.json"),
        { id: "unknown-model", body: own("b").replace("flight-delay", "other") },
        { id: "something", body: '{"hello":1}' },
        { id: "report", body: own("c") },
        objectMessage("folder", "drift/flight-delay/"),
      ].map((message) => (message.id === "folder" ? { ...message, body: message.body.replace('"size":10', '"size":0') } : message)),
    );

    expect(failed).toEqual(["gone"]);
    const kept = world.rejected.kept.map(({ message }) => message.messageId);
    expect(kept).toEqual(["not-json", "no-model", "unknown-model", "something"]);
    expect(world.recorded()).toEqual(["a", "c"]);
    const errors = world.reports.filter(({ level }) => level === "error").map(({ event, messageId }) => [messageId, event]);
    expect(errors).toContainEqual(["gone", "handler-failed"]);
    expect(errors).toContainEqual(["no-model", "message-rejected"]);
  });

  it("should assess the good reports of a file, and set it aside for the bad one", async () => {
    const world = createWorld({ files: { "s3://data/drift/flight-delay/a.json": nannymlWithFutureWeek() } });

    const failed = await world.deliver([objectMessage("m1", "drift/flight-delay/a.json")]);

    expect(failed).toEqual([]);
    expect(world.rejected.kept).toMatchObject([{ message: { messageId: "m1" }, refusal: { subject: "content" } }]);
    expect(world.recorded()).toHaveLength(2);
    expect(world.reports).toContainEqual(expect.objectContaining({ event: "message-rejected", messageId: "m1" }));
  });

  it("should read the version that the event names, and assess it once however often it comes", async () => {
    const world = createWorld({ files: { "s3://data/drift/flight-delay/a.json": VIOLATIONS } });
    const message = objectMessage("m1", "drift/flight-delay/a.json", "v7");

    await world.deliver([message, { ...message, id: "m2" }]);

    expect(world.recorded()).toEqual(["s3://data/drift/flight-delay/a.json v7"]);
  });

  it("should tell the coordinator how well the model serves, where a report says so and the policy asks for it", async () => {
    const files = { "s3://data/drift/flight-delay/a.json": own("a", ACCURACY) };
    const [asked, unasked] = [createWorld({ files, settings: pricedSettings(settingsOf()) }), createWorld({ files })];

    for (const world of [asked, unasked]) await world.deliver([objectMessage("m1", "drift/flight-delay/a.json")]);

    const quality = { model: "flight-delay", monitor: "test a", metric: "accuracy", error: 0.25, rows: 5000 };
    expect(asked.signals).toEqual([{ ...quality, from: AT - 3_600_000, to: AT }]);
    expect([asked.recorded(), unasked.recorded(), unasked.signals]).toEqual([["a"], ["a"], []]);
  });

  it("should lose nothing when something fails: the message comes again", async () => {
    const world = createWorld({ files: { "s3://data/drift/flight-delay/a.json": own("a") } });
    const message = objectMessage("m1", "drift/flight-delay/a.json");
    const broken = createDriftEvaluator({ ...world.ports, reports: { read: () => Promise.reject(new RetryableError("later")) } });

    const first = await broken(sqsEvent([message]));
    const second = await world.deliver([message]);

    expect(first.batchItemFailures).toEqual([{ itemIdentifier: "m1" }]);
    expect(second).toEqual([]);
    expect(world.recorded()).toEqual(["a"]);
  });

  it("should ask for a training by one alarm, which comes once however long it lasts and by whichever way, and hear of its end", async () => {
    const world = createWorld({ monitoring: { prefix: "drift/", cloudwatch: { alarms: ["delay-drift"] } } });

    const failed = await world.deliver([
      { id: "event", body: alarmEvent("ALARM", "2026-11-20T10:00:00.000+0000") },
      { id: "sns", body: alarmNotification("ALARM", "2026-11-20T10:00:00.000+0000") },
      {
        id: "wrapped",
        body: JSON.stringify({ Type: "Notification", Message: alarmNotification("ALARM", "2026-11-20T10:00:00.000+0000") }),
      },
      { id: "over", body: alarmEvent("OK", "2026-11-20T11:00:00.000+0000") },
      { id: "unsure", body: alarmEvent("INSUFFICIENT_DATA", "2026-11-20T12:00:00.000+0000") },
      { id: "foreign", body: alarmEvent("ALARM", "2026-11-20T10:00:00.000+0000").replace("delay-drift", "cpu") },
    ]);

    expect(failed).toEqual([]);
    expect(world.rejected.kept.map(({ message }) => message.messageId)).toEqual(["foreign"]);
    expect(world.requests).toHaveLength(1);
    expect(world.records.map(({ evaluation: { severity } }) => severity)).toEqual([expect.not.stringMatching("none"), "none"]);
  });

  it("should assess a monitoring run by its job's own output, once, however often SageMaker tells of it", async () => {
    const world = createWorld({ ...RUN, files: { "s3://reports/x/constraint_violations.json": VIOLATIONS } });

    const failed = await world.deliver([jobEvent("m1"), jobEvent("m2")]);

    expect(failed).toEqual([]);
    expect(world.records.map(({ evaluation: { reportId, monitor, window } }) => ({ reportId, monitor, window }))).toEqual([
      { reportId: "model-monitoring-1", monitor: "sagemaker Quality", window: { start: AT - 3_600_000, end: AT } },
    ]);
  });

  it("should compute scores where the job's inputs name the baseline, instead of taking the monitor's distance", async () => {
    const violations = {
      feature_name: "delay",
      constraint_check_type: "baseline_drift_check",
      description: "distance: 0.9 exceeds threshold: 0.1",
    };
    const world = createWorld({
      ...RUN,
      run: { ...RUN.run, baseline: { statistics: "s3://base/statistics.json", constraints: "s3://base/constraints.json" } },
      files: {
        "s3://reports/x/constraint_violations.json": JSON.stringify({ violations: [violations] }),
        "s3://reports/x/statistics.json": statistics(1000, 0),
        "s3://base/statistics.json": statistics(1000, 0),
        "s3://base/constraints.json": JSON.stringify({ version: 0, features: [{ name: "delay" }] }),
      },
    });

    await world.deliver([jobEvent("m1")]);

    expect(world.records[0]?.evaluation.features).toMatchObject([{ name: "delay", metric: "psi", outcome: "calm" }]);
  });

  it("should take absent violations for none when the run completed, and only then", async () => {
    const calm = createWorld({ ...RUN, status: "Completed" });
    const missing = createWorld({ ...RUN, status: "CompletedWithViolations" });
    const running = createWorld({ ...RUN, status: "InProgress" });
    const failing = createWorld({ ...RUN, status: "Failed" });

    expect(await calm.deliver([jobEvent("m1")])).toEqual([]);
    expect(calm.recorded()).toEqual(["model-monitoring-1"]);
    for (const world of [missing, running]) {
      expect(await world.deliver([jobEvent("m1")])).toEqual(["m1"]);
      expect(world.recorded()).toEqual([]);
    }
    expect(await failing.deliver([jobEvent("m1")])).toEqual([]);
    expect(failing.rejected.kept).toMatchObject([{ refusal: { subject: "content" } }]);
  });

  it("should acknowledge jobs of other schedules, and such as have not completed", async () => {
    const world = createWorld({ ...RUN, run: { ...RUN.run, schedule: "other" } });

    expect(await world.deliver([jobEvent("m1"), jobEvent("m2", "Failed")])).toEqual([]);
    expect(world.reports.map(({ event }) => event)).toEqual(["processing-job-ignored", "processing-job-ignored"]);
  });

  it("should fail as a whole when the settings cannot be read", async () => {
    const { ports } = createWorld({});
    const evaluator = createDriftEvaluator({ ...ports, settings: { list: () => Promise.reject(new Error("throttled")) } });

    await expect(evaluator(sqsEvent([{ id: "m1", body: own("a") }]))).rejects.toThrow("throttled");
  });
});

// Helpers

interface World {
  readonly files?: Readonly<Record<string, string>>;
  readonly monitoring?: ModelSettings["monitoring"];
  readonly run?: MonitoringRun;
  readonly status?: string;
  readonly settings?: ModelSettings;
}

const RUN = {
  monitoring: { prefix: "drift/", sagemaker: { schedules: ["Quality"] } },
  status: "CompletedWithViolations",
  run: {
    name: "model-monitoring-1",
    arn: JOB,
    status: "Completed",
    schedule: "quality",
    window: { start: AT - 3_600_000, end: AT },
    report: { bucket: "reports", prefix: "x" },
    baseline: {},
  },
} satisfies World;

function createWorld({ files = {}, monitoring = { prefix: "drift/" }, run, status = "Completed", settings = settingsOf() }: World) {
  const records: DriftRecord[] = [];
  const reports: LogRecord[] = [];
  const requests: TrainingRequest[] = [];
  const signals: QualitySignal[] = [];
  const rejected = memoryRejectedMessages<SQSRecord>();
  const ports: DriftEvaluatorPorts = {
    settings: memoryModelSettings([{ ...settings, monitoring }]),
    histories: memoryVersionedStore(),
    drifts: {
      record: async (record) => {
        records.push(record);
      },
      list: async () => records,
    },
    qualities: memoryQualityQueue(async (signal) => void signals.push(signal)),
    requests: memoryRequestQueue(async (request) => {
      requests.push(request);
    }),
    notifier: { notify: async () => undefined },
    fates: requestFates(memoryDecisionLog()),
    reports: {
      read: async (uri, version = "v1") => {
        const text = files[uri];
        return text === undefined ? undefined : { text, version, writtenAt: AT };
      },
    },
    monitors: {
      describeJob: async () => run ?? Promise.reject(new Error("no such job")),
      findExecution: async (schedule) => ({ schedule, scheduledAt: AT, status, processingJobArn: JOB }),
    },
    rejected,
    log: (entry) => {
      reports.push(entry);
    },
    now: () => AT + 86_400_000,
  };
  const evaluator = createDriftEvaluator(ports);
  return {
    ports,
    rejected,
    records,
    reports,
    requests,
    signals,
    recorded: () => records.map(({ evaluation }) => evaluation.reportId),
    deliver: async (messages: readonly Message[]) =>
      (await evaluator(sqsEvent(messages))).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier),
  };
}

const ACCURACY = { type: "performance", metric: "accuracy", current: 0.75, higherIsBetter: true };

function own(id: string, evidence: object = { type: "score", metric: "psi", score: 0.9 }): string {
  const features = [{ name: "delay", kind: "data", sampleSize: 5000, evidence }];
  return JSON.stringify({
    version: 1,
    model: "flight-delay",
    id,
    monitor: `test ${id}`,
    window: { start: AT - 3_600_000, end: AT },
    features,
  });
}

function jobEvent(id: string, ProcessingJobStatus = "Completed"): Message {
  const detail = { ProcessingJobName: "model-monitoring-1", ProcessingJobArn: JOB, ProcessingJobStatus };
  return { id, body: JSON.stringify({ source: "aws.sagemaker", "detail-type": "SageMaker Processing Job State Change", detail }) };
}

const METRIC = { namespace: "aws/sagemaker/Endpoints/data-metrics", name: "feature_baseline_drift_delay" };
const REASON = "Threshold Crossed: 1 datapoint [0.85 (20/11/26 09:00:00)] was greater than the threshold (0.4).";

function alarmEvent(value: string, timestamp: string): string {
  const configuration = { metrics: [{ id: "m", metricStat: { metric: METRIC, period: 3600, stat: "Average" } }] };
  const detail = { alarmName: "delay-drift", state: { value, reason: REASON, timestamp }, configuration };
  return JSON.stringify({ source: "aws.cloudwatch", "detail-type": "CloudWatch Alarm State Change", detail });
}

function alarmNotification(NewStateValue: string, StateChangeTime: string): string {
  const Trigger = { Namespace: METRIC.namespace, MetricName: METRIC.name, Period: 3600, Dimensions: [] };
  return JSON.stringify({ AlarmName: "delay-drift", NewStateValue, NewStateReason: REASON, StateChangeTime, Trigger });
}

function statistics(count: number, shift: number): string {
  const buckets = [0, 1, 2, 3].map((bin) => ({ lower_bound: bin + shift, upper_bound: bin + shift + 1, count: count / 4 }));
  const numerical_statistics = { common: { num_present: count, num_missing: 0 }, distribution: { kll: { buckets } } };
  return JSON.stringify({
    version: 0,
    dataset: { item_count: count },
    features: [{ name: "delay", inferred_type: "Fractional", numerical_statistics }],
  });
}
