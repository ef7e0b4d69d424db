import type { CaptureSettings } from "../../../../functions/core/capture/capture-settings";
import type { ModelSettings } from "../../../../functions/core/model-settings";
import { CaptureMonitor } from "../../../../modules/aws/functions/capture-monitor";
import { capturedModels } from "../../../../modules/captured-models";
import { statementsOf, type Template } from "../../../stacks/template";
import { coordinatorResourcesOf, settingsOf, synthesize } from "../synthesize";

const HOUR_MS = 3_600_000;
const FUNCTION = "retrigger-dev-drift-monitor";

describe("CaptureMonitor", () => {
  it("should be one function for all models, with time and memory for a large window", () => {
    const template = synthesizeMonitor([monitored("one"), monitored("two")]);

    expect(template.one("aws_lambda_function")).toMatchObject({
      function_name: FUNCTION,
      timeout: 900,
      memory_size: 1024,
      environment: { variables: { RETRIGGER_STATE: template.reference("aws_dynamodb_table", "name") } },
    });
    expect(template.danglingReferences()).toEqual([]);
  });

  it("should give every model whose captures are monitored a turn an hour, when a window may be due", () => {
    const late = monitored("late", { delayMs: 1.5 * HOUR_MS, periodMs: 24 * HOUR_MS });
    const template = synthesizeMonitor([monitored("one"), settingsOf("other"), late]);

    const target = {
      arn: template.reference("aws_lambda_function", "arn"),
      role_arn: template.reference("aws_iam_role", "arn", { name: "retrigger-dev-drift-monitor-schedule-eu-central-1" }),
      dead_letter_config: { arn: template.reference("aws_sqs_queue", "arn") },
      retry_policy: { maximum_event_age_in_seconds: 600, maximum_retry_attempts: 3 },
    };
    expect(template.all("aws_scheduler_schedule")).toEqual([
      expect.objectContaining({
        name: `${FUNCTION}-late`,
        schedule_expression: "cron(30 * * * ? *)",
        schedule_expression_timezone: "UTC",
        flexible_time_window: { mode: "FLEXIBLE", maximum_window_in_minutes: 15 },
        target: { ...target, input: '{"model":"late"}' },
      }),
      expect.objectContaining({
        name: `${FUNCTION}-one`,
        schedule_expression: "cron(0 * * * ? *)",
        target: { ...target, input: '{"model":"one"}' },
      }),
    ]);
  });

  it("should end a model's turn before its next one, and keep what failed", () => {
    const template = synthesizeMonitor([monitored("one")]);

    const { flexible_time_window, target } = Object(template.one("aws_scheduler_schedule"));
    const invocation = template.one("aws_lambda_function_event_invoke_config");
    const { timeout } = Object(template.one("aws_lambda_function"));
    const waitsSec = [
      flexible_time_window.maximum_window_in_minutes * 60,
      target.retry_policy.maximum_event_age_in_seconds,
      Number(invocation.maximum_event_age_in_seconds),
      timeout,
    ];
    expect(waitsSec.reduce((sum, wait) => sum + wait)).toBeLessThan(3600);
    expect(template.one("aws_sqs_queue").name).toBe(`${FUNCTION}-dlq`);
    expect(invocation).toMatchObject({
      maximum_retry_attempts: 0,
      destination_config: { on_failure: { destination: template.reference("aws_sqs_queue", "arn") } },
    });
  });

  it("should let the scheduler invoke exactly this function", () => {
    const template = synthesizeMonitor([monitored("one")]);

    const role = template.one("aws_iam_role", { name: "retrigger-dev-drift-monitor-schedule-eu-central-1" });
    expect(statementsOf(role.assume_role_policy)).toEqual([
      expect.objectContaining({
        Principal: { Service: "scheduler.amazonaws.com" },
        Condition: expect.objectContaining({ StringEquals: { "aws:SourceAccount": "111122223333" } }),
      }),
    ]);
    expect(template.roleStatements(template.reference("aws_iam_role", "name", { name: String(role.name) }))).toEqual([
      { Effect: "Allow", Action: "lambda:InvokeFunction", Resource: template.reference("aws_lambda_function", "arn") },
      { Effect: "Allow", Action: "sqs:SendMessage", Resource: template.reference("aws_sqs_queue", "arn") },
    ]);
  });

  it("should be allowed the settings, the captures, the files of the monitor and the named endpoint, and nothing else", () => {
    const template = synthesizeMonitor([monitored("one", { endpoint: "Flights" })]);

    const [logs, failures, ...statements] = template.functionStatements(FUNCTION);
    expect([logs?.Action, failures?.Action]).toEqual([["logs:CreateLogStream", "logs:PutLogEvents"], "sqs:SendMessage"]);
    expect(statements).toEqual([
      {
        Effect: "Allow",
        Action: ["dynamodb:GetItem", "dynamodb:Query"],
        Resource: template.reference("aws_dynamodb_table", "arn"),
        Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["settings"] } },
      },
      { Effect: "Allow", Action: "s3:GetObject", Resource: ["arn:aws:s3:::acme-captures/one/AllTraffic/*"] },
      {
        Effect: "Allow",
        Action: "s3:ListBucket",
        Resource: ["arn:aws:s3:::acme-captures"],
        Condition: { StringLike: { "s3:prefix": ["one/AllTraffic/*"] } },
      },
      {
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:PutObject"],
        Resource: ["arn:aws:s3:::acme-flights/drift/one/*", "arn:aws:s3:::acme-base/one.json"],
      },
      { Effect: "Allow", Action: "s3:ListBucket", Resource: ["arn:aws:s3:::acme-flights", "arn:aws:s3:::acme-base"] },
      {
        Effect: "Allow",
        Action: "sagemaker:DescribeEndpoint",
        Resource: [
          "arn:aws:sagemaker:eu-central-1:111122223333:endpoint/Flights",
          "arn:aws:sagemaker:eu-central-1:111122223333:endpoint/flights",
        ],
      },
    ]);
  });

  it("should look at no endpoint that no model names, and list a bucket once", () => {
    const shared = { location: "s3://acme-flights/captures/*/{yyyy}/{mm}/{dd}/{hh}/", baseline: "s3://acme-flights/b/x.json" };
    const template = synthesizeMonitor([monitored("one", shared), monitored("two", shared)]);

    const statements = template.functionStatements(FUNCTION).slice(3);
    expect(statements).toEqual([
      { Effect: "Allow", Action: "s3:GetObject", Resource: ["arn:aws:s3:::acme-flights/captures/*"] },
      {
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:PutObject"],
        Resource: [
          "arn:aws:s3:::acme-flights/drift/one/*",
          "arn:aws:s3:::acme-flights/b/x.json",
          "arn:aws:s3:::acme-flights/drift/two/*",
        ],
      },
      { Effect: "Allow", Action: "s3:ListBucket", Resource: ["arn:aws:s3:::acme-flights"] },
    ]);
  });
});

// Helpers

function monitored(model: string, overrides: Partial<CaptureSettings> = {}): ModelSettings {
  const capture: CaptureSettings = {
    location: `s3://acme-captures/${model}/AllTraffic/{yyyy}/{mm}/{dd}/{hh}/`,
    format: "sagemaker",
    columns: [],
    features: [],
    categories: [],
    periodMs: HOUR_MS,
    delayMs: HOUR_MS,
    minimumRows: 1000,
    baseline: `s3://acme-base/${model}.json`,
    ...overrides,
  };
  return { ...settingsOf(model), monitoring: { prefix: "drift/", capture } };
}

function synthesizeMonitor(models: readonly ModelSettings[]): Template {
  return synthesize((stack, deployment) => {
    const { state } = coordinatorResourcesOf(stack, deployment, models);
    new CaptureMonitor(stack, "capture-monitor", { deployment, state, models: capturedModels(models) });
  });
}
