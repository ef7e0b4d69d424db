// What holds of every resource of every stack, as data: a resource that somebody adds without it breaks a rule. The conftest
// policies in docs/examples/policy are the same rules for those who look at plans.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PolicyStatement } from "../../modules/aws/access/policy";
import { type Block, statementsOf, type Template } from "./template";

/** What a rule looks at. */
export type StackJson = Template["json"];

/** A resource, and the stack that it is in. */
export interface Resource {
  readonly type: string;
  readonly id: string;
  readonly block: Block;
  readonly stack: StackJson;
}

export interface ResourceRule {
  readonly name: string;
  /** What is wrong with a resource; undefined for one that the rule does not concern or that keeps it. */
  readonly check: (resource: Resource) => string | undefined;
  /** A resource that breaks it, alone in a stack: type, arguments, and its id where that matters. */
  readonly broken: readonly [type: string, block: Block, id?: string];
}

/** What is wrong with the resources of a stack by a rule, each with its address. */
export function complaintsOf(stack: StackJson, { name, check }: ResourceRule): string[] {
  return resourcesOf(stack).flatMap((resource) => {
    const problem = check(resource);
    return problem === undefined ? [] : [`${resource.type}.${resource.id}: ${problem} (${name})`];
  });
}

/** A stack of one resource. */
export function stackOf([type, block, id = "broken"]: ResourceRule["broken"]): StackJson {
  return { resource: { [type]: { [id]: block } }, terraform: {} };
}

/** A rule about an argument of the resources of one type. */
export function argumentRule(
  name: string,
  type: string,
  isRight: (block: Block) => boolean,
  problem: string,
  broken: Block = {},
): ResourceRule {
  return {
    name,
    check: (resource) => (resource.type !== type || isRight(resource.block) ? undefined : problem),
    broken: [type, broken],
  };
}

/** The value below a path of keys; an object in a list of one counts as the object. */
export function valueAt(block: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => {
    const [one] = Array.isArray(value) ? value : [value];
    return typeof one === "object" && one !== null ? Object.getOwnPropertyDescriptor(one, key)?.value : undefined;
  }, block);
}

/** Types of AWS without tags of their own, and why that is no loss. */
const UNTAGGED_AWS: Readonly<Record<string, string>> = {
  aws_cloudwatch_dashboard: "the service has no tags for it",
  aws_cloudwatch_event_bus_policy: "a part of its bus",
  aws_cloudwatch_event_permission: "a part of its bus",
  aws_cloudwatch_event_target: "a part of its rule",
  aws_dynamodb_table_item: "a row of the table",
  aws_iam_role_policy: "a part of its role",
  aws_iam_role_policy_attachment: "a part of its role",
  aws_lambda_function_event_invoke_config: "a part of its function",
  aws_lambda_permission: "a part of its function",
  aws_s3_bucket_lifecycle_configuration: "a part of its bucket",
  aws_s3_bucket_logging: "a part of its bucket",
  aws_s3_bucket_notification: "a part of its bucket",
  aws_s3_bucket_policy: "a part of its bucket",
  aws_s3_bucket_public_access_block: "a part of its bucket",
  aws_s3_bucket_server_side_encryption_configuration: "a part of its bucket",
  aws_s3_bucket_versioning: "a part of its bucket",
  aws_scheduler_schedule: "the scheduler has tags for groups of schedules alone",
  aws_sns_topic_policy: "a part of its topic",
  aws_sns_topic_subscription: "the service has no tags for it",
  aws_sqs_queue_policy: "a part of its queue",
};

/** Types of Google Cloud without labels, and why; grants (`…_iam_member`) are no resources. */
const UNLABELLED_GCP: Readonly<Record<string, string>> = {
  google_cloud_scheduler_job: "the service has no labels for it",
  google_firestore_database: "it has tags of the organisation alone",
  google_firestore_document: "a document of the database",
  google_firestore_field: "a part of the database",
  google_logging_metric: "its labels are those of the metric",
  google_logging_project_sink: "the service has no labels for it",
  google_monitoring_alert_policy: "its labels are the team's own, and not set by the provider",
  google_monitoring_dashboard: "its labels are within its JSON",
  google_monitoring_notification_channel: "its labels are its address",
  google_project_iam_custom_role: "the service has no labels for it",
  google_project_service: "a switch of the project",
  google_service_account: "the service has no labels for it",
  google_storage_bucket_object: "an object of a bucket",
  google_storage_notification: "a part of its bucket",
};

/** Types by which something would be reachable from the internet. */
const PUBLIC_TYPES =
  /^(?:aws_lambda_function_url|aws_api_gateway|aws_apigatewayv2|aws_lb|aws_elb|aws_alb|google_compute|google_api_gateway)/;

/** Values that are secrets by their form: addresses of webhooks, keys, tokens. */
const SECRETS: readonly RegExp[] = [
  /hooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)\//,
  /(?:webhook\.office\.com|logic\.azure\.com|powerplatform\.com|discord\.com\/api\/webhooks)/,
  /[?&](?:sig|token|api[-_]?key)=[\w%.~-]{8,}/i,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/,
  /\bAIza[\w-]{35}\b/,
  /\bya29\.[\w-]{20,}/,
  /\bxox[abprs]-[\w-]{10,}/,
  /\bgh[pousr]_\w{36,}/,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /"(?:private_key|client_secret|password)"\s*:\s*"[^"]+"/,
];

/** Whom everybody is. */
const EVERYBODY = ["allUsers", "allAuthenticatedUsers"];

/** Resources with a policy that must refuse what comes without TLS, by the type of that policy. */
const GUARDED_BY: Readonly<Record<string, string>> = {
  aws_s3_bucket: "aws_s3_bucket_policy",
  aws_sns_topic: "aws_sns_topic_policy",
  aws_sqs_queue: "aws_sqs_queue_policy",
};

/** Of every stack. */
export const RESOURCE_RULES: readonly ResourceRule[] = [
  argumentRule(
    "queues are encrypted",
    "aws_sqs_queue",
    ({ sqs_managed_sse_enabled, kms_master_key_id }) => sqs_managed_sse_enabled === true || kms_master_key_id !== undefined,
    "set sqs_managed_sse_enabled or kms_master_key_id",
  ),
  argumentRule(
    "topics are encrypted",
    "aws_sns_topic",
    ({ kms_master_key_id }) => kms_master_key_id !== undefined,
    "set kms_master_key_id",
  ),
  argumentRule(
    "tables are encrypted",
    "aws_dynamodb_table",
    (block) => valueAt(block, "server_side_encryption", "enabled") === true,
    "set server_side_encryption",
  ),
  {
    name: "buckets are encrypted, and not public",
    check: ({ type, id, stack }) => {
      if (type !== "aws_s3_bucket") return undefined;
      const blocks = ["aws_s3_bucket_server_side_encryption_configuration", "aws_s3_bucket_public_access_block"];
      const missing = blocks.filter((name) => !isReferredTo(stack, name, `${type}.${id}`));
      return missing.length === 0 ? undefined : `add ${missing.join(" and ")}`;
    },
    broken: ["aws_s3_bucket", { bucket: "acme" }],
  },
  argumentRule(
    "buckets of Google Cloud cannot become public",
    "google_storage_bucket",
    (block) => block.public_access_prevention === "enforced" && block.uniform_bucket_level_access === true,
    "set public_access_prevention and uniform_bucket_level_access",
  ),
  {
    name: "queues, topics and buckets refuse what comes without TLS",
    check: ({ type, id, stack }) => {
      const policy = GUARDED_BY[type];
      if (policy === undefined) return undefined;
      const own = Object.values(stack.resource?.[policy] ?? {}).filter((block) => JSON.stringify(block).includes(`${type}.${id}.`));
      return own.some((block) => statementsOf(block.policy).some(deniesWithoutTls)) ? undefined : `add ${policy} that denies it`;
    },
    broken: ["aws_sqs_queue", { sqs_managed_sse_enabled: true }],
  },
  {
    name: "policies name their actions",
    check: ({ type, block }) => {
      const wide = allowed(type, block).filter(({ Action }) => [Action].flat().some((action) => action?.includes("*") !== false));
      return wide.length === 0 ? undefined : `allows ${JSON.stringify(wide.map(({ Action }) => Action))}`;
    },
    broken: [
      "aws_iam_role_policy",
      { policy: JSON.stringify({ Statement: [{ Effect: "Allow", Action: ["s3:Get*"], Resource: "*" }] }) },
    ],
  },
  {
    name: "no policy lets everybody in",
    check: ({ type, block }) => {
      const open = allowed(type, block).filter(({ Principal, Condition }) => isAnyone(Principal) && Condition === undefined);
      const members = [block.member, block.members].flat().filter((member) => EVERYBODY.includes(String(member)));
      return open.length + members.length === 0 ? undefined : "name who may";
    },
    broken: ["google_storage_bucket_iam_member", { member: "allUsers" }],
  },
  {
    name: "nothing is reachable from the internet",
    check: ({ type, block }) => {
      if (PUBLIC_TYPES.test(type)) return "remove it";
      const ingress = valueAt(block, "service_config", "ingress_settings");
      return type !== "google_cloudfunctions2_function" || ingress === "ALLOW_INTERNAL_ONLY" ? undefined : "set ingress_settings";
    },
    broken: ["aws_lambda_function_url", {}],
  },
  {
    name: "no secret stands in a stack",
    check: ({ block }) => {
      const text = JSON.stringify(block);
      // Once more without the escapes of a document within.
      return SECRETS.some((secret) => secret.test(text) || secret.test(text.replaceAll("\\", "")))
        ? "let the function read it"
        : undefined;
    },
    broken: ["aws_lambda_function", { environment: { variables: { URL: "https://hooks.slack.com/services/T0/B0/x" } } }],
  },
  argumentRule(
    "logs are kept for a time that is set",
    "aws_cloudwatch_log_group",
    ({ retention_in_days }) => typeof retention_in_days === "number" && retention_in_days > 0,
    "set retention_in_days",
  ),
  {
    name: "functions log to a group of the stack",
    check: ({ type, block }) =>
      type !== "aws_lambda_function" ||
      /^\$\{aws_cloudwatch_log_group\./.test(String(valueAt(block, "logging_config", "log_group")))
        ? undefined
        : "set logging_config",
    broken: ["aws_lambda_function", {}],
  },
  {
    name: "queues, subscriptions and asynchronous calls have dead letters",
    check: ({ type, block }) => (isDeadEnd(type, block) ? "say where what fails goes" : undefined),
    broken: ["aws_sqs_queue", { name: "retrigger-dev-data" }],
  },
  {
    name: "each type has tags, or a reason",
    check: ({ type }) =>
      hasTags(type) || type.endsWith("_iam_member") || untagged(type) !== undefined ? undefined : "give a reason",
    broken: ["aws_s3_bucket_acl", {}],
  },
];

// Helpers

export function resourcesOf(stack: StackJson): Resource[] {
  return Object.entries(stack.resource ?? {}).flatMap(([type, blocks]) =>
    Object.entries(blocks).map(([id, block]) => ({ type, id, block, stack })),
  );
}

function isReferredTo(stack: StackJson, type: string, address: string): boolean {
  return Object.values(stack.resource?.[type] ?? {}).some(({ bucket }) => String(bucket).startsWith(`\${${address}.`));
}

function deniesWithoutTls({ Effect, Condition }: PolicyStatement): boolean {
  return Effect === "Deny" && Condition?.Bool?.["aws:SecureTransport"] === "false";
}

/** What policies allow; a key's own policy is left out, as it must let its account administer it. */
function allowed(type: string, { policy }: Block): PolicyStatement[] {
  if (!/^aws_.*policy$/.test(type)) return [];
  return statementsOf(policy).filter(({ Effect }) => Effect === "Allow");
}

function isAnyone(principal: PolicyStatement["Principal"]): boolean {
  return principal === "*" || (typeof principal === "object" && principal.AWS === "*");
}

function isDeadEnd(type: string, block: Block): boolean {
  const name = String(block.name);
  switch (type) {
    case "aws_sqs_queue":
      return block.redrive_policy === undefined && block.redrive_allow_policy === undefined;
    case "google_pubsub_subscription":
      return block.dead_letter_policy === undefined && !name.endsWith("-dlq");
    case "aws_cloudwatch_event_target":
      return valueAt(block, "dead_letter_config", "arn") === undefined;
    case "aws_scheduler_schedule":
      return valueAt(block, "target", "dead_letter_config", "arn") === undefined;
    case "aws_lambda_function_event_invoke_config":
      return valueAt(block, "destination_config", "on_failure", "destination") === undefined;
    default:
      return false;
  }
}

function untagged(type: string): string | undefined {
  return UNTAGGED_AWS[type] ?? UNLABELLED_GCP[type];
}

const PROVIDERS = join(__dirname, "../../node_modules/@cdktf");

/** Whether the provider puts its tags or labels on resources of a type. */
export function hasTags(type: string): boolean {
  return declarationOf(type).includes(type.startsWith("aws_") ? "tagsAll" : "terraformLabels");
}

/** What the provider declares of a type, as TypeScript. */
export function declarationOf(type: string): string {
  const [cloud = "", ...name] = type.split("_");
  return readFileSync(join(PROVIDERS, `provider-${cloud}/lib/${name.join("-")}/index.d.ts`), "utf8");
}
