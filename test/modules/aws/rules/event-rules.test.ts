import { TerraformOutput, Token } from "cdktf";
import type { EventRule, RuleTarget } from "../../../../eventbridge/event-rule";
import { DecisionTopic } from "../../../../modules/aws/decision-topic";
import { GuardedQueue } from "../../../../modules/aws/queues/guarded-queue";
import { EventRules } from "../../../../modules/aws/rules/event-rules";
import { statementsOf, type Template } from "../../../stacks/template";
import { deploymentOf, synthesize } from "../synthesize";

const PLACE = "eu-central-1:111122223333";
const QUEUE = `arn:aws:sqs:${PLACE}:endpoints.fifo`;
const TOPIC = `arn:aws:sns:${PLACE}:endpoints`;

describe("EventRules", () => {
  it("should listen to the default bus for the events of each rule", () => {
    const pattern = { source: ["acme"], detail: { path: [{ prefix: "$" + "{x}" }] } };
    const template = synthesizeRules([ruleOf({ name: "failed", description: "Tells of $" + "{x}", pattern })]);

    expect(template.one("aws_cloudwatch_event_rule")).toEqual({
      name: "retrigger-dev-rule-failed",
      description: "Tells of $$" + "{x}",
      event_pattern: `{"source":["acme"],"detail":{"path":[{"prefix":"$${"$"}{x}"}]}}`,
    });
  });

  it("should keep what cannot be delivered in one standard queue, after the longest retries that EventBridge knows", () => {
    const template = synthesizeRules([ruleOf({ name: "one" }), ruleOf({ name: "two", targets: [notify, lambda()] })]);

    const arn = template.reference("aws_sqs_queue", "arn", { name: "retrigger-dev-rules-dlq" });
    const targets = template.all("aws_cloudwatch_event_target");
    expect(targets).toHaveLength(3);
    for (const target of targets) {
      expect(target).toMatchObject({
        dead_letter_config: { arn },
        retry_policy: { maximum_event_age_in_seconds: 86_400, maximum_retry_attempts: 185 },
      });
    }
    expect(template.one("aws_sqs_queue", { name: "retrigger-dev-rules-dlq" })).not.toHaveProperty("fifo_queue");
    expect(allowedTo(template, "retrigger-dev-rules-dlq")).toEqual([SENT_BY_RULES]);
  });

  it("should number the targets of a rule, within 64 characters", () => {
    const template = synthesizeRules([ruleOf({ targets: [notify, lambda(), notify] })]);

    const ids = template.all("aws_cloudwatch_event_target").map(({ target_id }) => target_id);
    expect(new Set(ids)).toEqual(new Set(["1-notify", "2-lambda", "3-notify"]));
  });

  it("should give every rule a name of its own, which no generated rule has, within 64 characters", () => {
    const long = "r".repeat(39);
    const names = ["jobs", `${long}a`, `${long}b`, "run-end-one"];
    const template = synthesizeRules(
      names.map((name) => ruleOf({ name })),
      "e".repeat(16),
    );

    const physical = template.all("aws_cloudwatch_event_rule").map(({ name }) => String(name));
    expect(new Set(physical).size).toBe(names.length);
    for (const name of physical) expect(name).toMatch(/^retrigger-e{16}-rule-[.\-_A-Za-z0-9]{1,32}$/);
  });

  it("should bring requests and pauses to the queue of requests, in the group of their model", () => {
    const template = synthesizeRules([
      ruleOf({
        targets: [
          { type: "request", model: "one", priority: 2, metadata: { why: "$.detail.x" } },
          { type: "pause", model: "two" },
        ],
      }),
    ]);

    const arn = template.reference("aws_sqs_queue", "arn", { name: "retrigger-dev-requests.fifo" });
    expect(template.one("aws_cloudwatch_event_target", { target_id: "1-request" })).toMatchObject({
      arn,
      sqs_target: { message_group_id: "one" },
      input_transformer: {
        input_template: expect.stringContaining('"action":"request","model":"one","priority":2,"metadata":{"why":"$.detail.x"}'),
      },
    });
    expect(template.one("aws_cloudwatch_event_target", { target_id: "2-pause" })).toMatchObject({
      arn,
      sqs_target: { message_group_id: "two" },
      input_transformer: { input_template: expect.stringContaining('"action":"pause","model":"two"') },
    });
    expect(template.all("aws_iam_role")).toEqual([]);
  });

  it("should let rules into the queue of requests where one asks for something", () => {
    const template = synthesizeRules([
      ruleOf({ name: "asks", targets: [{ type: "request", model: "one", priority: 3, metadata: {} }] }),
      ruleOf({ name: "tells" }),
    ]);

    expect(allowedTo(template, "retrigger-dev-requests.fifo")).toEqual([SENT_BY_RULES]);
  });

  it("should publish notices to the topic of decisions, in one line", () => {
    const template = synthesizeRules([ruleOf({ name: "failed", targets: [notify] })]);

    expect(template.one("aws_cloudwatch_event_target")).toMatchObject({
      arn: template.reference("aws_sns_topic", "arn"),
      input_transformer: {
        input_paths: { type: "$.detail-type", time: "$.time" },
        input_template: expect.stringMatching(/^"Retrigger, rule failed: <type> of <subject> at <time> .*"$/),
      },
    });
    expect(template.one("aws_cloudwatch_event_target")).not.toHaveProperty("role_arn");
  });

  it.each<[string, RuleTarget, object, object]>([
    [
      "a pipeline",
      { type: "pipeline", pipeline: "Churn", parameters: { Job: "$.detail.TrainingJobName", Mode: "$" + "{x}" } },
      {
        arn: `arn:aws:sagemaker:${PLACE}:pipeline/churn`,
        sagemaker_pipeline_target: {
          pipeline_parameter_list: [
            { name: "Job", value: "$.detail.TrainingJobName" },
            { name: "Mode", value: "$$" + "{x}" },
          ],
        },
      },
      [
        {
          Effect: "Allow",
          Action: "sagemaker:StartPipelineExecution",
          Resource: [`arn:aws:sagemaker:${PLACE}:pipeline/Churn`, `arn:aws:sagemaker:${PLACE}:pipeline/churn`],
        },
      ],
    ],
    [
      "a stream",
      { type: "kinesis", arn: `arn:aws:kinesis:${PLACE}:stream/events`, partitionKey: "$.detail.EndpointName" },
      { arn: `arn:aws:kinesis:${PLACE}:stream/events`, kinesis_target: { partition_key_path: "$.detail.EndpointName" } },
      [{ Effect: "Allow", Action: "kinesis:PutRecord", Resource: `arn:aws:kinesis:${PLACE}:stream/events` }],
    ],
    [
      "a state machine",
      {
        type: "state-machine",
        arn: `arn:aws:states:${PLACE}:stateMachine:deploy`,
        input: { paths: { id: "$.id" }, template: "<id>" },
      },
      {
        arn: `arn:aws:states:${PLACE}:stateMachine:deploy`,
        input_transformer: { input_paths: { id: "$.id" }, input_template: "<id>" },
      },
      [{ Effect: "Allow", Action: "states:StartExecution", Resource: `arn:aws:states:${PLACE}:stateMachine:deploy` }],
    ],
    [
      "an event bus of another region",
      { type: "event-bus", arn: "arn:aws:events:eu-west-1:111122223333:event-bus/default" },
      { arn: "arn:aws:events:eu-west-1:111122223333:event-bus/default" },
      [{ Effect: "Allow", Action: "events:PutEvents", Resource: "arn:aws:events:eu-west-1:111122223333:event-bus/default" }],
    ],
    [
      "instances by their ids",
      {
        type: "run-command",
        document: "restart",
        key: "InstanceIds",
        values: ["i-0123456789abcdef0", "mi-0123456789abcdef0"],
        input: { paths: {}, template: '{"service": ["scorer"]}' },
      },
      {
        arn: `arn:aws:ssm:${PLACE}:document/restart`,
        run_command_targets: [{ key: "InstanceIds", values: ["i-0123456789abcdef0", "mi-0123456789abcdef0"] }],
        input_transformer: { input_template: '{"service": ["scorer"]}' },
      },
      [
        { Effect: "Allow", Action: "ssm:SendCommand", Resource: `arn:aws:ssm:${PLACE}:document/restart` },
        {
          Effect: "Allow",
          Action: "ssm:SendCommand",
          Resource: [
            `arn:aws:ec2:${PLACE}:instance/i-0123456789abcdef0`,
            `arn:aws:ssm:${PLACE}:managed-instance/mi-0123456789abcdef0`,
          ],
        },
      ],
    ],
    [
      "instances by a tag, and a document of AWS",
      { type: "run-command", document: "AWS-RunShellScript", key: "tag:Role", values: ["scorer"] },
      {
        arn: "arn:aws:ssm:eu-central-1::document/AWS-RunShellScript",
        run_command_targets: [{ key: "tag:Role", values: ["scorer"] }],
      },
      [
        { Effect: "Allow", Action: "ssm:SendCommand", Resource: "arn:aws:ssm:eu-central-1::document/AWS-RunShellScript" },
        {
          Effect: "Allow",
          Action: "ssm:SendCommand",
          Resource: `arn:aws:ec2:${PLACE}:instance/*`,
          Condition: { StringEquals: { "ec2:ResourceTag/Role": ["scorer"] } },
        },
      ],
    ],
  ])("should reach %s by a role that may do that alone", (_case, target, attributes, statements) => {
    const template = synthesizeRules([ruleOf({ targets: [target] })]);

    const found = template.one("aws_cloudwatch_event_target");
    expect(found).toMatchObject(attributes);
    expect(template.roleStatements(String(found.role_arn).replace(/\.arn\}$/, ".name}"))).toEqual(statements);
  });

  it("should let EventBridge take such a role for this deployment's rules alone", () => {
    const template = synthesizeRules([ruleOf({ targets: [{ type: "pipeline", pipeline: "churn", parameters: {} }] })]);

    const role = template.one("aws_iam_role");
    expect(String(role.name)).toMatch(/^retrigger-dev-rule-pipeline-[0-9a-f]{12}-eu-central-1$/);
    expect(statementsOf(role.assume_role_policy)).toEqual([
      {
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "aws:SourceAccount": "111122223333" },
          ArnLike: { "aws:SourceArn": `arn:aws:events:${PLACE}:rule/retrigger-dev-rule-*` },
        },
      },
    ]);
    expect(template.one("aws_cloudwatch_event_target")).not.toHaveProperty("sagemaker_pipeline_target");
  });

  it("should share a role between targets of one kind and resource, and between no others", () => {
    const churn: RuleTarget = { type: "pipeline", pipeline: "churn", parameters: {} };
    const bus = (region: string): RuleTarget => ({
      type: "event-bus",
      arn: `arn:aws:events:${region}:111122223333:event-bus/audit`,
    });

    const template = synthesizeRules([
      ruleOf({ name: "one", targets: [churn, bus("eu-central-1")] }),
      ruleOf({ name: "two", targets: [{ ...churn, parameters: { A: "1" } }, bus("eu-west-1")] }),
    ]);

    const roles = template.all("aws_cloudwatch_event_target").map(({ role_arn }) => role_arn);
    expect(roles).toHaveLength(4);
    expect(template.all("aws_iam_role")).toHaveLength(3);
    expect(new Set(template.all("aws_iam_role").map(({ name }) => name)).size).toBe(3);
    expect(template.all("aws_iam_role_policy")).toHaveLength(3);
  });

  it("should give a function, and its alias, the permission for each rule", () => {
    const alias = `arn:aws:lambda:${PLACE}:function:deploy:live`;
    const template = synthesizeRules([
      ruleOf({ name: "one", targets: [lambda()] }),
      ruleOf({ name: "two", targets: [{ type: "lambda", arn: alias, input: { paths: {}, template: '"x"' } }] }),
    ]);

    const common = {
      action: "lambda:InvokeFunction",
      principal: "events.amazonaws.com",
      function_name: `arn:aws:lambda:${PLACE}:function:deploy`,
    };
    expect(template.all("aws_lambda_permission")).toEqual([
      { ...common, statement_id: "retrigger-dev-rule-one_1-lambda", source_arn: ruleArn(template, "one") },
      { ...common, statement_id: "retrigger-dev-rule-two_1-lambda", source_arn: ruleArn(template, "two"), qualifier: "live" },
    ]);
    expect(template.one("aws_cloudwatch_event_target", { rule: ruleName(template, "two") })).toMatchObject({
      arn: alias,
      input_transformer: { input_template: '"x"' },
    });
  });

  it("should leave the policies of others' queues and topics alone, and tell their owners what to add", () => {
    const queue: RuleTarget = { type: "sqs", arn: QUEUE, messageGroup: "endpoints" };
    const { template, grants } = synthesizeGrants([
      ruleOf({ name: "one", targets: [queue, { type: "sns", arn: TOPIC }] }),
      ruleOf({ name: "two", targets: [queue, queue] }),
    ]);

    const guarded = template.all("aws_sqs_queue_policy").map(({ queue_url }) => template.resolve(queue_url).name);
    expect(guarded).not.toContain("endpoints.fifo");
    expect(template.all("aws_sns_topic_policy")).toHaveLength(1);
    for (const target of template.all("aws_cloudwatch_event_target")) expect(target).not.toHaveProperty("role_arn");
    expect(template.all("aws_cloudwatch_event_target")[0]).toMatchObject({
      arn: QUEUE,
      sqs_target: { message_group_id: "endpoints" },
    });
    const toQueue = { Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Action: "sqs:SendMessage", Resource: QUEUE };
    const rules = ["one", "two"].map((name) => ruleArn(template, name));
    expect(grants).toEqual({
      [QUEUE]: { ...toQueue, Condition: { ArnEquals: { "aws:SourceArn": rules } } },
      [TOPIC]: { ...toQueue, Action: "sns:Publish", Resource: TOPIC },
    });
  });

  it("should refuse in the plan to send events round and round on the default bus", () => {
    const own: RuleTarget = { type: "event-bus", arn: `arn:aws:events:${PLACE}:event-bus/default` };

    const template = synthesizeRules([ruleOf({ targets: [own] })]);

    expect(template.one("aws_cloudwatch_event_target").lifecycle).toEqual({
      precondition: [
        {
          condition: "$" + '{("111122223333" != "111122223333")}',
          error_message: expect.stringContaining("the bus that it listens to, a loop"),
        },
      ],
    });
  });

  it("should let no event come before what allows it, as EventBridge does not try again then", () => {
    const template = synthesizeRules([
      ruleOf({ targets: [notify, lambda(), { type: "pipeline", pipeline: "churn", parameters: {} }] }),
    ]);

    const dependencies = template.all("aws_cloudwatch_event_target").map(({ target_id, depends_on }) => {
      const types = [depends_on].flat().map((id) => String(id).split(".")[0]);
      return [target_id, types];
    });
    expect(dependencies).toEqual([
      ["1-notify", ["aws_sqs_queue_policy", "aws_sqs_queue_policy", "aws_sns_topic_policy"]],
      ["2-lambda", ["aws_sqs_queue_policy", "aws_lambda_permission"]],
      ["3-pipeline", ["aws_sqs_queue_policy", "aws_iam_role_policy"]],
    ]);
  });
});

// Helpers

const notify: RuleTarget = { type: "notify" };

function lambda(): RuleTarget {
  return { type: "lambda", arn: `arn:aws:lambda:${PLACE}:function:deploy` };
}

function ruleOf(overrides: Partial<EventRule>): EventRule {
  return { name: "rule", description: "", pattern: { source: ["acme"] }, targets: [notify], ...overrides };
}

function synthesizeRules(rules: readonly EventRule[], environment = "dev"): Template {
  return synthesizeGrants(rules, environment).template;
}

function synthesizeGrants(rules: readonly EventRule[], environment = "dev") {
  const template = synthesize((stack) => {
    const deployment = deploymentOf({ environment });
    const onEvents = new EventRules(stack, "event-rules", { deployment, rules });
    const decisions = new DecisionTopic(stack, "decisions", { deployment, emails: [], opensToRules: onEvents.hasNotices });
    const requests = new GuardedQueue(stack, "requests", {
      deployment,
      role: "requests",
      consumerTimeoutSec: 60,
      fifo: true,
      senders: onEvents.requesters,
    });
    onEvents.deliverTo({ requests, decisions });
    new TerraformOutput(stack, "grants", { value: Token.asAny(onEvents.grants), staticId: true });
  });
  const grants = Object.entries(template.json.output?.grants?.value ?? {});
  return { template, grants: Object.fromEntries(grants.map(([arn, statement]) => [arn, JSON.parse(String(statement))])) };
}

function ruleName(template: Template, name: string): string {
  return template.reference("aws_cloudwatch_event_rule", "name", { name: `retrigger-dev-rule-${name}` });
}

function ruleArn(template: Template, name: string): string {
  return template.reference("aws_cloudwatch_event_rule", "arn", { name: `retrigger-dev-rule-${name}` });
}

/** What lets the configured rules send to a queue. */
const SENT_BY_RULES = expect.objectContaining({
  Effect: "Allow",
  Principal: { Service: "events.amazonaws.com" },
  Action: "sqs:SendMessage",
  Condition: { ArnLike: { "aws:SourceArn": ["arn:aws:events:eu-central-1:111122223333:rule/retrigger-dev-rule-*"] } },
});

function allowedTo(template: Template, name: string) {
  const queue_url = template.reference("aws_sqs_queue", "url", { name });
  return statementsOf(template.one("aws_sqs_queue_policy", { queue_url }).policy).filter(({ Effect }) => Effect === "Allow");
}
