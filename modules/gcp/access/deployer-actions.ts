// What Terraform calls for each type of resource: to create it, read it, change it and delete it, as permissions of IAM:
// https://cloud.google.com/iam/docs/permissions-reference

const LIFE = ["create", "delete", "get", "update"];
const POLICY = ["getIamPolicy", "setIamPolicy"];
/** To let a function or a job run as an account. */
const ACT_AS = "iam.serviceAccounts.actAs";

/** By type of resource. A type that is missing here is an error: whoever deploys by these permissions could not create it. */
export const DEPLOYER_PERMISSIONS: Readonly<Record<string, readonly string[]>> = {
  google_artifact_registry_repository: on("artifactregistry.repositories", LIFE),
  google_artifact_registry_repository_iam_member: on("artifactregistry.repositories", POLICY),
  google_cloud_run_v2_service_iam_member: on("run.services", POLICY),
  google_cloud_scheduler_job: [...on("cloudscheduler.jobs", [...LIFE, "enable", "pause"]), ACT_AS],
  google_cloudfunctions2_function: [...on("cloudfunctions.functions", LIFE), "cloudfunctions.operations.get", ACT_AS],
  google_firestore_database: [...on("datastore.databases", [...LIFE, "getMetadata"]), "datastore.operations.get"],
  google_firestore_document: on("datastore.entities", LIFE),
  google_firestore_field: [...on("datastore.indexes", ["get", "list", "update"]), "datastore.operations.get"],
  google_logging_metric: on("logging.logMetrics", LIFE),
  google_logging_project_sink: on("logging.sinks", LIFE),
  google_monitoring_alert_policy: on("monitoring.alertPolicies", LIFE),
  google_monitoring_dashboard: on("monitoring.dashboards", LIFE),
  google_monitoring_notification_channel: on("monitoring.notificationChannels", LIFE),
  google_project_iam_custom_role: on("iam.roles", [...LIFE, "undelete"]),
  google_project_iam_member: on("resourcemanager.projects", ["get", ...POLICY]),
  google_project_service: [...on("serviceusage.services", ["enable", "get", "list"]), "serviceusage.operations.get"],
  google_pubsub_subscription: [...on("pubsub.subscriptions", LIFE), "pubsub.topics.attachSubscription"],
  google_pubsub_subscription_iam_member: on("pubsub.subscriptions", POLICY),
  google_pubsub_topic: on("pubsub.topics", LIFE),
  google_pubsub_topic_iam_member: on("pubsub.topics", POLICY),
  google_secret_manager_secret_iam_member: on("secretmanager.secrets", POLICY),
  google_service_account: on("iam.serviceAccounts", LIFE),
  google_service_account_iam_member: on("iam.serviceAccounts", POLICY),
  google_storage_bucket: on("storage.buckets", LIFE),
  google_storage_bucket_iam_member: on("storage.buckets", ["get", ...POLICY]),
  google_storage_bucket_object: on("storage.objects", ["create", "delete", "get"]),
  google_storage_notification: on("storage.buckets", ["get", "update"]),
};

function on(resource: string, verbs: readonly string[]): readonly string[] {
  return verbs.map((verb) => `${resource}.${verb}`);
}
