import { join } from "node:path";
import { loadConfig } from "../../../config/load-config";
import { promotionSchema, promotionSettings } from "../../../config/sections/promotion";
import { modelSettings } from "../../../config/settings";
import { modelSettingsSchema } from "../../../functions/core/model-settings";
import { MAX_PREDICTION_ROWS } from "../../../functions/core/promotion/evaluation/read-prediction-table";
import { promotionSettingsSchema } from "../../../functions/core/promotion/promotion-settings";
import { configOf, messageOf } from "../../stacks/config-messages";

const SHA256 = "ab".repeat(32);

const SMALLEST = {
  registry: "churn-models",
  evaluations: "s3://acme-ml/evaluations/churn/",
  goldenSet: { sha256: SHA256, rows: 5000 },
  metrics: [{ name: "auc" }],
};

const OWNER = { environment: "dev", model: "minimal" };
const RUNS = { project: "acme-ml", location: "europe-west4" };

describe("promotionSettings", () => {
  it("should be what the functions expect, with every default", () => {
    const settings = settingsOf(SMALLEST);

    expect(promotionSettingsSchema.parse(settings)).toEqual(settings);
    expect(settings).toEqual({
      registry: "churn-models",
      evaluations: { bucket: "acme-ml", prefix: "evaluations/churn/" },
      guardrails: {
        goldenSet: { sha256: SHA256, rows: 5000 },
        metrics: [{ name: "auc", direction: "higher", margin: 0.01 }],
        confidence: 0.95,
        slices: { columns: [], minRows: 200 },
        predictionShift: 0.1,
        systematicErrors: { minErrors: 50, maxExcess: 0.2 },
        training: { minRows: 0, minShareOfDataSet: 0.5 },
        chain: { promotions: 5 },
        notKnown: "ask",
      },
      approval: { needed: "on-drift", approvers: 1, isSeparate: false },
    });
  });

  it("should hold what is configured", () => {
    const evaluation = "s3://acme-other/baselines/churn/evaluation.json";
    const settings = settingsOf({
      ...SMALLEST,
      metrics: [
        { name: "rmse", margin: 0.5, floor: 12 },
        { name: "uplift", direction: "higher", margin: 0 },
      ],
      confidence: 0.9,
      schemaVersion: "v7",
      baseline: { evaluation, sha256: SHA256 },
      slices: { columns: ["region"], minRows: 100 },
      predictionShift: 0.2,
      systematicErrors: { minErrors: 10, maxExcess: 0.5 },
      training: { minRows: 1000, minShareOfDataSet: 1 },
      chain: { promotions: 3 },
      notKnown: "pass",
      approval: { needed: "always", approvers: 2, separate: true },
      mix: { baseline: "s3://acme-ml/hold-out/churn.manifest", sha256: SHA256, share: 0.2, by: "bytes", required: false },
    });

    expect(promotionSettingsSchema.parse(settings)).toEqual(settings);
    expect(settings).toMatchObject({
      guardrails: {
        metrics: [
          { name: "rmse", direction: "lower", margin: 0.5, floor: 12 },
          { name: "uplift", direction: "higher", margin: 0 },
        ],
        confidence: 0.9,
        schemaVersion: "v7",
        baseline: { uri: evaluation, sha256: SHA256 },
        slices: { columns: ["region"], minRows: 100 },
        predictionShift: 0.2,
        systematicErrors: { minErrors: 10, maxExcess: 0.5 },
        training: { minRows: 1000, minShareOfDataSet: 1 },
        chain: { promotions: 3 },
        notKnown: "pass",
      },
      approval: { needed: "always", approvers: 2, isSeparate: true },
      mix: { baseline: "s3://acme-ml/hold-out/churn.manifest", sha256: SHA256, share: 0.2, by: "bytes", isRequired: false },
    });
  });

  it.each([
    ["123456", "projects/acme-ml/locations/europe-west4/models/123456"],
    ["projects/acme-ml/locations/us-central1/models/churn_2", "projects/acme-ml/locations/us-central1/models/churn_2"],
  ])("should name the model %s of Vertex AI in full", (registry, expected) => {
    const section = promotionSchema.parse({ ...SMALLEST, registry, evaluations: "gs://acme-ml/evaluations" });

    expect(promotionSettings(section, OWNER, RUNS)).toMatchObject({
      registry: expected,
      evaluations: { bucket: "acme-ml", prefix: "evaluations/" },
    });
  });

  it.each([
    ["a hold-out without more", { baseline: "s3://acme-ml/h.manifest" }, { share: 0.3, by: "objects", isRequired: true }],
    ["none", undefined, undefined],
  ])("should know %s", (_case, mix, expected) => {
    const settings = settingsOf({ ...SMALLEST, ...(mix && { mix }) });

    expect(settings.mix).toEqual(mix && { ...mix, ...expected });
  });

  it("should refuse a metric of which the checks would have asked more", () => {
    expect(() => settingsOf({ ...SMALLEST, metrics: [{ name: "uplift" }] })).toThrow(
      "the metric uplift has no direction or margin",
    );
  });
});

describe("the settings of a model", () => {
  it("should have nothing of promotion unless it is configured", () => {
    const { models } = loadConfig(join(__dirname, "../../fixtures/config/minimal.yaml"));
    const [[name, model] = []] = Object.entries(models);
    if (name === undefined || model === undefined) throw new Error("got no model");

    const without = modelSettings("dev", name, model);
    const judged = modelSettings("dev", name, { ...model, promotion: promotionSchema.parse(SMALLEST) });

    expect(without).not.toHaveProperty("promotion");
    expect(modelSettingsSchema.parse(judged)).toEqual({ ...without, promotion: settingsOf(SMALLEST) });
  });
});

describe("the section promotion", () => {
  it("should take the smallest one, and one with everything", () => {
    expect(messageOf(promoted({}))).toBe("no mistake");
    expect(
      messageOf(
        promoted({
          confidence: 0.99,
          schemaVersion: "v7",
          baseline: { evaluation: "s3://acme-ml/evaluations/churn/baseline/evaluation.json", sha256: SHA256 },
          slices: { columns: ["region", "plan"] },
          approval: { needed: "never", separate: true },
          mix: { baseline: "s3://acme-ml/hold-out/churn.manifest" },
        }),
      ),
    ).toBe("no mistake");
  });

  it.each<[string, object, string]>([
    ["a misspelt key", { registy: "a" }, "promotion.registy: unknown key; did you mean registry?"],
    [
      "the ARN of a group",
      { registry: "arn:aws:sagemaker:x" },
      "expected on AWS the name of a model package group, not its ARN: 1 to 63 of A-Z, a-z, 0-9 and -; on Google Cloud a Vertex AI model",
    ],
    [
      "a number as registry",
      { registry: 123 },
      'promotion.registry: got 123; expected on Google Cloud a Vertex AI model: its ID in quotes, such as "1234567890", or projects/',
    ],
    [
      "a whole bucket",
      { evaluations: "s3://acme-ml/" },
      "expected a folder below its bucket, such as s3://acme-ml/evaluations/churn/",
    ],
    ["a bucket's wrong name", { evaluations: "s3://Acme/e/" }, `the bucket's name is wrong: got "Acme"`],
    ["a short digest", { goldenSet: { sha256: "abc", rows: 1 } }, 'goldenSet.sha256: got "abc"; expected the SHA-256 of the file'],
    ["no metric", { metrics: [] }, "promotion.metrics: got []; expected at least one metric, such as {name: auc}"],
    ["a word for the better", { metrics: [{ name: "auc", direction: "up" }] }, 'direction: got "up"; expected higher or lower'],
    ["a margin below nothing", { metrics: [{ name: "auc", margin: -1 }] }, "margin: got -1; expected a number, 0 or more"],
    ["a percentage as confidence", { confidence: 95 }, "confidence: got 95; expected a confidence above 0.5 and below 1"],
    ["certainty", { confidence: 1 }, "confidence: got 1; expected a confidence above 0.5 and below 1"],
    [
      "a baseline without digest",
      { baseline: { evaluation: "s3://acme-ml/b/e.json" } },
      "promotion.baseline.sha256: missing; expected the SHA-256",
    ],
    [
      "a baseline in no folder",
      { baseline: { evaluation: "s3://acme-ml/e.json", sha256: SHA256 } },
      "expected a file in a folder below",
    ],
    [
      "no error at all",
      { systematicErrors: { minErrors: 0 } },
      "systematicErrors.minErrors: got 0; expected a whole number, 1 or more, such as 50",
    ],
    ["a percentage as share", { training: { minShareOfDataSet: 50 } }, "minShareOfDataSet: got 50; expected a share of 0 to 1"],
    ["a word for what is not known", { notKnown: "fail" }, 'notKnown: got "fail"; expected ask or pass'],
    ["a word for approval", { approval: { needed: "on-request" } }, 'needed: got "on-request"; expected never, on-drift or always'],
    ["three approvers", { approval: { approvers: 3 } }, "approval.approvers: got 3; expected a whole number, 1 to 2, such as 1"],
    ["all data from the hold-out", { mix: { baseline: "s3://acme-ml/h", share: 1 } }, "mix.share: got 1; expected a share above 0"],
    ["a mix without hold-out", { mix: { share: 0.3 } }, "mix.baseline: missing; expected a file below its bucket"],
  ])("should refuse %s", (_case, section, expected) => {
    expect(messageOf(promoted(section))).toContain(expected);
  });

  it.each<[string, unknown, string]>([
    ["goldenSet", "churn.csv", "with sha256, rows, such as {sha256: 9f86d081…, rows: 5000}"],
    ["baseline", ["s3://acme-ml/b/evaluation.json"], "with evaluation, sha256, such as {evaluation: s3://"],
    ["slices", ["country"], "with columns, minRows, such as {columns: [region], minRows: 200}"],
    ["systematicErrors", 50, "with minErrors, maxExcess, such as {minErrors: 50, maxExcess: 0.2}"],
    ["training", 1000, "with minRows, minShareOfDataSet, such as {minRows: 10000, minShareOfDataSet: 0.5}"],
    ["chain", 5, "with promotions, such as {promotions: 5}"],
    ["approval", "always", "with needed, approvers, separate, such as {needed: always, approvers: 2}"],
    ["mix", 0.3, "with baseline, sha256, share, by, required, such as {baseline: s3://"],
  ])("should say what %s has, where %j stands", (key, value, expected) => {
    const got = JSON.stringify(value);

    expect(messageOf(promoted({ [key]: value }))).toContain(`promotion.${key}: got ${got}; expected a mapping ${expected}`);
  });

  it.each<[string, object, string]>([
    ["one metric", { metrics: "auc" }, 'metrics: got "auc"; did you mean [auc]? expected a list of metrics, such as [{name: auc}]'],
    [
      "the names of metrics",
      { metrics: ["auc"] },
      'metrics[0]: got "auc"; expected a mapping with name, direction, margin, floor, such as',
    ],
    [
      "one column",
      { slices: { columns: "country" } },
      'columns: got "country"; did you mean [country]? expected a list of columns, such as [region]',
    ],
  ])("should say what is expected of %s", (_case, section, expected) => {
    expect(messageOf(promoted(section))).toContain(expected);
  });

  it("should say what promotion has, where a list stands", () => {
    expect(messageOf(configOf({ one: { promotion: [] } }))).toContain(
      "promotion: got []; expected a mapping with registry, evaluations, goldenSet, metrics, ",
    );
  });

  it("should take as many rows as the functions read", () => {
    expect(messageOf(promoted({ goldenSet: { sha256: SHA256, rows: MAX_PREDICTION_ROWS } }))).toBe("no mistake");
    expect(messageOf(promoted({ goldenSet: { sha256: SHA256, rows: MAX_PREDICTION_ROWS + 1 } }))).toContain(
      "goldenSet.rows: got 1000001; expected a whole number, 1 to 1000000, such as 1",
    );
  });

  it.each(["registry", "evaluations", "goldenSet", "metrics"])("should need %s", (key) => {
    expect(messageOf(promoted({ [key]: undefined }))).toContain(`promotion.${key}: missing; expected`);
  });
});

// Helpers

function settingsOf(section: object) {
  return promotionSettings(promotionSchema.parse(section), OWNER);
}

function promoted(section: object) {
  return configOf({ one: { promotion: { ...SMALLEST, ...section } } });
}
