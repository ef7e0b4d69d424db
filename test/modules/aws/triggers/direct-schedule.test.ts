import type { PipelineSchedule } from "../../../../functions/core/schedules/pipeline-schedule";
import { cronExpression } from "../../../../functions/core/schedules/timing";
import { DirectSchedule } from "../../../../modules/aws/triggers/direct-schedule";
import { statementsOf, type Template } from "../../../stacks/template";
import { synthesize } from "../synthesize";

const PIPELINE = "arn:aws:sagemaker:eu-central-1:111122223333:pipeline";

describe("DirectSchedule by a rule", () => {
  it("should start the pipeline in UTC, with values of its own and of the event", () => {
    const template = synthesizeDirect({ parameters: { InstanceType: "ml.m5.xlarge", at: "$.time" } });

    expect(template.one("aws_cloudwatch_event_rule")).toMatchObject({
      name: "retrigger-dev-direct-churn_nightly",
      description: "Starts the pipeline of churn, past the coordinator",
      schedule_expression: "cron(30 2 * * ? *)",
      tags: { model: "churn", schedule: "nightly" },
    });
    expect(template.one("aws_cloudwatch_event_target")).toMatchObject({
      rule: template.reference("aws_cloudwatch_event_rule", "name"),
      // As SageMaker writes it.
      arn: `${PIPELINE}/churn-training`,
      role_arn: template.reference("aws_iam_role", "arn"),
      sagemaker_pipeline_target: {
        pipeline_parameter_list: [
          { name: "InstanceType", value: "ml.m5.xlarge" },
          { name: "at", value: "$.time" },
        ],
      },
      dead_letter_config: { arn: template.reference("aws_sqs_queue", "arn") },
      retry_policy: { maximum_event_age_in_seconds: 86_400, maximum_retry_attempts: 185 },
    });
    expect(template.all("aws_scheduler_schedule")).toEqual([]);
  });

  it("should let this rule alone take a role that may start exactly that pipeline", () => {
    const template = synthesizeDirect({});

    expect(statementsOf(template.one("aws_iam_role").assume_role_policy)).toEqual([
      {
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "aws:SourceAccount": "111122223333" },
          ArnEquals: { "aws:SourceArn": template.reference("aws_cloudwatch_event_rule", "arn") },
        },
      },
    ]);
    expect(template.roleStatements(template.reference("aws_iam_role", "name"))).toEqual([
      {
        Effect: "Allow",
        Action: "sagemaker:StartPipelineExecution",
        Resource: [`${PIPELINE}/Churn-Training`, `${PIPELINE}/churn-training`],
      },
    ]);
  });

  it("should let this rule alone write what it could not start, before it first tries", () => {
    const template = synthesizeDirect({});

    const [allowed] = statementsOf(template.one("aws_sqs_queue_policy").policy);
    expect(allowed).toMatchObject({
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Condition: {
        ArnLike: { "aws:SourceArn": ["arn:aws:events:eu-central-1:111122223333:rule/retrigger-dev-direct-churn_nightly"] },
      },
    });
    expect(template.one("aws_cloudwatch_event_target").depends_on).toEqual([
      expect.stringMatching(/^aws_iam_role_policy\./),
      expect.stringMatching(/^aws_sqs_queue_policy\./),
    ]);
  });

  it("should take a rate, and no parameters", () => {
    const template = synthesizeDirect({ timing: { everyMinutes: 61 } });

    expect(template.one("aws_cloudwatch_event_rule").schedule_expression).toBe("rate(61 minutes)");
    expect(template.one("aws_cloudwatch_event_target")).not.toHaveProperty("sagemaker_pipeline_target");
  });

  it("should hand every text to Terraform as it is", () => {
    const template = synthesizeDirect({ parameters: { query: "a$" + "{b}%{c}" } });

    expect(template.text).toContain('"a$$' + '{b}%%{c}"');
  });
});

describe("DirectSchedule by EventBridge Scheduler", () => {
  it.each<[string, Partial<PipelineSchedule>]>([
    ["a time zone", { timeZone: "Europe/Berlin", parameters: { Mode: "full" } }],
    ["a name with _", { parameters: { train_mode: "full" } }],
    ["a name that ends in -", { parameters: { "mode-": "full" } }],
  ])("should start the pipeline where a rule cannot: %s", (_case, overrides) => {
    const template = synthesizeDirect(overrides);

    const [[name, value] = []] = Object.entries(overrides.parameters ?? {});
    expect(template.one("aws_scheduler_schedule")).toMatchObject({
      name: "retrigger-dev-direct-churn_nightly",
      schedule_expression: "cron(30 2 * * ? *)",
      schedule_expression_timezone: overrides.timeZone ?? "UTC",
      flexible_time_window: { mode: "OFF" },
      target: {
        arn: `${PIPELINE}/churn-training`,
        role_arn: template.reference("aws_iam_role", "arn"),
        sagemaker_pipeline_parameters: { pipeline_parameter: [{ name, value }] },
        dead_letter_config: { arn: template.reference("aws_sqs_queue", "arn") },
        retry_policy: { maximum_event_age_in_seconds: 86_400, maximum_retry_attempts: 185 },
      },
    });
    expect(template.all("aws_cloudwatch_event_rule")).toEqual([]);
  });

  it("should let the scheduler take a role that may start exactly that pipeline, and write the dead letters", () => {
    const template = synthesizeDirect({ timeZone: "Europe/Berlin" });

    expect(String(template.one("aws_iam_role").assume_role_policy)).toContain("scheduler.amazonaws.com");
    expect(template.roleStatements(template.reference("aws_iam_role", "name"))).toEqual([
      {
        Effect: "Allow",
        Action: "sagemaker:StartPipelineExecution",
        Resource: [`${PIPELINE}/Churn-Training`, `${PIPELINE}/churn-training`],
      },
      { Effect: "Allow", Action: "sqs:SendMessage", Resource: template.reference("aws_sqs_queue", "arn") },
    ]);
  });
});

describe("DirectSchedule", () => {
  it.each<[string, Partial<PipelineSchedule>]>([
    ["with a time zone", { timeZone: "Europe/Berlin", parameters: { at: "$.time" } }],
    ["with a name that holds _", { parameters: { fired_at: "$.time" } }],
  ])("should refuse a path %s", (_case, overrides) => {
    expect(() => synthesizeDirect(overrides)).toThrow(/schedule nightly of model churn has paths as values .* neither service/);
  });

  it("should refuse what EventBridge cannot say", () => {
    expect(() => synthesizeDirect({ timing: cronExpression("0 0 13 * FRI") })).toThrow(
      "schedule nightly of model churn fires on days of the month or days of the week",
    );
  });
});

// Helpers

function synthesizeDirect(overrides: Partial<PipelineSchedule>): Template {
  const schedule = {
    model: "churn",
    name: "nightly",
    timing: cronExpression("30 2 * * *"),
    timeZone: "UTC",
    parameters: {},
    ...overrides,
  };
  return synthesize((stack, deployment) => {
    new DirectSchedule(stack, "direct", { deployment, schedule, pipelineName: "Churn-Training" });
  });
}
