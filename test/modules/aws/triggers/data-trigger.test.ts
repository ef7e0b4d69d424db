// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Terraform's templates look like JavaScript's
import { MAX_PATTERN_CHARACTERS } from "../../../../eventbridge/object-pattern";
import type { ModelSettings } from "../../../../functions/core/model-settings";
import { GuardedQueue } from "../../../../modules/aws/queues/guarded-queue";
import { DataTrigger, type DataTriggerProps } from "../../../../modules/aws/triggers/data-trigger";
import { statementsOf, type Template } from "../../../stacks/template";
import { coordinatorResourcesOf, settingsOf, synthesize } from "../synthesize";

const TWO_BUCKETS = [settingsOf("flight-delay"), settingsOf("demand", { bucket: "acme-sales" })];

describe("DataTrigger", () => {
  it("should route the objects of the buckets to the data queue, and what cannot be delivered to a queue of its own", () => {
    const template = synthesizeTrigger(TWO_BUCKETS);

    const queue = template.reference("aws_sqs_queue", "arn", { name: "retrigger-dev-data" });
    const undelivered = template.reference("aws_sqs_queue", "arn", { name: "retrigger-dev-data-rules-dlq" });
    const rules = template.all("aws_cloudwatch_event_rule");
    for (const { name } of rules) {
      const rule = template.reference("aws_cloudwatch_event_rule", "name", { name });
      expect(template.one("aws_cloudwatch_event_target", { rule })).toMatchObject({
        arn: queue,
        dead_letter_config: { arn: undelivered },
        retry_policy: { maximum_event_age_in_seconds: 86_400, maximum_retry_attempts: 185 },
      });
    }
    const buckets = rules.flatMap(({ event_pattern }) => JSON.parse(String(event_pattern)).detail.bucket.name);
    expect(buckets.sort()).toEqual(["acme-flights", "acme-sales"]);
  });

  it.each(["retrigger-dev-data", "retrigger-dev-data-rules-dlq"])("should let exactly its rules send to %s", (name) => {
    const template = synthesizeTrigger(TWO_BUCKETS);

    const queue_url = template.reference("aws_sqs_queue", "url", { name });
    const [allow] = statementsOf(template.one("aws_sqs_queue_policy", { queue_url }).policy);
    expect(allow).toMatchObject({
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Condition: { ArnLike: { "aws:SourceArn": ["arn:aws:events:eu-central-1:111122223333:rule/retrigger-dev-data-*"] } },
    });
    expect(template.rulesLetInto(name)).toEqual(template.rulesSendingTo("retrigger-dev-data"));
  });

  it("should take over the rule and the target of the bucket, and let them go when the new ones are there", () => {
    const template = synthesizeTrigger([settingsOf("flight-delay")]);

    const [[rule, { lifecycle }] = ["", {}]] = Object.entries(template.resources("aws_cloudwatch_event_rule"));
    const [[target, { lifecycle: ofTarget }] = ["", {}]] = Object.entries(template.resources("aws_cloudwatch_event_target"));
    expect(template.json.moved).toEqual(
      expect.arrayContaining([
        {
          from: expect.stringMatching(/^aws_cloudwatch_event_rule\.data-trigger_rule-acme-flights_[0-9A-F]{8}$/),
          to: `aws_cloudwatch_event_rule.${rule}`,
        },
        {
          from: expect.stringMatching(/^aws_cloudwatch_event_target\.data-trigger_target-acme-flights_[0-9A-F]{8}$/),
          to: `aws_cloudwatch_event_target.${target}`,
        },
      ]),
    );
    expect([lifecycle, ofTarget]).toEqual([{ create_before_destroy: true }, { create_before_destroy: true }]);
  });

  it("should deliver to no queue whose policy is not there yet", () => {
    const template = synthesizeTrigger([settingsOf("flight-delay")]);

    const policies = ["retrigger-dev-data", "retrigger-dev-data-rules-dlq"].map((name) => {
      const queue_url = template.reference("aws_sqs_queue", "url", { name });
      return template.reference("aws_sqs_queue_policy", "", { queue_url }).replace(/^\$\{|\.\}$/g, "");
    });
    expect(template.one("aws_cloudwatch_event_target").depends_on).toEqual(policies);
  });

  it("should send an object that two models watch once", () => {
    const template = synthesizeTrigger([settingsOf("one"), settingsOf("two", { prefixes: ["incoming/", "late/"] })]);

    const { event_pattern } = template.one("aws_cloudwatch_event_rule");
    expect(JSON.parse(String(event_pattern)).detail.object.key).toEqual([{ prefix: "incoming/" }, { prefix: "late/" }]);
  });

  it("should gather up to 1000 messages for 20 seconds, with no more functions at once than Lambda must have", () => {
    const template = synthesizeTrigger([settingsOf("flight-delay")]);

    const event_source_arn = template.reference("aws_sqs_queue", "arn", { name: "retrigger-dev-data" });
    expect(template.one("aws_lambda_event_source_mapping", { event_source_arn })).toMatchObject({
      batch_size: 1000,
      maximum_batching_window_in_seconds: 20,
      scaling_config: { maximum_concurrency: 2 },
      function_response_types: ["ReportBatchItemFailures"],
    });
  });

  it("should let the batcher touch the batches, the manifests and the requests alone", () => {
    const template = synthesizeTrigger([settingsOf("one"), settingsOf("two"), settingsOf("three", { manifestPrefix: "lists/" })]);

    const table = template.reference("aws_dynamodb_table", "arn");
    const [, , , ...statements] = template.functionStatements("retrigger-dev-batcher");
    expect(statements).toEqual([
      allowed(["dynamodb:GetItem", "dynamodb:Query"], table, "settings"),
      allowed(["dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem"], table, "batch#*", "deployment#*"),
      {
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:PutObject"],
        Resource: ["arn:aws:s3:::acme-flights/retrigger/manifests/*", "arn:aws:s3:::acme-flights/lists/*"],
      },
      { Effect: "Allow", Action: "s3:ListBucket", Resource: ["arn:aws:s3:::acme-flights"] },
      {
        Effect: "Allow",
        Action: "sqs:SendMessage",
        Resource: template.reference("aws_sqs_queue", "arn", { name: "retrigger-dev-requests.fifo" }),
      },
    ]);
  });

  it.each([
    [10_000, 256],
    [10_001, 1024],
  ])("should give the batcher for batches of %d objects %d MB", (batchSize, memory_size) => {
    const settings = settingsOf("flight-delay");

    const template = synthesizeTrigger([{ ...settings, batch: { ...settings.batch, batchSize } }]);

    expect(template.one("aws_lambda_function", { function_name: "retrigger-dev-batcher" })).toMatchObject({ memory_size });
  });

  it("should tell the batcher where state and requests are", () => {
    const template = synthesizeTrigger([settingsOf("flight-delay")]);

    expect(template.one("aws_lambda_function", { function_name: "retrigger-dev-batcher" }).environment).toEqual({
      variables: {
        RETRIGGER_ENVIRONMENT: "dev",
        RETRIGGER_DEAD_LETTERS: template.reference("aws_sqs_queue", "url", { name: "retrigger-dev-data-dlq" }),
        RETRIGGER_STATE: template.reference("aws_dynamodb_table", "name"),
        RETRIGGER_REQUESTS: template.reference("aws_sqs_queue", "url", { name: "retrigger-dev-requests.fifo" }),
      },
    });
  });

  it("should create the buckets that it is told to create", () => {
    const template = synthesizeTrigger(TWO_BUCKETS, { "acme-sales": { create: true } });

    expect(template.one("aws_s3_bucket").bucket).toBe("acme-sales");
    expect(template.one("aws_s3_bucket_lifecycle_configuration").rule).toContainEqual(
      expect.objectContaining({ filter: [{ prefix: "retrigger/manifests/demand/" }], expiration: [{ days: 30 }] }),
    );
  });

  it("should keep Terraform from reading a template in a prefix", () => {
    const template = synthesizeTrigger([settingsOf("flight-delay", { prefixes: ["${a}/"] })]);

    expect(template.one("aws_cloudwatch_event_rule").event_pattern).toContain('"$${a}/"');
  });

  it("should spread more prefixes than an event pattern holds over rules, each to one of them", () => {
    const prefixes = Array.from({ length: 300 }, (_, index) => `${index}-${"x".repeat(50)}/`);

    const template = synthesizeTrigger([settingsOf("flight-delay", { prefixes }), settingsOf("sales", { bucket: "acme-sales" })]);

    const patterns = template.all("aws_cloudwatch_event_rule").map(({ event_pattern }) => String(event_pattern));
    const heard = patterns.flatMap((pattern) => [...pattern.matchAll(/\{"prefix":"(\d+-x+\/)"\}/g)].map(([, prefix]) => prefix));
    expect(heard.sort()).toEqual([...prefixes].sort());
    expect(patterns.filter((pattern) => pattern.length > MAX_PATTERN_CHARACTERS)).toEqual([]);
    expect(patterns.length).toBeLessThan(70);
  });
});

// Helpers

function synthesizeTrigger(models: readonly ModelSettings[], buckets: NonNullable<DataTriggerProps["buckets"]> = {}): Template {
  return synthesize((stack, deployment) => {
    const coordination = coordinatorResourcesOf(stack, deployment, models);
    const requests = new GuardedQueue(stack, "requests", { deployment, role: "requests", consumerTimeoutSec: 60, fifo: true });
    new DataTrigger(stack, "data-trigger", { ...coordination, requests, buckets });
  });
}

function allowed(actions: readonly string[], table: string, ...partitions: readonly string[]) {
  return {
    Effect: "Allow",
    Action: actions,
    Resource: table,
    Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": partitions } },
  };
}
