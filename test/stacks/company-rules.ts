// What a company's settings promise of all resources, by the setting: test/fixtures/config/company-<cloud>.yaml set all of them.
import { argumentRule, type Resource, type ResourceRule, valueAt } from "./resource-rules";
import type { Block } from "./template";

/** Settings of a company, by the words of retrigger.yaml. */
export type CompanySetting =
  | "aws.kms"
  | "aws.logs"
  | "aws.network"
  | "aws.roles"
  | "aws.tracing"
  | "gcp.build"
  | "gcp.kms"
  | "gcp.network"
  | "namePrefix";

export interface CompanyRule extends ResourceRule {
  readonly setting: CompanySetting;
}

/** As the fixtures have them. */
const BOUNDARY = "arn:aws:iam::111122223333:policy/boundary";
const PATH = "/ml-platform/";
const AWS_KEY = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const BUCKET_KEY = "arn:aws:kms:eu-central-1:111122223333:key/abcd1234-12ab-34cd-56ef-1234567890ab";
const GCP_KEY = "projects/acme-keys/locations/europe-west4/keyRings/ml/cryptoKeys/retrigger";
const GCP_BUCKET_KEY = "projects/acme-keys/locations/europe-west4/keyRings/ml/cryptoKeys/churn";
const PREFIX = "acme-retrigger-dev-";

/** Where the key of a type is said, and which keys the fixture has there. */
const KEYED_AWS: Readonly<Record<string, readonly [path: readonly string[], ...keys: string[]]>> = {
  aws_cloudwatch_log_group: [["kms_key_id"], AWS_KEY],
  aws_dynamodb_table: [["server_side_encryption", "kms_key_arn"], AWS_KEY],
  aws_lambda_function: [["kms_key_arn"], AWS_KEY],
  aws_s3_bucket_server_side_encryption_configuration: [
    ["rule", "apply_server_side_encryption_by_default", "kms_master_key_id"],
    AWS_KEY,
    BUCKET_KEY,
  ],
  aws_scheduler_schedule: [["kms_key_arn"], AWS_KEY],
  aws_sns_topic: [["kms_master_key_id"], AWS_KEY],
  aws_sqs_queue: [["kms_master_key_id"], AWS_KEY],
};

const KEYED_GCP: Readonly<Record<string, readonly [path: readonly string[], ...keys: string[]]>> = {
  google_artifact_registry_repository: [["kms_key_name"], GCP_KEY],
  google_cloudfunctions2_function: [["kms_key_name"], GCP_KEY],
  google_firestore_database: [["cmek_config", "kms_key_name"], GCP_KEY],
  google_pubsub_topic: [["kms_key_name"], GCP_KEY],
  google_storage_bucket: [["encryption", "default_kms_key_name"], GCP_KEY, GCP_BUCKET_KEY],
};

/** Arguments that name a resource in its cloud. */
const NAMES = ["name", "function_name", "alarm_name", "dashboard_name", "account_id"] as const;

/** Types whose names are not the deployment's: rows, objects, the customer's buckets and grants on what others named. */
const NAMED_BY_OTHERS =
  /_iam_member$|^(?:aws_dynamodb_table_item|aws_iam_role_policy|aws_lambda_permission|aws_lambda_function_event_invoke_config|google_firestore_\w+|google_logging_metric|google_monitoring_dashboard|google_project_\w+|google_storage_\w+)$/;

/** Of the company's fixtures. */
export const COMPANY_RULES: readonly CompanyRule[] = [
  of(
    "aws.roles",
    argumentRule(
      "roles have the boundary and the path",
      "aws_iam_role",
      ({ permissions_boundary, path }) => permissions_boundary === BOUNDARY && path === PATH,
      "set permissions_boundary and path",
    ),
  ),
  of(
    "aws.roles",
    argumentRule("policies have the path", "aws_iam_policy", ({ path }) => path === PATH, "set path"),
  ),
  of("aws.kms", {
    name: "everything that keeps data has the key",
    check: (resource) => keyProblem(resource, KEYED_AWS),
    broken: ["aws_sqs_queue", { sqs_managed_sse_enabled: true }],
  }),
  of(
    "aws.kms",
    argumentRule("no key is created beside that of the company", "aws_kms_key", () => false, "use the key of the company"),
  ),
  of(
    "aws.network",
    argumentRule(
      "functions run in the subnets",
      "aws_lambda_function",
      (block) =>
        JSON.stringify(valueAt(block, "vpc_config", "subnet_ids")) === '["subnet-0123456789abcdef0","subnet-0fedcba9876543210"]' &&
        JSON.stringify(valueAt(block, "vpc_config", "security_group_ids")) === '["sg-0123456789abcdef0"]',
      "set vpc_config",
    ),
  ),
  of(
    "aws.tracing",
    argumentRule(
      "functions are traced",
      "aws_lambda_function",
      (block) => valueAt(block, "tracing_config", "mode") === "Active",
      "trace it",
    ),
  ),
  of(
    "aws.logs",
    argumentRule(
      "logs are kept as long as is said",
      "aws_cloudwatch_log_group",
      ({ retention_in_days }) => retention_in_days === 400,
      "set retention_in_days",
    ),
  ),
  of("namePrefix", {
    name: "names begin with the prefix",
    check: nameProblem,
    broken: ["aws_sqs_queue", { name: "retrigger-dev-data" }],
  }),
  of("gcp.kms", {
    name: "everything that keeps data has the key (CMEK)",
    check: (resource) => keyProblem(resource, KEYED_GCP),
    broken: ["google_pubsub_topic", {}],
  }),
  of(
    "gcp.network",
    argumentRule(
      "functions reach the network by the connector alone",
      "google_cloudfunctions2_function",
      (block) =>
        valueAt(block, "service_config", "vpc_connector") === "projects/acme-net/locations/europe-west4/connectors/ml" &&
        valueAt(block, "service_config", "vpc_connector_egress_settings") === "ALL_TRAFFIC",
      "set vpc_connector and vpc_connector_egress_settings",
    ),
  ),
  of(
    "gcp.build",
    argumentRule(
      "functions are built in the private pool",
      "google_cloudfunctions2_function",
      (block) => valueAt(block, "build_config", "worker_pool") === "projects/acme-ci/locations/europe-west4/workerPools/ml",
      "set worker_pool",
    ),
  ),
];

// Helpers

function of(setting: CompanySetting, rule: ResourceRule): CompanyRule {
  return { ...rule, setting };
}

function keyProblem({ type, block }: Resource, keyed: typeof KEYED_AWS): string | undefined {
  const [path, ...keys] = Object.hasOwn(keyed, type) ? (keyed[type] ?? [[]]) : [[]];
  if (path.length === 0 || keys.includes(String(valueAt(block, ...path)))) return undefined;
  return `set ${path.join(".")} to the key`;
}

function nameProblem({ type, block }: Resource): string | undefined {
  if (NAMED_BY_OTHERS.test(type)) return undefined;
  const names = NAMES.flatMap((name): unknown[] => (name in block ? [textOf(block, name)] : []));
  const wrong = names.filter((name) => !String(name).includes(PREFIX) && !/^\$\{/.test(String(name)));
  return wrong.length === 0 ? undefined : `is called ${String(wrong[0])}`;
}

function textOf(block: Block, name: string): unknown {
  return block[name];
}
