// With a key of one's own, over every resource and role of every example: what is added later without it fails here.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Testing } from "cdktf";
import type { DeploymentConfig } from "../../config/config";
import { loadConfig } from "../../config/load-config";
import type { PolicyStatement } from "../../modules/aws/access/policy";
import { ENCRYPTED_TYPES } from "../../modules/aws/keys/encryption-with-key";
import { AwsStack } from "../../stacks/aws-stack";
import { stubProject } from "../modules/temporary-project";
import { awsTemplate } from "./synthesize";
import { type Block, statementsOf, Template } from "./template";

const ROOT = join(__dirname, "../..");
const FILES = ["retrigger.yaml", ...yamlFiles("docs/examples"), ...yamlFiles("test/fixtures/config")].filter(
  (file) => loadConfig(join(ROOT, file)).aws !== undefined,
);

const NO_KEY = "takes no key";
const ITS_RESOURCE = "says something of a resource, which has the key";

/** Every type of resource of the examples that gets no key, and why. */
const WITHOUT_KEY: Readonly<Record<string, string>> = {
  aws_cloudwatch_composite_alarm: NO_KEY,
  aws_cloudwatch_dashboard: NO_KEY,
  aws_cloudwatch_event_rule: NO_KEY,
  aws_cloudwatch_event_bus_policy: NO_KEY,
  aws_cloudwatch_event_target: NO_KEY,
  aws_cloudwatch_metric_alarm: NO_KEY,
  aws_dynamodb_table_item: ITS_RESOURCE,
  aws_iam_policy: NO_KEY,
  aws_iam_role: NO_KEY,
  aws_iam_role_policy: NO_KEY,
  aws_iam_role_policy_attachment: NO_KEY,
  aws_lambda_event_source_mapping: "its key is that of filter criteria, and it has none",
  aws_lambda_function_event_invoke_config: ITS_RESOURCE,
  aws_lambda_permission: ITS_RESOURCE,
  aws_s3_bucket: "its key is in its aws_s3_bucket_server_side_encryption_configuration",
  aws_s3_bucket_lifecycle_configuration: ITS_RESOURCE,
  aws_s3_bucket_notification: ITS_RESOURCE,
  aws_s3_bucket_policy: ITS_RESOURCE,
  aws_s3_bucket_public_access_block: ITS_RESOURCE,
  aws_s3_bucket_logging: ITS_RESOURCE,
  aws_s3_bucket_versioning: ITS_RESOURCE,
  aws_sagemaker_data_quality_job_definition:
    "its jobs run with a role of the customer's own, which a key would have to let in; reports have the key of their bucket",
  aws_sagemaker_monitoring_schedule: NO_KEY,
  aws_sagemaker_pipeline: NO_KEY,
  aws_sns_topic_policy: ITS_RESOURCE,
  aws_sns_topic_subscription: NO_KEY,
  aws_sqs_queue_policy: ITS_RESOURCE,
};

describe("the key of everything", () => {
  const encrypted = ENCRYPTED_TYPES.map(({ type }) => type);

  it("should be decided about for every type of resource that there is", () => {
    const present = new Set(FILES.flatMap((file) => Object.keys(withKey(file).json.resource ?? {})));

    expect([...present].filter((type) => !encrypted.includes(type) && WITHOUT_KEY[type] === undefined)).toEqual([]);
    expect(encrypted.filter((type) => WITHOUT_KEY[type] !== undefined)).toEqual([]);
    expect(encrypted.filter((type) => !present.has(type))).toEqual([]);
  });

  it("should be refused only by what takes none by its definition, or for a reason", () => {
    const silent = Object.entries(WITHOUT_KEY).filter(([, reason]) => reason === NO_KEY || reason === ITS_RESOURCE);

    expect(silent.filter(([type]) => /readonly \w*(kms|encryption)\w*\?/i.test(definitionOf(type)))).toEqual([]);
    expect(definitionOf("aws_sqs_queue")).toMatch(/readonly \w*kms\w*\?/i);
  });

  it.each(FILES)("should encrypt all that takes one: %s", (file) => {
    const template = withKey(file);
    const key = keyOf(file);
    const taking = encrypted.flatMap((type) =>
      Object.entries(template.resources(type)).map(([id, block]) => ({ type, id, block })),
    );

    const others = taking.filter(({ type, block }) => keyIn(type, block) !== key).map(({ type, id }) => `${type}.${id}`);

    expect(taking).not.toEqual([]);
    expect(others).toEqual([]);
    expect(template.all("aws_sqs_queue").filter((queue) => queue.sqs_managed_sse_enabled !== undefined)).toEqual([]);
    expect(template.all("aws_kms_key")).toEqual([]);
  });

  it.each(FILES)("should change what is deployed in place, but for topics' keys of their own: %s", (file) => {
    const [without, withOne] = [awsTemplate(join(ROOT, file)), withKey(file)];

    const gone = namedAddresses(without).filter((address) => !namedAddresses(withOne).includes(address));
    const added = namedAddresses(withOne).filter((address) => !namedAddresses(without).includes(address));

    expect(gone.filter((address) => !address.startsWith("aws_kms_key."))).toEqual([]);
    expect(added).toEqual([]);
  });

  it.each(FILES)("should be usable by every role for all that the role may do: %s", (file) => {
    const template = withKey(file);
    const key = keyOf(file);
    const roles = Object.keys(template.resources("aws_iam_role")).map((id) => `\${aws_iam_role.${id}.name}`);

    const missing = roles.flatMap((role) => {
      const statements = template.roleStatements(role);
      return neededUses(statements)
        .filter(([service, action]) => !mayUse(statements, key, service, action))
        .map((use) => `${role} ${use.join(" ")}`);
    });

    expect(missing).toEqual([]);
  });

  it("should be needed by a function for queues, topics, the table and buckets, as far as the roles above are looked at", () => {
    const needed = neededUses(withKey("retrigger.yaml").functionStatements("retrigger-dev-coordinator"));

    expect(new Set(needed.map(([service]) => service))).toEqual(new Set(["dynamodb", "s3", "sns", "sqs"]));
  });

  it.each(FILES)("should decrypt the variables of every function and the payload of every schedule: %s", (file) => {
    const template = withKey(file);
    const context = (role: unknown) =>
      template
        .roleStatements(String(role).replace(/\.arn\}$/, ".name}"))
        .filter(({ Action, Resource }) => Action === "kms:Decrypt" && Resource === keyOf(file))
        .map(({ Condition }) => Condition);
    const account = "$" + "{data.aws_caller_identity.caller.account_id}";

    for (const { role, function_name } of template.all("aws_lambda_function")) {
      const name = expect.stringMatching(`:${function_name}$`);
      expect(context(role)).toEqual([{ StringEquals: { "kms:EncryptionContext:aws:lambda:FunctionArn": name } }]);
    }
    for (const { target, name } of template.all("aws_scheduler_schedule")) {
      const [condition] = context(blockOf(target).role_arn);
      const pattern = String(condition?.ArnLike?.["kms:EncryptionContext:aws:scheduler:schedule:arn"]);
      expect(pattern).toContain(`${account}:schedule/default/`);
      expect(String(name).startsWith(pattern.split("/default/")[1]?.replace("*", "") ?? "-")).toBe(true);
    }
  });

  it.each(FILES)("should name no action by a pattern, in the policy of no role: %s", (file) => {
    const policies = ["aws_iam_role_policy", "aws_iam_policy"].flatMap((type) => withKey(file).all(type));
    const actions = policies.flatMap(({ policy }) => statementsOf(policy).flatMap(({ Action }) => Action));

    expect(actions.filter((action) => action.includes("*"))).toEqual([]);
    expect(actions).not.toEqual([]);
  });

  it.each(FILES)("should let in by its policy every service that sends to a queue or topic: %s", (file) => {
    const template = withKey(file);
    const policies = ["aws_sqs_queue_policy", "aws_sns_topic_policy"].flatMap((type) => template.all(type));
    const senders = policies.flatMap(({ policy }) => statementsOf(policy).flatMap(serviceOf));

    const letIn = keyStatements(template).flatMap(serviceOf);

    expect(new Set(letIn.filter((service) => !service.startsWith("logs.")))).toEqual(new Set(senders));
  });

  it("should give roles their policies in one place alone", () => {
    const direct = sourceFiles("modules/aws").filter((file) =>
      /^import \{[^}]*\} from "@cdktf\/provider-aws\/lib\/iam-(role-)?policy"/m.test(readFileSync(join(ROOT, file), "utf8")),
    );

    // The former makes none: it tells the policies that others made by their class.
    expect(direct).toEqual(["modules/aws/access/role-boundary.ts", "modules/aws/access/role-policies.ts"]);
  });

  it("should be refused with the credentials of another account", () => {
    const { lifecycle } = Object.values(withKey("retrigger.yaml").json.data?.aws_caller_identity ?? {})[0] ?? {};

    expect(JSON.stringify(lifecycle)).toContain('self.account_id == \\"111122223333\\"');
    expect(JSON.stringify(awsTemplate(join(ROOT, "retrigger.yaml")).json.data?.aws_caller_identity)).toBe('{"caller":{}}');
  });
});

// Helpers

function yamlFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => join(folder, name));
}

function sourceFiles(folder: string): string[] {
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(".ts")).map((name) => join(folder, name));
}

/** What the provider's bindings say of a type of resource. */
function definitionOf(type: string): string {
  const name = type.replace("aws_", "").replaceAll("_", "-");
  return readFileSync(join(ROOT, `node_modules/@cdktf/provider-aws/lib/${name}/index.d.ts`), "utf8");
}

function awsOf(file: string): { config: DeploymentConfig; aws: NonNullable<DeploymentConfig["aws"]> } {
  const config = loadConfig(join(ROOT, file));
  if (config.aws === undefined) throw new Error(`${file} has no section aws`);
  return { config, aws: config.aws };
}

function keyOf(file: string): string {
  return `arn:aws:kms:${awsOf(file).aws.region}:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
}

const templates = new Map<string, Template>();

/** The stack of an example, in which everything has one key, buckets with keys of their own included. */
function withKey(file: string): Template {
  const known = templates.get(file);
  if (known !== undefined) return known;
  const { config, aws } = awsOf(file);
  const buckets = Object.fromEntries(Object.entries(aws.buckets).map(([name, { kmsKey: _own, ...bucket }]) => [name, bucket]));
  const encrypted = { ...config, aws: { ...aws, buckets, kms: { key: keyOf(file) } } };
  const props = { config: encrypted, configDir: dirname(join(ROOT, file)), projectDir: stubProject() };
  const template = new Template(new AwsStack(Testing.app(), "aws-stack", props));
  templates.set(file, template);
  return template;
}

/** The key of a resource, where Terraform has it. */
function keyIn(type: string, block: Block): unknown {
  switch (type) {
    case "aws_sqs_queue":
    case "aws_sns_topic":
      return block.kms_master_key_id;
    case "aws_dynamodb_table":
      return blockOf(block.server_side_encryption).kms_key_arn;
    case "aws_lambda_function":
    case "aws_scheduler_schedule":
      return block.kms_key_arn;
    case "aws_cloudwatch_event_bus":
      return block.kms_key_identifier;
    case "aws_cloudwatch_log_group":
      return block.kms_key_id;
    case "aws_s3_bucket_server_side_encryption_configuration": {
      const rule = blockOf(Array.isArray(block.rule) ? block.rule[0] : undefined);
      const byDefault = blockOf(rule.apply_server_side_encryption_by_default);
      return byDefault.sse_algorithm === "aws:kms" && rule.bucket_key_enabled === true ? byDefault.kms_master_key_id : undefined;
    }
    default:
      return undefined;
  }
}

function blockOf(value: unknown): Block {
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

/** Addresses of resources, each with the name that it has in the cloud. */
function namedAddresses({ json: { resource = {} } }: Template): string[] {
  return Object.entries(resource).flatMap(([type, blocks]) =>
    Object.entries(blocks).map(
      ([id, { name, function_name, bucket }]) => `${type}.${id} ${String(name ?? function_name ?? bucket)}`,
    ),
  );
}

/** By what an action begins with, what it needs of the key, by what AWS's pages say of each service. */
const NEEDED: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^sqs:SendMessage/, ["kms:GenerateDataKey", "kms:Decrypt"]],
  [/^sqs:ReceiveMessage/, ["kms:Decrypt"]],
  [/^sns:Publish/, ["kms:GenerateDataKey", "kms:Decrypt"]],
  [/^dynamodb:(Get|BatchGet|Query|Scan)/, ["kms:Decrypt", "kms:DescribeKey"]],
  [
    /^dynamodb:(Put|Update|Delete|BatchWrite)/,
    ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"],
  ],
  [/^kinesis:Put/, ["kms:GenerateDataKey"]],
  [/^s3:Get/, ["kms:Decrypt"]],
  [/^s3:Put/, ["kms:GenerateDataKey", "kms:Decrypt"]],
];

function neededUses(statements: readonly PolicyStatement[]): [service: string, action: string][] {
  return statements
    .flatMap(({ Action }) => Action)
    .flatMap((action) =>
      NEEDED.filter(([pattern]) => pattern.test(action)).flatMap(([, needed]) =>
        needed.map((each): [string, string] => [action.split(":")[0] ?? "", each]),
      ),
    );
}

function mayUse(statements: readonly PolicyStatement[], key: string, service: string, action: string): boolean {
  return statements.some(
    ({ Action, Resource = [], Condition }) =>
      [Action].flat().includes(action) &&
      [Resource].flat().includes(key) &&
      [Condition?.StringLike?.["kms:ViaService"] ?? []].flat().some((way) => way.startsWith(`${service}.`)),
  );
}

function serviceOf({ Effect, Principal }: PolicyStatement): string[] {
  const service = typeof Principal === "object" ? Principal.Service : undefined;
  return Effect === "Allow" && service !== undefined ? [service] : [];
}

function keyStatements({ json }: Template): PolicyStatement[] {
  return JSON.parse(String(json.output?.key_policy?.value));
}
