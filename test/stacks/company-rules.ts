// What a company's settings promise of all resources, by the setting: test/fixtures/config/company-<cloud>.yaml set all of them,
// and docs/examples/platform-team*.yaml those that most companies ask for.
import { isDeepStrictEqual } from "node:util";
import type { DeploymentConfig } from "../../config/config";
import {
  argumentRule,
  complaintsOf,
  declarationOf,
  hasTags,
  type Resource,
  type ResourceRule,
  type StackJson,
  stackOf,
  valueAt,
} from "./resource-rules";

/** A rule that holds where a company's setting is set. */
export interface CompanyRule {
  /** Of retrigger.yaml. */
  readonly setting: string;
  readonly name: string;
  /** What is wrong with a stack. */
  readonly complaints: (stack: StackJson) => string[];
  /** A stack that breaks it in one place. */
  readonly broken: StackJson;
}

type Aws = NonNullable<DeploymentConfig["aws"]>;
type Gcp = NonNullable<DeploymentConfig["gcp"]>;

/** Where the key of a type is said. */
type Keyed = Readonly<Record<string, readonly string[]>>;

export const KEYED_AWS: Keyed = {
  aws_cloudwatch_log_group: ["kms_key_id"],
  aws_dynamodb_table: ["server_side_encryption", "kms_key_arn"],
  aws_lambda_function: ["kms_key_arn"],
  aws_s3_bucket_server_side_encryption_configuration: ["rule", "apply_server_side_encryption_by_default", "kms_master_key_id"],
  aws_scheduler_schedule: ["kms_key_arn"],
  aws_sns_topic: ["kms_master_key_id"],
  aws_sqs_queue: ["kms_master_key_id"],
};

export const KEYED_GCP: Keyed = {
  google_artifact_registry_repository: ["kms_key_name"],
  google_cloudfunctions2_function: ["kms_key_name"],
  google_firestore_database: ["cmek_config", "kms_key_name"],
  google_pubsub_topic: ["kms_key_name"],
  google_storage_bucket: ["encryption", "default_kms_key_name"],
};

/** A bucket may have a key of its own. */
const OWN_KEYS = /^(?:aws_s3_bucket_server_side_encryption_configuration|google_storage_bucket)$/;

/** Types that could have a key and have none, and why. */
const KEYLESS: Readonly<Record<string, string>> = {
  aws_cloudwatch_event_bus: "passes events on and keeps none, as nothing archives it",
  aws_lambda_event_source_mapping: "the key is that of filters, which hold no data",
  aws_s3_bucket: "its encryption is a resource of its own",
  aws_sagemaker_data_quality_job_definition: "reports have the key of their bucket, and a volume lives as long as its job",
  google_storage_bucket_object: "has the key of its bucket",
};

/** Arguments that name a resource in its cloud. */
const NAMES = ["name", "function_name", "alarm_name", "dashboard_name", "account_id"] as const;

/** Types whose names are not the deployment's: rows, objects, the customer's buckets and grants on what others named. */
const NAMED_BY_OTHERS =
  /_iam_member$|^(?:aws_dynamodb_table_item|aws_iam_role_policy|aws_lambda_permission|aws_lambda_function_event_invoke_config|google_firestore_\w+|google_logging_metric|google_monitoring_dashboard|google_project_\w+|google_storage_\w+)$/;

/** What the settings of a configuration promise of its stacks. */
export function companyRules(config: DeploymentConfig): CompanyRule[] {
  const { aws, gcp, terraform, namePrefix, environment } = config;
  return [
    ...when(terraform.requiredVersion, (version) =>
      stackRule(
        "terraform.requiredVersion",
        "Terraform of another version does nothing",
        ({ terraform: block }) => (block.required_version === version ? undefined : "set required_version"),
        { terraform: {} },
      ),
    ),
    ofResources("namePrefix", {
      name: "names begin with the prefix",
      check: (resource) => nameProblem(resource, `${namePrefix}-${environment}-`),
      broken: ["aws_sqs_queue", { name: "retriggerer-dev-data" }],
    }),
    ...(aws === undefined ? [] : awsRules(config, aws)),
    ...(gcp === undefined ? [] : gcpRules(gcp)),
  ];
}

function awsRules({ models }: DeploymentConfig, aws: Aws): CompanyRule[] {
  const { allowedAccountIds, roles, kms, network, logs, tracing, buckets } = aws;
  return [
    ...when(allowedAccountIds.length === 0 ? undefined : allowedAccountIds, (ids) =>
      stackRule(
        "aws.allowedAccountIds",
        "the provider works in the accounts that are allowed",
        ({ provider }) =>
          (provider?.aws ?? []).every((block) => isSame(block.allowed_account_ids, ids)) ? undefined : "set allowed_account_ids",
        { terraform: {}, provider: { aws: [{ region: "eu-central-1" }] } },
      ),
    ),
    ...when(roles.permissionsBoundary, (boundary) =>
      ofResources(
        "aws.roles.permissionsBoundary",
        argumentRule(
          "roles have the boundary",
          "aws_iam_role",
          ({ permissions_boundary }) => permissions_boundary === boundary,
          "set permissions_boundary",
        ),
      ),
    ),
    ofResources("aws.roles.path", {
      name: "roles and policies have the path",
      check: ({ type, block: { path = "/" } }) =>
        /^aws_iam_(?:role|policy)$/.test(type) && path !== roles.path ? "set path" : undefined,
      broken: ["aws_iam_role", { path: "/elsewhere/" }],
    }),
    ...when(kms?.key, (key) => [
      ...keyRules("aws.kms", KEYED_AWS, [key, ...keysOf(buckets)], ["aws_sqs_queue", "aws_kinesis_stream"]),
      ofResources(
        "aws.kms",
        argumentRule("no key is created beside that of the company", "aws_kms_key", () => false, "use the key of the company"),
      ),
    ]),
    ...when(network, ({ subnets, securityGroups }) =>
      ofResources(
        "aws.network",
        argumentRule(
          "functions run in the subnets",
          "aws_lambda_function",
          (block) =>
            isSame(valueAt(block, "vpc_config", "subnet_ids"), subnets) &&
            isSame(valueAt(block, "vpc_config", "security_group_ids"), securityGroups),
          "set vpc_config",
        ),
      ),
    ),
    ...when(tracing || undefined, () =>
      ofResources(
        "aws.tracing",
        argumentRule(
          "functions are traced",
          "aws_lambda_function",
          (block) => valueAt(block, "tracing_config", "mode") === "Active",
          "trace it",
        ),
      ),
    ),
    ofResources(
      "aws.logs",
      argumentRule(
        "logs are kept as long as is said",
        "aws_cloudwatch_log_group",
        ({ retention_in_days }) => retention_in_days === logs.retentionDays,
        "set retention_in_days",
      ),
    ),
    ...Object.entries(models).flatMap(([name, { tags }]) =>
      when(tags, (own) =>
        ofResources("models.<name>.tags", {
          name: `what is of ${name} alone has its tags`,
          check: ({ type, id, block }) =>
            !isOfModel(id, name) || !hasTags(type) || isSame({ ...tagsOf(block), ...own }, tagsOf(block)) ? undefined : "tag it",
          broken: ["aws_cloudwatch_metric_alarm", { alarm_name: `alarm_${name}_` }, `observability_alarms_storm_${name}_00000000`],
        }),
      ),
    ),
  ];
}

function gcpRules({ kms, network, build, buckets }: Gcp): CompanyRule[] {
  return [
    ...when(kms?.key, (key) =>
      keyRules("gcp.kms", KEYED_GCP, [key, ...keysOf(buckets)], ["google_pubsub_topic", "google_filestore_instance"]),
    ),
    ...when(network, ({ connector, egress }) =>
      ofResources(
        "gcp.network",
        argumentRule(
          "functions reach the network by the connector",
          "google_cloudfunctions2_function",
          (block) =>
            valueAt(block, "service_config", "vpc_connector") === connector &&
            valueAt(block, "service_config", "vpc_connector_egress_settings") ===
              (egress === "all" ? "ALL_TRAFFIC" : "PRIVATE_RANGES_ONLY"),
          "set vpc_connector and vpc_connector_egress_settings",
        ),
      ),
    ),
    ...when(build?.workerPool, (pool) =>
      ofResources(
        "gcp.build",
        argumentRule(
          "functions are built in the private pool",
          "google_cloudfunctions2_function",
          (block) => valueAt(block, "build_config", "worker_pool") === pool,
          "set worker_pool",
        ),
      ),
    ),
  ];
}

// Helpers

/** Everything that keeps data has a key, and a type that could have one is known, so that a new one is decided about. */
function keyRules(
  setting: string,
  keyed: Keyed,
  [key, ...own]: readonly string[],
  [keptWithout, unknown]: readonly [string, string],
): CompanyRule[] {
  return [
    ofResources(setting, {
      name: "everything that keeps data has the key",
      check: ({ type, block }) => {
        const path = Object.hasOwn(keyed, type) ? keyed[type] : undefined;
        const keys = OWN_KEYS.test(type) ? [key, ...own] : [key];
        return path === undefined || keys.some((one) => one === valueAt(block, ...path)) ? undefined : `set ${path.join(".")}`;
      },
      broken: [keptWithout, {}],
    }),
    ofResources(setting, {
      name: "each type that could have a key has it, or a reason",
      check: ({ type }) => {
        if (Object.hasOwn(keyed, type) || KEYLESS[type] !== undefined || !takesKey(type)) return undefined;
        return "give it the key, or a reason";
      },
      broken: [unknown, {}],
    }),
  ];
}

function when<Value>(value: Value | undefined, rules: (value: Value) => CompanyRule | readonly CompanyRule[]): CompanyRule[] {
  return value === undefined ? [] : [rules(value)].flat();
}

function ofResources(setting: string, rule: ResourceRule): CompanyRule {
  return { setting, name: rule.name, complaints: (stack) => complaintsOf(stack, rule), broken: stackOf(rule.broken) };
}

function stackRule(setting: string, name: string, check: (stack: StackJson) => string | undefined, broken: StackJson): CompanyRule {
  const complaints = (stack: StackJson) => {
    const problem = check(stack);
    return problem === undefined ? [] : [`${problem} (${name})`];
  };
  return { setting, name, complaints, broken };
}

function keysOf(buckets: Readonly<Record<string, { readonly kmsKey?: string | undefined }>>): string[] {
  return Object.values(buckets).flatMap(({ kmsKey }) => kmsKey ?? []);
}

function takesKey(type: string): boolean {
  return /readonly (?:\w*kms\w*|cmek\w*)\?:/i.test(declarationOf(type));
}

/** Construct ids of what is of one model alone have its name as a part of their path; buckets may have the name of a model. */
function isOfModel(id: string, model: string): boolean {
  return new RegExp(`_${model}_[0-9A-F]{8}$`).test(id);
}

function tagsOf({ tags }: Resource["block"]): object {
  return typeof tags === "object" && tags !== null ? tags : {};
}

function nameProblem({ type, block }: Resource, prefix: string): string | undefined {
  if (NAMED_BY_OTHERS.test(type)) return undefined;
  const names = NAMES.flatMap((name) => (name in block ? [String(block[name])] : []));
  const wrong = names.find((name) => !name.includes(prefix) && !name.startsWith("${"));
  return wrong === undefined ? undefined : `is called ${wrong}`;
}

function isSame(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(one, other);
}
