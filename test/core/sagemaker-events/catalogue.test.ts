import * as sdk from "@aws-sdk/client-sagemaker";
import * as z from "zod";
import { eventNamed, eventOfDetailType, SAGEMAKER_EVENTS } from "../../../functions/core/sagemaker-events/catalogue";
import type { EventEntry } from "../../../functions/core/sagemaker-events/event-entry";
import { NAMES, SAMPLE_NAMES } from "./samples";

const ENTRIES: readonly EventEntry[] = SAGEMAKER_EVENTS;

/** Of https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-sagemaker.html, those with a published shape or asked for. */
const DETAIL_TYPES = [
  "SageMaker Training Job State Change",
  "SageMaker HyperParameter Tuning Job State Change",
  "SageMaker Transform Job State Change",
  "SageMaker Endpoint Config State Change",
  "SageMaker Endpoint State Change",
  "SageMaker Model State Change",
  "SageMaker Notebook Instance State Change",
  "SageMaker Notebook Lifecycle Config State Change",
  "SageMaker Algorithm State Change",
  "SageMaker Model Package State Change",
  "SageMaker Processing Job State Change",
  "SageMaker Feature Group State Change",
  "SageMaker Image State Change",
  "SageMaker Image Version State Change",
  "SageMaker Endpoint Deployment State Change",
  "SageMaker Model Card State Change",
  "SageMaker Model Card Export Job State Change",
  "SageMaker Monitoring Schedule State Change",
  "SageMaker HyperPod Cluster State Change",
  "SageMaker HyperPod Cluster Node Health Event",
  "SageMaker HyperPod Cluster Event",
  "SageMaker A2I HumanLoop Status Change",
  "SageMaker Ground Truth Labeling Job State Change",
  "SageMaker Model Building Pipeline Execution Status Change",
  "SageMaker Model Building Pipeline Execution Step Status Change",
  "SageMaker Ground Truth Labeling Job Task Status Change",
];

describe("SAGEMAKER_EVENTS", () => {
  it("should hold every detail type once, under a name of its own", () => {
    expect(ENTRIES.map(({ detailType }) => detailType).toSorted()).toEqual(DETAIL_TYPES.toSorted());
    expect(new Set(NAMES).size).toBe(ENTRIES.length);
  });

  it("should have a sample of every entry, and no other", () => {
    expect(SAMPLE_NAMES.toSorted()).toEqual(NAMES.toSorted());
  });

  it.each(ENTRIES)("should name only fields of its schema, $name", (entry) => {
    const { subject, status, previousStatus, filters, tellsApart, times, onceSince = [] } = entry;
    const paths = [subject.path, status?.path, previousStatus, ...Object.keys(filters), ...tellsApart, ...times, ...onceSince];
    const schema: Node = z.toJSONSchema(entry.detail, { io: "input" });

    const missing = paths.filter((path) => path !== undefined && !path.split(".").reduce(inner, schema));

    expect(missing).toEqual([]);
  });

  it.each([
    ["training-job", sdk.TrainingJobStatus],
    ["tuning-job", sdk.HyperParameterTuningJobStatus],
    ["transform-job", sdk.TransformJobStatus],
    ["processing-job", sdk.ProcessingJobStatus],
    ["endpoint", sdk.EndpointStatus],
    ["feature-group", sdk.FeatureGroupStatus],
    ["model-package", sdk.ModelPackageStatus],
    ["pipeline-execution", sdk.PipelineExecutionStatus],
    ["pipeline-step", sdk.StepStatus],
    ["image", sdk.ImageStatus],
    ["image-version", sdk.ImageVersionStatus],
    ["model-card", sdk.ModelCardStatus],
    ["model-card-export-job", sdk.ModelCardExportJobStatus],
    ["monitoring-schedule", sdk.ScheduleStatus],
    ["notebook-instance", sdk.NotebookInstanceStatus],
    ["hyperpod-cluster", sdk.ClusterStatus],
    ["hyperpod-event", sdk.ClusterEventLevel],
    ["algorithm", sdk.AlgorithmStatus],
  ])("should know every status of the API in some spelling, %s", (name, api) => {
    const known = statusesOf(name).map(folded);

    expect(Object.values(api).filter((status) => !known.includes(folded(status)))).toEqual([]);
  });

  it("should spell the status of an endpoint as its events do, and not as the API", () => {
    expect(statusesOf("endpoint")).toContain("IN_SERVICE");
    expect(statusesOf("endpoint")).not.toContain("InService");
  });
});

describe("eventNamed and eventOfDetailType", () => {
  it.each(ENTRIES)("should find $name", (entry) => {
    expect(eventNamed(entry.name)).toBe(entry);
    expect(eventOfDetailType(entry.detailType)).toBe(entry);
  });

  it.each(["", "Endpoint", "__proto__", "constructor", "toString"])("should find nothing under %j", (name) => {
    expect(eventNamed(name)).toBeUndefined();
    expect(eventOfDetailType(name)).toBeUndefined();
  });
});

// Helpers

interface Node {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly items?: unknown;
  readonly anyOf?: readonly unknown[];
}

/** The schema of a field, looking through lists and alternatives. */
function inner(node: Node | undefined, name: string): Node | undefined {
  if (node === undefined) return undefined;
  const within = [node.items, ...(node.anyOf ?? [])].filter((child) => typeof child === "object" && child !== null);
  return node.properties?.[name] ?? within.map((child) => inner(child, name)).find((found) => found !== undefined);
}

function statusesOf(name: string): readonly string[] {
  const entry: EventEntry | undefined = eventNamed(name);
  return entry?.status?.values ?? [];
}

function folded(status: string): string {
  return status.toLowerCase().replaceAll("_", "");
}
