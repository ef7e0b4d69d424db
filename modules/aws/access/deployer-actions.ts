// What Terraform calls for each type of resource: to create it, read it, change it, tag it and delete it. Actions by service:
// https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html

/** What a deployer's actions are narrowed to; deployer-policy.ts says which resources and conditions each is. */
export type DeployerScope =
  | "alarms"
  | "anything"
  | "attachments"
  | "buckets"
  | "buses"
  | "dashboards"
  | "functions"
  | "grantedRoles"
  | "invokedFunctions"
  | "keys"
  | "logGroups"
  | "mappings"
  | "monitors"
  | "newKeys"
  | "passedRoles"
  | "pipelineRoles"
  | "pipelines"
  | "policies"
  | "queues"
  | "roles"
  | "rows"
  | "rules"
  | "schedules"
  | "subscribedTopics"
  | "table"
  | "topics"
  | "tunedMappings";

type Actions = Readonly<Partial<Record<DeployerScope, readonly string[]>>>;

const ALARM_TAGS = of("cloudwatch", ["ListTagsForResource", "TagResource", "UntagResource"]);
const PASS = ["iam:PassRole"];

/**
 * By type of resource. A type that is missing here is an error: whoever deploys by these policies could not create it.
 */
export const DEPLOYER_ACTIONS: Readonly<Record<string, Actions>> = {
  aws_cloudwatch_composite_alarm: {
    alarms: [...of("cloudwatch", ["DeleteAlarms"]), ...ALARM_TAGS],
    // Both for all alarms or none, where one is composite:
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
    anything: of("cloudwatch", ["DescribeAlarms", "PutCompositeAlarm"]),
  },
  aws_cloudwatch_dashboard: { dashboards: of("cloudwatch", ["DeleteDashboards", "GetDashboard", "PutDashboard"]) },
  aws_cloudwatch_event_bus: {
    buses: of("events", ["CreateEventBus", "DeleteEventBus", "DescribeEventBus", "UpdateEventBus", ...tags("events")]),
  },
  aws_cloudwatch_event_bus_policy: { buses: of("events", ["DescribeEventBus", "PutPermission", "RemovePermission"]) },
  aws_cloudwatch_event_permission: { buses: of("events", ["DescribeEventBus", "PutPermission", "RemovePermission"]) },
  aws_cloudwatch_event_rule: { rules: of("events", ["DeleteRule", "DescribeRule", "PutRule", ...tags("events")]) },
  aws_cloudwatch_event_target: {
    rules: of("events", ["ListTargetsByRule", "PutTargets", "RemoveTargets"]),
    passedRoles: PASS,
  },
  aws_cloudwatch_log_group: {
    logGroups: of("logs", [
      ...["AssociateKmsKey", "CreateLogGroup", "DeleteLogGroup", "DeleteRetentionPolicy", "DisassociateKmsKey"],
      ...["PutRetentionPolicy", ...tags("logs")],
    ]),
    anything: of("logs", ["DescribeLogGroups"]),
  },
  aws_cloudwatch_metric_alarm: {
    alarms: [...of("cloudwatch", ["DeleteAlarms", "PutMetricAlarm"]), ...ALARM_TAGS],
    anything: of("cloudwatch", ["DescribeAlarms"]),
  },
  aws_dynamodb_table: {
    table: of("dynamodb", [
      ...["CreateTable", "DeleteTable", "DescribeContinuousBackups", "DescribeTable", "DescribeTimeToLive", "ListTagsOfResource"],
      ...["TagResource", "UntagResource", "UpdateContinuousBackups", "UpdateTable", "UpdateTimeToLive"],
    ]),
  },
  aws_dynamodb_table_item: { rows: of("dynamodb", ["DeleteItem", "GetItem", "PutItem", "UpdateItem"]) },
  aws_iam_policy: {
    policies: of("iam", [
      ...["CreatePolicy", "CreatePolicyVersion", "DeletePolicy", "DeletePolicyVersion", "GetPolicy", "GetPolicyVersion"],
      ...["ListPolicyVersions", "TagPolicy", "UntagPolicy"],
    ]),
  },
  aws_iam_role: {
    grantedRoles: of("iam", ["CreateRole", "PutRolePermissionsBoundary"]),
    roles: of("iam", [
      ...["DeleteRole", "GetRole", "ListAttachedRolePolicies", "ListInstanceProfilesForRole", "ListRolePolicies", "TagRole"],
      ...["UntagRole", "UpdateAssumeRolePolicy", "UpdateRole", "UpdateRoleDescription"],
    ]),
  },
  aws_iam_role_policy: {
    grantedRoles: of("iam", ["PutRolePolicy"]),
    roles: of("iam", ["DeleteRolePolicy", "GetRolePolicy"]),
  },
  aws_iam_role_policy_attachment: {
    attachments: of("iam", ["AttachRolePolicy", "DetachRolePolicy"]),
    roles: of("iam", ["ListAttachedRolePolicies"]),
  },
  aws_kms_key: {
    newKeys: of("kms", ["CreateKey", "TagResource"]),
    keys: of("kms", [
      ...["DescribeKey", "DisableKeyRotation", "EnableKeyRotation", "GetKeyPolicy", "GetKeyRotationStatus", "ListResourceTags"],
      ...["PutKeyPolicy", "ScheduleKeyDeletion", "TagResource", "UntagResource", "UpdateKeyDescription"],
    ]),
  },
  aws_lambda_event_source_mapping: {
    mappings: of("lambda", [
      ...["CreateEventSourceMapping", "DeleteEventSourceMapping", "GetEventSourceMapping", "UpdateEventSourceMapping"],
    ]),
    tunedMappings: of("lambda", ["ListTags", "TagResource", "UntagResource"]),
  },
  aws_lambda_function: {
    functions: of("lambda", [
      ...[
        "CreateFunction",
        "DeleteFunction",
        "GetFunction",
        "GetFunctionCodeSigningConfig",
        "GetFunctionConfiguration",
        "ListTags",
      ],
      ...["ListVersionsByFunction", "TagResource", "UntagResource", "UpdateFunctionCode", "UpdateFunctionConfiguration"],
    ]),
    passedRoles: PASS,
  },
  aws_lambda_function_event_invoke_config: {
    functions: of("lambda", [
      ...["DeleteFunctionEventInvokeConfig", "GetFunctionEventInvokeConfig", "PutFunctionEventInvokeConfig"],
    ]),
  },
  aws_lambda_permission: { invokedFunctions: of("lambda", ["AddPermission", "GetPolicy", "RemovePermission"]) },
  aws_s3_bucket: {
    buckets: of("s3", [
      ...["CreateBucket", "DeleteBucket", "GetAccelerateConfiguration", "GetBucketAcl", "GetBucketCORS", "GetBucketLogging"],
      ...["GetBucketObjectLockConfiguration", "GetBucketPolicy", "GetBucketRequestPayment", "GetBucketTagging"],
      ...["GetBucketVersioning", "GetBucketWebsite", "GetEncryptionConfiguration", "GetLifecycleConfiguration"],
      ...["GetReplicationConfiguration", "ListBucket", "ListTagsForResource", "PutBucketTagging", "TagResource", "UntagResource"],
    ]),
  },
  aws_s3_bucket_lifecycle_configuration: { buckets: of("s3", ["GetLifecycleConfiguration", "PutLifecycleConfiguration"]) },
  aws_s3_bucket_logging: { buckets: of("s3", ["GetBucketLogging", "PutBucketLogging"]) },
  aws_s3_bucket_notification: { buckets: of("s3", ["GetBucketNotification", "PutBucketNotification"]) },
  aws_s3_bucket_policy: { buckets: of("s3", ["DeleteBucketPolicy", "GetBucketPolicy", "PutBucketPolicy"]) },
  aws_s3_bucket_public_access_block: { buckets: of("s3", ["GetBucketPublicAccessBlock", "PutBucketPublicAccessBlock"]) },
  aws_s3_bucket_server_side_encryption_configuration: {
    buckets: of("s3", ["GetEncryptionConfiguration", "PutEncryptionConfiguration"]),
  },
  aws_s3_bucket_versioning: { buckets: of("s3", ["GetBucketVersioning", "PutBucketVersioning"]) },
  aws_sagemaker_data_quality_job_definition: {
    monitors: of("sagemaker", [
      ...["AddTags", "CreateDataQualityJobDefinition", "DeleteDataQualityJobDefinition", "DeleteTags"],
      ...["DescribeDataQualityJobDefinition", "ListTags"],
    ]),
    pipelineRoles: PASS,
  },
  aws_sagemaker_monitoring_schedule: {
    monitors: of("sagemaker", [
      ...["AddTags", "CreateMonitoringSchedule", "DeleteMonitoringSchedule", "DeleteTags", "DescribeMonitoringSchedule"],
      ...["ListTags", "UpdateMonitoringSchedule"],
    ]),
  },
  aws_sagemaker_pipeline: {
    pipelines: of("sagemaker", [
      ...["AddTags", "CreatePipeline", "DeletePipeline", "DeleteTags", "DescribePipeline", "ListTags", "UpdatePipeline"],
    ]),
    pipelineRoles: PASS,
  },
  aws_scheduler_schedule: {
    schedules: of("scheduler", ["CreateSchedule", "DeleteSchedule", "GetSchedule", "UpdateSchedule"]),
    passedRoles: PASS,
  },
  aws_scheduler_schedule_group: {
    schedules: of("scheduler", ["CreateScheduleGroup", "DeleteScheduleGroup", "GetScheduleGroup", ...tags("scheduler")]),
  },
  aws_sns_topic: {
    topics: of("sns", ["CreateTopic", "DeleteTopic", "GetTopicAttributes", "SetTopicAttributes", ...tags("sns")]),
  },
  aws_sns_topic_policy: { topics: of("sns", ["GetTopicAttributes", "SetTopicAttributes"]) },
  aws_sns_topic_subscription: {
    subscribedTopics: of("sns", ["Subscribe"]),
    anything: of("sns", ["GetSubscriptionAttributes", "SetSubscriptionAttributes", "Unsubscribe"]),
  },
  aws_sqs_queue: {
    queues: of("sqs", [
      ...["CreateQueue", "DeleteQueue", "GetQueueAttributes", "GetQueueUrl", "ListQueueTags", "SetQueueAttributes", "TagQueue"],
      ...["UntagQueue"],
    ]),
  },
  aws_sqs_queue_policy: { queues: of("sqs", ["GetQueueAttributes", "SetQueueAttributes"]) },
};

function of(service: string, actions: readonly string[]): readonly string[] {
  return actions.map((action) => (action.includes(":") ? action : `${service}:${action}`));
}

function tags(service: "events" | "logs" | "scheduler" | "sns"): readonly string[] {
  return of(service, ["ListTagsForResource", "TagResource", "UntagResource"]);
}
