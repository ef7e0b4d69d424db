import type { VertexMonitoring } from "../../../../functions/core/drift/monitoring-settings";
import type { ModelSettings } from "../../../../functions/core/model-settings";
import { giveAll } from "../../../../modules/gcp/access/grants";
import { Coordinator } from "../../../../modules/gcp/functions/coordinator";
import { DRIFT_MAIL, NoticeMail } from "../../../../modules/gcp/notice-mail";
import { DataTrigger } from "../../../../modules/gcp/triggers/data-trigger";
import { DriftTrigger } from "../../../../modules/gcp/triggers/drift-trigger";
import type { WatchedBucketsProps } from "../../../../modules/gcp/triggers/watched-bucket";
import type { Template } from "../../../stacks/template";
import { rolesOf } from "../iam";
import { coordinatorResourcesOf, settingsOf, synthesize } from "../synthesize";

const ENDPOINT = "projects/acme-ml/locations/europe-west4/endpoints/77";
const ANOMALY_LOG = 'logName="projects/acme-ml/logs/aiplatform.googleapis.com%2Fmodel_monitoring_anomaly"';
const SWEEPER = "serviceAccount:sweeper@acme-ml.iam.gserviceaccount.com";

describe("DriftTrigger", () => {
  it("should let every bucket announce new reports to the drift topic, beside the data to its own", () => {
    const template = synthesizeTrigger([
      settingsOf("churn", { prefixes: ["in/"] }),
      settingsOf("ranking", { bucket: "acme-orders" }),
    ]);

    const topic = template.reference("google_pubsub_topic", "id", { name: "retrigger-dev-drift" });
    const notifications = template.all("google_storage_notification");
    const announcing = { topic, payload_format: "JSON_API_V1", event_types: ["OBJECT_FINALIZE"], object_name_prefix: "drift/" };
    expect(notifications.filter((one) => one.topic === topic)).toEqual([
      expect.objectContaining({ ...announcing, bucket: "acme-clicks" }),
      expect.objectContaining({ ...announcing, bucket: "acme-orders" }),
    ]);
    expect(notifications.filter((one) => one.topic !== topic)).toHaveLength(2);
  });

  it("should leave a bucket's owner some of its notifications", () => {
    const models = ["a", "b", "c"].map((name) => ({ ...settingsOf(name), monitoring: { prefix: `reports/${name}/` } }));

    const template = synthesizeTrigger(models);

    const topic = template.reference("google_pubsub_topic", "id", { name: "retrigger-dev-drift" });
    const announced = template.all("google_storage_notification").filter((one) => one.topic === topic);
    expect(announced.map(({ object_name_prefix }) => object_name_prefix)).toEqual(["reports/"]);
  });

  it("should announce nothing before Cloud Storage may publish and somebody takes the messages", () => {
    const template = synthesizeTrigger([settingsOf("churn")]);

    const agents = Object.keys(template.json.data?.google_storage_project_service_account ?? {});
    const [agent = ""] = agents.filter((id) => id.includes("drift"));
    const member = `\${data.google_storage_project_service_account.${agent}.member}`;
    expect(rolesOf(template, member)).toEqual([{ role: "roles/pubsub.publisher", on: "retrigger-dev-drift" }]);
    const [id] =
      Object.entries(template.resources("google_pubsub_topic_iam_member")).find(([, one]) => one.member === member) ?? [];
    const { depends_on } = template.one("google_storage_notification", { object_name_prefix: "drift/" });
    expect(depends_on).toContain(`google_pubsub_topic_iam_member.${id}`);
    expect(depends_on).toContain(subscriptionOf(template));
  });

  it("should leave the notifications of a bucket to its owner who wants it so", () => {
    const template = synthesizeTrigger([settingsOf("churn")], { "acme-clicks": { manageNotifications: false } });

    expect(template.all("google_storage_notification")).toEqual([]);
  });

  it("should allow the evaluator its state, its words to people, the requests, and the reports", () => {
    const template = synthesizeTrigger([settingsOf("churn")]);

    const bucket = "projects/_/buckets/acme-clicks";
    const roles = rolesOf(template, accountOf(template));
    expect(roles).toHaveLength(5);
    expect(roles).toEqual(
      expect.arrayContaining([
        { role: "roles/datastore.user", on: "acme-ml", condition: 'resource.name == "projects/acme-ml/databases/retrigger-dev"' },
        { role: "roles/pubsub.publisher", on: "retrigger-dev-drift-dlq" },
        { role: "roles/pubsub.publisher", on: "retrigger-dev-requests" },
        { role: "roles/pubsub.publisher", on: "retrigger-dev-decisions" },
        {
          role: "roles/storage.objectViewer",
          on: "acme-clicks",
          condition: `resource.name == "${bucket}" || resource.name.startsWith("${bucket}/objects/drift/")`,
        },
      ]),
    );
  });

  it("should run the function that is registered as drift-evaluator, and let it know its addresses", () => {
    const template = synthesizeTrigger([settingsOf("churn")]);

    expect(template.one("google_cloudfunctions2_function", { name: "retrigger-dev-drift-evaluator" })).toMatchObject({
      build_config: { entry_point: "drift-evaluator" },
      service_config: {
        available_memory: "512Mi",
        environment_variables: {
          RETRIGGER_STATE: template.reference("google_firestore_database", "id"),
          RETRIGGER_REQUESTS: template.reference("google_pubsub_topic", "id", { name: "retrigger-dev-requests" }),
          RETRIGGER_TOPIC: template.reference("google_pubsub_topic", "id", { name: "retrigger-dev-decisions" }),
          RETRIGGER_REGION: "europe-west4",
        },
      },
    });
  });
});

describe("AnomalySink", () => {
  it("should export the anomalies of Vertex AI to the drift topic, by an account that may publish there", () => {
    const template = synthesizeTrigger([monitored("churn", { endpoint: ENDPOINT })]);

    const sink = template.one("google_logging_project_sink");
    expect(sink).toMatchObject({
      project: "acme-ml",
      destination: `pubsub.googleapis.com/${template.reference("google_pubsub_topic", "id", { name: "retrigger-dev-drift" })}`,
      filter: ANOMALY_LOG,
      unique_writer_identity: true,
    });
    const writer = template.reference("google_logging_project_sink", "writer_identity");
    expect(rolesOf(template, writer)).toEqual([{ role: "roles/pubsub.publisher", on: "retrigger-dev-drift" }]);
    expect(sink.depends_on).toContain(subscriptionOf(template));
  });

  it("should export those of the jobs alone that are named, where every model names one", () => {
    const named = [
      monitored("churn", { endpoint: ENDPOINT, jobId: "4" }),
      monitored("ranking", { endpoint: ENDPOINT, jobId: "5" }),
    ];

    expect(synthesizeTrigger(named).one("google_logging_project_sink").filter).toBe(
      `${ANOMALY_LOG} AND jsonPayload.modelDeploymentMonitoringJob=~"/(4|5)$"`,
    );
    const all = synthesizeTrigger([...named, monitored("open", { endpoint: ENDPOINT })]);
    expect(all.one("google_logging_project_sink").filter).toBe(ANOMALY_LOG);
  });

  it("should not be there where Vertex AI monitors no model", () => {
    expect(synthesizeTrigger([settingsOf("churn")]).all("google_logging_project_sink")).toEqual([]);
  });
});

describe("MonitoringAccess", () => {
  it("should let the evaluator look at jobs that no model names, and nothing else", () => {
    const open = synthesizeTrigger([monitored("churn", { endpoint: ENDPOINT })]);
    const named = synthesizeTrigger([monitored("churn", { endpoint: ENDPOINT, jobId: "4" })]);

    expect(rolesOf(open, accountOf(open))).toContainEqual({ role: "retrigger_dev_monitors", on: "acme-ml" });
    expect(open.one("google_project_iam_custom_role", { role_id: "retrigger_dev_monitors" }).permissions).toEqual([
      "aiplatform.modelDeploymentMonitoringJobs.get",
    ]);
    expect(rolesOf(named, accountOf(named)).map(({ role }) => role)).not.toContain("retrigger_dev_monitors");
  });

  it("should let the sweeper keep jobs where Retrigger is asked to", () => {
    const job = { samplingRatio: 0.1, intervalMs: 3_600_000, skew: {}, drift: { age: 0.3 } };
    const template = synthesizeTrigger([monitored("churn", { endpoint: ENDPOINT, job })]);

    expect(rolesOf(template, SWEEPER)).toEqual([{ role: "retrigger_dev_kept_monitors", on: "acme-ml" }]);
    expect(template.one("google_project_iam_custom_role", { role_id: "retrigger_dev_kept_monitors" }).permissions).toEqual([
      "aiplatform.endpoints.get",
      "aiplatform.modelDeploymentMonitoringJobs.create",
      "aiplatform.modelDeploymentMonitoringJobs.list",
      "aiplatform.modelDeploymentMonitoringJobs.update",
    ]);
    expect(rolesOf(synthesizeTrigger([settingsOf("churn")]), SWEEPER)).toEqual([]);
  });
});

describe("NoticeMail of drifts", () => {
  it("should write to the channels of what the evaluator told people", () => {
    const template = synthesize((stack, deployment) => {
      const to = { channels: ["channel"] };
      new NoticeMail(stack, "mail", { deployment, mail: DRIFT_MAIL, functionNames: ["evaluator"], to });
    });

    expect(template.one("google_monitoring_alert_policy")).toMatchObject({
      notification_channels: ["channel"],
      conditions: [
        {
          condition_matched_log: {
            filter:
              'resource.type="cloud_run_revision" AND resource.labels.service_name="evaluator" AND jsonPayload.event="drift-told"',
            label_extractors: { model: "EXTRACT(jsonPayload.model)", told: "EXTRACT(jsonPayload.told)" },
          },
        },
      ],
    });
  });
});

// Helpers

function monitored(model: string, vertex: VertexMonitoring): ModelSettings {
  return { ...settingsOf(model), monitoring: { prefix: "drift/", vertex } };
}

/** The trigger, with the data's beside it, and a sweeper's account that keeps the monitors. */
function synthesizeTrigger(models: readonly ModelSettings[], entries?: WatchedBucketsProps["buckets"]): Template {
  return synthesize((stack, deployment) => {
    const coordination = coordinatorResourcesOf(stack, deployment, models, entries);
    const { requests } = new Coordinator(stack, "coordinator", coordination);
    new DataTrigger(stack, "trigger", { ...coordination, requests });
    new DriftTrigger(stack, "drift-trigger", { ...coordination, requests });
    giveAll(stack, coordination.monitoring.keep(), SWEEPER);
  });
}

function accountOf(template: Template): string {
  const { service_config } = template.one("google_cloudfunctions2_function", { name: "retrigger-dev-drift-evaluator" });
  return String(template.resolve(Object(service_config).service_account_email).account_id);
}

function subscriptionOf(template: Template): string {
  return template.reference("google_pubsub_subscription", "id", { name: "retrigger-dev-drift" }).slice(2, -".id}".length);
}
