import { configOf, messageOf } from "../../../stacks/config-messages";

const KEY = "projects/acme-keys/locations/europe-west4/keyRings/ml/cryptoKeys/retrigger";

describe("options of buckets on Google Cloud", () => {
  it("should all be taken for a bucket that Retrigger creates", () => {
    const bucket = { create: true, kmsKey: KEY, versioning: true, accessLogs: { bucket: "acme-logs", prefix: "in" } };

    expect(messageOf(onGcp({ acme: bucket }))).toBe("no mistake");
  });

  it("should be refused, all at once, for a bucket that its owner made", () => {
    const message = messageOf(onGcp({ acme: { kmsKey: KEY, versioning: true, accessLogs: { bucket: "acme-logs" } } }));

    for (const [key, command] of [
      ["kmsKey", "--default-encryption-key"],
      ["versioning", "--versioning"],
      ["accessLogs", "--log-bucket"],
    ]) {
      expect(message).toContain(
        `gcp.buckets.acme.${key}: set for a bucket that Retrigger does not create; expected it with create: true alone; remove it, and set it by gcloud storage buckets update ${command}`,
      );
    }
  });

  it("should let an existing bucket say that it has no versions", () => {
    expect(messageOf(onGcp({ acme: { manageNotifications: false, versioning: false } }))).toBe("no mistake");
  });

  it("should refuse a bucket that logs into itself", () => {
    const message = messageOf(onGcp({ acme: { create: true, accessLogs: { bucket: "acme" } } }));

    expect(message).toContain(
      'gcp.buckets.acme.accessLogs.bucket: got "acme", the bucket itself, whose logs would be logged in turn; expected another bucket',
    );
  });

  it.each<[string, object, object, string]>([
    ["data", { prefix: "in/logs" }, {}, 'model other watches "in/" for data, so that usage logs would be trained on'],
    [
      "reports",
      { prefix: "drift/logs" },
      {},
      "the drift reports of model other are read from drift/, so that usage logs would be taken",
    ],
    [
      "manifests",
      { prefix: "retrigger/manifests/x" },
      {},
      "the manifests of model other are written to retrigger/manifests/, so that usage logs may be removed",
    ],
    ["the bucket's name", {}, { prefixes: ["acme_usage_2026"] }, 'model other watches "acme_usage_2026" for data'],
    ["names of logs", { prefix: "in/" }, { suffixes: ["0"] }, 'model other watches "in/" for data'],
  ])("should refuse logs where something is read: %s", (_case, logs, data, expected) => {
    expect(messageOf(withLogs(logs, data))).toContain(`"gs://acme-other/`);
    expect(messageOf(withLogs(logs, data))).toContain(expected);
  });

  it.each<[string, object, object]>([
    ["another folder", { prefix: "logs/acme" }, {}],
    ["suffixes that no log has", { prefix: "in/" }, { suffixes: [".csv"] }],
  ])("should take logs beside what is watched: %s", (_case, logs, data) => {
    expect(messageOf(withLogs(logs, data))).toBe("no mistake");
  });
});

// Helpers

function onGcp(buckets: object, models: object = {}): object {
  const config = configOf({ churn: { pipeline: PIPELINE }, ...models });
  return { ...config, aws: undefined, gcp: { project: "acme-ml", region: "europe-west4", buckets } };
}

/** A created bucket with logs in the bucket of another model. */
function withLogs(logs: object, data: object): object {
  const other = { data: { bucket: "acme-other", ...data }, pipeline: PIPELINE };
  return onGcp({ acme: { create: true, accessLogs: { bucket: "acme-other", ...logs } } }, { other });
}

const PIPELINE = { name: undefined, template: "gs://acme-pipelines/a.json", outputDirectory: "gs://acme-out/a" };
