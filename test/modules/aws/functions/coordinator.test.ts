import { type ModelSettings, modelNameSchema } from "../../../../functions/core/model-settings";
import { Coordinator } from "../../../../modules/aws/functions/coordinator";
import { statementsOf, type Template } from "../../../stacks/template";
import { coordinatorResourcesOf, settingsOf, synthesize } from "../synthesize";

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

  it("should be allowed to look at runs and at jobs, whose names are not known before", () => {
    const template = synthesizeCoordinator("training");

    const runs = `${SAGEMAKER}:pipeline/*/execution/*`;
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
        RETRIGGER_DEAD_LETTERS: template.reference("aws_sqs_queue", "url", { name: "retrigger-dev-requests-dlq.fifo" }),
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
        ["coordinator#*", "request#*", "decisions#*", "deployment#*"],
        ["dynamodb:PutItem", "dynamodb:UpdateItem"],
      ],
      [
        ["request#*", "decisions#*"],
        ["dynamodb:BatchGetItem", "dynamodb:BatchWriteItem"],
      ],
    ]);
  });
});

describe("RunEndRule", () => {
  it("should hear of the ends of runs by one rule, however many models there are", () => {
    const template = synthesizeModels({ demand: "demand-training", flights: "FlightDelay" });

    const { name, event_pattern } = template.one("aws_cloudwatch_event_rule");
    expect([name, JSON.parse(String(event_pattern))]).toEqual([
      "retrigger-dev-run-ends",
      {
        source: ["aws.sagemaker"],
        "detail-type": ["SageMaker Model Building Pipeline Execution Status Change"],
        detail: { currentPipelineExecutionStatus: ["Succeeded", "Failed", "Stopped"] },
      },
    ]);
  });

  it("should bring them to the FIFO queue of requests, in a group that is no model's", () => {
    const template = synthesizeModels({ demand: "training", flights: "training" });

    expect(template.one("aws_sqs_queue", { name: "retrigger-dev-requests.fifo" })).toMatchObject({
      fifo_queue: true,
      content_based_deduplication: true,
    });
    expect(template.rulesSendingTo("retrigger-dev-requests.fifo")).toEqual(["retrigger-dev-run-ends"]);
    expect(template.one("aws_cloudwatch_event_target").sqs_target).toEqual({ message_group_id: "run_ends" });
    expect(() => modelNameSchema.parse("run_ends")).toThrow();
  });

  it("should keep what could not be delivered in a standard queue, as EventBridge demands", () => {
    const template = synthesizeModels({ demand: "training" });

    const { dead_letter_config, retry_policy } = template.one("aws_cloudwatch_event_target");
    const undelivered = template.one("aws_sqs_queue", { name: "retrigger-dev-run-rules-dlq" });
    expect(undelivered).not.toHaveProperty("fifo_queue");
    expect(dead_letter_config).toEqual({ arn: template.reference("aws_sqs_queue", "arn", { name: String(undelivered.name) }) });
    expect(retry_policy).toEqual({ maximum_event_age_in_seconds: 86_400, maximum_retry_attempts: 185 });
  });

  it.each(["retrigger-dev-requests.fifo", "retrigger-dev-run-rules-dlq"])("should be let into %s, and no other service", (name) => {
    const template = synthesizeModels({ demand: "one", flights: "two" });

    const queue_url = template.reference("aws_sqs_queue", "url", { name });
    const allowed = statementsOf(template.one("aws_sqs_queue_policy", { queue_url }).policy).filter(
      ({ Effect }) => Effect === "Allow",
    );
    expect(allowed).toEqual([
      {
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: template.reference("aws_sqs_queue", "arn", { name }),
        Condition: { ArnLike: { "aws:SourceArn": ["arn:aws:events:eu-central-1:111122223333:rule/retrigger-dev-run-ends"] } },
      },
    ]);
  });
});

// Helpers

/** A coordinator of one model per pipeline. */
function synthesizeCoordinator(...pipelines: readonly string[]): Template {
  return synthesizeModels(Object.fromEntries(pipelines.map((name, index) => [`m${index}`, name])));
}

/** A coordinator of these models, each with the name of its pipeline. */
function synthesizeModels(pipelines: Readonly<Record<string, string>>): Template {
  const models = Object.entries(pipelines).map(
    ([model, name]): ModelSettings => ({ ...settingsOf(model), pipeline: { name, parameters: {} } }),
  );
  return synthesize((stack, deployment) => {
    new Coordinator(stack, "coordinator", coordinatorResourcesOf(stack, deployment, models));
  });
}

/** What the coordinator may do this to. */
function resourceOf(template: Template, action: string): unknown {
  const allowed = template.functionStatements("retrigger-dev-coordinator").filter(({ Action }) => [Action].flat().includes(action));
  expect(allowed).toHaveLength(1);
  return allowed[0]?.Resource;
}
