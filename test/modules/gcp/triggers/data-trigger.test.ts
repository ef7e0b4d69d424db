import type { ModelSettings } from "../../../../functions/core/model-settings";
import { Coordinator } from "../../../../modules/gcp/functions/coordinator";
import { DataTrigger } from "../../../../modules/gcp/triggers/data-trigger";
import type { WatchedBucketsProps } from "../../../../modules/gcp/triggers/watched-bucket";
import type { Template } from "../../../stacks/template";
import { rolesOf } from "../iam";
import { coordinatorResourcesOf, settingsOf, synthesize } from "../synthesize";

describe("DataTrigger", () => {
  it("should let every bucket announce new objects of the watched prefixes, to one topic", () => {
    const template = synthesizeTrigger([
      settingsOf("churn", { prefixes: ["in/", "in/late/"] }),
      settingsOf("ranking", { bucket: "acme-orders", prefixes: [""] }),
    ]);

    const topic = template.reference("google_pubsub_topic", "id", { name: "retrigger-dev-data" });
    const notification = { topic, payload_format: "JSON_API_V1", event_types: ["OBJECT_FINALIZE"] };
    const notifications = template.all("google_storage_notification");
    expect(notifications).toEqual([
      expect.objectContaining({ ...notification, bucket: "acme-clicks", object_name_prefix: "in/" }),
      expect.objectContaining({ ...notification, bucket: "acme-orders" }),
    ]);
    expect(notifications[1]).not.toHaveProperty("object_name_prefix");
  });

  it("should announce nothing before Cloud Storage may publish and somebody takes the messages", () => {
    const template = synthesizeTrigger([settingsOf("churn")]);

    const [storage] = Object.keys(template.json.data?.google_storage_project_service_account ?? {});
    const agent = `\${data.google_storage_project_service_account.${storage}.member}`;
    const { depends_on } = template.one("google_storage_notification");
    const [id] =
      Object.entries(template.resources("google_pubsub_topic_iam_member")).find(([, { member }]) => member === agent) ?? [];
    expect(rolesOf(template, agent)).toEqual([{ role: "roles/pubsub.publisher", on: "retrigger-dev-data" }]);
    expect(depends_on).toContain(`google_pubsub_topic_iam_member.${id}`);
    expect(depends_on).toContain(
      template.reference("google_pubsub_subscription", "id", { name: "retrigger-dev-data" }).slice(2, -".id}".length),
    );
  });

  it("should collect with few instances that handle many objects at once, and know its addresses", () => {
    const template = synthesizeTrigger([settingsOf("churn")]);

    expect(template.one("google_cloudfunctions2_function", { name: "retrigger-dev-batcher" }).service_config).toMatchObject({
      max_instance_count: 4,
      max_instance_request_concurrency: 250,
      available_memory: "256Mi",
      environment_variables: {
        RETRIGGER_STATE: template.reference("google_firestore_database", "id"),
        RETRIGGER_REQUESTS: template.reference("google_pubsub_topic", "id", { name: "retrigger-dev-requests" }),
      },
    });
  });

  it("should have more memory where batches are large", () => {
    const large = { ...settingsOf("churn"), batch: { ...settingsOf("churn").batch, batchSize: 10_001 } };

    const { service_config } = synthesizeTrigger([large]).one("google_cloudfunctions2_function", { name: "retrigger-dev-batcher" });

    expect(service_config).toMatchObject({ available_memory: "1024Mi" });
  });

  it("should allow the batcher its state, the manifests and the requests, and no object of the data", () => {
    const template = synthesizeTrigger([settingsOf("churn"), settingsOf("ranking")]);

    expect(rolesOf(template, "retrigger-dev-batcher")).toEqual([
      {
        role: "roles/datastore.user",
        on: "acme-ml",
        condition: 'resource.name == "projects/acme-ml/databases/retrigger-dev"',
      },
      { role: "roles/pubsub.publisher", on: "retrigger-dev-data-dlq" },
      { role: "roles/pubsub.publisher", on: "retrigger-dev-requests" },
      {
        role: "retrigger_dev_manifests",
        on: "acme-clicks",
        condition:
          'resource.name == "projects/_/buckets/acme-clicks" || resource.name.startsWith("projects/_/buckets/acme-clicks/objects/retrigger/manifests/")',
      },
    ]);
    expect(template.one("google_project_iam_custom_role", { role_id: "retrigger_dev_manifests" }).permissions).toEqual([
      "storage.objects.create",
      "storage.objects.delete",
      "storage.objects.get",
      "storage.objects.list",
    ]);
  });
});

describe("WatchedBucket", () => {
  it("should create a bucket that is closed to the public and removes manifests after their time", () => {
    const template = synthesizeTrigger([settingsOf("churn")], { "acme-clicks": { create: true } });

    expect(template.one("google_storage_bucket", { name: "acme-clicks" })).toMatchObject({
      location: "europe-west4",
      uniform_bucket_level_access: true,
      public_access_prevention: "enforced",
      soft_delete_policy: { retention_duration_seconds: 604_800 },
      lifecycle_rule: [
        { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 7 } },
        { action: { type: "Delete" }, condition: { age: 30, matches_prefix: ["retrigger/manifests/churn/"] } },
      ],
    });
  });

  it("should exist before it announces anything and before anybody gets a role on it", () => {
    const template = synthesizeTrigger([settingsOf("churn")], { "acme-clicks": { create: true } });

    const name = template.reference("google_storage_bucket", "name", { name: "acme-clicks" });
    const users = [...template.all("google_storage_notification"), ...template.all("google_storage_bucket_iam_member")];
    expect(users.filter(({ bucket }) => bucket === "acme-clicks")).toEqual([]);
    expect(users.filter(({ bucket }) => bucket === name).length).toBeGreaterThan(2);
  });

  it("should leave the notifications of a bucket to its owner who wants it so", () => {
    const template = synthesizeTrigger([settingsOf("churn")], { "acme-clicks": { manageNotifications: false } });

    expect(template.all("google_storage_notification")).toEqual([]);
  });
});

// Helpers

function synthesizeTrigger(models: readonly ModelSettings[], entries?: WatchedBucketsProps["buckets"]): Template {
  return synthesize((stack, deployment) => {
    const coordination = coordinatorResourcesOf(stack, deployment, models, entries);
    const { requests } = new Coordinator(stack, "coordinator", coordination);
    new DataTrigger(stack, "trigger", { ...coordination, requests });
  });
}
