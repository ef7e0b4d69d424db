// What a company asks of everything that is deployed to Google Cloud, held against every resource of every configuration: one that
// somebody adds tomorrow without it fails here.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { App, TerraformStack } from "cdktf";
import { parse, stringify } from "yaml";
import { loadConfig } from "../../config/load-config";
import { WITHOUT_BUNDLES } from "../../modules/bundle/function-bundle";
import { GcpRetrigger } from "../../stacks/gcp-retrigger";
import { temporaryFolder } from "../modules/temporary-project";
import { configFile, gcpTemplate } from "./synthesize";
import { type Block, Template } from "./template";

const ROOT = join(__dirname, "../..");
const IAM = "a grant, which IAM keeps";
const SETTING = "a setting; what it is about is encrypted where it lies";
const MONITORING = "Cloud Monitoring takes no key";

/** Types of resources that name no key, and why. */
const WITHOUT_KEY: Readonly<Record<string, string>> = {
  google_artifact_registry_repository_iam_member: IAM,
  google_cloud_run_v2_service_iam_member: IAM,
  google_cloud_scheduler_job: "Cloud Scheduler has one key for all jobs of a project and region: gcloud scheduler cmek-config",
  google_firestore_document: "encrypted with the key of its database",
  google_firestore_field: SETTING,
  google_logging_metric: SETTING,
  google_logging_project_sink: SETTING,
  google_monitoring_alert_policy: MONITORING,
  google_monitoring_dashboard: MONITORING,
  google_monitoring_notification_channel: MONITORING,
  google_project_iam_custom_role: IAM,
  google_project_iam_member: IAM,
  google_project_service: SETTING,
  google_pubsub_subscription: "its messages are encrypted with the key of their topic",
  google_pubsub_subscription_iam_member: IAM,
  google_pubsub_topic_iam_member: IAM,
  google_secret_manager_secret_iam_member: IAM,
  google_service_account: IAM,
  google_service_account_iam_member: IAM,
  google_storage_bucket_iam_member: IAM,
  google_storage_bucket_object: "encrypted with the default key of its bucket",
  google_storage_notification: SETTING,
};

/** The key that a resource names. */
const KEY_OF: Readonly<Record<string, (block: Block) => unknown>> = {
  google_artifact_registry_repository: ({ kms_key_name }) => kms_key_name,
  google_cloudfunctions2_function: ({ kms_key_name }) => kms_key_name,
  google_firestore_database: ({ cmek_config }) => blockOf(cmek_config).kms_key_name,
  google_pubsub_topic: ({ kms_key_name }) => kms_key_name,
  google_storage_bucket: ({ encryption }) => blockOf(encryption).default_kms_key_name,
};

const FILES = ["retrigger.yaml", ...yamlFiles("docs/examples"), ...yamlFiles("test/fixtures/config")].filter((file) => {
  return loadConfig(join(ROOT, file)).gcp !== undefined;
});

describe.each(FILES)("on Google Cloud, everything of %s", (file) => {
  const { gcp } = loadConfig(join(ROOT, file));
  const region = gcp?.region ?? "";
  const key = keyIn(region);
  const connector = `projects/acme-net/locations/${region}/connectors/ml`;
  const workerPool = `projects/acme-ci/locations/${region}/workerPools/ml`;
  const plain = gcpTemplate(withGcp(file, {}));
  const secured = gcpTemplate(
    withGcp(file, { kms: { key }, network: { connector }, build: { workerPool }, firestore: { location: region } }),
  );

  it("should have the customer's key, or be known to take none", () => {
    const resources = Object.entries(secured.json.resource ?? {});

    for (const [type, blocks] of resources) {
      expect([type, type in KEY_OF || type in WITHOUT_KEY]).toEqual([type, true]);
      for (const [name, block] of Object.entries(blocks)) {
        if (type in KEY_OF) expect([type, name, KEY_OF[type]?.(block)]).toEqual([type, name, key]);
      }
    }
    expect(resources.length).toBeGreaterThan(5);
  });

  it("should tell exactly the service agents of what is encrypted", () => {
    const types = new Set(Object.keys(secured.json.resource ?? {}));
    const agents = [
      "gcf-admin-robot",
      "gcp-sa-artifactregistry",
      ...(types.has("google_firestore_database") ? ["gcp-sa-firestore"] : []),
      "gcp-sa-pubsub",
      "gs-project-accounts",
      "serverless-robot-prod",
    ];

    expect(secured.json.output?.key_users?.value).toEqual({
      [key]: agents.map(
        (agent) => `serviceAccount:service-\${data.google_project.project.number}@${agent}.iam.gserviceaccount.com`,
      ),
    });
  });

  it("should send what every function sends through the connector, and build every one in the pool", () => {
    const functions = secured.all("google_cloudfunctions2_function");

    expect(functions.length).toBeGreaterThan(0);
    for (const { service_config, build_config } of functions) {
      expect(service_config).toMatchObject({ vpc_connector: connector, vpc_connector_egress_settings: "ALL_TRAFFIC" });
      expect(build_config).toMatchObject({ worker_pool: workerPool });
    }
  });

  it("should be the same resources at the same addresses", () => {
    expect(addressesIn(secured)).toEqual(addressesIn(plain));
  });

  it("should name no key, connector or pool unless it is asked to", () => {
    expect(plain.text).not.toMatch(/kms_key|cmek|cryptoKeys|vpc_connector|worker_pool|key_users/);
  });
});

describe("what a company asks of Google Cloud", () => {
  it("should be known of types that are made, and of no others", () => {
    const made = new Set(FILES.flatMap((file) => Object.keys(gcpTemplate(join(ROOT, file)).json.resource ?? {})));

    expect([...Object.keys(WITHOUT_KEY), ...Object.keys(KEY_OF)].filter((type) => !made.has(type))).toEqual([]);
  });

  it("should give a database of several regions its own key, and a created bucket its own", () => {
    const key = keyIn("europe-west1");
    const bucketKey = key.replace(/retrigger$/, "data");
    const template = gcpTemplate(
      withGcp("test/fixtures/config/coordinated-on-both-clouds.yaml", {
        kms: { key },
        firestore: { location: "eur3", kmsKey: keyIn("europe") },
        network: { connector: "projects/acme-net/locations/europe-west1/connectors/ml", egress: "private-ranges" },
        buckets: {
          "acme-views": { create: true, kmsKey: bucketKey, versioning: true, accessLogs: { bucket: "acme-logs", prefix: "views" } },
        },
      }),
    );

    expect(template.one("google_firestore_database").cmek_config).toEqual({ kms_key_name: keyIn("europe") });
    expect(template.one("google_storage_bucket", { name: "acme-views" })).toMatchObject({
      encryption: { default_kms_key_name: bucketKey },
      versioning: { enabled: true },
      logging: { log_bucket: "acme-logs", log_object_prefix: "views" },
    });
    expect(Object.keys(blockOf(template.json.output?.key_users?.value))).toEqual([bucketKey, key, keyIn("europe")]);
    for (const { service_config } of template.all("google_cloudfunctions2_function")) {
      expect(service_config).toMatchObject({ vpc_connector_egress_settings: "PRIVATE_RANGES_ONLY" });
    }
  });

  it("should leave logs their usual names where no prefix is given", () => {
    const buckets = { "acme-views": { create: true, accessLogs: { bucket: "acme-logs" } } };
    const template = gcpTemplate(withGcp("test/fixtures/config/coordinated-on-both-clouds.yaml", { buckets }));

    expect(template.one("google_storage_bucket", { name: "acme-views" }).logging).toEqual({ log_bucket: "acme-logs" });
  });

  it("should leave a database Google's key that was created with it", () => {
    const kms = { key: keyIn("europe-west1") };
    const file = withGcp("test/fixtures/config/coordinated-on-both-clouds.yaml", { kms, firestore: { kmsKey: "none" } });
    const template = gcpTemplate(file);

    expect(template.one("google_firestore_database")).not.toHaveProperty("cmek_config");
    expect(JSON.stringify(template.json.output?.key_users)).not.toContain("firestore");
  });

  it("should hold in a stack of somebody else's", () => {
    const file = withGcp("test/fixtures/config/coordinated-on-both-clouds.yaml", { kms: { key: keyIn("europe-west1") } });
    const app = new App({ outdir: temporaryFolder({}), context: { [WITHOUT_BUNDLES]: true } });
    const stack = new TerraformStack(app, "theirs");
    const { outputs } = new GcpRetrigger(stack, "retrigger", { config: loadConfig(file) });

    const topics = new Template(stack).all("google_pubsub_topic");
    expect(topics.length).toBeGreaterThan(5);
    for (const { kms_key_name } of topics) expect(kms_key_name).toBe(keyIn("europe-west1"));
    expect(Object.keys(blockOf(blockOf(outputs.key_users).value))).toEqual([keyIn("europe-west1")]);
  });
});

// Helpers

function yamlFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => join(folder, name));
}

function keyIn(location: string): string {
  return `projects/acme-keys/locations/${location}/keyRings/ml/cryptoKeys/retrigger`;
}

/** File of a configuration with these keys of `gcp`, in the place of what it says itself of keys, connectors and pools. */
function withGcp(file: string, keys: object): string {
  const { gcp, ...config } = parse(readFileSync(join(ROOT, file), "utf8"), { merge: true });
  const { kms: _kms, network: _network, build: _build, buckets = {}, firestore = {}, ...others } = gcp;
  const { kmsKey: _ofDatabase, ...database } = firestore;
  const withoutKeys = Object.entries(buckets).map(([name, bucket]) => {
    const { kmsKey: _own, ...other } = Object(bucket);
    return [name, other];
  });
  const plain = { ...others, buckets: Object.fromEntries(withoutKeys), firestore: database };
  return configFile(stringify({ ...config, gcp: { ...plain, ...keys } }));
}

function addressesIn({ json: { resource = {} } }: Template): string[] {
  return Object.entries(resource)
    .flatMap(([type, blocks]) => Object.keys(blocks).map((name) => `${type}.${name}`))
    .sort();
}

function blockOf(value: unknown): Block {
  const [first = {}] = Array.isArray(value) ? value : [value];
  return Object(first);
}
