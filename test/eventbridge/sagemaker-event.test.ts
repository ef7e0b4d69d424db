import fc from "fast-check";
import { sagemakerEvent, sagemakerEventPattern } from "../../eventbridge/sagemaker-event";
import { eventNamed, SAGEMAKER_EVENTS } from "../../functions/core/sagemaker-events/catalogue";
import type { EventEntry } from "../../functions/core/sagemaker-events/event-entry";
import { matchesPattern } from "../core/sagemaker-events/matches-pattern";
import { NAMES, readKnown, sample } from "../core/sagemaker-events/samples";

describe("sagemakerEvent", () => {
  it("should write the pattern of a status", () => {
    expect(sagemakerEvent("endpoint", { status: ["FAILED"] })).toEqual({
      source: ["aws.sagemaker"],
      "detail-type": ["SageMaker Endpoint State Change"],
      detail: { EndpointStatus: ["FAILED"] },
    });
  });

  it("should match all of a kind without a filter", () => {
    expect(sagemakerEvent("model")).toEqual({ source: ["aws.sagemaker"], "detail-type": ["SageMaker Model State Change"] });
  });

  it("should write every field that a model package is filtered by", () => {
    const pattern = sagemakerEvent("model-package", {
      ModelApprovalStatus: ["Approved"],
      ModelPackageGroupName: ["churn", { prefix: "fraud-" }],
      "ModelLifeCycle.Stage": ["Staging"],
      "ModelLifeCycle.StageStatus": ["Approved"],
    });

    expect(pattern.detail).toEqual({
      ModelApprovalStatus: ["Approved"],
      ModelPackageGroupName: ["churn", { prefix: "fraud-" }],
      ModelLifeCycle: { Stage: ["Staging"], StageStatus: ["Approved"] },
    });
  });

  it("should take statuses under the names of their fields", () => {
    const short = sagemakerEvent("pipeline-execution", { status: ["Failed", "Stopped"], previousStatus: ["Executing"] });
    const long = sagemakerEvent("pipeline-execution", {
      currentPipelineExecutionStatus: ["Failed", "Stopped"],
      previousPipelineExecutionStatus: ["Executing"],
    });

    expect(short).toEqual(long);
  });

  it("should find a thing by its name, by several, and by what they start with", () => {
    const { detail } = sagemakerEvent("endpoint", { name: "churn-live", names: ["fraud-live", "Fraud-Shadow"], prefix: "test-" });

    expect(detail).toEqual({ EndpointName: ["churn-live", "fraud-live", "Fraud-Shadow", { prefix: "test-" }] });
  });

  it("should find a name in an ARN in any case, and not the end of a longer name", () => {
    const pattern = sagemakerEvent("pipeline-execution", { name: "Churn-Training" });

    const arns = ["churn-training", "Churn-Training", "not-churn-training", "churn-training-2"].map(pipelineArn);

    expect(arns.filter((arn) => matchesPattern(pattern, sample("pipeline-execution", { detail: { pipelineArn: arn } })))).toEqual([
      pipelineArn("churn-training"),
      pipelineArn("Churn-Training"),
    ]);
  });

  it("should find a labeling job by the envelope's resources, which alone name it", () => {
    const pattern = sagemakerEvent("labeling-job", { name: "Churn-Reasons", status: ["Completed"] });

    expect(pattern).toMatchObject({
      resources: [{ suffix: { "equals-ignore-case": ":labeling-job/Churn-Reasons" } }],
      detail: { LabelingJobStatus: ["Completed"] },
    });
    expect(matchesPattern(pattern, sample("labeling-job"))).toBe(true);
  });

  it.each(["Churn-", "churn-"])("should find an ARN by what its name starts with, %s, also in lower case", (prefix) => {
    const pattern = sagemakerEvent("pipeline-step", { prefix });

    expect(matchesPattern(pattern, sample("pipeline-step"))).toBe(true);
    expect(matchesPattern(pattern, sample("pipeline-step", { detail: { pipelineArn: pipelineArn("a-churn-b") } }))).toBe(false);
  });

  it.each(NAMES)("should match the sample of its own entry and of no other, %s", (name) => {
    const pattern = sagemakerEvent(name);

    expect(NAMES.filter((other) => matchesPattern(pattern, sample(other)))).toEqual([name]);
  });

  it.each(NAMES)("should match the sample by what is read from it, and by nothing else, %s", (name) => {
    const { subject, status } = readKnown(sample(name));
    const own = { name: subject, ...(status !== undefined && { status: [status] }) };

    expect(matchesPattern(sagemakerEventPattern(name, own), sample(name))).toBe(true);
    expect(matchesPattern(sagemakerEventPattern(name, { prefix: subject.slice(0, 3) }), sample(name))).toBe(true);
    expect(matchesPattern(sagemakerEventPattern(name, { ...own, name: `${subject}-2` }), sample(name))).toBe(false);
    for (const other of statusesOf(name).filter((value) => value !== status)) {
      expect(matchesPattern(sagemakerEventPattern(name, { status: [other] }), sample(name))).toBe(false);
    }
  });
});

describe("what sagemakerEvent refuses", () => {
  it("should refuse wrong values already when it is compiled", () => {
    // @ts-expect-error the API's spelling
    expect(() => sagemakerEvent("endpoint", { status: ["InService"] })).toThrow();
    // @ts-expect-error no field of an endpoint's event
    expect(() => sagemakerEvent("endpoint", { ModelApprovalStatus: ["Approved"] })).toThrow();
    // @ts-expect-error a model has no status
    expect(() => sagemakerEvent("model", { status: ["Created"] })).toThrow();
    // @ts-expect-error no such event
    expect(() => sagemakerEvent("endpoints", {})).toThrow();
  });

  it.each([
    ["endpoint", { status: ["InService"] }, 'got "InService"; did you mean IN_SERVICE? allowed are CREATING, UPDATING'],
    ["training-job", { SecondaryStatus: ["Trainign"] }, 'got "Trainign"; did you mean Training?'],
    ["training-job", { status: ["qqqq"] }, 'got "qqqq"; allowed are InProgress'],
    ["pipeline-execution", { previousStatus: ["Running"] }, 'previousStatus: got "Running"; allowed are Executing'],
    ["endpoint", { status: "FAILED" }, 'status: got "FAILED", expected a list'],
    ["endpoint", { status: [] }, "status: got [], expected a list of at least one value; to match all, leave status out"],
    ["endpoint", { status: [["FAILED"]] }, 'got ["FAILED"]; allowed are'],
    ["endpoint", { status: [{ prefix: "F" }] }, 'got {"prefix":"F"}; allowed are'],
    ["endpoint", { EndpointConfigName: [Number.NaN] }, "allowed are text, numbers"],
    ["endpoint", { EndpointConfigName: [{}] }, "got {}, allowed are text"],
    ["endpoint", { EndpointConfigName: [{ "anything-but": [] }] }, "allowed are text"],
    [
      "endpoint",
      { EndpointConfigNam: ["a"] },
      'the filter "EndpointConfigNam"; did you mean EndpointConfigName? allowed are name, names',
    ],
    ["model", { status: ["Created"] }, 'got the filter "status"'],
    ["model-package", { previousStatus: ["Pending"] }, 'got the filter "previousStatus"'],
    [
      "endpoint",
      { status: ["FAILED"], EndpointStatus: ["FAILED"] },
      "status and EndpointStatus filter by the same field, detail.EndpointStatus",
    ],
    ["pipeline-step", { name: "churn", pipelineArn: ["a"] }, "name and pipelineArn filter by the same field"],
    ["endpoint", { name: "churn-*" }, 'the name "churn-*", allowed is plain text'],
    ["endpoint", { prefix: "" }, 'the name "", allowed is plain text'],
    ["endpoint", { name: ["a"] }, 'name: got ["a"], expected a text'],
    ["endpoint", { names: [] }, "names: got [], expected a list of names"],
    ["endpoint", { names: [1] }, "names: got [1], expected a list of names"],
    ["end-point", {}, 'got the event "end-point", which SageMaker does not send; did you mean endpoint? allowed are training-job'],
    ["__proto__", {}, 'got the event "__proto__"'],
    ["endpoint", JSON.parse('{"__proto__": ["a"]}'), 'got the filter "__proto__"'],
  ])("should say of %s %j what is allowed", (name, filter, message) => {
    expect(() => sagemakerEventPattern(name, filter)).toThrow(message);
  });

  it("should never write a pattern that EventBridge refuses: an empty list, or a value that is no JSON", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...NAMES),
        fc.dictionary(filterKey(), fc.oneof(fc.jsonValue(), fc.anything())),
        (name, filter) => {
          const pattern = attempt(() => sagemakerEventPattern(name, filter));

          expect(emptyLists(pattern)).toEqual([]);
          expect(pattern && unsayable(pattern)).toBeFalsy();
        },
      ),
    );
  });
});

// Helpers

function pipelineArn(name: string): string {
  return `arn:aws:sagemaker:eu-west-1:123456789012:pipeline/${name}`;
}

function statusesOf(name: string): readonly string[] {
  const entry: EventEntry | undefined = eventNamed(name);
  return entry?.status?.values ?? [];
}

function filterKey(): fc.Arbitrary<string> {
  const paths = SAGEMAKER_EVENTS.flatMap(({ filters }) => Object.keys(filters));
  return fc.constantFrom("name", "names", "prefix", "status", "previousStatus", "__proto__", ...paths);
}

/** Undefined when it is refused. */
function attempt<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    return undefined;
  }
}

/** Whether JSON would lose a value. */
function unsayable(pattern: unknown): boolean {
  if (typeof pattern === "object" && pattern !== null) return Object.values(pattern).some(unsayable);
  return !(pattern === null || ["string", "boolean"].includes(typeof pattern) || Number.isFinite(pattern));
}

function emptyLists(pattern: unknown): unknown[] {
  if (Array.isArray(pattern)) return pattern.length === 0 ? [pattern] : [];
  return typeof pattern === "object" && pattern !== null ? Object.values(pattern).flatMap(emptyLists) : [];
}
