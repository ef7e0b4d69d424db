import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { parseEvaluation } from "../../../../functions/core/promotion/evaluation/parse-evaluation";
import { MAX_METRICS } from "../../../../functions/core/promotion/evaluation/read-metrics";

const SHA256 = "a".repeat(64);
const EXAMPLE = JSON.parse(fixture("evaluation.json"));

describe("parseEvaluation", () => {
  it("should read metrics, the confusion matrix and the identity of the documented example", () => {
    const { evaluation } = parseEvaluation(fixture("evaluation.json"), SHA256);

    expect(evaluation).toEqual({
      sha256: SHA256,
      metrics: { accuracy: 0.82, auc: 0.91 },
      unusable: {},
      confusion: { "0": { "0": 6800, "1": 700 }, "1": { "0": 1100, "1": 1400 } },
      identity: {
        model: "churn",
        schemaVersion: "7",
        goldenSet: EXAMPLE.retrigger.goldenSet,
        predictions: EXAMPLE.retrigger.predictions,
        training: { rows: 48211, dataSetRows: 50000 },
      },
    });
  });

  it.each([
    ["sagemaker-binary.json", { accuracy: 0.5, auc: 1, f1: 0.5, accuracy_best_constant_classifier: 0.25 }],
    ["sagemaker-multiclass.json", { accuracy: 0.6288167938931297, weighted_f1: 0.6571162346664904 }],
    ["sagemaker-regression.json", { rmse: 0.609248066149471, r2: -1.3766111872212665 }],
  ])("should read the values of %s, whatever its standard deviations are, and no curve", (file, metrics) => {
    const { evaluation } = parseEvaluation(fixture(file), SHA256);

    expect(evaluation?.metrics).toMatchObject(metrics);
    expect(evaluation?.unusable).toEqual({});
    expect(evaluation?.metrics).not.toHaveProperty("receiver_operating_characteristic_curve");
    expect(evaluation?.identity).toBeUndefined();
  });

  it("should find a text unusable among metrics, and no metric beside them, unless it says that it is no number", () => {
    const { evaluation } = readingOf({ metrics: { rmse: "0.91" }, rmsle: "0.91", mae: "NaN" });

    expect(evaluation?.metrics).toEqual({});
    expect(evaluation?.unusable).toEqual({ rmse: "0.91", mae: "NaN" });
  });

  it("should not take another average for the metric: weighted_f1 is no f1", () => {
    expect(parseEvaluation(fixture("sagemaker-multiclass.json"), SHA256).evaluation?.metrics).not.toHaveProperty("f1");
  });

  it("should read metrics without a group, and leave out what else is there", () => {
    const file = {
      "validation:accuracy": 0.91,
      roc_auc: 0.95,
      hyperparameters: { depth: 6 },
      row_count: 1000,
      algorithm: "xgboost",
    };

    const { evaluation } = readingOf(file);

    expect(evaluation?.metrics).toEqual({ "validation:accuracy": 0.91, accuracy: 0.91, roc_auc: 0.95, auc: 0.95, row_count: 1000 });
    expect(evaluation?.unusable).toEqual({});
  });

  it.each([
    ["metrics", { metrics: { rmse: 3 } }],
    ["classification_metrics", { classification_metrics: { rmse: { value: 3 } } }],
  ])("should read the group %s", (_, file) => {
    expect(readingOf(file).evaluation?.metrics).toEqual({ rmse: 3 });
  });

  it.each([
    ["ROC-AUC", "auc"],
    ["test_AUROC", "auc"],
    ["val_acc", "accuracy"],
    ["eval/f1_score", "f1"],
    ["root_mean_squared_error", "rmse"],
  ])("should find %s as %s too", (name, metric) => {
    expect(readingOf({ metrics: { [name]: 0.5 } }).evaluation?.metrics).toEqual({ [name]: 0.5, [metric]: 0.5 });
  });

  it.each(["train:accuracy", "training_accuracy", "balanced_accuracy", "macro_f1", "rmsle"])(
    "should take %s for itself alone",
    (name) => {
      expect(readingOf({ metrics: { [name]: 0.5 } }).evaluation?.metrics).toEqual({ [name]: 0.5 });
    },
  );

  it("should prefer a metric of that name to those that mean it", () => {
    const { evaluation } = readingOf({ metrics: { auc: 0.8, roc_auc: 0.9 } });

    expect(evaluation?.metrics).toEqual({ auc: 0.8, roc_auc: 0.9 });
    expect(evaluation?.unusable).toEqual({});
  });

  it("should have no value where two metrics mean the same and differ", () => {
    const { evaluation } = readingOf({ metrics: { "validation:auc": 0.8, "test:auc": 0.9 } });

    expect(evaluation?.metrics).not.toHaveProperty("auc");
    expect(evaluation?.unusable).toEqual({ auc: "0.8 in metrics.validation:auc, 0.9 in metrics.test:auc" });
  });

  it("should say under which keys a metric is that has two values", () => {
    const { evaluation } = readingOf({ binary_classification_metrics: { accuracy: 0.9 }, regression_metrics: { accuracy: 0.8 } });

    expect(evaluation?.metrics).toEqual({});
    expect(evaluation?.unusable).toEqual({
      accuracy: "0.9 in binary_classification_metrics.accuracy, 0.8 in regression_metrics.accuracy",
    });
  });

  it.each([
    ["NaN", "NaN"],
    ["-Infinity", "-Infinity"],
    ["1e999", "Infinity"],
    ['"NaN"', "NaN"],
    ['"Infinity"', "Infinity"],
    ["null", "null"],
    ['"0.91"', "0.91"],
    ["[0.9]", "a list"],
    ["true", "true"],
  ])("should make a metric of value %s unusable, and no other", (value, got) => {
    const text = `{"regression_metrics": {"rmse": {"value": ${value}, "standard_deviation": NaN}, "mae": {"value": 1}}}`;

    const { evaluation } = parseEvaluation(text, SHA256);

    expect(evaluation?.metrics).toEqual({ mae: 1 });
    expect(evaluation?.unusable).toEqual({ rmse: got });
  });

  it.each([
    [
      [
        [1, 2],
        [3, 4],
      ],
      "a list, expected counts by label and prediction",
    ],
    [{ "0": 1 }, "expected counts by label and prediction, of at most 1000 classes"],
    [{ "0": { "0": 0.5 } }, "expected whole numbers from 0 on as counts"],
    [{ "0": { "0": -1 } }, "expected whole numbers from 0 on as counts"],
  ])("should leave out the confusion matrix %j, and say why", (matrix, why) => {
    const { evaluation } = readingOf({ metrics: { confusion_matrix: matrix, accuracy: 1 } });

    expect(evaluation).not.toHaveProperty("confusion");
    expect(evaluation?.unusable).toEqual({ confusion_matrix: why });
  });

  it.each([
    ["", "got an empty file"],
    ["{", "not JSON, or cut short"],
    ["[]", "got JSON that is no object"],
    ["{}", "got neither metrics nor the key retrigger"],
    ['{"retrigger": {"schema": 2}}', "got the key retrigger of schema 2, expected 1"],
    ['{"retrigger": {"schema": "1"}}', "got the key retrigger of schema string, expected 1"],
    ['{"retrigger": null, "accuracy": 1}', "retrigger: got null, expected object"],
    [`[${"[".repeat(100)}`, "objects and lists within each other"],
  ])("should refuse %s", (text, problem) => {
    const reading = parseEvaluation(text, SHA256);

    expect(reading.evaluation).toBeUndefined();
    expect(reading.problem).toMatch(/^not an evaluation: .*; docs\/evaluation\.md describes the file$/);
    expect(reading.problem).toContain(problem);
  });

  it.each([
    ["model", "Churn", 'retrigger.model: got "Churn"'],
    ["goldenSet", { sha256: "ABC", rows: 1 }, 'retrigger.goldenSet.sha256: got "ABC", expected 64 hexadecimal digits'],
    ["goldenSet", { sha256: SHA256, rows: 0 }, "retrigger.goldenSet.rows: got 0"],
    ["predictions", { uri: "" }, "retrigger.predictions.uri"],
    ["training", {}, "retrigger.training.rows: got nothing"],
    ["training", { rows: "NaN" }, 'retrigger.training.rows: got "NaN"'],
  ])("should refuse an identity whose %s is %j, rather than guess", (key, value, problem) => {
    const reading = readingOf({ accuracy: 1, retrigger: { ...EXAMPLE.retrigger, [key]: value } });

    expect(reading.problem).toContain(problem);
  });

  it("should refuse more metrics than it keeps", () => {
    const many = Object.fromEntries(Array.from({ length: MAX_METRICS + 1 }, (_, index) => [`m${index}`, index]));

    expect(readingOf({ metrics: many }).problem).toContain(`got more than ${MAX_METRICS} metrics`);
  });

  it("should print what it got harmless", () => {
    expect(parseEvaluation("\u001b[31m\u202e{", SHA256).problem).toMatch(/^[^\p{Cc}\p{Bidi_Control}]*$/u);
  });

  it("should give back every finite metric that was written, and no more", () => {
    const names = fc.stringMatching(/^[a-z]{1,8}[0-9]$/);
    fc.assert(
      fc.property(fc.dictionary(names, fc.double({ noNaN: true, noDefaultInfinity: true })), (metrics) => {
        const written = Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, { value }]));

        const { evaluation } = readingOf({ regression_metrics: written, retrigger: EXAMPLE.retrigger });

        const expected = Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, value === 0 ? 0 : value]));
        expect(evaluation?.metrics).toMatchObject(expected);
        expect(evaluation?.unusable).toEqual({});
      }),
      { seed: jest.getSeed() },
    );
  });
});

// Helpers

function fixture(name: string): string {
  return readFileSync(join(__dirname, "fixtures", name), "utf8");
}

function readingOf(file: unknown) {
  return parseEvaluation(JSON.stringify(file), SHA256);
}
