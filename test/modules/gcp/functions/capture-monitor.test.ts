import type { CaptureSettings } from "../../../../functions/core/capture/capture-settings";
import type { ModelSettings } from "../../../../functions/core/model-settings";
import { capturedModels } from "../../../../modules/captured-models";
import { CaptureMonitor } from "../../../../modules/gcp/functions/capture-monitor";
import type { WatchedBucketsProps } from "../../../../modules/gcp/triggers/watched-bucket";
import type { Template } from "../../../stacks/template";
import { rolesOf } from "../iam";
import { coordinatorResourcesOf, settingsOf, synthesize } from "../synthesize";

const HOUR_MS = 3_600_000;
const NAME = "retrigger-dev-drift-monitor";

describe("CaptureMonitor", () => {
  it("should be one function for all models, with time and memory for a large window", () => {
    const template = synthesizeMonitor([monitored("one"), monitored("two")]);

    expect(template.one("google_cloudfunctions2_function")).toMatchObject({
      name: NAME,
      build_config: { entry_point: "drift-monitor" },
      service_config: {
        available_memory: "1024Mi",
        timeout_seconds: 540,
        max_instance_count: 10,
        max_instance_request_concurrency: 1,
        environment_variables: { RETRIGGER_STATE: template.reference("google_firestore_database", "id") },
      },
    });
    expect(template.danglingReferences()).toEqual([]);
  });

  it("should wait for its answer for as long as it may take, and keep what failed", () => {
    const template = synthesizeMonitor([monitored("one")]);

    expect(template.one("google_pubsub_subscription", { name: NAME })).toMatchObject({
      ack_deadline_seconds: 600,
      message_retention_duration: "3600s",
      dead_letter_policy: { max_delivery_attempts: 5 },
    });
  });

  it("should give every model whose captures are monitored a turn an hour, when a window may be due", () => {
    const late = monitored("late", { delayMs: 1.5 * HOUR_MS, periodMs: 24 * HOUR_MS });
    const template = synthesizeMonitor([monitored("one"), settingsOf("other"), late]);

    const topic_name = template.reference("google_pubsub_topic", "id", { name: NAME });
    const jobs = template.all("google_cloud_scheduler_job");
    expect(jobs).toEqual([
      expect.objectContaining({
        name: `${NAME}-late`,
        region: "europe-west1",
        schedule: "30 * * * *",
        time_zone: "Etc/UTC",
        retry_config: { retry_count: 0 },
        pubsub_target: { topic_name, data: base64('{"model":"late"}') },
      }),
      expect.objectContaining({
        name: `${NAME}-one`,
        schedule: "0 * * * *",
        pubsub_target: { topic_name, data: base64('{"model":"one"}') },
      }),
    ]);
    const subscription = template.reference("google_pubsub_subscription", "id", { name: NAME }).slice(2, -".id}".length);
    for (const { depends_on } of jobs) expect(depends_on).toContain(subscription);
  });

  it("should be allowed to read the state and the captures, and to create and read its own files, and nothing else", () => {
    const template = synthesizeMonitor([monitored("one")]);

    const [captures, clicks, base] = ["acme-captures", "acme-clicks", "acme-base"].map((name) => `projects/_/buckets/${name}`);
    const roles = rolesOf(template, NAME);
    expect(roles).toHaveLength(5);
    expect(roles).toEqual(
      expect.arrayContaining([
        { role: "roles/pubsub.publisher", on: `${NAME}-dlq` },
        {
          role: "roles/datastore.viewer",
          on: "acme-ml",
          condition: 'resource.name == "projects/acme-ml/databases/retrigger-dev"',
        },
        {
          role: "retrigger_dev_captures",
          on: "acme-captures",
          condition: `resource.name == "${captures}" || resource.name.startsWith("${captures}/objects/one/")`,
        },
        {
          role: "retrigger_dev_capture_files",
          on: "acme-clicks",
          condition: `resource.name == "${clicks}" || resource.name.startsWith("${clicks}/objects/drift/one/")`,
        },
        {
          role: "retrigger_dev_capture_files",
          on: "acme-base",
          condition: `resource.name == "${base}" || resource.name == "${base}/objects/one.json"`,
        },
      ]),
    );
    const permissionsOf = (role: RegExp) =>
      template
        .all("google_project_iam_custom_role")
        .flatMap(({ role_id, permissions }) => (role.test(String(role_id)) ? [permissions] : []));
    const read = ["storage.objects.get", "storage.objects.list"];
    expect(permissionsOf(/^retrigger_dev_captures(_\d)?$/)).toEqual(Array(4).fill(read));
    expect(permissionsOf(/^retrigger_dev_capture_files(_\d)?$/)).toEqual(Array(8).fill(["storage.objects.create", ...read]));
  });

  it("should wait for a bucket that is created", () => {
    const baseline = "gs://acme-clicks/retrigger/baselines/one.json";
    const template = synthesizeMonitor([monitored("one", { baseline })], { "acme-clicks": { create: true } });

    const members = template
      .all("google_storage_bucket_iam_member")
      .filter(({ condition }) => String(Object(condition).expression).includes("/objects/drift/one/"));
    expect(members.map(({ bucket }) => template.resolve(bucket).name)).toEqual(["acme-clicks"]);
  });
});

// Helpers

function monitored(model: string, overrides: Partial<CaptureSettings> = {}): ModelSettings {
  const capture: CaptureSettings = {
    location: `gs://acme-captures/${model}/{yyyy}/{mm}/{dd}/{hh}/`,
    format: "vertex",
    columns: [],
    features: [],
    categories: [],
    periodMs: HOUR_MS,
    delayMs: HOUR_MS,
    minimumRows: 1000,
    baseline: `gs://acme-base/${model}.json`,
    ...overrides,
  };
  return { ...settingsOf(model), monitoring: { prefix: "drift/", capture } };
}

function synthesizeMonitor(models: readonly ModelSettings[], entries?: WatchedBucketsProps["buckets"]): Template {
  return synthesize((stack, deployment) => {
    const { builder, state, buckets } = coordinatorResourcesOf(stack, deployment, models, entries);
    new CaptureMonitor(stack, "capture-monitor", { deployment, builder, state, buckets, models: capturedModels(models) });
  });
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
