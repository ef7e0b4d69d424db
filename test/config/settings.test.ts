import { join } from "node:path";
import { modelSchema } from "../../config/config";
import { loadConfig } from "../../config/load-config";
import { modelSettings } from "../../config/settings";
import { DEFAULT_DRIFT_POLICY } from "../../functions/core/drift/drift-policy";
import { modelSettingsSchema } from "../../functions/core/model-settings";

const HOUR_MS = 3_600_000;
const RUNS = { project: "acme-ml", location: "europe-west4", serviceAccount: "runner@acme-ml.iam.gserviceaccount.com" };

describe("modelSettings", () => {
  it("should be what the functions expect, for every model of the example", () => {
    const { models } = loadConfig(join(__dirname, "../../retrigger.yaml"));

    const settings = Object.entries(models).map(([name, model]) => modelSettings("dev", name, model, RUNS));

    expect(settings.map((model) => modelSettingsSchema.parse(model))).toEqual(settings);
  });

  it("should turn durations into milliseconds, and never into absence", () => {
    const { models } = loadConfig(join(__dirname, "../fixtures/config/minimal.yaml"));

    const [settings] = Object.entries(models).map(([name, model]) => modelSettings("dev", name, model));

    expect(settings).toEqual({
      model: "flight-delay",
      data: { bucket: "acme-flights", prefixes: ["incoming/"], suffixes: [], manifestPrefix: "retrigger/manifests/" },
      batch: { batchSize: 1000, windowMs: 86_400_000, dedupeHorizonMs: 86_400_000, retentionMs: 30 * 86_400_000 },
      pipeline: { name: "flight-delay-training", parameters: { ManifestUri: "{manifestUri}" } },
      policy: {
        maxRuns: 1,
        cooldownMs: 6 * HOUR_MS,
        minNewObjects: 0,
        maxStartsPerDay: 4,
        budget: { dailyUsd: 1000, monthlyUsd: 10_000 },
        cost: { baseUsd: 150, perGbUsd: 1.5, perObjectUsd: 0 },
        backoff: { afterFailures: 3, delayMs: HOUR_MS, maxDelayMs: 24 * HOUR_MS },
        approval: {
          needed: "on-request",
          approvers: 1,
          expiresMs: [HOUR_MS, 4 * HOUR_MS, 24 * HOUR_MS, 72 * HOUR_MS, 72 * HOUR_MS],
        },
        deferralExpiresMs: 7 * 24 * HOUR_MS,
      },
      drift: DEFAULT_DRIFT_POLICY,
      monitoring: { prefix: "drift/" },
    });
  });

  it.each([
    ["gs://acme-pipelines/weekly/churn.v2.yaml", "churn.v2"],
    ["https://europe-west4-kfp.pkg.dev/acme-ml/pipes/ranking/v3", "ranking"],
  ])("should tell how Vertex AI runs %s, and name it readably", (template, name) => {
    const pipeline = { template, outputDirectory: "gs://acme-training/runs/", parameters: { manifest_uri: "{manifestUri}" } };
    const model = modelSchema.parse({ data: { bucket: "acme" }, pipeline });

    expect(modelSettings("dev", "one", model, RUNS).pipeline).toEqual({
      name,
      parameters: { manifest_uri: "{manifestUri}" },
      vertex: { ...RUNS, template, outputDirectory: "gs://acme-training/runs", caching: false },
    });
  });

  it("should let a model name its own account and key, and take what did not change from earlier runs", () => {
    const kmsKey = "projects/acme-keys/locations/europe-west4/keyRings/ml/cryptoKeys/runs";
    const own = { serviceAccount: "training@acme-ml.iam.gserviceaccount.com", caching: true, kmsKey };
    const pipeline = { template: "gs://acme/p.json", outputDirectory: "gs://acme-runs", ...own };
    const model = modelSchema.parse({ data: { bucket: "acme" }, pipeline });

    expect(modelSettings("dev", "one", model, RUNS).pipeline.vertex).toMatchObject(own);
  });

  it("should refuse a pipeline of the other cloud", () => {
    const pipeline = { template: "gs://acme/p.json", outputDirectory: "gs://acme-runs" };
    const model = modelSchema.parse({ data: { bucket: "acme" }, pipeline });

    expect(() => modelSettings("dev", "one", model)).toThrow("model one has no pipeline of its cloud");
  });

  it("should hand on a policy of volume", () => {
    const volume = { objects: 5000, age: "7d" };
    const model = modelSchema.parse({ data: { bucket: "acme" }, pipeline: { name: "training" }, policy: { volume } });

    expect(modelSettings("dev", "one", model).policy.volume).toEqual({ objects: 5000, ageMs: 7 * 24 * HOUR_MS });
  });
});
