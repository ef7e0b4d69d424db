import type { ModelSettings } from "../../../../functions/core/model-settings";
import { Coordinator } from "../../../../modules/aws/functions/coordinator";
import type { Template } from "../../../stacks/template";
import { coordinationOf, settingsOf, synthesize } from "../synthesize";

const SAGEMAKER = "arn:aws:sagemaker:eu-central-1:111122223333";

describe("Coordinator", () => {
  it("should read a FIFO queue, ten requests at a time, without waiting for more", () => {
    const mapping = synthesizeCoordinator("training").one("aws_lambda_event_source_mapping");

    expect(mapping).toMatchObject({ batch_size: 10, function_response_types: ["ReportBatchItemFailures"] });
    expect(mapping).not.toHaveProperty("maximum_batching_window_in_seconds");
  });

  it("should be allowed to start exactly the configured pipelines", () => {
    const template = synthesizeCoordinator("training", "other", "training");

    expect(resourceOf(template, "sagemaker:StartPipelineExecution")).toEqual([
      `${SAGEMAKER}:pipeline/training`,
      `${SAGEMAKER}:pipeline/other`,
    ]);
  });

  it("should name a pipeline in both cases where they differ, since SageMaker's ARNs are in lower case", () => {
    const template = synthesizeCoordinator("FlightDelay");

    expect(resourceOf(template, "sagemaker:StartPipelineExecution")).toEqual([
      `${SAGEMAKER}:pipeline/FlightDelay`,
      `${SAGEMAKER}:pipeline/flightdelay`,
    ]);
  });

  it("should be allowed to look at the runs of exactly these pipelines, and at jobs", () => {
    const template = synthesizeCoordinator("training");

    const runs = [`${SAGEMAKER}:pipeline/training/execution/*`];
    expect(resourceOf(template, "sagemaker:DescribePipelineExecution")).toEqual(runs);
    expect(resourceOf(template, "sagemaker:ListPipelineExecutionSteps")).toEqual(runs);
    expect(resourceOf(template, "sagemaker:DescribeTrainingJob")).toBe(`${SAGEMAKER}:training-job/*`);
    expect(resourceOf(template, "sagemaker:DescribeProcessingJob")).toBe(`${SAGEMAKER}:processing-job/*`);
    expect(resourceOf(template, "sagemaker:DescribeTransformJob")).toBe(`${SAGEMAKER}:transform-job/*`);
  });

  it("should tell people through the one topic", () => {
    const template = synthesizeCoordinator("training");

    const topic = template.reference("aws_sns_topic", "arn", { name: "retrigger-dev-decisions" });
    expect(resourceOf(template, "sns:Publish")).toBe(topic);
    expect(template.one("aws_lambda_function").environment).toEqual({
      variables: {
        RETRIGGER_ENVIRONMENT: "dev",
        RETRIGGER_STATE: template.reference("aws_dynamodb_table", "name"),
        RETRIGGER_TOPIC: topic,
      },
    });
  });

  it("should be allowed to make one manifest of those of merged requests, and to read no data", () => {
    const statements = synthesizeCoordinator("training").functionStatements("retrigger-dev-coordinator");

    const onBuckets = statements.filter(({ Action }) => String(Action).includes("s3:"));
    expect(onBuckets).toEqual([
      {
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:PutObject"],
        Resource: ["arn:aws:s3:::acme-flights/retrigger/manifests/*"],
      },
      { Effect: "Allow", Action: "s3:ListBucket", Resource: ["arn:aws:s3:::acme-flights"] },
    ]);
  });

  it("should write its own partitions of the state alone", () => {
    const statements = synthesizeCoordinator("training").functionStatements("retrigger-dev-coordinator");

    const partitions = statements.flatMap(({ Action, Condition }) => {
      const keys = Condition?.["ForAllValues:StringLike"]?.["dynamodb:LeadingKeys"];
      return keys === undefined ? [] : [[keys, [Action].flat().filter((action) => /:(Put|Update|Batch)/.test(action))]];
    });
    expect(partitions).toEqual([
      [["settings"], []],
      [["prices"], []],
      [
        ["coordinator#*", "request#*", "decisions#*"],
        ["dynamodb:PutItem", "dynamodb:UpdateItem"],
      ],
      [
        ["request#*", "decisions#*"],
        ["dynamodb:BatchGetItem", "dynamodb:BatchWriteItem"],
      ],
    ]);
  });
});

// Helpers

/** A coordinator of one model per pipeline. */
function synthesizeCoordinator(...pipelines: readonly string[]): Template {
  const models = pipelines.map(
    (name, index): ModelSettings => ({ ...settingsOf(`m${index}`), pipeline: { name, parameters: {} } }),
  );
  return synthesize((stack, deployment) => {
    new Coordinator(stack, "coordinator", coordinationOf(stack, deployment, models));
  });
}

/** What the coordinator may do this to. */
function resourceOf(template: Template, action: string): unknown {
  const allowed = template.functionStatements("retrigger-dev-coordinator").filter(({ Action }) => [Action].flat().includes(action));
  expect(allowed).toHaveLength(1);
  return allowed[0]?.Resource;
}
