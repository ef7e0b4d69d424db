import fc from "fast-check";
import { parsePipelineEvent } from "../../../functions/aws/messages/request-message";
import { parseProcessingJobEvent } from "../../../functions/core/drift/sources/sagemaker-processing-job";
import type { SageMakerEventName } from "../../../functions/core/sagemaker-events/catalogue";
import { eventNamed } from "../../../functions/core/sagemaker-events/catalogue";
import type { EventEntry } from "../../../functions/core/sagemaker-events/event-entry";
import { eventIdentity } from "../../../functions/core/sagemaker-events/event-identity";
import { readSageMakerEvent } from "../../../functions/core/sagemaker-events/read-sagemaker-event";
import { NAMES, readKnown, type SampleEvent, sample } from "./samples";

const MS = Date.UTC(2026, 10, 21, 11, 2, 36);

describe("readSageMakerEvent", () => {
  it.each<[SageMakerEventName, string, string | undefined, string | undefined, string]>([
    ["training-job", "churn-2026-11-21-1030", "Completed", undefined, "2026-11-21T11:02:36.000Z"],
    ["tuning-job", "churn-search-42", "InProgress", undefined, "2026-11-21T11:02:36.000Z"],
    ["transform-job", "churn-backfill-11", "Failed", undefined, "2026-11-21T11:02:36.000Z"],
    ["processing-job", "model-monitoring-202611211100-7c1d90ab34", "Completed", undefined, "2026-11-21T11:09:40.000Z"],
    ["pipeline-execution", "churn-training", "Succeeded", "Executing", "2026-11-21T11:07:01.000Z"],
    ["pipeline-step", "churn-training", "Succeeded", "Executing", "2026-11-21T11:02:37.000Z"],
    ["model-package", "churn/18", "Completed", undefined, "2026-11-21T11:06:14.000Z"],
    ["model", "churn-2026-11-21", undefined, undefined, "2026-11-21T11:09:59.000Z"],
    ["model-card", "churn-card", "PendingReview", undefined, "2026-11-21T11:59:44.893Z"],
    ["model-card-export-job", "churn-card-pdf", "Completed", undefined, "2026-11-21T12:04:09.000Z"],
    ["algorithm", "churn-boosting", "Completed", undefined, "2026-11-21T10:10:10.000Z"],
    ["endpoint", "Churn-Live", "IN_SERVICE", undefined, "2026-11-21T11:20:03.287Z"],
    ["endpoint-deployment", "churn-live", "UPDATING", undefined, "2026-11-21T11:11:00.000Z"],
    ["endpoint-config", "churn-2026-11-21", undefined, undefined, "2026-11-21T11:10:02.000Z"],
    ["monitoring-schedule", "churn-drift", "Scheduled", undefined, "2026-11-21T08:30:04.000Z"],
    ["feature-group", "customers", "Created", undefined, "2026-11-21T08:01:11.000Z"],
    ["labeling-job", "churn-reasons", "Completed", undefined, "2026-11-21T15:21:00.000Z"],
    ["labeling-task", "churn-reasons", undefined, undefined, "2026-11-21T14:58:07.000Z"],
    ["human-loop", "churn-review-5512", "Completed", undefined, "2026-11-21T13:33:09.000Z"],
    ["hyperpod-cluster", "foundation", "InService", undefined, "2026-11-21T06:40:01.000Z"],
    ["hyperpod-node-health", "foundation", "Unhealthy", undefined, "2026-11-21T06:52:12.000Z"],
    ["hyperpod-event", "foundation", "Error", undefined, "2026-11-21T06:53:25.350Z"],
    ["notebook-instance", "churn-exploration", "InService", undefined, "2026-11-21T09:12:43.000Z"],
    ["notebook-lifecycle-config", "stop-when-idle", undefined, undefined, "2026-11-21T09:01:20.000Z"],
    ["image", "churn-studio", "Creating", undefined, "2026-11-21T07:29:59.000Z"],
    ["image-version", "churn-studio/1", "Creating", undefined, "2026-11-21T07:30:59.000Z"],
  ])("should read the sample of %s: %s is %s", (name, subject, status, previousStatus, at) => {
    const reading = readKnown(sample(name));

    expect({ ...reading, previousStatus: reading.previousStatus, status: reading.status, detail: undefined }).toEqual({
      isKnown: true,
      name,
      subject,
      status,
      previousStatus,
      at: new Date(at),
      detail: undefined,
      region: "eu-west-1",
      account: "123456789012",
      warnings: [],
    });
  });

  it("should make dates of the times in the detail, and keep what it does not know", () => {
    const { detail } = readKnown(sample("training-job", { detail: { Invented: { By: "AWS" }, TrainingEndTime: null } }));

    expect(detail).toMatchObject({
      TrainingStartTime: new Date("2026-11-21T10:32:11Z"),
      TrainingEndTime: null,
      Invented: { By: "AWS" },
      HyperParameters: { eta: "0.2" },
    });
  });

  it("should tell the compiler which detail it has read", () => {
    const reading = readSageMakerEvent(sample("model-package"));

    expect(reading.isKnown && reading.name === "model-package" && reading.detail.ModelPackageGroupName).toBe("churn");
  });

  it.each([MS, String(MS), MS / 1000, String(MS / 1000), "2026-11-21T11:02:36Z", "2026-11-21T13:02:36+02:00"])(
    "should read the time %j, in the detail and in the envelope",
    (time) => {
      expect(readKnown(sample("endpoint", { detail: { LastModifiedTime: time } })).at).toEqual(new Date(MS));
      expect(readKnown(sample("model", { time })).at).toEqual(new Date(MS));
    },
  );

  it("should take the envelope's time when the change has none", () => {
    expect(readKnown(sample("endpoint", { time: MS, detail: { LastModifiedTime: null } })).at).toEqual(new Date(MS));
  });

  it("should take the envelope's time for a run that stops, and not the time of its start", () => {
    const detail = { currentPipelineExecutionStatus: "Stopping", executionEndTime: null };

    expect(readKnown(sample("pipeline-execution", { detail })).at).toEqual(new Date("2026-11-21T11:07:02Z"));
  });

  it("should name a few of very many new values", () => {
    const detail = { UpdatedModelPackageFields: Array.from({ length: 10_000 }, (_, index) => `new-${index}`) };

    expect(readKnown(sample("model-package", { detail })).warnings).toHaveLength(5);
  });

  it.each<[SageMakerEventName, SampleEvent["detail"], string]>([
    ["endpoint", { EndpointStatus: "InService" }, 'EndpointStatus: got "InService", which is new: known are CREATING'],
    ["endpoint", { EndpointStatus: "InService" }, "; the nearest is IN_SERVICE"],
    ["pipeline-execution", { previousPipelineExecutionStatus: "Waiting" }, 'previousPipelineExecutionStatus: got "Waiting"'],
    ["model-package", { ModelApprovalStatus: "Approve" }, "the nearest is Approved"],
    ["feature-group", { OfflineStoreStatus: { Status: "Lost" } }, 'OfflineStoreStatus.Status: got "Lost"'],
    ["model-package", { UpdatedModelPackageFields: ["ModelLifeCycle", "ModelCard"] }, 'got "ModelCard"'],
  ])("should warn of a value that is new, %s %j", (name, detail, warning) => {
    const reading = readKnown(sample(name, { detail }));

    expect(reading.warnings).toHaveLength(1);
    expect(reading.warnings[0]).toContain(warning);
  });

  it("should take a previous status that is null or empty for none", () => {
    for (const previousStepStatus of [null, "", undefined]) {
      const reading = readKnown(sample("pipeline-step", { detail: { previousStepStatus } }));

      expect(reading).not.toHaveProperty("previousStatus");
      expect(reading.warnings).toEqual([]);
    }
  });
});

describe("the readers of single events", () => {
  it("should read of the samples what the catalogue reads", () => {
    const job = readKnown(sample("processing-job"));

    expect(parsePipelineEvent(sample("pipeline-execution"))?.pipeline).toBe(readKnown(sample("pipeline-execution")).subject);
    expect(parseProcessingJobEvent(sample("processing-job"))).toMatchObject({ name: job.subject, status: job.status });
  });
});

describe("what readSageMakerEvent does not know", () => {
  it.each([
    [null, "the whole: got null, expected object"],
    [{}, "source: got nothing, expected aws.sagemaker; detail-type: got nothing, expected string; account"],
    [sample("model-package", { source: ["aws.sagemaker"] }), "source: got 1 items, expected aws.sagemaker"],
    [sample("endpoint", { source: "aws.s3" }), 'source: got "aws.s3", expected aws.sagemaker'],
    [sample("endpoint", { time: "Timestamp" }), "time: expected epoch seconds or milliseconds, or ISO 8601"],
    [sample("endpoint", { account: "" }), 'account: got "", expected at least 1'],
    [
      sample("endpoint", { "detail-type": "Sagemaker Endpoint State Changed" }),
      'detail-type: got "Sagemaker Endpoint State Changed", which the catalogue does not know; the nearest is "SageMaker Endpoint State Change"',
    ],
    [sample("endpoint", { "detail-type": "AWS API Call via CloudTrail" }), "which the catalogue does not know"],
    [without(sample("endpoint"), "detail"), "detail of endpoint: the whole: got nothing, expected object"],
    [sample("endpoint", { detail: { EndpointStatus: 3 } }), "detail of endpoint: EndpointStatus: got 3, expected string"],
    [sample("endpoint", { detail: { LastModifiedTime: "soon" } }), "detail of endpoint: LastModifiedTime: expected epoch"],
    [sample("endpoint", { detail: { LastModifiedTime: true } }), "detail of endpoint: LastModifiedTime: got true"],
    [sample("hyperpod-node-health", { detail: { HealthSummary: [] } }), "HealthSummary: got 0 items, expected object"],
    [
      sample("pipeline-execution", { detail: { pipelineArn: "churn-training" } }),
      "pipeline-execution: detail.pipelineArn: expected an ARN such as arn:aws:sagemaker:<region>:<account>:pipeline/<name>",
    ],
    [sample("labeling-job", { resources: [] }), "labeling-job: resources: expected an ARN such as"],
    [sample("labeling-job", { resources: ["arn:aws:s3:::labeling-job/a"] }), "labeling-job: resources: expected an ARN"],
  ])("should say why, %j", (event, why) => {
    const reading = readSageMakerEvent(event);

    expect(reading).toEqual({ isKnown: false, why: expect.stringContaining(why) });
  });

  it("should say which account an event is of that is not ours", () => {
    const event = sample("endpoint", { account: "999999999999" });

    expect(readSageMakerEvent(event, { account: "123456789012" })).toEqual({
      isKnown: false,
      why: "account: got 999999999999, expected 123456789012: the event is of another account",
    });
    expect(readSageMakerEvent(event).isKnown).toBe(true);
  });

  it.each(NAMES.flatMap((name) => requiredFields(name).map((field) => [name, field] as const)))(
    "should miss what %s needs: %s",
    (name, field) => {
      const event = sample(name);

      for (const detail of [without(event.detail, field), { ...event.detail, [field]: null }, { ...event.detail, [field]: 7 }]) {
        expect(readSageMakerEvent({ ...event, detail })).toEqual({ isKnown: false, why: expect.stringContaining(field) });
      }
    },
  );

  it("should throw for nothing, and always tell what it is or why it is unknown", () => {
    const hostile = fc.oneof(anything(), fc.jsonValue(), damaged());

    fc.assert(
      fc.property(hostile, (event) => {
        const reading = readSageMakerEvent(event, { account: "123456789012" });

        expect(reading.isKnown ? reading.subject : reading.why).not.toBe("");
        expect(reading.isKnown ? eventIdentity(reading) : reading.why).toBeDefined();
      }),
      { numRuns: 1_000 },
    );
  });
});

// Helpers

function without(object: object, field: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== field));
}

/** The fields of detail itself without which an event of the entry is unknown. */
function requiredFields(name: SageMakerEventName): string[] {
  const { shape } = (eventNamed(name) as EventEntry).detail;
  return Object.entries(shape)
    .filter(([, schema]) => schema._zod.optin !== "optional")
    .map(([field]) => field);
}

function anything(): fc.Arbitrary<unknown> {
  return fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withSparseArray: true,
    withTypedArray: true,
  });
}

/** A sample with anything in one place of its detail or envelope. */
function damaged(): fc.Arbitrary<unknown> {
  const value = fc.oneof(anything(), fc.constantFrom("", -0, Number.NaN, 1e300, "1e9", [null], { __proto__: null }));
  return fc.tuple(fc.constantFrom(...NAMES), fc.boolean(), fc.nat(), value).map(([name, isInDetail, place, damage]) => {
    const event = sample(name);
    const target: object = isInDetail ? event.detail : event;
    const fields = [...Object.keys(target), "__proto__"];
    const broken = JSON.parse(JSON.stringify(target));
    Object.defineProperty(broken, fields[place % fields.length] ?? "", { value: damage, enumerable: true, configurable: true });
    return isInDetail ? { ...event, detail: broken } : broken;
  });
}
