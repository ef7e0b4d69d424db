import fc from "fast-check";
import type { SageMakerEventName } from "../../../functions/core/sagemaker-events/catalogue";
import { eventIdentity, withoutRepetitions } from "../../../functions/core/sagemaker-events/event-identity";
import { type KnownSageMakerEvent, readSageMakerEvent } from "../../../functions/core/sagemaker-events/read-sagemaker-event";
import { NAMES, readKnown, type SampleEvent, sample } from "./samples";

describe("eventIdentity", () => {
  it("should start with what a person knows the change by", () => {
    expect(eventIdentity(known("endpoint"))).toMatch(/^endpoint\/Churn-Live\/IN_SERVICE\/2026-11-21T11:20:03\.287Z-[0-9a-f]{16}$/);
    expect(eventIdentity(known("model"))).toMatch(/^model\/churn-2026-11-21\/changed\/2026-11-21T11:09:59\.000Z-[0-9a-f]{16}$/);
  });

  it("should stay short enough for a key, however long name and status are", () => {
    const name = "a".repeat(5_000);

    expect(eventIdentity(known("endpoint", { detail: { EndpointName: name, EndpointStatus: name } })).length).toBeLessThan(300);
    expect(eventIdentity(known("endpoint", { detail: { EndpointName: `${name}b` } }))).not.toBe(
      eventIdentity(known("endpoint", { detail: { EndpointName: `${name}c` } })),
    );
  });

  it.each(NAMES)(
    "should be equal for a repetition, whatever its id, its order of fields and what the catalogue does not read, %s",
    (name) => {
      const { detail, ...envelope } = sample(name);
      const repetition = {
        detail: Object.fromEntries([...Object.entries(detail), ["New", 1]].toReversed()),
        ...envelope,
        id: "another",
      };

      expect(eventIdentity(readKnown(repetition))).toBe(eventIdentity(readKnown(sample(name))));
    },
  );

  it.each<[SageMakerEventName, SampleEvent["detail"], SampleEvent["detail"]]>([
    ["training-job", { LastModifiedTime: "1795258956000" }, { LastModifiedTime: 1795258956000 }],
    ["model-package", { LastModifiedTime: "2026-11-21T11:06:14Z" }, { LastModifiedTime: 1795259174 }],
  ])("should be equal for one time in two formats, %s", (name, first, second) => {
    expect(eventIdentity(known(name, { detail: first }))).toBe(eventIdentity(known(name, { detail: second })));
  });

  it.each<[string, SageMakerEventName, SampleEvent["detail"]]>([
    ["a run that starts", "pipeline-execution", { currentPipelineExecutionStatus: "Executing", executionEndTime: null }],
    ["a step that stops", "pipeline-step", { currentStepStatus: "Stopping", stepEndTime: undefined }],
    ["a transform job in progress", "transform-job", { TransformJobStatus: "InProgress", TransformEndTime: null }],
    ["a review that is done", "human-loop", {}],
  ])("should be equal for %s and its repetition in another second", (_, name, detail) => {
    const repetition = known(name, { detail, time: "2026-11-21T23:59:59Z" });

    expect(eventIdentity(repetition)).toBe(eventIdentity(known(name, { detail })));
  });

  it.each<[string, SageMakerEventName, Partial<SampleEvent>]>([
    ["a later change to the same status", "endpoint", { detail: { LastModifiedTime: 1795260003288 } }],
    ["another status", "endpoint", { detail: { EndpointStatus: "UPDATING" } }],
    ["another endpoint", "endpoint", { detail: { EndpointName: "Churn-Shadow" } }],
    ["another account", "endpoint", { account: "999999999999" }],
    ["another region", "endpoint", { region: "eu-central-1" }],
    ["another secondary status", "training-job", { detail: { SecondaryStatus: "Uploading" } }],
    ["another approval", "model-package", { detail: { ModelApprovalStatus: "Rejected" } }],
    ["another stage of life", "model-package", { detail: { ModelLifeCycle: { Stage: "Production", StageStatus: "Approved" } } }],
    ["another run of the pipeline", "pipeline-execution", { detail: { pipelineExecutionArn: "arn:other" } }],
    ["a retried run", "pipeline-execution", { detail: { previousPipelineExecutionStatus: "Failed" } }],
    ["another step", "pipeline-step", { detail: { stepName: "evaluate" } }],
    ["the next step of a deployment", "endpoint-deployment", { detail: { PendingDeploymentSummary: baking("ActivatingTraffic") } }],
    ["another node", "hyperpod-node-health", { detail: { InstanceId: "i-0391f86fa0fe0d466" } }],
    [
      "another event of the cluster",
      "hyperpod-event",
      { detail: { EventDetails: { EventId: "other", ClusterName: "foundation" } } },
    ],
    ["a deletion, which looks like the creation", "model", { time: "2026-11-22T00:00:00Z" }],
  ])("should differ for %s, %s", (_, name, other) => {
    expect(eventIdentity(known(name, other))).not.toBe(eventIdentity(known(name)));
  });

  it.each(NAMES)("should differ for a later change, %s", (name) => {
    const later = shifted(sample(name), 86_400_000);

    expect(eventIdentity(readKnown(later))).not.toBe(eventIdentity(readKnown(sample(name))));
  });
});

describe("withoutRepetitions", () => {
  it("should make one of ten times the same event", () => {
    const readings = NAMES.flatMap((name) => Array.from({ length: 10 }, () => known(name)));

    expect(withoutRepetitions(readings).map(({ name }) => name)).toEqual(NAMES);
  });

  it("should keep what nobody can tell apart", () => {
    const readings = [readSageMakerEvent(null), readSageMakerEvent(null), known("model"), known("model")];

    expect(withoutRepetitions(readings)).toEqual(readings.slice(0, 3));
  });

  it("should keep the first of each, in any order and with any repetitions", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...NAMES)), (names) => {
        const kept = withoutRepetitions(names.map((name) => known(name)));

        expect(kept.map(({ name }) => name)).toEqual([...new Set(names)]);
      }),
    );
  });
});

// Helpers

function known(name: SageMakerEventName, overrides?: Partial<SampleEvent>): KnownSageMakerEvent {
  return readKnown(sample(name, overrides));
}

function baking(status: string): unknown {
  return { ProductionVariants: [{ VariantName: "AllTraffic", VariantStatus: [{ Status: status }] }] };
}

/** The same event with all of its times so much later. */
function shifted(value: unknown, byMs: number): unknown {
  const json = JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner === "string" && /^20\d\d-\d\d-\d\dT/.test(inner)) return new Date(Date.parse(inner) + byMs).toISOString();
    if (typeof inner === "string" && /^\d{13}$/.test(inner)) return String(Number(inner) + byMs);
    return typeof inner === "number" && inner > 1e12 ? inner + byMs : inner;
  });
  return JSON.parse(json);
}
