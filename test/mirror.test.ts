import { readdirSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "..");

/** Folders that do the same on both clouds, each under the name of its cloud's service. */
const SERVICES: readonly (readonly [string, string])[] = [
  ["adapters/dynamodb/", "adapters/firestore/"],
  ["adapters/s3/", "adapters/storage/"],
  ["adapters/sagemaker/", "adapters/vertex/"],
  ["adapters/cloudwatch/", "adapters/monitoring/"],
];

/** The words of a cloud and its services in the names of files: `s3-event.ts` and `storage-event.ts` are twins. */
const CLOUD_WORDS = /^(?:dynamo|firestore|s3|storage|sagemaker|vertex)-/;

const BUS = "EventBridge's rules; Google Cloud has no bus";
const LAZY = "a file of its own in a function's zip, loaded when it is needed; Google Cloud's functions load all at their start";
const JOBS = "Vertex AI's monitoring jobs are kept by the sweeper; SageMaker's schedules are made by Terraform";
const LAUNCHER = "Cloud Scheduler cannot start a pipeline; EventBridge can";
const ACCOUNTS = "pipelines of Vertex AI run as accounts; SageMaker's have a role of their own";

const KEYS = "policies of roles and of the key itself say who uses it; Google Cloud's agents are granted it";
const CONFIGURATIONS =
  "an endpoint of SageMaker serves by a configuration, which is made of a model and put on it; Vertex AI deploys a version and changes a split";

const PACKAGES = "model packages have an approval, which a policy can tell apart; Vertex AI has labels and an alias";

/** Files without a twin on the other cloud, and why. */
const WITHOUT_TWIN: Readonly<Record<string, string>> = {
  "modules/aws/access/bucket-owner-grants.ts": "buckets of other accounts; those of other projects are granted by IAM alone",
  "modules/aws/access/network-permissions.ts":
    "Lambda makes its interfaces by the function's role; Google Cloud's connector is its own",
  "modules/aws/rules/bucket-owners-bus.ts": BUS,
  "functions/aws/deployed/drift-monitor-services.lazy.ts": LAZY,
  "functions/aws/deployed/drift-services.lazy.ts": LAZY,
  "functions/aws/deployed/metrics.lazy.ts": LAZY,
  "functions/aws/deployed/missed-runs.lazy.ts": LAZY,
  "functions/aws/deployed/promotion-services.lazy.ts": LAZY,
  "functions/aws/deployed/rollout-services.lazy.ts": LAZY,
  "functions/aws/deployed/services.lazy.ts": LAZY,
  "functions/aws/deployed/training-starts.lazy.ts": LAZY,
  "functions/aws/deployed/approver.ts": PACKAGES,
  "functions/aws/deployed/promotion-ports.ts": "the promoter and the approver share it; Google Cloud has the promoter alone",
  "functions/aws/adapters/sagemaker/candidate-model.ts": CONFIGURATIONS,
  "functions/aws/adapters/sagemaker/endpoint-config.ts": CONFIGURATIONS,
  "functions/aws/adapters/sagemaker/endpoint-halt.ts": CONFIGURATIONS,
  "functions/aws/adapters/sagemaker/endpoint-order.ts": CONFIGURATIONS,
  "functions/aws/adapters/sagemaker/endpoint-return.ts": CONFIGURATIONS,
  "functions/aws/adapters/sagemaker/endpoint-scaling.ts":
    "autoscaling is a service of its own; that of Vertex AI is part of a deployed model",
  "functions/aws/adapters/sagemaker/endpoint-state.ts": CONFIGURATIONS,
  "functions/aws/adapters/sagemaker/endpoint-step.ts": CONFIGURATIONS,
  "functions/aws/adapters/sagemaker/mark-package.ts": PACKAGES,
  "functions/aws/adapters/sagemaker/model-package.ts": PACKAGES,
  "functions/aws/messages/package-event.ts": "events tell of model packages; Vertex AI tells nobody of a version",
  "functions/gcp/adapters/vertex/candidate-evaluation.ts":
    "the evaluation is an artifact of the version's run; a model package names its own",
  "functions/gcp/adapters/vertex/mark-version.ts": PACKAGES,
  "functions/gcp/adapters/vertex/model-version.ts": PACKAGES,
  "functions/aws/adapters/dynamodb/attribute-values.ts": "DynamoDB's typed values; Firestore's client converts by itself",
  "functions/aws/adapters/dynamodb/batch-steps.ts":
    "DynamoDB changes a head by expressions; Firestore saves what core's transitions give",
  "functions/aws/adapters/dynamodb/dynamo-calls.ts":
    "expressions, pages and conflicts; Firestore's are in documents and firestore-contention",
  "functions/aws/adapters/explained-client.ts": "errors of the clients; Google's are in google-rest and firestore-contention",
  "functions/aws/adapters/sagemaker/monitor-reader.ts": "monitoring runs are asked for; Vertex AI logs its anomalies as they are",
  "functions/aws/adapters/sagemaker/step-costs.ts":
    "what a run cost is learned from its jobs; on Google Cloud the reservation stands",
  "functions/gcp/adapters/google-rest.ts": "REST without a client library; AWS has small clients",
  "functions/gcp/adapters/monitoring/latency-buckets.ts":
    "Cloud Monitoring tells latencies in buckets; CloudWatch counts above a bound",
  "functions/gcp/adapters/monitoring/time-series.ts": "pages of Cloud Monitoring over REST; CloudWatch has a client",
  "functions/gcp/adapters/firestore/documents.ts": "ids and pages of documents; DynamoDB's are in dynamo-calls",
  "functions/gcp/adapters/firestore/firestore-contention.ts": "refusals of commits; DynamoDB's are in dynamo-calls",
  "functions/gcp/adapters/vertex/vertex-endpoint.ts": "endpoints and their operations over REST; SageMaker has a client",
  "functions/gcp/adapters/vertex/monitoring-job-keeper.ts": JOBS,
  "functions/gcp/adapters/vertex/monitoring-jobs.ts": JOBS,
  "functions/gcp/adapters/vertex/pipeline-template.ts": "templates are read to know their parameters; SageMaker checks them itself",
  "functions/gcp/adapters/vertex/vertex-parameters.ts": "parameters are typed by their template; SageMaker's are texts",
  "functions/gcp/adapters/vertex/vertex-clients.ts": "gRPC clients with trimmed protocols; AWS's clients need nothing like it",
  "functions/gcp/deployed/dead-letters.ts":
    "the launcher loads it without the other ports; on AWS the entries have it from ports.ts",
  "functions/gcp/deployed/launcher.ts": LAUNCHER,
  "functions/gcp/deployed/shared-ports.ts":
    "ports of functions that run no coordinator; on AWS each entry names the few that it has",
  "functions/gcp/handlers/launcher.ts": LAUNCHER,
  "functions/gcp/messages/launch-message.ts": LAUNCHER,
  "functions/gcp/messages/incident.ts": "incidents of Cloud Monitoring; alarms of CloudWatch are in notification.ts",
  "functions/gcp/messages/pubsub-event.ts": "the envelope of Pub/Sub; SQS's is typed by @types/aws-lambda",
  "modules/aws/access/pack-statements.ts": "policies of IAM have a length; Google Cloud's grants are one resource each",
  "modules/aws/access/policy.ts": "documents of IAM; Google Cloud's twin is access/grants, one resource for each grant",
  "modules/aws/access/policy-documents.ts": "policies of IAM have a length; Google Cloud's grants are one resource each",
  "modules/aws/access/role-policies.ts": "policies of IAM have a length; Google Cloud's grants are one resource each",
  "modules/aws/access/registry-permissions.ts": PACKAGES,
  "modules/aws/access/role-boundary.ts": "roles have a boundary and a path; Google Cloud's accounts have neither",
  "modules/aws/functions/approver.ts": PACKAGES,
  "modules/aws/triggers/candidate-trigger.ts": "events tell of model packages; Vertex AI tells nobody of a version",
  "modules/aws/keys/encryption-with-key.ts": KEYS,
  "modules/aws/keys/key-policy.ts": KEYS,
  "modules/aws/keys/key-use.ts": KEYS,
  "modules/aws/model-tags.ts": "no resource of Google Cloud that takes labels is one model's alone",
  "modules/aws/model-monitor.ts": JOBS,
  "modules/aws/queues/rule-delivery.ts": BUS,
  "modules/aws/rules/event-rules.ts": BUS,
  "modules/aws/rules/event-targets.ts": BUS,
  "modules/aws/rules/rule-roles.ts": BUS,
  "modules/aws/rules/shared-rules.ts": BUS,
  "modules/aws/training-pipeline.ts": "a pipeline made of its definition; Vertex AI starts templates",
  "modules/aws/triggers/drift-rules.ts": BUS,
  "modules/gcp/access/grants.ts": "one resource for each grant; AWS's twin is access/policy, documents of IAM",
  "modules/gcp/access/hold-out-access.ts": "one resource for each grant; on AWS it is a statement of data-permissions",
  "modules/gcp/access/pipeline-access.ts": ACCOUNTS,
  "modules/gcp/access/runner-account.ts": ACCOUNTS,
  "modules/gcp/functions/function-builder.ts": "images of functions are built in the project; Lambda takes the zip",
  "modules/gcp/functions/launcher.ts": LAUNCHER,
  "modules/gcp/observability/alarm-channel.ts": "Cloud Monitoring publishes by a channel; alarms of CloudWatch name a topic",
  "modules/gcp/queues/guarded-subscription.ts": "a topic may have several subscriptions; an SQS queue is subscribed itself",
  "modules/gcp/notice-mail.ts": "Pub/Sub sends no mail, so an alert on the log does; SNS sends it",
  "modules/gcp/security/customer-keys.ts": "service agents use a key for a resource; on AWS roles and policies of keys do",
  "modules/gcp/security/function-network.ts": "a connector and a build pool; Lambda has subnets and security groups, and no builds",
  "modules/gcp/observability/log-metrics.ts": "metrics are read from the log; CloudWatch takes them within it",
};

describe("the mirror of AWS and Google Cloud", () => {
  it.each(["functions", "modules"])("should hold the same files in %s/aws and %s/gcp, but for those that say why not", (room) => {
    const aws = filesOf(`${room}/aws`);
    const gcp = filesOf(`${room}/gcp`);
    const names = (files: readonly string[]) => new Set(files.map((file) => twinName(file)));
    const [onAws, onGcp] = [names(aws), names(gcp)];

    const alone = [
      ...aws.filter((file) => !onGcp.has(twinName(file))).map((file) => `${room}/aws/${file}`),
      ...gcp.filter((file) => !onAws.has(twinName(file))).map((file) => `${room}/gcp/${file}`),
    ];

    expect(new Set(alone)).toEqual(new Set(Object.keys(WITHOUT_TWIN).filter((file) => file.startsWith(`${room}/`))));
  });
});

// Helpers

function filesOf(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
}

function twinName(file: string): string {
  const neutral = SERVICES.reduce((path, [aws, gcp]) => (path.startsWith(aws) ? path.replace(aws, gcp) : path), file);
  const steps = neutral.split("/");
  return [...steps.slice(0, -1), (steps.at(-1) ?? "").replace(CLOUD_WORDS, "")].join("/");
}
