/**
 * How a kind of resource is charged for. `rest`: an item of the estimate is of it. `use`: what is done with it is, such as the
 * requests of a function. `yours`: it runs what you configure, such as a pipeline or a monitoring job, whose price is not known
 * here. `free`: it costs nothing.
 */
export type Charge = "rest" | "use" | "yours" | "free";

export interface ResourceKind {
  readonly one: string;
  readonly many: string;
  readonly charge: Charge;
}

const FREE = "free";

/** Every type of resource that the stacks make. One that is missing here is an error: nobody would know what it costs. */
export const RESOURCE_KINDS: Readonly<Record<string, ResourceKind>> = {
  aws_lambda_function: kind("Lambda function", "use"),
  aws_sqs_queue: kind("SQS queue", "use"),
  aws_dynamodb_table: kind("DynamoDB table", "use"),
  aws_lambda_event_source_mapping: kind("event source mapping", "rest"),
  aws_scheduler_schedule: kind("schedule", "rest"),
  aws_cloudwatch_metric_alarm: kind("alarm", "rest"),
  aws_cloudwatch_composite_alarm: kind("composite alarm", "rest"),
  aws_cloudwatch_dashboard: kind("dashboard", "rest"),
  aws_kms_key: kind("KMS key", "rest"),
  aws_cloudwatch_log_group: kind("log group", "use"),
  aws_s3_bucket: kind("bucket", "use"),
  aws_sns_topic: kind("SNS topic", "use"),
  aws_sns_topic_subscription: kind("topic subscription", "use"),
  aws_sagemaker_pipeline: kind("SageMaker pipeline", "yours"),
  aws_sagemaker_monitoring_schedule: kind("monitoring schedule", "yours"),
  aws_sagemaker_data_quality_job_definition: kind("monitoring job definition", FREE),
  aws_cloudwatch_event_rule: kind("EventBridge rule", FREE),
  aws_cloudwatch_event_target: kind("target of a rule", FREE, "targets of rules"),
  aws_iam_role: kind("role", FREE),
  aws_iam_role_policy: kind("policy of a role", FREE, "policies of roles"),
  aws_iam_policy: kind("policy", FREE, "policies"),
  aws_iam_role_policy_attachment: kind("attached policy", FREE, "attached policies"),
  aws_sqs_queue_policy: kind("policy of a queue", FREE, "policies of queues"),
  aws_sns_topic_policy: kind("policy of a topic", FREE, "policies of topics"),
  aws_lambda_permission: kind("permission of a function", FREE, "permissions of functions"),
  aws_lambda_function_event_invoke_config: kind("setting of a function", FREE, "settings of functions"),
  aws_dynamodb_table_item: kind("model's row in the table", FREE, "models' rows in the table"),
  aws_cloudwatch_event_bus: kind("event bus", "use", "event buses"),
  aws_cloudwatch_event_bus_policy: kind("policy of an event bus", FREE, "policies of event buses"),
  aws_s3_bucket_logging: kind("access log of a bucket", "use", "access logs of buckets"),
  aws_s3_bucket_lifecycle_configuration: kind("lifecycle of a bucket", FREE, "lifecycles of buckets"),
  aws_s3_bucket_notification: kind("bucket notification", FREE),
  aws_s3_bucket_policy: kind("policy of a bucket", FREE, "policies of buckets"),
  aws_s3_bucket_public_access_block: kind("access block of a bucket", FREE, "access blocks of buckets"),
  aws_s3_bucket_server_side_encryption_configuration: kind("encryption of a bucket", FREE, "encryptions of buckets"),
  aws_s3_bucket_versioning: kind("versioning of a bucket", FREE, "versionings of buckets"),

  google_cloudfunctions2_function: kind("function", "use"),
  google_pubsub_topic: kind("Pub/Sub topic", "use"),
  google_pubsub_subscription: kind("Pub/Sub subscription", "use"),
  google_firestore_database: kind("Firestore database", "use"),
  google_cloud_scheduler_job: kind("scheduler job", "rest"),
  google_logging_metric: kind("log-based metric", "rest"),
  google_monitoring_alert_policy: kind("alert policy", "rest", "alert policies"),
  google_monitoring_dashboard: kind("dashboard", FREE),
  google_monitoring_notification_channel: kind("notification channel", FREE),
  google_logging_project_sink: kind("log sink", "use"),
  google_storage_bucket: kind("bucket", "use"),
  google_storage_bucket_object: kind("function archive", "use"),
  google_storage_notification: kind("bucket notification", "use"),
  google_artifact_registry_repository: kind("image repository", "use", "image repositories"),
  google_artifact_registry_repository_iam_member: kind("grant on a repository", FREE, "grants on repositories"),
  google_cloud_run_v2_service_iam_member: kind("grant on a function", FREE, "grants on functions"),
  google_firestore_document: kind("model's document in the database", FREE, "models' documents in the database"),
  google_firestore_field: kind("time to live of a collection", FREE, "times to live of collections"),
  google_project_iam_custom_role: kind("custom role", FREE),
  google_project_iam_member: kind("grant on the project", FREE, "grants on the project"),
  google_project_service: kind("enabled API", FREE),
  google_pubsub_subscription_iam_member: kind("grant on a subscription", FREE, "grants on subscriptions"),
  google_pubsub_topic_iam_member: kind("grant on a topic", FREE, "grants on topics"),
  google_secret_manager_secret_iam_member: kind("grant on a secret", FREE, "grants on secrets"),
  google_service_account: kind("service account", FREE),
  google_service_account_iam_member: kind("grant on an account", FREE, "grants on accounts"),
  google_storage_bucket_iam_member: kind("grant on a bucket", FREE, "grants on buckets"),
};

function kind(one: string, charge: Charge, many = `${one}s`): ResourceKind {
  return { one, many, charge };
}

/** The kind of a type of resource. @throws Error for one that RESOURCE_KINDS does not have */
export function kindOf(type: string): ResourceKind {
  const known = Object.hasOwn(RESOURCE_KINDS, type) ? RESOURCE_KINDS[type] : undefined;
  if (known !== undefined) return known;
  throw new Error(`nothing is known of what ${type} costs; add it to cli/plan/resource-kinds.ts`);
}
