import type { ModelSettings } from "../../../../functions/core/model-settings";
import { Coordinator } from "../../../../modules/aws/functions/coordinator";
import { Sweeper } from "../../../../modules/aws/functions/sweeper";
import { GuardedQueue } from "../../../../modules/aws/queues/guarded-queue";
import { statementsOf, type Template } from "../../../stacks/template";
import { coordinatorResourcesOf, settingsOf, synthesize } from "../synthesize";

const SWEEPER = "retrigger-dev-sweeper";

describe("Sweeper", () => {
  it("should run every minute on the minute", () => {
    const template = synthesizeSweeper();

    expect(template.one("aws_scheduler_schedule")).toMatchObject({
      name: "retrigger-dev-sweeper",
      schedule_expression: "rate(1 minute)",
      flexible_time_window: { mode: "OFF" },
      target: { arn: template.reference("aws_lambda_function", "arn", { function_name: "retrigger-dev-sweeper" }) },
    });
  });

  it("should leave a failed tick to the next one, and keep it in the dead-letter queue", () => {
    const template = synthesizeSweeper();

    const deadLetters = template.reference("aws_sqs_queue", "arn", { name: "retrigger-dev-sweeper-dlq" });
    expect(template.one("aws_scheduler_schedule").target).toMatchObject({
      dead_letter_config: { arn: deadLetters },
      retry_policy: { maximum_retry_attempts: 0, maximum_event_age_in_seconds: 60 },
    });
    expect(template.one("aws_lambda_function_event_invoke_config")).toMatchObject({
      maximum_retry_attempts: 0,
      destination_config: { on_failure: { destination: deadLetters } },
    });
  });

  it("should let the sweeper keep the record of the watched schedules", () => {
    const statements = synthesizeSweeper().functionStatements("retrigger-dev-sweeper");

    const partitions = statements.map(({ Condition }) => Condition?.["ForAllValues:StringLike"]?.["dynamodb:LeadingKeys"]);
    expect(partitions).toContainEqual(["heartbeats#*"]);
  });

  it("should let the scheduler, for this account's schedules alone, invoke exactly the sweeper", () => {
    const template = synthesizeSweeper();

    const role = template.one("aws_iam_role", { name: "retrigger-dev-schedule-eu-central-1" });
    const roleName = template.reference("aws_iam_role", "name", { name: String(role.name) });
    expect(statementsOf(role.assume_role_policy)).toEqual([
      {
        Effect: "Allow",
        Principal: { Service: "scheduler.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "aws:SourceAccount": "111122223333" },
          ArnEquals: { "aws:SourceArn": "arn:aws:scheduler:eu-central-1:111122223333:schedule-group/default" },
        },
      },
    ]);
    expect(template.roleStatements(roleName)).toEqual([
      {
        Effect: "Allow",
        Action: "lambda:InvokeFunction",
        Resource: template.reference("aws_lambda_function", "arn", { function_name: "retrigger-dev-sweeper" }),
      },
      {
        Effect: "Allow",
        Action: "sqs:SendMessage",
        Resource: template.reference("aws_sqs_queue", "arn", { name: "retrigger-dev-sweeper-dlq" }),
      },
    ]);
  });

  it("should be allowed to publish batches, as the batcher is", () => {
    const statements = synthesizeSweeper().functionStatements("retrigger-dev-sweeper");

    expect(JSON.stringify(statements)).toContain('"dynamodb:LeadingKeys":["batch#*","deployment#*"]');
    expect(JSON.stringify(statements)).toContain("acme-flights/retrigger/manifests/*");
  });

  it("should be allowed to read, and no more, what is known of drift", () => {
    const statements = synthesizeSweeper().functionStatements("retrigger-dev-sweeper");

    const onDrift = statements.filter(({ Condition }) => JSON.stringify(Condition ?? {}).includes("drift#"));
    expect(onDrift).toMatchObject([
      { Action: ["dynamodb:GetItem"], Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["drift#*"] } } },
      {
        Action: ["dynamodb:BatchGetItem"],
        Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["batch#*", "coordinator#*", "drift#*"] } },
      },
    ]);
  });

  it("should be allowed to do all that the coordinator does, and know where to tell people", () => {
    const template = synthesizeSweeper();

    const sweeper = template.functionStatements("retrigger-dev-sweeper");
    const ofItsQueue = /sqs:|logs:/;
    const coordinator = template
      .functionStatements("retrigger-dev-coordinator")
      .filter(({ Action }) => !ofItsQueue.test(String(Action)));
    expect(sweeper).toEqual(expect.arrayContaining(coordinator));
    expect(coordinator.length).toBeGreaterThan(5);
    expect(template.one("aws_lambda_function", { function_name: "retrigger-dev-sweeper" }).environment).toEqual({
      variables: {
        RETRIGGER_ENVIRONMENT: "dev",
        RETRIGGER_STATE: template.reference("aws_dynamodb_table", "name"),
        RETRIGGER_REQUESTS: template.reference("aws_sqs_queue", "url", { name: "retrigger-dev-requests.fifo" }),
        RETRIGGER_TOPIC: template.reference("aws_sns_topic", "arn"),
      },
    });
  });

  it("should find monitoring runs, and tell the drift queue of them, where a model names schedules alone", () => {
    const monitoring = { prefix: "drift/", sagemaker: { schedules: ["Quality", "bias"] } };
    const template = synthesizeSweeper({ ...settingsOf("flight-delay"), monitoring });
    const without = synthesizeSweeper();

    const added = template.functionStatements(SWEEPER).slice(without.functionStatements(SWEEPER).length);
    const schedule = "arn:aws:sagemaker:eu-central-1:111122223333:monitoring-schedule";
    expect(added).toEqual([
      {
        Effect: "Allow",
        Action: "sqs:SendMessage",
        Resource: template.reference("aws_sqs_queue", "arn", { name: "retrigger-dev-drift" }),
      },
      { Effect: "Allow", Action: "sagemaker:ListMonitoringExecutions", Resource: "*" },
      {
        Effect: "Allow",
        Action: "sagemaker:DescribeMonitoringSchedule",
        Resource: [`${schedule}/Quality`, `${schedule}/quality`, `${schedule}/bias`],
      },
      {
        Effect: "Allow",
        Action: "sagemaker:DescribeEndpoint",
        Resource: ["arn:aws:sagemaker:eu-central-1:111122223333:endpoint/*"],
      },
    ]);
    expect(template.one("aws_lambda_function", { function_name: SWEEPER }).environment).toMatchObject({
      variables: { RETRIGGER_DRIFT: template.reference("aws_sqs_queue", "url", { name: "retrigger-dev-drift" }) },
    });
    expect(JSON.stringify(without.functionStatements(SWEEPER))).not.toMatch(/Monitoring|retrigger-dev-drift|aws_sqs_queue.drift/);
  });
});

// Helpers

function synthesizeSweeper(settings: ModelSettings = settingsOf("flight-delay")): Template {
  return synthesize((stack, deployment) => {
    const coordination = coordinatorResourcesOf(stack, deployment, [settings]);
    const { requests } = new Coordinator(stack, "coordinator", coordination);
    const drift = new GuardedQueue(stack, "drift", { deployment, role: "drift", consumerTimeoutSec: 120 });
    new Sweeper(stack, "sweeper", { ...coordination, requests, drift });
  });
}
