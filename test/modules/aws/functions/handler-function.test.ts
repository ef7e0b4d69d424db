import { HandlerFunction, type HandlerFunctionProps } from "../../../../modules/aws/functions/handler-function";
import { DeadLetterQueue, GuardedQueue } from "../../../../modules/aws/queues/guarded-queue";
import { statementsOf, type Template } from "../../../stacks/template";
import { synthesize } from "../synthesize";

describe("HandlerFunction", () => {
  it("should run on Node 24 on arm64, with the bundle's code, the environment it is given, and the name of its own", () => {
    const template = synthesizeFunction({ environment: { RETRIGGER_STATE: "table" }, timeoutSec: 45 });

    expect(template.one("aws_lambda_function")).toMatchObject({
      function_name: "retrigger-dev-batcher",
      architectures: ["arm64"],
      runtime: "nodejs24.x",
      handler: "index.handler",
      memory_size: 256,
      timeout: 45,
      environment: { variables: { RETRIGGER_ENVIRONMENT: "dev", RETRIGGER_STATE: "table" } },
      filename: expect.stringMatching(/^assets\/.*\.zip$/),
      source_code_hash: expect.stringMatching(/^[\w+/]{43}=$/),
    });
  });

  it("should write to its own log group, which keeps what it is told for a time", () => {
    const template = synthesize((stack, deployment) => {
      new HandlerFunction(stack, "function", { ...propsOf(), deployment: { ...deployment, logRetentionDays: 30 } });
    });

    const group = template.one("aws_cloudwatch_log_group");
    expect(group).toMatchObject({ name: "/aws/lambda/retrigger-dev-batcher", retention_in_days: 30 });
    expect(template.one("aws_lambda_function").logging_config).toEqual({
      log_format: "Text",
      log_group: template.reference("aws_cloudwatch_log_group", "name"),
    });
  });

  it("should be allowed nothing but its log and what it is given", () => {
    const statement = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::acme/x" } as const;

    const template = synthesizeFunction({ statementsOf: () => [statement] });

    expect(template.functionStatements("retrigger-dev-batcher")).toEqual([
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: template.reference("aws_cloudwatch_log_group", "arn").concat(":*"),
      },
      statement,
    ]);
  });

  it("should be run by Lambda alone", () => {
    const template = synthesizeFunction({});

    expect(statementsOf(template.one("aws_iam_role").assume_role_policy)).toEqual([
      { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
    ]);
  });

  it("should report the messages of a queue that failed, one by one", () => {
    const template = synthesize((stack, deployment) => {
      const queue = new GuardedQueue(stack, "queue", { deployment, role: "data", consumerTimeoutSec: 60 });
      const source = { queue, batchSize: 500, batchingWindowSec: 10, maximumConcurrency: 2 };
      new HandlerFunction(stack, "function", { ...propsOf(), deployment, source });
    });

    const arn = template.reference("aws_sqs_queue", "arn", { name: "retrigger-dev-data" });
    expect(template.one("aws_lambda_event_source_mapping")).toMatchObject({
      event_source_arn: arn,
      function_name: template.reference("aws_lambda_function", "arn"),
      batch_size: 500,
      maximum_batching_window_in_seconds: 10,
      scaling_config: { maximum_concurrency: 2 },
      function_response_types: ["ReportBatchItemFailures"],
    });
    expect(template.functionStatements("retrigger-dev-batcher")).toContainEqual({
      Effect: "Allow",
      Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
      Resource: arn,
    });
  });

  it("should be able to set aside what no retry can cure, in the dead letters of its own queue alone", () => {
    const template = synthesize((stack, deployment) => {
      const queue = new GuardedQueue(stack, "queue", { deployment, role: "data", consumerTimeoutSec: 60 });
      new HandlerFunction(stack, "function", { ...propsOf(), deployment, source: { queue, batchSize: 10 } });
    });

    const deadLetters = { name: "retrigger-dev-data-dlq" };
    expect(template.one("aws_lambda_function").environment).toEqual({
      variables: { RETRIGGER_ENVIRONMENT: "dev", RETRIGGER_DEAD_LETTERS: template.reference("aws_sqs_queue", "url", deadLetters) },
    });
    const sends = template.functionStatements("retrigger-dev-batcher").filter(({ Action }) => Action === "sqs:SendMessage");
    expect(sends).toEqual([expect.objectContaining({ Resource: template.reference("aws_sqs_queue", "arn", deadLetters) })]);
  });

  it("should send an asynchronous invocation that failed to its dead-letter queue", () => {
    const template = synthesize((stack, deployment) => {
      const asyncFailures = new DeadLetterQueue(stack, "failures", { deployment, of: "sweeper" });
      new HandlerFunction(stack, "function", { ...propsOf(), deployment, asyncFailures });
    });

    const arn = template.reference("aws_sqs_queue", "arn");
    expect(template.one("aws_lambda_function_event_invoke_config")).toMatchObject({
      maximum_retry_attempts: 0,
      destination_config: { on_failure: { destination: arn } },
    });
    expect(template.functionStatements("retrigger-dev-batcher")).toContainEqual({
      Effect: "Allow",
      Action: "sqs:SendMessage",
      Resource: arn,
    });
  });
});

// Helpers

function propsOf(overrides: Partial<HandlerFunctionProps> = {}) {
  return {
    role: "batcher",
    description: "of a test",
    models: [],
    statementsOf: () => [],
    environment: {},
    timeoutSec: 60,
    ...overrides,
  };
}

function synthesizeFunction(overrides: Partial<HandlerFunctionProps>): Template {
  return synthesize((stack, deployment) => {
    new HandlerFunction(stack, "function", { ...propsOf(overrides), deployment });
  });
}
