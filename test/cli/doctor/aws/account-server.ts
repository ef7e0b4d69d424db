import { configSchema, type DeploymentConfig } from "../../../../config/config";
import { modelSettings } from "../../../../config/settings";
import { toItem } from "../../../../functions/aws/adapters/dynamodb/attribute-values";
import { PARTITIONS, SETTINGS_FIELD } from "../../../../functions/core/state-layout";
import { type Answer, type LoopbackServer, type Received, startLoopbackServer } from "../../../aws/adapters/loopback-server";

const ACCOUNT = "111122223333";
export const NOW = Date.UTC(2026, 11, 1, 12);

const TOPICS = `arn:aws:sns:eu-central-1:${ACCOUNT}`;

/** A configuration with one thing of every kind that a check looks at. */
export const CONFIG: DeploymentConfig = configSchema.parse({
  environment: "dev",
  aws: {
    region: "eu-central-1",
    buckets: { "acme-made": { create: true } },
    notifications: { email: ["ada@example.com"] },
    operations: { email: ["ops@example.com"], topics: [`${TOPICS}:on-call`] },
  },
  models: {
    "flight-delay": {
      data: { bucket: "acme-flights", prefixes: ["incoming/"], suffixes: [".parquet"] },
      pipeline: {
        name: "flight-delay-training",
        definitionFile: "pipeline.json",
        roleArn: `arn:aws:iam::${ACCOUNT}:role/training`,
        parameters: { ManifestUri: "{manifestUri}", Objects: "{objects}" },
      },
      schedule: { cron: "0 4 * * MON" },
      monitoring: {
        capture: { location: "s3://acme-captures/data/flights/AllTraffic/", endpoint: "flights" },
        sagemaker: { schedules: ["flights-monitor"], folders: ["s3://acme-captures/reports/"] },
      },
      promotion: {
        registry: "flights",
        evaluations: "s3://acme-flights/evaluations/",
        goldenSet: { sha256: "0".repeat(64), rows: 5_000 },
        metrics: [{ name: "auc" }],
      },
    },
    made: { data: { bucket: "acme-made", prefixes: ["in/"] }, pipeline: { name: "made-training" } },
  },
});

/** An answer, or what makes it of the request. */
export type Arranged = Answer | ((request: Received) => Answer);

export const json = (content: unknown): Answer => ({ status: 200, body: JSON.stringify(content) });

export const xml = (body: string, status = 200): Answer => ({ status, body, type: "text/xml" });

/** A result of the services that are asked by a form: STS, IAM and SNS. */
const result = (action: string, content: string): Answer =>
  xml(`<${action}Response><${action}Result>${content}</${action}Result></${action}Response>`);

/** A refusal of such a service. */
export const formError = (code: string, message: string, status = 403): Answer =>
  xml(`<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`, status);

export const definition = (parameters: readonly object[]): Answer =>
  json({
    PipelineStatus: "Active",
    PipelineDefinition: JSON.stringify({ Version: "2020-12-01", Parameters: parameters, Steps: [] }),
  });

const TRUST = encodeURIComponent(JSON.stringify({ Statement: [{ Principal: { Service: "sagemaker.amazonaws.com" } }] }));
const role = (trust: string) =>
  result(
    "GetRole",
    `<Role><Arn>a</Arn><RoleName>training</RoleName><AssumeRolePolicyDocument>${trust}</AssumeRolePolicyDocument></Role>`,
  );
export const untrustedRole = role(encodeURIComponent('{"Statement":[{"Principal":{"Service":"lambda.amazonaws.com"}}]}'));

export const subscriptions = (topic: string, some: Readonly<Record<string, string>>): Answer =>
  result(
    "ListSubscriptionsByTopic",
    `<Subscriptions>${Object.entries(some)
      .map(
        ([to, arn]) =>
          `<member><Protocol>email</Protocol><Endpoint>${to}</Endpoint><SubscriptionArn>${arn}</SubscriptionArn><TopicArn>${topic}</TopicArn></member>`,
      )
      .join("")}</Subscriptions>`,
  );
const confirmed = (topic: string, to: string) => subscriptions(topic, { [to]: `${TOPICS}:${topic}:1` });

export const announcing = (content: string): Answer =>
  xml(`<NotificationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content}</NotificationConfiguration>`);
export const encrypting = (content: string): Answer =>
  xml(
    `<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault>${content}</ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>`,
  );
export const bucketIn = (region: string): Answer => ({ status: 200, body: "", headers: { "x-amz-bucket-region": region } });

export const capturing = (config: object): Answer =>
  json({ EndpointName: "flights", EndpointArn: "a", EndpointStatus: "InService", DataCaptureConfig: config });
export const CAPTURE = {
  EnableCapture: true,
  CaptureStatus: "Started",
  CurrentSamplingPercentage: 100,
  DestinationS3Uri: "s3://acme-captures/data",
};

/** The row of a model's settings, as Terraform writes it. */
export function settingsRow(name: string, config: DeploymentConfig["models"][string] | undefined): object {
  if (config === undefined) throw new Error(`there is no model ${name}`);
  const settings = JSON.parse(JSON.stringify(modelSettings("dev", name, config)));
  return toItem({ pk: PARTITIONS.settings, sk: name, [SETTINGS_FIELD]: settings });
}

/** Rows of a query for the settings, and none for any other. */
export const settingsOf = (rows: readonly object[]) => (request: Received) => {
  const asksSettings = /"S":\s*"settings"/.test(request.body.toString("utf8"));
  return json({ Items: asksSettings ? rows : [], Count: asksSettings ? rows.length : 0 });
};
export const SETTINGS_ROWS: readonly object[] = Object.entries(CONFIG.models).map(([name, model]) => settingsRow(name, model));

const queueUrl = (request: Received, name: string) => `http://${request.headers.host}/${ACCOUNT}/${name}`;
export const queues =
  (...names: readonly string[]) =>
  (request: Received) =>
    json({ QueueUrls: names.map((name) => queueUrl(request, name)) });
const QUEUES = ["retrigger-dev-data", "retrigger-dev-data-dlq", "retrigger-dev-requests.fifo"];
export const letters = (count: number) => (request: Received) =>
  json({
    Attributes: {
      QueueArn: "a",
      ApproximateNumberOfMessages: String(request.body.includes("-dlq") ? count : 7),
      ApproximateNumberOfMessagesNotVisible: "0",
      ...(request.body.includes("-dlq") && { RedriveAllowPolicy: "{}" }),
    },
  });

/** Ticks of the sweeper, and failures of each function. */
export const invocations =
  (ticks: readonly number[], failures: readonly number[] = [], change: (id: string) => object = () => ({})) =>
  (request: Received) => {
    const asksTicks = request.body.includes('"ticks"');
    const values = asksTicks ? [ticks] : [failures, [], [], []];
    const idOf = (index: number) => (asksTicks ? "ticks" : `errors${index}`);
    return json({
      // in an order of its own, as the service may answer
      MetricDataResults: values
        .map((Values, index) => ({ Id: idOf(index), Values, StatusCode: "Complete", ...change(idOf(index)) }))
        .reverse(),
      Messages: [],
    });
  };

/** What an account in order answers, by `Action:resource` or `Action`. */
const IN_ORDER: Readonly<Record<string, Arranged>> = {
  GetCallerIdentity: result("GetCallerIdentity", `<Arn>arn:aws:iam::${ACCOUNT}:user/ada</Arn><Account>${ACCOUNT}</Account>`),
  HeadBucket: bucketIn("eu-central-1"),
  GetBucketNotification: announcing("<EventBridgeConfiguration/>"),
  GetBucketEncryption: encrypting("<SSEAlgorithm>AES256</SSEAlgorithm>"),
  ListRules: json({ Rules: [] }),
  "DescribePipeline:flight-delay-training": definition([
    { Name: "ManifestUri", Type: "String", DefaultValue: "" },
    { Name: "Objects", Type: "Integer" },
    { Name: "Epochs", Type: "Integer", DefaultValue: 3 },
  ]),
  "DescribePipeline:made-training": definition([{ Name: "ManifestUri", Type: "String" }]),
  GetRole: role(TRUST),
  DescribeModelPackageGroup: json({ ModelPackageGroupStatus: "Completed" }),
  DescribeEndpoint: capturing(CAPTURE),
  DescribeMonitoringSchedule: json({ MonitoringScheduleStatus: "Scheduled" }),
  "ListSubscriptionsByTopic:retrigger-dev-decisions": confirmed("retrigger-dev-decisions", "ada@example.com"),
  "ListSubscriptionsByTopic:retrigger-dev-operations": confirmed("retrigger-dev-operations", "ops@example.com"),
  "ListSubscriptionsByTopic:on-call": confirmed("on-call", "https://example.com"),
  DescribeTable: json({ Table: { TableStatus: "ACTIVE" } }),
  Query: settingsOf(SETTINGS_ROWS),
  BatchGetItem: json({ Responses: {}, UnprocessedKeys: {} }),
  ListQueues: queues(...QUEUES),
  GetQueueAttributes: letters(0),
  GetMetricData: invocations([14]),
};

/** What the account answers before the first deployment. */
export const UNDEPLOYED: Readonly<Record<string, Arranged>> = {
  DescribeTable: { status: 400, body: JSON.stringify({ __type: "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException" }) },
  "HeadBucket:acme-made": { status: 404, body: "" },
  "DescribePipeline:flight-delay-training": {
    status: 400,
    body: JSON.stringify({ __type: "ResourceNotFound", message: "Pipeline 'flight-delay-training' does not exist." }),
  },
};

/** An account on this machine, in order but for what is arranged. */
export function startAccount(arranged: Readonly<Record<string, Arranged>> = {}): Promise<LoopbackServer> {
  const answers = { ...IN_ORDER, ...arranged };
  return startLoopbackServer((request) => {
    const { action, resource } = callOf(request);
    const answer = answers[`${action}:${resource}`] ?? arranged[action] ?? answers[action];
    if (answer === undefined) throw new Error(`nothing is arranged for ${action} on ${resource}`);
    return typeof answer === "function" ? answer(request) : answer;
  });
}

function callOf({ method, path, headers, body }: Received): { readonly action: string; readonly resource: string } {
  const target = headers["x-amz-target"];
  const text = body.toString("utf8");
  if (typeof target === "string") {
    const named =
      /"(?:PipelineName|EndpointName|ModelPackageGroupName|MonitoringScheduleName|TableName|KeyId|SecretId)":"([^"]+)"/.exec(text);
    return { action: target.split(".").at(-1) ?? "", resource: named?.[1] ?? "" };
  }
  const form = new URLSearchParams(text);
  const action = form.get("Action");
  if (action !== null) return { action, resource: (form.get("TopicArn") ?? form.get("RoleName") ?? "").split(":").at(-1) ?? "" };
  const { pathname, searchParams } = new URL(`http://server${path}`);
  const asked = searchParams.has("encryption") ? "GetBucketEncryption" : "GetBucketNotification";
  return { action: method === "HEAD" ? "HeadBucket" : asked, resource: pathname.split("/")[1] ?? "" };
}
