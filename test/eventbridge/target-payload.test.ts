import type { RuleTarget } from "../../eventbridge/event-rule";
import { targetPayload } from "../../eventbridge/target-payload";
import { jobFailed } from "./events";

const EVENT = jobFailed();
const INPUT = { paths: { job: "$.detail.TrainingJobName" }, template: '{"job": <job>}' };
const ARN = "arn:aws:sqs:eu-central-1:111122223333:q";

describe("targetPayload", () => {
  it("should fill in the parameters of a pipeline", () => {
    const parameters = { Job: "$.detail.TrainingJobName", Team: "$.detail.Tags.team", Mode: "full", Price: "$5" };

    expect(payloadOf({ type: "pipeline", pipeline: "training", parameters })).toEqual({
      payload: {
        PipelineName: "training",
        PipelineParameterList: [
          { Name: "Job", Value: "fraud-7" },
          { Name: "Team", Value: "ml" },
          { Name: "Mode", Value: "full" },
          { Name: "Price", Value: "$5" },
        ],
      },
      problems: [],
    });
  });

  it.each([
    [
      "nothing",
      { A: "$.detail.Gone" },
      "parameter A: the event has nothing at $.detail.Gone, for which EventBridge promises nothing",
    ],
    ["a number", { A: "$.detail.Tries" }, "the event has a value of type number at $.detail.Tries"],
    ["an object", { A: "$.detail.Tags" }, "the event has a value of type object at $.detail.Tags"],
    ["a list", { A: "$.resources" }, "the event has a list at $.resources"],
    ["a path that is none", { A: "$.detail[*]" }, 'parameter A: got the path "$.detail[*]"'],
    ["a long text", { A: "x".repeat(1025) }, "parameter A: got 1025 characters; at most 1024 are allowed"],
    ["an underscore in a name", { Trigger_Type: "x" }, 'got the parameter "Trigger_Type"; expected 1 to 256 of A-Z'],
    ["a hyphen at the end of a name", { "A-": "x" }, 'got the parameter "A-"'],
  ])("should guess nothing of %s for a parameter", (_case, parameters, problem) => {
    expect(payloadOf({ type: "pipeline", pipeline: "training", parameters }).problems).toEqual([expect.stringContaining(problem)]);
  });

  it("should refuse more parameters than a rule takes", () => {
    const parameters = Object.fromEntries([...Array(201).keys()].map((index) => [`p${index}`, "x"]));

    expect(payloadOf({ type: "pipeline", pipeline: "training", parameters }).problems).toEqual([
      "got 201 parameters; at most 200 are allowed: leave some out",
    ]);
  });

  it("should leave out a value that it does not know", () => {
    const { payload } = payloadOf({ type: "pipeline", pipeline: "training", parameters: { A: "$.detail.Tries" } });

    expect(payload).toEqual({ PipelineName: "training", PipelineParameterList: [{ Name: "A" }] });
  });

  it("should tell what the coordinator makes of a request, and of metadata that is not there", () => {
    const metadata = { job: "$.detail.TrainingJobName", zip: "$.detail.Zip" };

    expect(payloadOf({ type: "request", model: "fraud", priority: 2, metadata })).toEqual({
      payload: expect.objectContaining({
        model: "fraud",
        priority: 2,
        causes: [expect.objectContaining({ metadata: { job: "fraud-7" } })],
      }),
      problems: [expect.stringContaining("metadata zip: the event has nothing at $.detail.Zip, so it is left out")],
    });
  });

  it("should tell what the coordinator cannot read", () => {
    const event = jobFailed({ time: "yesterday" });

    const { payload, problems } = targetPayload({ name: "r" }, { type: "pause", model: "fraud" }, event, deliveryOf());

    expect(payload).toEqual(expect.stringContaining('"action":"pause"'));
    expect(problems).toEqual([expect.stringMatching(/^not the message of a rule: .*time/s)]);
  });

  it.each<[string, RuleTarget, unknown]>([
    [
      "a pause",
      { type: "pause", model: "fraud" },
      expect.objectContaining({ model: "fraud", rule: "r", at: Date.UTC(2026, 10, 21, 10) }),
    ],
    ["people", { type: "notify" }, expect.stringContaining("rule r: SageMaker Training Job State Change of arn:aws:sagemaker")],
    ["another bus", { type: "event-bus", arn: ARN }, EVENT],
    ["a function", { type: "lambda", arn: ARN }, EVENT],
    ["a function with input", { type: "lambda", arn: ARN, input: INPUT }, { job: "fraud-7" }],
    ["a topic", { type: "sns", arn: ARN, input: INPUT }, { job: "fraud-7" }],
    ["a state machine", { type: "state-machine", arn: ARN, input: INPUT }, { job: "fraud-7" }],
    ["a queue", { type: "sqs", arn: ARN }, EVENT],
    ["a FIFO queue", { type: "sqs", arn: ARN, messageGroup: "g" }, { MessageGroupId: "g", MessageBody: EVENT }],
    ["a stream", { type: "kinesis", arn: ARN }, { PartitionKey: EVENT.id, Data: EVENT }],
    [
      "a stream by key",
      { type: "kinesis", arn: ARN, partitionKey: "$.detail.TrainingJobName", input: INPUT },
      { PartitionKey: "fraud-7", Data: { job: "fraud-7" } },
    ],
    [
      "a command",
      {
        type: "run-command",
        document: "AWS-RunShellScript",
        key: "InstanceIds",
        values: ["i-1"],
        input: { paths: {}, template: '{"commands": ["ls"]}' },
      },
      { DocumentName: "AWS-RunShellScript", Targets: [{ Key: "InstanceIds", Values: ["i-1"] }], Parameters: { commands: ["ls"] } },
    ],
  ])("should tell what %s would receive", (_case, target, payload) => {
    expect(payloadOf(target)).toEqual({ payload, problems: [] });
  });

  it("should tell of a key that no stream takes", () => {
    expect(payloadOf({ type: "kinesis", arn: ARN, partitionKey: "$.detail.Tries" }).problems).toEqual([
      expect.stringContaining("partition key: the event has a value of type number"),
    ]);
  });

  it("should show what comes of a template though it is no JSON", () => {
    const input = { paths: {}, template: "job <job>" };

    expect(payloadOf({ type: "lambda", arn: ARN, input })).toEqual({
      payload: "job <job>",
      problems: [expect.stringContaining("<job>, which is not a variable"), expect.stringContaining("is not JSON")],
    });
  });
});

// Helpers

function payloadOf(target: RuleTarget) {
  return targetPayload({ name: "r" }, target, EVENT, deliveryOf());
}

function deliveryOf() {
  return { ruleName: "r", ruleArn: "arn:aws:events:eu-central-1:111122223333:rule/r", ingestionTime: "2026-11-21T10:00:01Z" };
}
