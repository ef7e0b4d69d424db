import type { Firestore } from "@google-cloud/firestore";
import { GoogleAuth, PassThroughClient } from "google-auth-library";
import type { GcpClients } from "../../../../cli/doctor/gcp/account";
import { NEEDED_APIS } from "../../../../cli/doctor/gcp/credentials";
import { configSchema, type DeploymentConfig } from "../../../../config/config";
import { modelSettings } from "../../../../config/settings";
import { COLLECTIONS, SETTINGS_FIELD } from "../../../../functions/core/state-layout";
import type { Answer, LoopbackServer, Received } from "../../../aws/adapters/loopback-server";
import { anonymousRest, googleError, jsonAnswer, startGoogleServer } from "../../../gcp/adapters/google-server";

export const NOW = Date.UTC(2026, 11, 1, 12);
const LOCATION = "projects/acme-ml/locations/europe-west4";

export const KEY = "projects/acme-keys/locations/europe-west4/keyRings/r/cryptoKeys/k";
export const CONNECTOR = "projects/acme-net/locations/europe-west4/connectors/ml";

/** A configuration with one thing of every kind that a check looks at. */
export const CONFIG: DeploymentConfig = configSchema.parse({
  environment: "dev",
  gcp: {
    project: "acme-ml",
    region: "europe-west4",
    buckets: { "acme-made": { create: true }, "acme-foreign": { manageNotifications: false } },
    notifications: {
      email: ["ada@example.com"],
      slackWebhookSecret: "slack",
      teams: { secret: "projects/acme-ops/secrets/teams" },
    },
    kms: { key: KEY },
    network: { connector: CONNECTOR },
    operations: { channels: ["projects/acme-ml/notificationChannels/7"] },
  },
  models: {
    clicks: {
      data: { bucket: "acme-clicks", prefixes: ["events/"] },
      pipeline: {
        template: "gs://acme-pipelines/clicks.yaml",
        outputDirectory: "gs://acme-training/clicks",
        serviceAccount: "training@acme-ml.iam.gserviceaccount.com",
        parameters: { manifest_uri: "{manifestUri}", rows: "{objects}" },
      },
      schedule: { cron: "0 4 * * MON" },
      monitoring: { vertex: { endpoint: "42", jobId: "4711" } },
      promotion: {
        registry: "99",
        evaluations: "gs://acme-clicks/evaluations/",
        goldenSet: { sha256: "0".repeat(64), rows: 5_000 },
        metrics: [{ name: "auc" }],
      },
    },
    made: {
      data: { bucket: "acme-made", prefixes: ["in/"] },
      pipeline: {
        template: "gs://acme-pipelines/made.yaml",
        outputDirectory: "gs://acme-training/made",
        parameters: { rows: "{objects}" },
      },
      monitoring: { vertex: { endpoint: "43", job: { drift: { device: 0.3 } } } },
    },
    foreign: {
      data: { bucket: "acme-foreign", prefixes: ["in/"] },
      pipeline: {
        template: "gs://acme-pipelines/made.yaml",
        outputDirectory: "gs://acme-training/made",
        parameters: { rows: "{objects}" },
      },
    },
  },
});

export const template = (parameters: object): Answer => ({
  status: 200,
  type: "application/octet-stream",
  body: JSON.stringify({ pipelineInfo: { name: "p" }, schemaVersion: "2.1.0", root: { inputDefinitions: { parameters } } }),
});

const TOPIC = "//pubsub.googleapis.com/projects/acme-ml/topics";
export const announcing = (...some: readonly (readonly [topic: string, prefix: string])[]): Answer =>
  jsonAnswer({
    items: some.map(([topic, prefix]) => ({
      topic: `${TOPIC}/${topic}`,
      event_types: ["OBJECT_FINALIZE"],
      object_name_prefix: prefix,
    })),
  });

const uniform = jsonAnswer({ name: "b", iamConfiguration: { uniformBucketLevelAccess: { enabled: true } } });
export const gone = googleError(404, "NOT_FOUND", "it is not there");
export const denied = googleError(403, "PERMISSION_DENIED", "you may not");
export const disabled = (api: string) =>
  googleError(
    403,
    "PERMISSION_DENIED",
    `The API has not been used in project 1 before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/${api}.googleapis.com/overview?project=1 then retry.`,
  );

export const apis = (off: readonly string[] = []): Answer =>
  jsonAnswer({
    services: ["cloudresourcemanager", "serviceusage", "secretmanager", ...NEEDED_APIS].map((name) => ({
      name: `projects/1/services/${name}.googleapis.com`,
      state: off.includes(name) ? "DISABLED" : "ENABLED",
    })),
  });

const subscription = (role: string) => ({
  name: `projects/acme-ml/subscriptions/retrigger-dev-${role}`,
  topic: `projects/acme-ml/topics/retrigger-dev-${role}`,
});
export const subscriptions = (...roles: readonly string[]): Answer => jsonAnswer({ subscriptions: roles.map(subscription) });

const point = (value: number) => ({ value: { int64Value: String(value) } });
export const letters = (counts: Readonly<Record<string, number>>): Answer =>
  jsonAnswer({
    timeSeries: Object.entries(counts).map(([role, count]) => ({
      resource: { labels: { subscription_id: `retrigger-dev-${role}` } },
      points: [point(count), point(99)],
    })),
  });
export const requests = (...some: readonly (readonly [service: string, code: string, count: number])[]): Answer =>
  jsonAnswer({
    timeSeries: some.map(([service, code, count]) => ({
      resource: { labels: { service_name: service } },
      metric: { labels: { response_code_class: code } },
      points: [point(count)],
    })),
  });

export const job = (fields: object = {}): Answer =>
  jsonAnswer({ state: "ENABLED", lastAttemptTime: new Date(NOW - 30_000).toISOString(), ...fields });

export const channel = (fields: object = {}) => ({
  name: "projects/acme-ml/notificationChannels/1",
  displayName: "Retrigger dev: ada@example.com",
  labels: { email_address: "ada@example.com" },
  ...fields,
});

/** Who uses the key of everything. */
export const AGENTS = [
  ...["gcf-admin-robot", "gcp-sa-artifactregistry", "gcp-sa-firestore", "gcp-sa-pubsub", "gs-project-accounts"],
  "serverless-robot-prod",
];

/** @param state of the primary version; none without it */
export const keyIn = (state?: string): Answer =>
  jsonAnswer({
    name: KEY,
    purpose: "ENCRYPT_DECRYPT",
    ...(state !== undefined && { primary: { name: `${KEY}/cryptoKeyVersions/3`, state } }),
  });

/** The policy of a key that service agents may use. */
export const usable = (agents: readonly string[], condition?: object): Answer => {
  const members = agents.map((agent) => `serviceAccount:service-42@${agent}.iam.gserviceaccount.com`);
  const use = { role: "roles/cloudkms.cryptoKeyEncrypterDecrypter", members, ...(condition !== undefined && { condition }) };
  return jsonAnswer({ version: 3, etag: "BwX=", bindings: [{ role: "roles/viewer", members: ["user:ada@example.com"] }, use] });
};

/** What a project in order answers, by a part of the address; the first that fits counts. */
const IN_ORDER: Readonly<Record<string, Answer>> = {
  "/v1/projects/acme-ml/services:batchGet": apis(),
  "cloudresourcemanager.googleapis.com/v1/projects/acme-ml": jsonAnswer({ lifecycleState: "ACTIVE", projectNumber: "42" }),
  "firestore.googleapis.com/v1/projects/acme-ml/databases/retrigger-dev": jsonAnswer({ name: "d" }),
  "/b/acme-clicks/notificationConfigs": announcing(["retrigger-dev-data", "events/"]),
  "/b/acme-made/notificationConfigs": announcing(["retrigger-dev-data", "in/"]),
  "/b/acme-foreign/notificationConfigs": announcing(["retrigger-dev-data", ""]),
  "/b/acme-pipelines/o/clicks.yaml": template({
    manifest_uri: { parameterType: "STRING", isOptional: true },
    rows: { parameterType: "NUMBER_INTEGER" },
  }),
  "/b/acme-pipelines/o/made.yaml": template({ rows: { parameterType: "NUMBER_INTEGER" } }),
  "storage.googleapis.com/storage/v1/b/": uniform,
  "/serviceAccounts/training": jsonAnswer({ email: "e" }),
  "/models/99": jsonAnswer({ name: "m" }),
  "/endpoints/": jsonAnswer({ name: "e", deployedModels: [{ id: "1" }] }),
  "/modelDeploymentMonitoringJobs/4711": jsonAnswer({ state: "JOB_STATE_RUNNING" }),
  "/modelDeploymentMonitoringJobs?": jsonAnswer({ modelDeploymentMonitoringJobs: [{ state: "JOB_STATE_PENDING" }] }),
  "/notificationChannels/7": jsonAnswer(channel({ name: "projects/acme-ml/notificationChannels/7" })),
  "/notificationChannels?": jsonAnswer({ notificationChannels: [channel()] }),
  "/secrets/slack/versions/latest": jsonAnswer({ state: "ENABLED" }),
  "/secrets/teams/versions/latest": jsonAnswer({ state: "ENABLED" }),
  [`${KEY}:getIamPolicy`]: usable(AGENTS),
  [KEY]: keyIn("ENABLED"),
  [CONNECTOR]: jsonAnswer({ state: "READY" }),
  [`/${LOCATION}/jobs/retrigger-dev-sweeper`]: job(),
  "/subscriptions": subscriptions("data", "requests", "ticks", "data-dlq", "requests-dlq"),
  num_undelivered_messages: letters({ data: 5, "data-dlq": 0, "requests-dlq": 0 }),
  request_count: requests(["retrigger-dev-sweeper", "2xx", 15], ["retrigger-dev-eu-batcher", "5xx", 3]),
};

/** What the project answers before the first deployment. */
export const UNDEPLOYED: Readonly<Record<string, Answer>> = {
  "firestore.googleapis.com/v1/projects/acme-ml/databases/retrigger-dev": disabled("firestore"),
  "/v1/projects/acme-ml/services:batchGet": apis(NEEDED_APIS),
  "/b/acme-made/notificationConfigs": gone,
  "/b/acme-made?": gone,
  "/b/acme-clicks/notificationConfigs": jsonAnswer({}),
  "/b/acme-foreign/notificationConfigs": jsonAnswer({}),
};

/** A project on this machine, in order but for what is arranged. */
export function startProject(arranged: Readonly<Record<string, Answer>> = {}): Promise<LoopbackServer> {
  const answers = Object.entries({ ...IN_ORDER, ...arranged });
  return startGoogleServer(({ path }: Received) => {
    const own = Object.entries(arranged).find(([part]) => path.includes(part));
    const found = own ?? answers.find(([part]) => path.includes(part));
    if (found === undefined) throw new Error(`nothing is arranged for ${path}`);
    return found[1];
  });
}

/** Clients of it, which sign in as nobody. */
export function projectClients(endpoint: string, open: () => Firestore): GcpClients {
  return {
    auth: new GoogleAuth({ authClient: new PassThroughClient() }),
    rest: anonymousRest(),
    addressOf: (host) => `${endpoint}/${host}`,
    open,
  };
}

/** Writes the settings of all models but `without`, as Terraform does. */
export async function writeSettings(database: Firestore, without: readonly string[] = []): Promise<void> {
  const runs = { project: "acme-ml", location: "europe-west4", serviceAccount: "runner@acme-ml.iam.gserviceaccount.com" };
  for (const [name, model] of Object.entries(CONFIG.models)) {
    if (without.includes(name)) continue;
    const settings = JSON.parse(JSON.stringify(modelSettings("dev", name, model, runs)));
    await database
      .collection(COLLECTIONS.settings)
      .doc(name)
      .set({ [SETTINGS_FIELD]: settings });
  }
}
