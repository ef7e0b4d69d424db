import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { BackendConfig } from "../../config/config";
import { temporaryFolder } from "../modules/temporary-project";
import { awsTemplate, configFile } from "./synthesize";
import { type Block, statementsOf } from "./template";

const EXAMPLE = join(__dirname, "../../retrigger.yaml");

const DIRECT = `
environment: dev
aws: { region: eu-central-1 }
models: { one: { pipeline: { name: training }, schedule: { mode: direct, rate: 24h } } }
`;

describe("AwsStack", () => {
  const template = awsTemplate(EXAMPLE);

  it("should refer to nothing that it does not hold", () => {
    expect(template.text).toContain("$" + "{");
    expect(template.danglingReferences()).toEqual([]);
  });

  it("should give every queue that functions read a dead-letter queue of its kind, open to it alone", () => {
    const sources = template
      .all("aws_lambda_event_source_mapping")
      .map(({ event_source_arn }) => template.resolve(event_source_arn));

    for (const queue of sources) {
      const { deadLetterTargetArn } = JSON.parse(String(queue.redrive_policy));
      const deadLetters = template.resolve(deadLetterTargetArn);
      const allowed = JSON.parse(String(deadLetters.redrive_allow_policy));
      expect(deadLetters.fifo_queue).toBe(queue.fifo_queue);
      expect(allowed).toMatchObject({ redrivePermission: "byQueue", sourceQueueArns: [expect.stringMatching(`:${queue.name}$`)] });
    }
    expect(new Set(sources.map(({ name }) => name))).toEqual(
      new Set(["retrigger-dev-data", "retrigger-dev-drift", "retrigger-dev-requests.fifo"]),
    );
  });

  it("should give every rule, schedule and asynchronous function a standard dead-letter queue", () => {
    const arns = [
      ...template.all("aws_cloudwatch_event_target").map(({ dead_letter_config }) => dead_letter_config),
      ...template.all("aws_scheduler_schedule").map(({ target }) => blockOf(target).dead_letter_config),
    ].map((config) => blockOf(config).arn);
    const destinations = template
      .all("aws_lambda_function_event_invoke_config")
      .map(({ destination_config }) => blockOf(blockOf(destination_config).on_failure).destination);

    expect(arns).toHaveLength(8);
    expect(destinations).toHaveLength(2);
    for (const arn of [...arns, ...destinations]) {
      expect(template.resolve(arn)).toMatchObject({ name: expect.stringMatching(/-dlq$/) });
    }
  });

  it("should invoke every function by a queue or by a schedule with failures kept", () => {
    const targets = template.all("aws_scheduler_schedule").map(({ target }) => blockOf(target));
    const invoked = [
      ...template.all("aws_lambda_event_source_mapping").map(({ function_name }) => function_name),
      ...targets.filter(({ sqs_parameters }) => sqs_parameters === undefined).map(({ arn }) => arn),
    ].map((arn) => template.resolve(arn).function_name);

    const functions = template.all("aws_lambda_function").map(({ function_name }) => function_name);
    expect(new Set(invoked)).toEqual(new Set(functions));
    expect(functions).toHaveLength(5);
  });

  it("should encrypt every queue and deny what comes to it without TLS", () => {
    const queues = Object.keys(template.resources("aws_sqs_queue"));
    const guarded = template
      .all("aws_sqs_queue_policy")
      .filter(({ policy }) =>
        statementsOf(policy).some(({ Effect, Condition }) => Effect === "Deny" && Condition?.Bool !== undefined),
      )
      .map(({ queue_url }) => queue_url);

    expect(template.all("aws_sqs_queue").every(({ sqs_managed_sse_enabled }) => sqs_managed_sse_enabled === true)).toBe(true);
    expect(new Set(guarded)).toEqual(new Set(queues.map((id) => `\${aws_sqs_queue.${id}.url}`)));
  });

  it("should allow no role more than it names", () => {
    const statements = template.all("aws_iam_role_policy").flatMap(({ policy }) => statementsOf(policy));

    const wide = statements.flatMap(({ Action, Resource = "*" }) => [Action, Resource].flat()).filter((text) => text.includes("*"));
    const shortened = wide.map((text) =>
      text
        .replace(/\$\{aws_cloudwatch_log_group\.[^}]+\}/, "<log group>")
        .replace(/^arn:aws:sagemaker:eu-central-1:\$\{[^}]+\}/, "<sagemaker>"),
    );
    expect(new Set(shortened)).toEqual(
      new Set([
        "<log group>:*",
        "arn:aws:s3:::acme-flights/retrigger/manifests/*",
        "arn:aws:s3:::acme-sales/retrigger/manifests/*",
        "arn:aws:s3:::acme-flights/drift/flight-delay/*",
        "arn:aws:s3:::acme-sales/drift/demand-forecast/*",
        "arn:aws:s3:::acme-captures/flights/AllTraffic/*",
        // The names of runs and of their jobs are not known before.
        "<sagemaker>:pipeline/*/execution/*",
        "<sagemaker>:training-job/*",
        "<sagemaker>:processing-job/*",
        "<sagemaker>:transform-job/*",
      ]),
    );
    expect(statements.filter(({ Effect }) => Effect !== "Allow")).toEqual([]);
  });

  it("should allow what every command of the adapters needs", () => {
    const fixtures = ["promoted-on-both-clouds", "rolled-out-on-both-clouds", "chats-on-aws"].map((name) =>
      join(__dirname, `../fixtures/config/${name}.yaml`),
    );
    const files = [configFile(MONITORED), ...fixtures];
    const allowed = new Set(
      files
        .flatMap((file) => awsTemplate(file).all("aws_iam_role_policy"))
        .flatMap(({ policy }) => statementsOf(policy).flatMap(({ Action }) => Action)),
    );

    expect(commandsOfAdapters()).toEqual(
      expect.arrayContaining(["dynamodb:BatchWriteItem", "sagemaker:StartPipelineExecution", "sns:Publish"]),
    );
    expect(commandsOfAdapters().filter((action) => !allowed.has(action))).toEqual([]);
  });

  it("should write with the roles that docs/writers.md lets write, and nowhere else in the bucket", () => {
    const [, example = ""] = /```json\n([\s\S]*?)```/.exec(readFileSync(join(__dirname, "../../docs/writers.md"), "utf8")) ?? [];
    const rows = statementsOf(example).flatMap(({ Resource = [], Condition }) =>
      [Resource].flat().map((pattern) => ({
        pattern: new RegExp(`^${pattern.replace("acme-sales", "[^/]+").replace(/\*/g, ".*")}$`),
        writers: [Condition?.ArnNotEquals?.["aws:PrincipalArn"] ?? []].flat().map((arn) => arn.split("role/")[1]),
      })),
    );

    const written = template.all("aws_lambda_function").flatMap(({ role, function_name }) => {
      const name = template.resolve(role).name;
      const statements = template
        .functionStatements(String(function_name))
        .filter(({ Action }) => [Action].flat().includes("s3:PutObject"));
      return statements.flatMap(({ Resource = [] }) =>
        [Resource].flat().map((arn) => [name, arn.replace(/\*$/, "captured-1.json")] as const),
      );
    });
    expect(written.length).toBeGreaterThan(4);
    for (const [role, key] of written) {
      const rules = rows.filter(({ pattern }) => pattern.test(key));
      expect([key, rules.length > 0, rules.every(({ writers }) => writers.includes(String(role)))]).toEqual([key, true, true]);
    }
  });

  it("should confine every access to the table to partitions", () => {
    const statements = template.all("aws_iam_role_policy").flatMap(({ policy }) => statementsOf(policy));

    const onTable = statements.filter(({ Action }) => [Action].flat().some((action) => action.startsWith("dynamodb:")));
    expect(onTable).toHaveLength(18);
    for (const { Condition } of onTable) {
      const partitions = [Condition?.["ForAllValues:StringLike"]?.["dynamodb:LeadingKeys"]].flat();
      for (const partition of partitions) expect(partition).toMatch(/^(settings|prices|\w+#\*)$/);
    }
  });

  it("should monitor the captures of the models that ask for it, and have nothing for it where none does", () => {
    const without = awsTemplate(join(__dirname, "../fixtures/config/minimal.yaml"));

    const name = template.reference("aws_lambda_function", "function_name", { function_name: "retrigger-dev-drift-monitor" });
    const deadLetters = template.reference("aws_sqs_queue", "url", { name: "retrigger-dev-drift-monitor-dlq" });
    expect(template.json.output).toMatchObject({
      functions: { value: { drift_monitor: name } },
      dead_letter_queues: { value: { drift_monitor: deadLetters } },
    });
    expect(without.text).not.toMatch(/drift.monitor|capture|baselines/);
  });

  it("should let the sweeper send what it finds of monitoring runs to the drift queue", () => {
    const stack = awsTemplate(configFile(MONITORED));

    expect(stack.one("aws_lambda_function", { function_name: "retrigger-dev-sweeper" }).environment).toMatchObject({
      variables: { RETRIGGER_DRIFT: stack.reference("aws_sqs_queue", "url", { name: "retrigger-dev-drift" }) },
    });
    expect(template.text).not.toContain("RETRIGGER_DRIFT");
  });

  it("should hold a row of policy for every model, and the prices with the configured ones over them", () => {
    const folder = temporaryFolder({
      "retrigger.yaml": `
environment: dev
aws:
  region: eu-central-1
  prices: { ml.g5.xlarge: 2, ml.trn1.2xlarge: 1.5 }
  notifications: { email: [ml-team@example.com] }
models:
  one:
    data: { bucket: acme, prefixes: [in/] }
    pipeline: { name: training }
    policy: { cooldown: 1h, dailyBudgetUsd: 300 }
`,
    });

    const stack = awsTemplate(join(folder, "retrigger.yaml"));

    const rows = stack.all("aws_dynamodb_table_item").map(({ item }) => JSON.parse(String(item)));
    expect(rows).toMatchObject([
      {
        pk: { S: "prices" },
        usdPerHour: { M: { "ml.g5.xlarge": { N: "2" }, "ml.trn1.2xlarge": { N: "1.5" }, "ml.m5.xlarge": { N: "0.23" } } },
      },
      {
        pk: { S: "settings" },
        sk: { S: "one" },
        settings: { M: { policy: { M: { cooldownMs: { N: "3600000" }, budget: { M: { dailyUsd: { N: "300" } } } } } } },
      },
    ]);
    expect(stack.one("aws_sns_topic_subscription").endpoint).toBe("ml-team@example.com");
  });

  it.each([
    ["", true],
    ["deletionProtection: false", false],
  ])("should protect the table from deletion, unless the configuration lets it go: %j", (setting, expected) => {
    const text = MONITORED.replace("region: eu-central-1 ", `region: eu-central-1, ${setting} `);

    expect(awsTemplate(configFile(text)).one("aws_dynamodb_table").deletion_protection_enabled).toBe(expected);
  });

  it("should tag everything with application, environment and the configured tags", () => {
    expect(template.json.provider?.aws).toEqual([
      { region: "eu-central-1", default_tags: [{ tags: { application: "retrigger", environment: "dev", team: "ml-platform" } }] },
    ]);
  });

  it("should tell an operator what was made, and which buckets must announce their objects", () => {
    const names = [
      "approver_policy",
      "baselines",
      "buckets_to_announce",
      "dashboard",
      "dead_letter_queues",
      "decision_topic",
      "deployer_policy",
      "drift_reports",
      "functions",
      "manifests",
      "operations_topic",
      "operator_policy",
      "queues",
      "state_table",
    ];
    expect(new Set(Object.keys(template.json.output ?? {}))).toEqual(new Set(names));
    expect(template.json.output).toMatchObject({
      baselines: { value: { "flight-delay": "s3://acme-flights/retrigger/baselines/flight-delay.json" } },
      buckets_to_announce: { value: ["acme-sales"] },
      manifests: {
        value: {
          "flight-delay": "s3://acme-flights/retrigger/manifests/flight-delay/",
          "demand-forecast": "s3://acme-sales/retrigger/manifests/demand-forecast/",
        },
      },
    });
  });

  it("should let every publisher of drift in, and hear of everything that a model names", () => {
    const stack = awsTemplate(configFile(MONITORED));

    const queue = stack.one("aws_sqs_queue", { name: "retrigger-dev-drift" });
    const queue_url = stack.reference("aws_sqs_queue", "url", { name: "retrigger-dev-drift" });
    const senders = statementsOf(stack.one("aws_sqs_queue_policy", { queue_url }).policy).filter(
      ({ Effect }) => Effect === "Allow",
    );
    const mayPublish = senders.flatMap(({ Principal, Condition }) =>
      JSON.stringify(Principal).includes("sns") ? (Condition?.ArnLike?.["aws:SourceArn"] ?? []) : [],
    );
    const rules = stack.rulesSendingTo("retrigger-dev-drift");
    const topics = stack.all("aws_sns_topic_subscription").map(({ endpoint, topic_arn }) => {
      expect(stack.resolve(endpoint)).toBe(queue);
      return String(topic_arn);
    });
    expect(rules).toHaveLength(3);
    expect(topics).toEqual(["arn:aws:sns:eu-central-1:111122223333:alarms"]);
    expect(mayPublish).toEqual(topics);
    expect(stack.rulesLetInto("retrigger-dev-drift")).toEqual(rules);
    const row = JSON.parse(
      String(stack.all("aws_dynamodb_table_item").find(({ item }) => String(item).includes("monitoring"))?.item),
    );
    expect(row.settings.M.monitoring.M).toMatchObject({
      sagemaker: { M: { schedules: { L: [{ S: "flights-quality" }, { S: "retrigger-dev-monitor-one" }] } } },
      cloudwatch: { M: { alarms: { L: [{ S: "flights-drift" }, { S: "retrigger-dev-drift-one_delay" }] } } },
    });
    expect(stack.danglingReferences()).toEqual([]);
  });

  it("should watch every queue, every dead-letter queue and every function", () => {
    const watched = (dimension: string) =>
      new Set(
        template
          .all("aws_cloudwatch_metric_alarm")
          .flatMap(({ dimensions }) => (dimensions === undefined ? [] : (blockOf(dimensions)[dimension] ?? []))),
      );

    expect(watched("QueueName")).toEqual(new Set(template.all("aws_sqs_queue").map(({ name }) => name)));
    expect(watched("FunctionName")).toEqual(new Set(template.all("aws_lambda_function").map(({ function_name }) => function_name)));
    expect(watched("model")).toEqual(new Set(["flight-delay", "demand-forecast"]));
  });

  it("should create a pipeline from a definition file beside the configuration", () => {
    const folder = temporaryFolder({
      "sub/pipeline.json": '{"Parameters":[{"Name":"ManifestUri"}]}',
      "retrigger.yaml": `
environment: dev
aws: { region: eu-central-1 }
models:
  one:
    data: { bucket: acme, prefixes: [in/] }
    pipeline: { name: training, definitionFile: sub/pipeline.json, roleArn: "arn:aws:iam::111122223333:role/x" }
`,
    });

    const { pipeline_name, role_arn } = awsTemplate(join(folder, "retrigger.yaml")).one("aws_sagemaker_pipeline");

    expect({ pipeline_name, role_arn }).toEqual({ pipeline_name: "training", role_arn: "arn:aws:iam::111122223333:role/x" });
  });

  it.each<[BackendConfig, object]>([
    [{ type: "local" }, { local: { path: "../../../terraform.dev.aws-stack.tfstate" } }],
    [
      { type: "cloud", organization: "acme", workspace: "retrigger-dev", sharedWorkspace: true },
      { cloud: { organization: "acme", workspaces: { name: "retrigger-dev-aws-stack" } } },
    ],
    [
      { type: "cloud", organization: "acme", workspace: "w", hostname: "tfe.acme.com" },
      { cloud: { organization: "acme", hostname: "tfe.acme.com", workspaces: { name: "w-dev-aws-stack" } } },
    ],
    [
      { type: "s3", bucket: "state", region: "eu-west-1", keyPrefix: "retrigger/" },
      { s3: { bucket: "state", region: "eu-west-1", key: "retrigger/dev/aws-stack.tfstate", encrypt: true, use_lockfile: true } },
    ],
    [{ type: "gcs", bucket: "state", prefix: "retrigger/" }, { gcs: { bucket: "state", prefix: "retrigger/dev/aws-stack" } }],
  ])("should keep its state where %j says", (backend, expected) => {
    const { terraform } = awsTemplate(configFile(`${DIRECT}backend: ${JSON.stringify(backend)}`)).json;

    const { required_providers: _providers, backend: block, ...rest } = terraform;
    expect({ ...rest, ...blockOf(block ?? {}) }).toEqual(expected);
  });

  it("should change only on purpose", () => {
    const withoutHashes = template.text
      .replace(/[0-9a-f]{64}/g, "<sha256>")
      .replace(/"source_code_hash": "[^"]+"/g, '"source_code_hash": "<sha256>"');

    expect(JSON.parse(withoutHashes)).toMatchSnapshot();
  });
});

// Helpers

const MONITORED = `
environment: dev
aws: { region: eu-central-1 }
models:
  one:
    data: { bucket: acme, prefixes: [in/] }
    pipeline: { name: training }
    monitoring:
      sagemaker:
        schedules: [flights-quality]
        folders: ["s3://acme-monitoring/flights"]
        modelMonitor:
          endpoint: flights
          roleArn: "arn:aws:iam::111122223333:role/monitoring"
          baseline: { statistics: "s3://acme-base/statistics.json", constraints: "s3://acme-base/constraints.json" }
          reports: "s3://acme-monitoring/created/"
          alarms: { delay: 0.2 }
      cloudwatch:
        alarms: [flights-drift]
        topics: ["arn:aws:sns:eu-central-1:111122223333:alarms"]
      capture: { location: "s3://acme-captures/flights/AllTraffic/", endpoint: flights }
`;

function blockOf(value: unknown): Block {
  if (typeof value !== "object" || value === null) throw new Error(`expected a block, got ${JSON.stringify(value)}`);
  return { ...value };
}

/** Commands that have no action of their own name. https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */
const ACTIONS: Readonly<Record<string, string>> = { "s3:HeadObject": "s3:GetObject", "s3:ListObjectsV2": "s3:ListBucket" };

/** The actions behind the SDK commands that the adapters import. A transaction is authorised by what it puts and updates. */
function commandsOfAdapters(): string[] {
  const folder = join(__dirname, "../../functions/aws/adapters");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  const actions = files.flatMap((file) =>
    [...readFileSync(join(folder, file), "utf8").matchAll(/import \{([^}]*)\} from "@aws-sdk\/client-([a-z0-9]+)"/g)].flatMap(
      ([, names = "", service]) =>
        [...names.matchAll(/([A-Za-z]+)Command\b/g)].map(
          ([, command]) => ACTIONS[`${service}:${command}`] ?? `${service}:${command}`,
        ),
    ),
  );
  return [...new Set(actions)].filter((action) => action !== "dynamodb:TransactWriteItems");
}
