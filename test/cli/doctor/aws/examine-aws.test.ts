import { awsClients } from "../../../../cli/doctor/aws/account";
import { examineAws } from "../../../../cli/doctor/aws/examine-aws";
import { type Finding, Pace } from "../../../../cli/doctor/finding";
import { plannedStack } from "../../../../cli/doctor/planned-stack";
import type { DeploymentConfig } from "../../../../config/config";
import { type Answer, awsError, CLIENT, type LoopbackServer, type Received } from "../../../aws/adapters/loopback-server";
import {
  type Arranged,
  announcing,
  bucketIn,
  CAPTURE,
  CONFIG,
  capturing,
  definition,
  formError,
  invocations,
  json,
  letters,
  NOW,
  queues,
  SETTINGS_ROWS,
  settingsOf,
  settingsRow,
  startAccount,
  subscriptions,
  UNDEPLOYED,
  untrustedRole,
  xml,
} from "./account-server";

const missingThing = (what: string) => awsError("ValidationException", `Could not find ${what}.`);
const gone = awsError("ResourceNotFound", "It does not exist.");
const noTopic = formError("NotFound", "Topic does not exist", 404);
const noRole = formError("NoSuchEntity", "The role cannot be found.", 404);
const foreignRule = (key: object) =>
  json({
    Rules: [
      { Name: "retrigger-dev-data-1", State: "ENABLED", EventPattern: pattern("acme-flights", { prefix: "incoming/" }) },
      { Name: "retrigger-prod-data-7", State: "ENABLED", EventPattern: pattern("acme-flights", key) },
      { Name: "retrigger-old-data-2", State: "DISABLED", EventPattern: pattern("acme-flights", key) },
    ],
  });

/** What is arranged, what is found of it, and what cures it. */
const PROVOKED: readonly (readonly [what: string, arranged: Record<string, Arranged>, found: Partial<Finding>, cure: RegExp])[] = [
  [
    "a region of another partition",
    { GetCallerIdentity: identity("arn:aws-cn:iam::111122223333:user/a", "111122223333") },
    problem("credentials", /partition aws-cn; aws\.region eu-central-1 is in aws/),
    /AWS_PROFILE/,
  ],
  [
    "another account than that of the role",
    { GetCallerIdentity: identity("arn:aws:iam::999999999999:user/a", "999999999999") },
    problem(
      "arn:aws:iam::111122223333:role/training",
      /signed in to the account 999999999999; expected that of the role, 111122223333/,
    ),
    /AWS_PROFILE/,
  ],
  [
    "a bucket that is not there",
    { "HeadBucket:acme-flights": { status: 404, body: "" } },
    problem("bucket acme-flights", /^does not exist$/),
    /^aws s3api create-bucket --bucket acme-flights --region eu-central-1 --create-bucket-configuration LocationConstraint=eu-central-1$/,
  ],
  [
    "a bucket of another region",
    { "HeadBucket:acme-flights": bucketIn("us-west-2") },
    problem("bucket acme-flights", /is in us-west-2; expected eu-central-1/),
    /correct aws\.region/,
  ],
  [
    "a bucket that redirects",
    { "HeadBucket:acme-flights": { status: 301, body: "" } },
    problem("bucket acme-flights", /is in another region/),
    /correct aws\.region/,
  ],
  [
    "a created bucket that is gone",
    { "HeadBucket:acme-made": { status: 404, body: "" } },
    problem("bucket acme-made", /aws\.buckets asks to create it/),
    /^cdktf deploy aws-stack$/,
  ],
  [
    "a bucket without announcements",
    { "GetBucketNotification:acme-flights": announcing("") },
    problem("bucket acme-flights", /does not announce its new objects/),
    /^aws s3api put-bucket-notification-configuration --bucket acme-flights --notification-configuration '\{"EventBridgeConfiguration":\{\}\}'$/,
  ],
  [
    "a bucket that notifies others alone",
    {
      "GetBucketNotification:acme-flights": announcing(
        "<QueueConfiguration><Id>q</Id><Queue>arn:aws:sqs:eu-central-1:111122223333:q</Queue><Event>s3:ObjectCreated:*</Event></QueueConfiguration>",
      ),
    },
    problem("bucket acme-flights", /does not announce/),
    /get-bucket-notification-configuration --bucket acme-flights \| jq '\. \+ \{EventBridgeConfiguration: \{\}\}'/,
  ],
  [
    "a created bucket without announcements",
    { "GetBucketNotification:acme-made": announcing("") },
    problem("bucket acme-made", /does not announce/),
    /^cdktf deploy aws-stack$/,
  ],
  [
    "an environment that watches the same prefix",
    { ListRules: foreignRule({ prefix: "incoming/" }) },
    {
      level: "warning",
      about: "model flight-delay",
      message: expect.stringMatching(
        /environment prod watches the same objects, such as s3:\/\/acme-flights\/incoming\/example\.parquet/,
      ),
    },
    /data\.prefixes/,
  ],
  [
    "an environment that watches a prefix within",
    { ListRules: foreignRule({ wildcard: "incoming/eu/*.parquet" }) },
    { level: "warning", message: expect.stringContaining("incoming/eu/example.parquet") },
    /data\.prefixes/,
  ],
  [
    "a pipeline that is not there",
    { "DescribePipeline:made-training": gone },
    problem("pipeline made-training", /does not exist in eu-central-1/),
    /aws sagemaker list-pipelines/,
  ],
  [
    "a pipeline that is deleted",
    { "DescribePipeline:made-training": json({ PipelineStatus: "Deleting", PipelineDefinition: "{}" }) },
    problem("pipeline made-training", /is being deleted/),
    /create it again/,
  ],
  [
    "a parameter that the pipeline does not know",
    { "DescribePipeline:made-training": definition([{ Name: "Uri", DefaultValue: "" }]) },
    problem("pipeline made-training", /got ManifestUri, which the pipeline does not declare; it declares Uri \(String\)/),
    /models\.made\.pipeline\.parameters/,
  ],
  [
    "a parameter that is missing",
    { "DescribePipeline:made-training": definition([{ Name: "ManifestUri" }, { Name: "Rate", Type: "Float" }]) },
    problem("pipeline made-training", /Rate \(Float\) has neither a value nor a default/),
    /models\.made\.pipeline\.parameters/,
  ],
  [
    "a parameter of another type",
    { "DescribePipeline:made-training": definition([{ Name: "ManifestUri", Type: "Integer" }]) },
    problem("pipeline made-training", /for ManifestUri; it takes a whole number/),
    /models\.made\.pipeline\.parameters/,
  ],
  [
    "a schedule without a manifest",
    { "DescribePipeline:flight-delay-training": definition([{ Name: "ManifestUri" }, { Name: "Objects", Type: "Integer" }]) },
    problem(
      "pipeline flight-delay-training",
      /a scheduled training without new data of flight-delay would be refused: ManifestUri \(String\) has neither/,
    ),
    /give the parameter a default/,
  ],
  [
    "a definition that is none",
    { "DescribePipeline:made-training": json({ PipelineStatus: "Active", PipelineDefinition: "{" }) },
    { level: "not-looked-at", about: "parameters of made-training" },
    /describe-pipeline/,
  ],
  [
    "a role that is not there",
    { GetRole: noRole },
    problem("arn:aws:iam::111122223333:role/training", /^does not exist$/),
    /create the role/,
  ],
  [
    "a role that SageMaker may not take",
    { GetRole: untrustedRole },
    problem("arn:aws:iam::111122223333:role/training", /does not let SageMaker assume it/),
    /update-assume-role-policy --role-name training/,
  ],
  [
    "a model package group that is not there",
    { DescribeModelPackageGroup: awsError("ValidationException", "ModelPackageGroup flights does not exist.") },
    problem("model package group flights", /does not exist/),
    /create-model-package-group --region eu-central-1 --model-package-group-name flights/,
  ],
  [
    "a model package group that failed",
    { DescribeModelPackageGroup: json({ ModelPackageGroupStatus: "Failed" }) },
    problem("model package group flights", /is Failed; expected Completed/),
    /create-model-package-group/,
  ],
  [
    "an endpoint that is not there",
    { DescribeEndpoint: missingThing('endpoint "flights"') },
    problem("endpoint flights", /does not exist in eu-central-1/),
    /list-endpoints/,
  ],
  [
    "an endpoint that failed",
    { DescribeEndpoint: json({ EndpointStatus: "Failed", FailureReason: "no capacity" }) },
    problem("endpoint flights", /is Failed; expected InService: no capacity/),
    /describe-endpoint/,
  ],
  [
    "an endpoint without capture",
    { DescribeEndpoint: json({ EndpointStatus: "InService" }) },
    problem("endpoint flights", /its data capture is off/),
    /update-endpoint --region eu-central-1 --endpoint-name flights/,
  ],
  [
    "an endpoint whose capture stopped",
    { DescribeEndpoint: capturing({ ...CAPTURE, CaptureStatus: "Stopped" }) },
    problem("endpoint flights", /its data capture is off/),
    /update-endpoint/,
  ],
  [
    "an endpoint that samples nothing",
    { DescribeEndpoint: capturing({ ...CAPTURE, CurrentSamplingPercentage: 0 }) },
    problem("endpoint flights", /samples 0 %/),
    /update-endpoint/,
  ],
  [
    "an endpoint that captures elsewhere",
    { DescribeEndpoint: capturing({ ...CAPTURE, DestinationS3Uri: "s3://other/data/" }) },
    problem(
      "endpoint flights",
      /captures to s3:\/\/other\/data\/flights\/<variant>\/; monitoring\.capture\.location of flight-delay reads s3:\/\/acme-captures\/data\/flights\/AllTraffic\//,
    ),
    /update-endpoint/,
  ],
  [
    "a monitoring schedule that is not there",
    { DescribeMonitoringSchedule: gone },
    problem("monitoring schedule flights-monitor", /does not exist/),
    /monitoring\.sagemaker\.schedules/,
  ],
  [
    "a monitoring schedule that stopped",
    { DescribeMonitoringSchedule: json({ MonitoringScheduleStatus: "Stopped" }) },
    problem("monitoring schedule flights-monitor", /is Stopped; expected Scheduled/),
    /start-monitoring-schedule/,
  ],
  [
    "a subscription that nobody confirmed",
    { "ListSubscriptionsByTopic:retrigger-dev-decisions": subscriptions("t", { "ada@example.com": "PendingConfirmation" }) },
    problem("topic retrigger-dev-decisions", /ada@example\.com has not confirmed the subscription, and is not told of decisions/),
    /aws sns subscribe --topic-arn arn:aws:sns:eu-central-1:111122223333:retrigger-dev-decisions --protocol email --notification-endpoint ada@example\.com/,
  ],
  [
    "an address that left",
    { "ListSubscriptionsByTopic:retrigger-dev-operations": subscriptions("t", { "ops@example.com": "Deleted" }) },
    problem("topic retrigger-dev-operations", /ops@example\.com is no longer subscribed/),
    /aws sns subscribe/,
  ],
  [
    "a topic that is gone",
    { "ListSubscriptionsByTopic:retrigger-dev-decisions": noTopic },
    problem("topic retrigger-dev-decisions", /does not exist/),
    /^cdktf deploy aws-stack$/,
  ],
  [
    "somebody's topic that is gone",
    { "ListSubscriptionsByTopic:on-call": noTopic },
    problem("topic on-call", /does not exist/),
    /aws\.operations\.topics/,
  ],
  [
    "a topic that nobody hears",
    { "ListSubscriptionsByTopic:on-call": subscriptions("t", {}) },
    { level: "warning", about: "topic on-call" },
    /aws sns subscribe/,
  ],
  [
    "a table that is not active",
    { DescribeTable: json({ Table: { TableStatus: "INACCESSIBLE_ENCRYPTION_CREDENTIALS" } }) },
    problem("table retrigger-dev-state", /expected ACTIVE/),
    /describe-table/,
  ],
  [
    "a queue that is gone",
    { ListQueues: queues("retrigger-dev-data", "retrigger-dev-data-dlq") },
    problem("queue retrigger-dev-requests.fifo", /does not exist/),
    /^cdktf deploy aws-stack$/,
  ],
  [
    "dead letters",
    { GetQueueAttributes: letters(3) },
    problem("queue retrigger-dev-data-dlq", /holds about 3 dead letters/),
    /^retrigger redrive --stack aws --state retrigger-dev-state --dry-run$/,
  ],
  [
    "a sweeper that is not invoked",
    { GetMetricData: invocations([]) },
    problem("function retrigger-dev-sweeper", /was not invoked within 15 minutes/),
    /aws scheduler get-schedule --region eu-central-1 --name retrigger-dev-sweeper/,
  ],
  [
    "a function that fails",
    { GetMetricData: invocations([15], [2, 1]) },
    problem("function retrigger-dev-sweeper", /failed 3 times within a day/),
    /aws logs tail \/aws\/lambda\/retrigger-dev-sweeper/,
  ],
  [
    "settings that are not deployed",
    { Query: settingsOf(SETTINGS_ROWS.slice(0, 1)) },
    problem("settings of made", /are not deployed/),
    /^cdktf deploy aws-stack$/,
  ],
  [
    "settings of a model that the configuration lost",
    { Query: settingsOf([...SETTINGS_ROWS, settingsRow("lost", CONFIG.models.made)]) },
    { level: "warning", about: "settings of lost", message: expect.stringContaining("the configuration has no such model") },
    /^cdktf deploy aws-stack removes them$/,
  ],
  [
    "settings of another model than their row",
    { Query: settingsOf([...SETTINGS_ROWS.slice(0, 1), { ...SETTINGS_ROWS[0], sk: { S: "made" } }]) },
    problem("settings of made", /they are those of the model flight-delay/),
    /^cdktf deploy aws-stack$/,
  ],
  [
    "settings that a later version wrote",
    { Query: settingsOf(SETTINGS_ROWS.map((row) => ({ ...row, shape: { N: "99" } }))) },
    problem("settings of made", /got a row of shape 99/),
    /^cdktf deploy aws-stack$/,
  ],
  [
    "a state that cannot be read",
    { BatchGetItem: itemsOf("coordinator#made") },
    problem("states of the coordinator", /coordinator#made, state is not a coordinator's state/),
    /deploy the version of Retrigger that wrote it/,
  ],
];

/** A refusal of each action, and the permission that its finding names. */
const REFUSED: readonly (readonly [action: string, about: string, permission: string])[] = [
  ["HeadBucket", "bucket acme-flights", "s3:ListBucket"],
  ["GetBucketNotification", "bucket acme-flights", "s3:GetBucketNotification"],
  ["ListRules", "other environments", "events:ListRules"],
  ["DescribePipeline:made-training", "pipeline made-training", "sagemaker:DescribePipeline"],
  ["GetRole", "arn:aws:iam::111122223333:role/training", "iam:GetRole"],
  ["DescribeModelPackageGroup", "model package group flights", "sagemaker:DescribeModelPackageGroup"],
  ["DescribeEndpoint", "endpoint flights", "sagemaker:DescribeEndpoint"],
  ["DescribeMonitoringSchedule", "monitoring schedule flights-monitor", "sagemaker:DescribeMonitoringSchedule"],
  ["ListSubscriptionsByTopic:on-call", "topic on-call", "sns:ListSubscriptionsByTopic"],
  ["DescribeTable", "table retrigger-dev-state", "dynamodb:DescribeTable"],
  ["ListQueues", "queues", "sqs:ListQueues and sqs:GetQueueAttributes"],
  ["GetQueueAttributes", "queues", "sqs:ListQueues and sqs:GetQueueAttributes"],
  ["GetMetricData", "functions", "cloudwatch:GetMetricData"],
  ["Query", "decisions", "dynamodb:Query and dynamodb:BatchGetItem"],
  ["BatchGetItem", "drift histories", "dynamodb:Query and dynamodb:BatchGetItem"],
];

describe("examineAws", () => {
  let server: LoopbackServer | undefined;

  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });

  async function found(arranged: Readonly<Record<string, Arranged>> = {}, config: DeploymentConfig = CONFIG, now = () => NOW) {
    server = await startAccount(arranged);
    const clients = awsClients({ ...CLIENT, endpoint: server.endpoint });
    return (
      await examineAws(
        config,
        new Pace(NOW + 120_000, now),
        async () => plannedStack(config, ".", "aws"),
        clients,
        () => NOW,
      )
    ).findings;
  }

  it("should find nothing wrong with an account in order, and have looked at everything", async () => {
    const findings = await found();

    expect(findings.filter(({ level }) => level !== "in-order")).toEqual([]);
    const checks = [
      "credentials",
      "state-table",
      "buckets",
      "shared-prefixes",
      "pipelines",
      "pipeline-roles",
      "registries",
      "endpoints",
    ];
    const later = ["monitoring-schedules", "notices", "bucket-keys", "functions", "dead-letters", "stored-rows"];
    expect(new Set(findings.map(({ check }) => check))).toEqual(new Set([...checks, ...later]));
  });

  it("should change nothing: every request only reads", async () => {
    await found();

    const actions = (server?.received ?? []).map(({ method, headers, body }) => {
      const target = headers["x-amz-target"];
      if (typeof target === "string") return target.split(".").at(-1) ?? "";
      return new URLSearchParams(body.toString("utf8")).get("Action") ?? method;
    });
    expect(actions.filter((action) => !/^(?:Get|List|Describe|Query$|BatchGet|HEAD$|GET$)/.test(action))).toEqual([]);
  });

  it("should say before the first deployment what comes with it, and no more", async () => {
    const findings = await found(UNDEPLOYED);

    const others = findings.filter(({ level }) => level !== "in-order");
    expect(others.map(({ level, about }) => `${level} ${about}`).sort()).toEqual([
      "not-deployed bucket acme-made",
      "not-deployed functions, dead-letters, stored-rows",
      "not-deployed pipeline flight-delay-training",
      "not-deployed table retrigger-dev-state",
      "not-deployed topic retrigger-dev-decisions",
      "not-deployed topic retrigger-dev-operations",
    ]);
    expect(new Set(others.map(({ cure }) => cure))).toEqual(new Set(["cdktf deploy aws-stack"]));
  });

  it("should say that a bucket is there already that the deployment would create", async () => {
    const findings = await found({ ...UNDEPLOYED, "HeadBucket:acme-made": bucketIn("eu-central-1") });

    expect(findings).toContainEqual(expect.objectContaining(problem("bucket acme-made", /exists already/)));
  });

  it.each(PROVOKED)("should find %s", async (_what, arranged, expected, cure) => {
    const findings = await found(arranged);

    const trouble = findings.filter(({ level }) => level !== "in-order");
    expect(trouble).toContainEqual(expect.objectContaining({ ...expected, cure: expect.stringMatching(cure) }));
    // what is found is what was provoked
    expect(new Set(trouble.map(({ level }) => level))).toEqual(new Set([expected.level]));
  });

  it.each(REFUSED)("should say that it could not look where %s is refused, and go on", async (action, about, permission) => {
    const findings = await found({ [action]: refusalOf(action) });

    const unseen = findings.filter(({ level }) => level === "not-looked-at");
    const cure = `allow ${permission} to your identity; docs/doctor.md has the whole policy`;
    expect(unseen).toContainEqual(
      expect.objectContaining({ about, cure, message: expect.stringContaining("you are not allowed to look at it") }),
    );
    expect(findings.filter(({ level }) => level === "problem")).toEqual([]);
    expect(findings.filter((one) => one.about === about && one.level === "in-order")).toEqual([]);
  });

  it.each([
    [
      "an expired token",
      formError("ExpiredToken", "The security token included in the request is expired"),
      /your credentials have expired/,
    ],
    [
      "keys that nobody knows",
      formError("InvalidClientTokenId", "The security token is invalid."),
      /your credentials are not accepted/,
    ],
  ])("should stop at %s, and say that it looked at nothing else", async (_what, refused, words) => {
    const findings = await found({ GetCallerIdentity: refused });

    expect(findings).toEqual([
      expect.objectContaining(problem("credentials", words)),
      expect.objectContaining({ level: "not-looked-at", about: "everything else", message: expect.stringContaining("17 checks") }),
    ]);
    expect(server?.received).toHaveLength(1);
  });

  it("should stop where there are no credentials", async () => {
    server = await startAccount();
    const none = async () => {
      throw Object.assign(new Error("Could not load credentials from any providers"), { name: "CredentialsProviderError" });
    };
    const clients = awsClients({ region: "eu-central-1", endpoint: server.endpoint, credentials: none });

    const { findings } = await examineAws(
      CONFIG,
      new Pace(NOW, () => NOW),
      async () => plannedStack(CONFIG, ".", "aws"),
      clients,
      () => NOW,
    );

    const cure = expect.stringContaining("aws sso login");
    expect(findings[0]).toMatchObject({ ...problem("credentials", /no credentials were found/), cure });
    expect(server.received).toEqual([]);
  });

  it("should wait for a service that is busy, and see what it says then", async () => {
    let calls = 0;
    const busy = () => (++calls < 3 ? awsError("ThrottlingException", "Rate exceeded") : json({ Rules: [] }));

    const findings = await found({ ListRules: busy });

    expect(findings).toContainEqual(expect.objectContaining({ level: "in-order", about: "other environments" }));
    expect(calls).toBe(3);
  });

  it.each([
    ["stays busy", awsError("ThrottlingException", "Rate exceeded"), /AWS throttled the request/],
    ["hangs up", "hang up" as const, /it gave no usable answer/],
    ["answers with a page of a proxy", { status: 502, body: "<html>\u001b[31mBad Gateway</html>" }, /it gave no usable answer/],
  ])("should say that it could not look where a service %s", async (_what, answer: Answer, words) => {
    const findings = await found({ ListRules: answer });

    const unseen = findings.filter(({ level }) => level === "not-looked-at");
    expect(unseen).toEqual([expect.objectContaining({ about: "other environments", message: expect.stringMatching(words) })]);
    expect(JSON.stringify(unseen)).not.toContain("\u001b");
  });

  it.each([
    ["HeadBucket", { status: 200, body: "" }, "bucket acme-flights", "not-looked-at"],
    ["ListRules", json({}), "other environments", "not-looked-at"],
    ["DescribePipeline:made-training", json({}), "pipeline made-training", "not-looked-at"],
    ["DescribePipeline:made-training", json({ PipelineDefinition: "?" }), "parameters of made-training", "not-looked-at"],
    ["DescribeModelPackageGroup", json({}), "model package group flights", "not-looked-at"],
    ["DescribeEndpoint", json({}), "endpoint flights", "not-looked-at"],
    ["DescribeEndpoint", capturing({ ...CAPTURE, DestinationS3Uri: undefined }), "endpoint flights", "problem"],
    ["DescribeMonitoringSchedule", json({}), "monitoring schedule flights-monitor", "not-looked-at"],
    ["DescribeTable", json({}), "table retrigger-dev-state", "not-looked-at"],
    ["Query", json({}), "settings of models", "not-looked-at"],
    ["Query", json({}), "decisions", "not-looked-at"],
    ["Query", { status: 200, body: "" }, "decisions", "not-looked-at"],
    ["BatchGetItem", json({}), "states of the coordinator", "not-looked-at"],
    ["BatchGetItem", { status: 200, body: "" }, "drift histories", "not-looked-at"],
    ["GetMetricData", json({}), "functions", "not-looked-at"],
    ["ListQueues", json({}), "queue retrigger-dev-data", "problem"],
    ["GetQueueAttributes", json({}), "queues", "not-looked-at"],
    ["GetQueueAttributes", json({ Attributes: { QueueArn: "a" } }), "queues", "not-looked-at"],
    ["GetRole", xml(""), "arn:aws:iam::111122223333:role/training", "not-looked-at"],
    ["ListSubscriptionsByTopic:retrigger-dev-operations", xml(""), "topic retrigger-dev-operations", "not-looked-at"],
    ["ListSubscriptionsByTopic:retrigger-dev-operations", signInPage(), "topic retrigger-dev-operations", "not-looked-at"],
    ["GetBucketNotification", xml(""), "bucket acme-flights", "not-looked-at"],
    ["GetBucketNotification", signInPage(), "bucket acme-flights", "not-looked-at"],
    ["DescribeEndpoint", signInPage(), "endpoint flights", "not-looked-at"],
  ] as const)("should not take an empty answer to %s for a good one", async (action, answer, about, level) => {
    const findings = await found({ [action]: answer });

    expect(findings.filter((one) => one.about === about).map((one) => one.level)).toEqual([level]);
  });

  it.each([
    ["Forbidden", (id: string) => (id === "errors2" ? { StatusCode: "Forbidden" } : {})],
    ["InternalError", () => ({ StatusCode: "InternalError" })],
    ["PartialData", (id: string) => (id === "errors0" ? { StatusCode: "PartialData" } : {})],
    ["no status", () => ({ StatusCode: undefined })],
    ["another Id", (id: string) => (id === "errors3" ? { Id: "errors9" } : {})],
    ["a message", () => ({ Messages: [{ Code: "MaxMetricsExceeded", Value: "not all were read" }] })],
  ])("should not take metrics with %s for functions that did not fail", async (_what, change) => {
    const findings = await found({ GetMetricData: invocations([14], [], change) });

    expect(findings.filter(({ check }) => check === "functions").map(({ level }) => level)).toEqual(["not-looked-at"]);
  });

  it("should say in its own words that an answer is not of AWS", async () => {
    const findings = await found({ ListRules: signInPage(), DescribeEndpoint: { status: 200, body: "Sign in" } });

    const said = findings.filter(({ level }) => level === "not-looked-at").map(({ message }) => message);
    expect(said).toContainEqual(expect.stringContaining("an answer that is not of AWS: a proxy or sign-in page?"));
    expect(said).toContainEqual(expect.stringContaining("an answer without EndpointStatus, which AWS always sends"));
    expect(JSON.stringify(said)).not.toMatch(/hidden field|Deserialization/);
  });

  it("should print names of the account harmless", async () => {
    const hostile = subscriptions("t", { "eve\u0085\u009b31m@example.com": "PendingConfirmation" });

    const findings = await found({ "ListSubscriptionsByTopic:on-call": hostile });

    const texts = findings.flatMap(({ about, message, cure = "" }) => [about, message, cure]).join("");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what is looked for
    expect(texts).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    expect(texts).toContain("\\u009b31m@example.com has not confirmed");
  });

  it("should say what it did not look at when its time is over", async () => {
    let at = NOW;
    const slow = () => {
      at += 121_000;
      return identity("arn:aws:iam::111122223333:user/a", "111122223333");
    };
    const findings = await found({ GetCallerIdentity: slow }, CONFIG, () => at);

    expect(findings.filter(({ level }) => level === "problem")).toEqual([]);
    expect(
      findings.filter(({ level, message }) => level === "not-looked-at" && message.includes("there was no time left")).length,
    ).toBeGreaterThan(10);
  });

  it("should give up on pages without an end, and ask no further ones then", async () => {
    let pages = 0;
    const pace = new Pace(NOW + 120_000, () => NOW);
    const endless = (request: Received) => {
      if (!request.body.includes('"settings"')) return json({ Items: [] });
      if (++pages === 30) pace.end();
      return json({ Items: [], LastEvaluatedKey: { pk: { S: "settings" }, sk: { S: String(pages) } } });
    };
    server = await startAccount({ Query: endless });
    const { findings } = await examineAws(
      CONFIG,
      pace,
      async () => plannedStack(CONFIG, ".", "aws"),
      awsClients({ ...CLIENT, endpoint: server.endpoint }),
      () => NOW,
    );

    const unseen = { level: "not-looked-at", about: "settings of models" };
    expect(findings).toContainEqual(
      expect.objectContaining({ ...unseen, message: expect.stringContaining("gave up after 2 minutes") }),
    );
    expect(pages).toBeLessThanOrEqual(31);
  });

  it("should give up on queues that are listed without an end", async () => {
    const findings = await found({ ListQueues: json({ QueueUrls: [], NextToken: "more" }) });

    const unseen = { level: "not-looked-at", about: "queues" };
    expect(findings).toContainEqual(expect.objectContaining({ ...unseen, message: expect.stringContaining("100 pages") }));
  });

  it("should look at nothing of the coordinator where no model has data", async () => {
    const models = { alone: { ...CONFIG.models.made, data: undefined } } as DeploymentConfig["models"];
    const findings = await found(
      { "DescribePipeline:made-training": definition([{ Name: "ManifestUri", DefaultValue: "" }]) },
      { ...CONFIG, models },
    );

    expect(findings.map(({ level, about }) => `${level} ${about}`).sort()).toEqual([
      "in-order credentials",
      "in-order pipeline made-training",
    ]);
  });

  it("should look at what a hundred models share once, and not at all of them at once", async () => {
    const names = Array.from({ length: 100 }, (_, index) => `made-${index}`);
    const models = Object.fromEntries(
      names.map((name) => [name, { ...CONFIG.models.made, pipeline: { ...CONFIG.models.made?.pipeline, name } }]),
    ) as DeploymentConfig["models"];
    await found({ DescribePipeline: definition([{ Name: "ManifestUri" }]), ...UNDEPLOYED }, { ...CONFIG, models });

    const targets = (server?.received ?? []).map(({ headers, method }) => String(headers["x-amz-target"] ?? method));
    expect(targets.filter((target) => target.endsWith("DescribePipeline"))).toHaveLength(100);
    expect(targets.filter((target) => target === "HEAD")).toHaveLength(1);
  });

  it("should name some of the models whose settings are not deployed, and count the others", async () => {
    const names = Array.from({ length: 100 }, (_, index) => `made-${index}`);
    const models = Object.fromEntries(names.map((name) => [name, CONFIG.models.made])) as DeploymentConfig["models"];
    const findings = await found({ Query: settingsOf([]) }, { ...CONFIG, models });

    const told = findings.filter(({ level, check }) => level === "problem" && check === "stored-rows");
    expect(told).toHaveLength(6);
    expect(told).toContainEqual(expect.objectContaining(problem("settings", /of 95 more models are not deployed/)));
  });
});

// Helpers

/** What a proxy answers in the place of AWS. */
function signInPage(): Answer {
  return { status: 200, body: "<!DOCTYPE html><html><body>Sign in</body></html>", type: "text/html" };
}

function problem(about: string, message: RegExp): Partial<Finding> {
  return { level: "problem", about, message: expect.stringMatching(message) };
}

function pattern(bucket: string, key: object): string {
  return JSON.stringify({
    source: ["aws.s3"],
    "detail-type": ["Object Created"],
    detail: { bucket: { name: [bucket] }, object: { key: [key] } },
  });
}

function identity(arn: string, account: string): Answer {
  return xml(
    `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>${arn}</Arn><Account>${account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
  );
}

function itemsOf(pk: string): Arranged {
  return (request) => {
    const asks = request.body.toString("utf8").includes(pk);
    const item = { pk: { S: pk }, sk: { S: "state" }, version: { N: "1" }, state: { B: "AAAA" } };
    return json({ Responses: { "retrigger-dev-state": asks ? [item] : [] }, UnprocessedKeys: {} });
  };
}

/** As each protocol writes it; HEAD has no body. */
function refusalOf(action: string): Answer {
  if (action === "HeadBucket") return { status: 403, body: "" };
  if (action === "GetBucketNotification")
    return xml("<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>", 403);
  if (action === "GetRole") return formError("AccessDenied", "is not authorized to perform: iam:GetRole");
  if (action.startsWith("ListSubscriptions")) return formError("AuthorizationError", "is not authorized");
  return awsError("AccessDeniedException", `User is not authorized to perform ${action}`);
}
