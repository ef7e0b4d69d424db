import { join } from "node:path";
import type { BackendConfig } from "../../config/config";
import { members, rolesOf } from "../modules/gcp/iam";
import { configFile, gcpTemplate } from "./synthesize";
import type { Block, Template } from "./template";

const EXAMPLE = join(__dirname, "../../retrigger.yaml");
const AGENT = "serviceAccount:service-$" + "{data.google_project.project.number}@gcp-sa-pubsub.iam.gserviceaccount.com";

const FULL = `
environment: dev
gcp:
  project: acme-ml
  region: europe-west4
  schedulerRegion: europe-west1
  firestore: { database: (default), location: eur3 }
  buckets: { acme-orders: { manageNotifications: false } }
  notifications: { email: [ml-team@example.com], slackWebhookSecret: slack-webhook }
models:
  churn:
    data: { bucket: acme_clicks, prefixes: [in/] }
    pipeline: { template: gs://acme-pipelines/churn.json, outputDirectory: gs://acme-training, caching: true }
    monitoring:
      vertex: { endpoint: "77", job: { interval: 6h, drift: { age: 0.3 } } }
      capture: { location: "gs://acme-captures/churn/{yyyy}/{mm}/{dd}/{hh}/" }
    schedule: { cron: "0 3 * * *" }
  ranking:
    data: { bucket: acme-orders, prefixes: [in/] }
    pipeline:
      template: https://europe-west4-kfp.pkg.dev/acme-ml/pipelines/ranking/v3
      outputDirectory: gs://acme-training/ranking/
      serviceAccount: training@acme-ml.iam.gserviceaccount.com
`;

const DIRECT = `
environment: dev
gcp: { project: acme-ml, region: europe-west4 }
models:
  one:
    pipeline: { template: gs://acme-pipelines/one.json, outputDirectory: gs://acme-training }
    schedule: { mode: direct, rate: 24h }
`;

describe("GcpStack", () => {
  const example = gcpTemplate(EXAMPLE);
  const full = gcpTemplate(configFile(FULL));
  const both: [string, Template][] = [
    ["the example", example],
    ["all that can be configured", full],
  ];

  it.each(both)("should refer to nothing that it does not hold: %s", (_case, template) => {
    expect(template.text).toContain("$" + "{");
    expect(template.danglingReferences()).toEqual([]);
  });

  it.each(both)("should give every subscription that pushes a dead-letter path, with its permissions: %s", (_case, template) => {
    const pushing = template.all("google_pubsub_subscription").filter(({ push_config }) => push_config !== undefined);

    for (const subscription of pushing) {
      const { dead_letter_topic, max_delivery_attempts } = blockOf(subscription.dead_letter_policy);
      const deadLetters = template.resolve(dead_letter_topic);
      const kept = template.one("google_pubsub_subscription", { topic: dead_letter_topic });
      expect(max_delivery_attempts).toBe(isOfMessages(subscription) ? 30 : 5);
      const queue = isOfMessages(subscription) ? "retrigger-dev-messages" : subscription.name;
      expect(kept).toMatchObject({ name: `${queue}-dlq`, expiration_policy: { ttl: "" } });
      expect(kept).not.toHaveProperty("push_config");
      expect(rolesOf(template, AGENT)).toEqual(
        expect.arrayContaining([
          { role: "roles/pubsub.publisher", on: deadLetters.name },
          { role: "roles/pubsub.subscriber", on: subscription.name },
        ]),
      );
    }
    expect(pushing.map(({ name }) => name).sort()).toEqual([
      "retrigger-dev-data",
      "retrigger-dev-drift",
      ...(template === full ? ["retrigger-dev-drift-monitor", "retrigger-dev-messages", "retrigger-dev-messages-decisions"] : []),
      "retrigger-dev-requests",
      "retrigger-dev-ticks",
    ]);
  });

  it.each(both)("should invoke every function by a subscription with failures kept, and by nothing else: %s", (_case, template) => {
    const invoked = template
      .all("google_pubsub_subscription")
      .flatMap(({ push_config }) => (push_config === undefined ? [] : [blockOf(push_config).push_endpoint]))
      .map((endpoint) => template.resolve(endpoint).name);
    const invokers = template.all("google_cloud_run_v2_service_iam_member");

    const functions = template.all("google_cloudfunctions2_function").map(({ name }) => name);
    // The messenger takes from two topics.
    expect([...new Set(invoked)].sort()).toEqual([...functions].sort());
    expect(functions).toHaveLength(template === full ? 6 : 4);
    expect(new Set(invokers.map(({ member }) => member)).size).toBe(functions.length);
    for (const { service_config, event_trigger } of template.all("google_cloudfunctions2_function")) {
      expect(blockOf(service_config).ingress_settings).toBe("ALLOW_INTERNAL_ONLY");
      expect(event_trigger).toBeUndefined();
    }
  });

  it.each(both)("should give no role to everybody, and none of the basic ones: %s", (_case, template) => {
    const roles = members(template).map(({ role, member }) => [role, member].join(" "));

    expect(roles.length).toBeGreaterThan(20);
    expect(roles.filter((text) => /allUsers|allAuthenticatedUsers|roles\/(?:owner|editor|viewer)\b|[aA]dmin\b/.test(text))).toEqual(
      [],
    );
    expect(template.text).not.toMatch(/google_\w+_iam_(?:binding|policy)"/);
  });

  it.each(both)("should give no more roles on the project than it names: %s", (_case, template) => {
    const onProject = template.all("google_project_iam_member");

    const unconditional = onProject.filter(({ condition }) => condition === undefined).map(({ role }) => role);
    expect(new Set(unconditional)).toEqual(
      new Set([
        "roles/logging.logWriter",
        "roles/aiplatform.user",
        template.reference("google_project_iam_custom_role", "name", { role_id: "retrigger_dev_pipelines" }),
        ...template
          .all("google_project_iam_custom_role")
          .filter(({ role_id }) => String(role_id).endsWith("monitors"))
          .map(({ role_id }) => template.reference("google_project_iam_custom_role", "name", { role_id })),
      ]),
    );
    expect(onProject.filter(({ role }) => role === "roles/aiplatform.user")).toHaveLength(1);
  });

  it.each(both)("should enable an API before anything is made that needs it: %s", (_case, template) => {
    const apis: Readonly<Record<string, string>> = {
      google_pubsub_topic: "pubsub",
      google_firestore_database: "firestore",
      google_cloudfunctions2_function: "cloudfunctions",
      google_cloud_scheduler_job: "cloudscheduler",
      google_artifact_registry_repository: "artifactregistry",
      google_storage_bucket: "storage",
      google_service_account: "iam",
      google_project_iam_custom_role: "iam",
      google_monitoring_notification_channel: "monitoring",
      google_logging_project_sink: "logging",
      google_secret_manager_secret_iam_member: "secretmanager",
    };

    for (const [type, api] of Object.entries(apis)) {
      for (const { depends_on } of template.all(type)) {
        const service = template.reference("google_project_service", "id", { service: `${api}.googleapis.com` });
        expect(depends_on).toContain(service.slice(2, -".id}".length));
      }
    }
  });

  it("should hold its own models alone", () => {
    expect(example.all("google_firestore_document").map(({ document_id }) => document_id)).toEqual(["click-through"]);
    expect(example.text).not.toContain("flight-delay");
  });

  it("should wire the schedules of its models, and ask by its topic", () => {
    expect(full.one("google_cloud_scheduler_job", { name: "retrigger-dev-schedule-churn_schedule" })).toMatchObject({
      region: "europe-west1",
      pubsub_target: { topic_name: full.reference("google_pubsub_topic", "id", { name: "retrigger-dev-requests" }) },
    });
  });

  it.each(both)("should let everybody publish who does, each to a topic that somebody takes: %s", (_case, template) => {
    const writers = template.all("google_logging_project_sink").map(({ destination }) => ({
      member: template.reference("google_logging_project_sink", "writer_identity"),
      topic: String(destination).replace("pubsub.googleapis.com/", ""),
    }));
    const storage = template.all("google_storage_notification").map(({ topic }) => ({ member: "storage", topic: String(topic) }));

    const publishers = [...writers, ...storage];
    const taken = template.all("google_pubsub_subscription").map(({ topic }) => topic);
    expect(publishers.filter(({ topic }) => !taken.includes(topic))).toEqual([]);
    for (const { member, topic } of publishers) {
      const { name } = template.resolve(topic);
      const allowed = template
        .all("google_pubsub_topic_iam_member")
        .filter((one) => template.resolve(one.topic).name === name && one.role === "roles/pubsub.publisher")
        .map((one) => String(one.member));
      const isAllowed = allowed.some((one) =>
        member === "storage" ? one.startsWith("$" + "{data.google_storage_project_service_account.") : one === member,
      );
      expect([topic, isAllowed]).toEqual([topic, true]);
    }
    expect(storage).toHaveLength(2);
    expect(writers).toHaveLength(1);
  });

  it("should monitor the captures of the models that ask for it, and have nothing for it where none does", () => {
    const name = full.reference("google_cloudfunctions2_function", "name", { name: "retrigger-dev-drift-monitor" });
    const topic = full.reference("google_pubsub_topic", "id", { name: "retrigger-dev-drift-monitor" });
    const deadLetters = full.reference("google_pubsub_subscription", "id", { name: "retrigger-dev-drift-monitor-dlq" });
    expect(full.json.output).toMatchObject({
      functions: { value: { "drift-monitor": name } },
      queues: { value: { "drift-monitor": topic } },
      dead_letter_queues: { value: { "drift-monitor": deadLetters } },
    });
    expect(full.all("google_cloud_scheduler_job").map(({ name }) => name)).toContain("retrigger-dev-drift-monitor-churn");
    expect(example.text).not.toMatch(/drift.monitor|capture|baselines/);
  });

  it("should keep the state where it is told to", () => {
    expect(full.one("google_firestore_database")).toMatchObject({ name: "(default)", location_id: "eur3" });
    expect(example.one("google_firestore_database")).toMatchObject({ name: "retrigger-dev", location_id: "europe-west4" });
  });

  it("should tell people as they are configured to be told", () => {
    expect(
      full
        .all("google_monitoring_notification_channel")
        .map(({ type }) => String(type))
        .sort(),
    ).toEqual(["email", "pubsub"]);
    const channel = full.reference("google_monitoring_notification_channel", "name", { type: "email" });
    const told = full
      .all("google_monitoring_alert_policy")
      .filter(({ notification_channels }) => [notification_channels].flat().includes(channel));
    expect(told.map(({ display_name }) => display_name)).toEqual(["retrigger-dev-decisions", "retrigger-dev-drift"]);
    expect(full.all("google_secret_manager_secret_iam_member").map(({ secret_id }) => secret_id)).toEqual([
      "projects/acme-ml/secrets/slack-webhook",
    ]);
    expect(example.text).not.toMatch(/secretmanager|RETRIGGER_WEBHOOK/);
  });

  it("should delete the channel of an address that left, though Terraform does so before the policies forget it", () => {
    const operations = "  operations: { email: [ops@example.com, night@example.com] }\nmodels:";
    const template = gcpTemplate(configFile(FULL.replace("models:", operations)));

    const channels = template.all("google_monitoring_notification_channel");
    const mails = channels.filter(({ type }) => type === "email");
    expect(new Set(mails.map(({ labels }) => Object(labels).email_address))).toEqual(
      new Set(["ml-team@example.com", "night@example.com", "ops@example.com"]),
    );
    for (const channel of channels) expect(channel).toMatchObject({ force_delete: true });
  });

  it("should let go of its state as it is told to, and of nothing by itself", () => {
    const deletable = gcpTemplate(configFile(FULL.replace("location: eur3", "location: eur3, onDestroy: delete")));

    const protection = { deletion_policy: "DELETE", delete_protection_state: "DELETE_PROTECTION_ENABLED" };
    expect(example.one("google_firestore_database")).toMatchObject(protection);
    expect(deletable.one("google_firestore_database").delete_protection_state).toBe("DELETE_PROTECTION_DISABLED");
  });

  it("should label everything with application, environment and the configured labels", () => {
    expect(example.json.provider?.google).toEqual([
      {
        project: "acme-ml",
        region: "europe-west4",
        default_labels: { application: "retrigger", environment: "dev", team: "ml-platform" },
      },
    ]);
  });

  it("should watch every subscription and every function", () => {
    const filters = full
      .all("google_monitoring_alert_policy")
      .map(({ conditions }) => JSON.stringify(conditions))
      .join();

    const names = [
      ...full.all("google_pubsub_subscription").map(({ name }) => name),
      ...full.all("google_cloudfunctions2_function").map(({ name }) => name),
    ];
    const [{ filter } = { filter: "" }] = full.all("google_logging_metric");
    for (const { name } of full.all("google_cloudfunctions2_function")) expect(filter).toContain(`"${name}"`);
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => !filters.includes(`\\"${name}\\"`))).toEqual([]);
  });

  it("should tell an operator what was made, and which buckets must announce their objects", () => {
    const names = [
      "approver_policy",
      "buckets_to_announce",
      "dashboard",
      "dead_letter_queues",
      "decision_topic",
      "deployer_policy",
      "drift_reports",
      "functions",
      "manifests",
      "operator_policy",
      "queues",
      "runners",
    ];
    expect(new Set(Object.keys(full.json.output ?? {}))).toEqual(new Set([...names, "baselines", "state_database"]));
    expect(new Set(Object.keys(example.json.output ?? {}))).toEqual(new Set([...names, "state_database"]));
    expect(full.json.output).toMatchObject({
      baselines: { value: { churn: "gs://acme_clicks/retrigger/baselines/churn.json" } },
      buckets_to_announce: { value: ["acme-orders"] },
      drift_reports: { value: { churn: "gs://acme_clicks/drift/churn/" } },
      manifests: { value: { churn: "gs://acme_clicks/retrigger/manifests/churn/" } },
      runners: {
        value: {
          churn: "retrigger-dev-runner@acme-ml.iam.gserviceaccount.com",
          ranking: "training@acme-ml.iam.gserviceaccount.com",
        },
      },
    });
  });

  it.each<[BackendConfig, object]>([
    [{ type: "local" }, { local: { path: "../../../terraform.dev.gcp-stack.tfstate" } }],
    [
      { type: "cloud", organization: "acme", workspace: "w" },
      { cloud: { organization: "acme", workspaces: { name: "w-dev-gcp-stack" } } },
    ],
    [
      { type: "s3", bucket: "state", region: "eu-west-1", keyPrefix: "retrigger/" },
      { s3: { bucket: "state", region: "eu-west-1", key: "retrigger/dev/gcp-stack.tfstate", encrypt: true, use_lockfile: true } },
    ],
    [{ type: "gcs", bucket: "state", prefix: "retrigger/" }, { gcs: { bucket: "state", prefix: "retrigger/dev/gcp-stack" } }],
  ])("should keep its state where %j says", (backend, expected) => {
    const {
      required_providers: _providers,
      backend: block,
      ...rest
    } = gcpTemplate(configFile(`${DIRECT}backend: ${JSON.stringify(backend)}`)).json.terraform;

    expect({ ...rest, ...Object(block) }).toEqual(expected);
  });

  it("should change only on purpose", () => {
    const withoutHashes = example.text.replace(/[0-9A-F]{64}/gi, "<sha256>").replace(/-[0-9a-f]{16}\.zip/g, "-<sha256>.zip");

    expect(JSON.parse(withoutHashes)).toMatchSnapshot();
  });
});

// Helpers

function isOfMessages({ name }: Block): boolean {
  return String(name).startsWith("retrigger-dev-messages");
}

function blockOf(value: unknown): Block {
  if (typeof value !== "object" || value === null) throw new Error(`expected a block, got ${JSON.stringify(value)}`);
  return { ...value };
}
