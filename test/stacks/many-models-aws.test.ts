// What AWS refuses at apply is refused at synthesis, or does not happen: 300 models fit.

import { stringify } from "yaml";
import { loadConfig } from "../../config/load-config";
import { matchesPattern } from "../../eventbridge/matches-pattern";
import { manyModelsFile } from "./many-models";
import { awsTemplate, configFile } from "./synthesize";
import type { Block, Template } from "./template";

const THREE_HUNDRED = numbersTo(300);

describe.each([
  ["a bucket for each", {}],
  ["names as long as they may be, and a bucket for ten", { modelsPerBucket: 10, lengths: { model: 40, bucket: 63, pipeline: 60 } }],
  ["one bucket for all", { modelsPerBucket: 1000 }],
  ["a bucket for each, with one of ten keys, and a key of everything", { aws: keysOf(THREE_HUNDRED) }],
])("300 models on AWS, with %s", (_title, shape) => {
  const file = manyModelsFile({ numbers: THREE_HUNDRED, ...shape });
  const template = awsTemplate(file);

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  it("should exceed no role and no policy of IAM", () => {
    for (const id of Object.keys(template.resources("aws_iam_role"))) {
      const role = `\${aws_iam_role.${id}.name}`;
      const inline = template.all("aws_iam_role_policy").filter((policy) => policy.role === role);
      const attached = template.all("aws_iam_role_policy_attachment").filter((attachment) => attachment.role === role);
      expect(sum(inline.map(({ policy }) => inAws(template, policy).length))).toBeLessThanOrEqual(10_240);
      expect(attached.length).toBeLessThanOrEqual(10);
    }
    const managed = template.all("aws_iam_policy");
    expect(managed.filter(({ policy }) => inAws(template, policy).length > 6_144)).toEqual([]);
    expect(managed.filter(({ name }) => String(name).length > 128)).toEqual([]);
  });

  it("should let the coordinator start every pipeline and no other, and use every bucket", () => {
    const statements = template.functionStatements("retrigger-production-eu-01-coordinator");

    const allowed = (action: string) =>
      new Set(
        statements
          .filter(({ Action }) => [Action].flat().includes(action))
          .flatMap(({ Resource = [] }) => Resource)
          .map((arn) => arn.split(":").at(-1)),
      );
    const { models } = loadConfig(file);
    const sections = Object.values(models);
    expect(allowed("sagemaker:StartPipelineExecution")).toEqual(
      new Set(sections.map(({ pipeline }) => `pipeline/${"name" in pipeline ? pipeline.name : ""}`)),
    );
    expect(allowed("s3:PutObject")).toEqual(new Set(sections.map(({ data }) => `${data?.bucket}/retrigger/manifests/*`)));
    expect(allowed("s3:ListBucket")).toEqual(new Set(sections.map(({ data }) => data?.bucket)));
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
  it("should exceed no policy of a queue", () => {
    const longest = template.all("aws_sqs_queue_policy").map(({ policy }) => inAws(template, policy).length);

    expect(Math.max(...longest)).toBeLessThanOrEqual(8_192);
  });

  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
  it("should leave room for the rules of others on the bus, and exceed no rule", () => {
    const rules = template.all("aws_cloudwatch_event_rule");
    const targets = template.all("aws_cloudwatch_event_target");

    expect(rules.length).toBeLessThanOrEqual(100);
    expect(targets).toHaveLength(rules.length);
    expect(new Set(targets.map(({ rule }) => rule)).size).toBe(rules.length);
    expect(rules.filter(({ event_pattern }) => inAws(template, event_pattern).length > 2_048)).toEqual([]);
    expect(rules.filter(({ name }) => !/^[.\-_A-Za-z0-9]{1,64}$/.test(String(name)))).toEqual([]);
    expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
  });

  it("should hear of each model's objects and reports once, and of nothing that nobody watches", () => {
    const patterns = template
      .all("aws_cloudwatch_event_rule")
      .map(({ event_pattern }) => JSON.parse(String(event_pattern)))
      .filter(({ source }) => source.includes("aws.s3"));

    const heard = (bucket: string, key: string) =>
      patterns.filter((pattern) =>
        matchesPattern(pattern, {
          source: "aws.s3",
          "detail-type": "Object Created",
          detail: { bucket: { name: bucket }, object: { key } },
        }),
      ).length;
    for (const [model, { data }] of Object.entries(loadConfig(file).models).filter((_one, index) => index % 25 === 0)) {
      const bucket = data?.bucket ?? "";
      expect([heard(bucket, `incoming/${model}/1.csv`), heard(bucket, `drift/${model}/1.json`)]).toEqual([1, 1]);
      expect([heard(bucket, "other/1.csv"), heard(`${bucket}9`, `incoming/${model}/1.csv`)]).toEqual([0, 0]);
    }
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html and
  // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
  it("should exceed no row of the table, and no environment of a function", () => {
    const items = template.all("aws_dynamodb_table_item").map(({ item }) => Buffer.byteLength(String(item)));
    const environments = template.all("aws_lambda_function").map(({ environment }) => inAws(template, JSON.stringify(environment)));

    expect(Math.max(...items)).toBeLessThanOrEqual(400 * 1024);
    expect(Math.max(...environments.map(({ length }) => length))).toBeLessThanOrEqual(4 * 1024);
  });
});

describe("300 models on AWS, with alarms", () => {
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html and
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html
  it("should exceed no alarm and no dashboard", () => {
    const template = awsTemplate(manyModelsFile({ numbers: THREE_HUNDRED, hasAlarms: true }));

    const rules = template.all("aws_cloudwatch_composite_alarm").map(({ alarm_rule }) => inAws(template, alarm_rule));
    const body: { widgets: { properties: { metrics?: unknown[]; alarms?: unknown[] } }[] } = JSON.parse(
      String(template.one("aws_cloudwatch_dashboard").dashboard_body),
    );
    const metrics = body.widgets.map(({ properties }) => properties.metrics?.length ?? 0);

    expect(rules).toHaveLength(300);
    expect(rules.filter((rule) => rule.length > 10_240 || rule.split("ALARM(").length > 101)).toEqual([]);
    expect(template.all("aws_cloudwatch_metric_alarm").filter(({ alarm_name }) => String(alarm_name).length > 255)).toEqual([]);
    expect(Math.max(...metrics)).toBeLessThanOrEqual(500);
    expect(sum(metrics)).toBeLessThanOrEqual(2_500);
    expect(Math.max(...body.widgets.map(({ properties }) => properties.alarms?.length ?? 0))).toBe(100);
  });
});

describe("one more model on AWS", () => {
  it.each([
    [10, 1, true],
    [100, 1, false],
    [300, 1, false],
    [300, 1000, false],
  ])(
    "should change little beside what is its own, of %d models, of which %d share a bucket; alarms: %s",
    (count, modelsPerBucket, hasAlarms) => {
      const evens = numbersTo(count).map((index) => index * 2);
      const before = awsTemplate(manyModelsFile({ numbers: evens, modelsPerBucket, hasAlarms }));
      const after = awsTemplate(manyModelsFile({ numbers: [...evens, count + 1], modelsPerBucket, hasAlarms }));

      const { added, changed, removed } = differences(before, after);

      const own = `model-xxxxxxxxxxxxx${String(count + 1).padStart(3, "0")}`;
      expect(removed).toEqual([]);
      const shared = added.filter((address) => !address.includes(own));
      expect(shared.every((address) => /^aws_cloudwatch_event_(rule|target)\./.test(address))).toBe(true);
      expect(shared.length).toBeLessThanOrEqual(4);
      const types = changed.map((address) => address.split(".")[0]);
      expect(new Set(types)).toEqual(new Set(types.filter((type) => MAY_CHANGE.includes(String(type)))));
      expect(changed.length).toBeLessThanOrEqual(9);
    },
  );

  it("should make no difference by its place in the file", () => {
    const numbers = numbersTo(40);

    const templates = [numbers, [...numbers].reverse()].map((some) =>
      awsTemplate(manyModelsFile({ numbers: some, modelsPerBucket: 3 })),
    );

    expect(templates[1]?.text).toBe(templates[0]?.text);
  });
});

describe("too many models on AWS", () => {
  const tooLong = { lengths: { model: 40, bucket: 63, pipeline: 60 } };

  it("should be refused with the number that fits, which does fit, and one more does not", () => {
    const refusal = refusalOf({ numbers: THREE_HUNDRED, ...tooLong });

    const fitting = [...refusal.matchAll(/the role of (\S+) names.*?expected at most (\d+) with names as long as these/g)];
    expect(fitting.map(([, role]) => role)).toEqual(["coordinator", "sweeper"]);
    const most = Math.min(...fitting.map(([, , count]) => Number(count)));
    expect(most).toBeGreaterThan(200);
    expect(() => awsTemplate(manyModelsFile({ numbers: numbersTo(most), ...tooLong }))).not.toThrow();
    expect(refusalOf({ numbers: numbersTo(most + 1), ...tooLong })).toContain(`got ${most + 1} models on AWS`);
  });

  it("should fit where AWS has raised the quota", () => {
    const aws = { quotas: { attachedPolicies: 20 } };

    const template = awsTemplate(manyModelsFile({ numbers: THREE_HUNDRED, ...tooLong, aws }));

    expect(template.functionStatements("retrigger-production-eu-01-sweeper").length).toBeGreaterThan(20);
  });

  it("should be refused where captures are monitored, by the role of the monitor", () => {
    expect(refusalOf({ numbers: THREE_HUNDRED, isCaptured: true })).toMatch(
      /the role of drift-monitor names.* expected at most 1\d\d /,
    );
  });

  it("should be refused where candidates are judged, by the role of the promoter, with the number that fits", () => {
    const refusal = refusalOf({ numbers: THREE_HUNDRED, isPromoted: true });

    const most = Number(/endpoints the role of promoter names.* expected at most (\d+) /.exec(refusal)?.[1]);
    expect(most).toBeGreaterThan(250);
    const template = awsTemplate(manyModelsFile({ numbers: numbersTo(most), isPromoted: true }));
    const marked = template
      .functionStatements("retrigger-production-eu-01-promoter")
      .filter(({ Action }) => Action === "sagemaker:UpdateModelPackage")
      .flatMap(({ Resource = [] }) => Resource);
    expect(new Set(marked).size).toBe(most);
    expect(template.danglingReferences()).toEqual([]);
  });

  it("should fit, judged too, where AWS has raised the quota", () => {
    const aws = { quotas: { attachedPolicies: 20 } };

    expect(() => awsTemplate(manyModelsFile({ numbers: THREE_HUNDRED, isPromoted: true, aws }))).not.toThrow();
  });

  it("should be refused where candidates get traffic, by the role of the rollout, with the number that fits", () => {
    const refusal = refusalOf({ numbers: THREE_HUNDRED, isRolledOut: true });

    const most = Number(/endpoints the role of rollout names.* expected at most (\d+) /.exec(refusal)?.[1]);
    expect(most).toBeGreaterThan(100);
    const template = awsTemplate(manyModelsFile({ numbers: numbersTo(most), isRolledOut: true }));
    const moved = template
      .functionStatements("retrigger-production-eu-01-rollout")
      .filter(({ Action }) => [Action].flat().includes("sagemaker:UpdateEndpointWeightsAndCapacities"))
      .flatMap(({ Resource = [] }) => Resource);
    expect(new Set(moved).size).toBe(most);
  });

  it("should be refused where they name more topics than the policy of a queue holds", () => {
    const topics = numbersTo(200).map((number) => `arn:aws:sns:eu-central-1:111122223333:alarms-${number}`);
    const refusal = (count: number) => {
      const monitoring = { cloudwatch: { alarms: ["drifts"], topics: topics.slice(0, count) } };
      const models = { one: { data: { bucket: "acme", prefixes: ["in/"] }, pipeline: { name: "p" }, monitoring } };
      return () => awsTemplate(configFile(stringify({ environment: "dev", aws: { region: "eu-central-1" }, models })));
    };

    expect(refusal(200)).toThrow(/got a policy of \d+ characters for the queue retrigger-dev-drift, .*SQS allows 8192/);
    expect(refusal(100)).not.toThrow();
  });

  it("should be refused where they make more rules than the bus holds", () => {
    const direct = Object.fromEntries(
      numbersTo(101).map((number) => [
        `m${number}`,
        { pipeline: { name: `p${number}` }, schedule: { mode: "direct", rate: "24h" } },
      ]),
    );
    const aws = { region: "eu-south-1" };

    expect(() => awsTemplate(configFile(stringify({ environment: "dev", aws, models: direct })))).toThrow(
      "got 101 rules on the default event bus; expected at most 100 in eu-south-1, with those of others in this account; make 1 fewer",
    );
    expect(() =>
      awsTemplate(configFile(stringify({ environment: "dev", aws: { ...aws, quotas: { rules: 101 } }, models: direct }))),
    ).not.toThrow();
  });
});

// Helpers

/** Of the key that has this number. */
function keyArn(number: number): string {
  return `arn:aws:kms:eu-central-1:111122223333:key/${String(number).padStart(8, "0")}-12ab-34cd-56ef-1234567890ab`;
}

/** A key for everything, and one of ten for each of the buckets that models of these numbers have for themselves. */
function keysOf(numbers: readonly number[]): object {
  const buckets = numbers.map((number) => [bucketName(number), { kmsKey: keyArn(number % 10) }]);
  return { kms: { key: keyArn(9_999) }, buckets: Object.fromEntries(buckets) };
}

/** As the models of many have theirs, of the usual length. */
function bucketName(number: number): string {
  return `${"acme-".padEnd(22, "x")}${String(number).padStart(3, "0")}`;
}

/** Types of shared resources of which one more model may change a few. */
const MAY_CHANGE = ["aws_cloudwatch_dashboard", "aws_cloudwatch_event_rule", "aws_iam_policy", "aws_iam_role_policy"];

function numbersTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** A text as AWS gets it: with the account's number and the names of what it refers to. */
function inAws(template: Template, text: unknown): string {
  return String(text)
    .replace(/\$\{data\.aws_caller_identity\.caller\.account_id\}/g, "111122223333")
    .replace(/\$\{(aws_[a-z0-9_]+)\.([A-Za-z0-9_-]+)\.(\w+)\}/g, (_all, type: string, id: string, attribute: string) => {
      const { name, alarm_name, function_name } = template.resources(type)[id] ?? {};
      const own = String(name ?? alarm_name ?? function_name);
      return attribute === "arn" ? `arn:aws:${type.split("_")[1]}:eu-central-1:111122223333:${own}` : own;
    });
}

function refusalOf(models: Parameters<typeof manyModelsFile>[0]): string {
  try {
    awsTemplate(manyModelsFile(models));
  } catch (error) {
    if (error instanceof Error && error.name === "ConfigError") return error.message;
    throw error;
  }
  throw new Error("nothing was refused");
}

function differences(before: Template, after: Template): Record<"added" | "changed" | "removed", string[]> {
  const [old, now] = [resourcesOf(before), resourcesOf(after)];
  return {
    added: [...now.keys()].filter((address) => !old.has(address)),
    changed: [...now].filter(([address, text]) => old.has(address) && old.get(address) !== text).map(([address]) => address),
    removed: [...old.keys()].filter((address) => !now.has(address)),
  };
}

/** The resources of a stack as text, by address. */
function resourcesOf({ json: { resource = {} } }: Template): Map<string, string> {
  const entries = Object.entries(resource).flatMap(([type, blocks]: [string, Readonly<Record<string, Block>>]) =>
    Object.entries(blocks).map(([id, block]) => [`${type}.${id}`, JSON.stringify(block)] as const),
  );
  return new Map(entries);
}
