import fc from "fast-check";
import { DEFAULT_DRIFT_POLICY } from "../../../../functions/core/drift/drift-policy";
import { MAX_FEATURES } from "../../../../functions/core/drift/drift-report";
import { type EvaluatedDrift, evaluateDrift } from "../../../../functions/core/drift/evaluate-drift";
import { violationsReports } from "../../../../functions/core/drift/sources/sagemaker-violations";
import { PoisonMessageError } from "../../../../functions/core/errors";
import { CONTEXT, expectReportsOrPoison, fixture, fixtureFile, mutated, OF_CONTEXT } from "./documents";

const FILE = fixture("sagemaker-violations");

const file = (name: string) => JSON.parse(fixtureFile(`model-monitor/${name}.json`));

describe("violationsReports", () => {
  it("should read the distance of a drift, and take every other violation for one of unknown size", () => {
    const [report] = violationsReports(FILE, CONTEXT);

    expect(report).toEqual({
      ...OF_CONTEXT,
      monitor: "sagemaker-violations",
      unlisted: "calm",
      features: [
        {
          name: "delay",
          kind: "label",
          evidence: { type: "score", metric: "sagemaker-distance", score: 0.4128571428571429, threshold: 0.1 },
        },
        {
          name: "origin",
          kind: "data",
          evidence: {
            type: "violation",
            check: "categorical_values_check",
            description: "Value: 0.031 does not meet the constraint requirement! ",
          },
        },
        {
          name: "distance",
          kind: "data",
          evidence: {
            type: "violation",
            check: "data_type_check",
            description:
              "Data type match requirement is not met. Expected data type: Integral, Expected match: 100.0%. Observed: Only 97.2% of data is Integral.",
          },
        },
        {
          name: "Missing columns",
          kind: "data",
          evidence: {
            type: "violation",
            check: "missing_column_check",
            description:
              "There are missing columns in current dataset. Number of columns in current dataset: 4, Number of columns in baseline constraints: 5",
          },
        },
      ],
    });
  });

  it.each([
    ["data-quality/2026-11-30.json", "sagemaker-violations"],
    ["churn-DataQuality/2026/11/30/10/constraint_violations.json", "sagemaker-violations"],
    ["model_quality.json", "sagemaker-violations model-quality"],
    ["ModelBias/1.json", "sagemaker-violations bias"],
    ["monthly bias.json", "sagemaker-violations bias"],
    ["model-explainability/1.json", "sagemaker-violations attribution"],
  ])("should call every feature of a type calm where nothing is violated at %s", (path, monitor) => {
    expect(violationsReports(file("empty"), { ...CONTEXT, path })).toMatchObject([{ monitor, unlisted: "calm", features: [] }]);
  });

  it.each([undefined, "constraint_violations.json", "debiased/1.json", "data-quality-and-bias/1.json"])(
    "should say nothing of a file without violations that is of no known type, at %s",
    (path) => {
      expect(violationsReports(file("empty"), { ...CONTEXT, ...(path !== undefined && { path }) })).toMatchObject([
        { monitor: "sagemaker-violations of unknown type", unlisted: "unknown", features: [{ evidence: { type: "unmeasured" } }] },
      ]);
    },
  );

  it.each([
    ["data-quality", ["sagemaker-violations"]],
    ["model-quality", ["sagemaker-violations model-quality"]],
    ["bias", ["sagemaker-violations bias"]],
    ["attribution", ["sagemaker-violations attribution"]],
  ])("should keep the violations of %s in a monitor of their own, wherever they lie", (name, monitors) => {
    for (const path of ["1.json", "data-quality/1.json", "model-quality/1.json"]) {
      expect(violationsReports(file(name), { ...CONTEXT, path }).map(({ monitor }) => monitor)).toEqual(monitors);
    }
  });

  it("should detect a drift of data quality at its second report, whatever other types say beside it", () => {
    const others = ["model-quality", "bias", "attribution", "empty"];
    const run = (names: readonly string[]) => {
      let history: EvaluatedDrift["history"] = [];
      return [1, 2, 3].flatMap((day) =>
        names.flatMap((name, index) => {
          const at = Date.UTC(2026, 10, day, index);
          const context = { ...CONTEXT, documentId: `${name} ${day}`, window: { start: at, end: at } };
          return violationsReports(file(name), context).flatMap((report) => {
            const evaluated = evaluateDrift(DEFAULT_DRIFT_POLICY, report, history);
            history = evaluated.history;
            return report.monitor === "sagemaker-violations" ? [evaluated.evaluation.severity] : [];
          });
        }),
      );
    };

    expect(run(["data-quality"])).toEqual(["none", "medium", "medium"]);
    expect(run(["data-quality", ...others])).toEqual(run(["data-quality"]));
    expect(run([...others, "data-quality"])).toEqual(run(["data-quality"]));
  });

  it("should tell attributions of different classes apart, as texts or numbers", () => {
    const violations = [0, 1, "b", true].map((label) => ({ ...file("attribution").violations[0], label }));
    const namesOf = (document: unknown) => violationsReports(document, CONTEXT)[0]?.features.map(({ name, kind }) => [name, kind]);

    expect(namesOf(file("attribution"))).toEqual([
      ["shap label0", "prediction"],
      ["shap label1", "prediction"],
    ]);
    expect(namesOf({ violations })).toEqual(["shap 0", "shap 1", "shap b", "shap true"].map((name) => [name, "prediction"]));
  });

  it("should count features, not violations", () => {
    const distance = (score: number) => ({
      feature_name: "age",
      constraint_check_type: "baseline_drift_check",
      description: `Baseline drift distance: ${score} exceeds threshold: 0.1`,
    });
    expect(violationsReports(file("byoc-sentences-100"), CONTEXT)[0]?.features).toHaveLength(1);
    expect(featuresOf(new Array(50_000).fill(distance(0.2)))).toHaveLength(1);
    expect(featuresOf([distance(0.2), distance(0.9), distance(0.3)])).toMatchObject([{ evidence: { score: 0.9 } }]);
    expect(featuresOf(Array.from({ length: 4_000 }, (_, index) => ({ feature_name: `f${index % 2_000}` })))).toHaveLength(2_000);
    expect(featuresOf(["a", "b"].map((check) => ({ feature_name: "age", constraint_check_type: check })))).toHaveLength(2);
  });

  it.each(["NaN", "nan"])("should tell nothing of a drift whose distance is %s", (distance) => {
    const description = `Baseline drift distance: ${distance} exceeds threshold: 0.1`;
    const violation = { feature_name: "delay", constraint_check_type: "baseline_drift_check", description };

    expect(violationsReports({ violations: [violation] }, CONTEXT)[0]?.features).toMatchObject([
      { name: "delay", evidence: { type: "unmeasured", metric: "baseline_drift_check" } },
    ]);
  });

  it.each([
    ["a number in words", "distance: large exceeds threshold: 0.1"],
    ["a share in per cent", "distance: 85% exceeds threshold: 10%"],
    ["a decimal comma", "distance: 0,85 exceeds threshold: 0,1"],
    ["a negative distance", "distance: -0.85 exceeds threshold: 0.1"],
    ["a distance that is too large for a number", "distance: 1e999 exceeds threshold: 0.1"],
    ["a distance that does not exceed its threshold", "distance: 0.05 exceeds threshold: 0.1"],
    ["another sentence", "p_value is 0.0003 <= threshold 0.05"],
    ["an empty sentence", ""],
  ])("should count a drift described by %s as a violation of unknown size", (_name, description) => {
    const violation = { feature_name: "delay", constraint_check_type: "baseline_drift_check", description };

    const features = featuresOf([violation]);

    expect(features[0]?.evidence).toEqual({ type: "violation", check: "baseline_drift_check", description });
  });

  it.each([
    ["a full stop after it", "Baseline drift distance: 0.85 exceeds threshold: 0.1."],
    ["line breaks in it", "Baseline drift distance: 0.85\n  exceeds threshold: 0.1 "],
    ["an exponent", "distance: 8.5e-1 exceeds threshold: 1E-1"],
  ])("should read a distance with %s", (_name, description) => {
    const violation = { feature_name: "x", constraint_check_type: "baseline_drift_check", description };

    const features = featuresOf([violation]);

    expect(features[0]?.evidence).toEqual({ type: "score", metric: "sagemaker-distance", score: 0.85, threshold: 0.1 });
  });

  it("should count a violation of model quality, of bias, and one that tells nothing", () => {
    const violations = [
      {
        metric_name: "auc",
        constraint_check_type: "LessThanThreshold",
        description: "Metric auc with 0.6 was LessThanThreshold 0.7",
      },
      { metric_name: "CI", facet: "age", facet_value: "40", constraint_check_type: "bias_drift_check", description: "Value 0.07" },
      { sentence: "no description", feature_name: "score", constraint_check_type: "baseline_drift_check" },
      null,
    ];

    const features = featuresOf(violations);

    expect(features).toEqual([
      {
        name: "auc",
        kind: "concept",
        evidence: { type: "violation", check: "LessThanThreshold", description: "Metric auc with 0.6 was LessThanThreshold 0.7" },
      },
      {
        name: "CI age 40",
        kind: "prediction",
        evidence: { type: "violation", check: "bias_drift_check", description: "Value 0.07" },
      },
      { name: "score", kind: "data", evidence: { type: "violation", check: "baseline_drift_check" } },
      { name: "(unnamed)", kind: "data", evidence: { type: "violation", check: "(unnamed)" } },
    ]);
  });

  it("should cut names and descriptions rather than lose their violation", () => {
    const violation = { feature_name: "n".repeat(5000), constraint_check_type: "c".repeat(5000), description: "d".repeat(5000) };

    const features = featuresOf([violation]);

    expect(features).toEqual([
      {
        name: "n".repeat(256),
        kind: "data",
        evidence: { type: "violation", check: "c".repeat(256), description: "d".repeat(1024) },
      },
    ]);
  });

  it("should refuse more features than a report holds, loudly", () => {
    const violations = Array.from({ length: 100_000 }, (_, index) => ({ feature_name: `f${index}` }));

    expect(() => violationsReports({ violations }, CONTEXT)).toThrow(
      `got a report of sagemaker-violations with more than ${MAX_FEATURES} features`,
    );
  });

  it("should refuse a report whose model nobody knows", () => {
    expect(() => violationsReports(FILE, { ...CONTEXT, model: undefined })).toThrow(
      "got a report of sagemaker-violations without a model: put it under drift/<model>/",
    );
  });

  it.each([{}, { violations: {} }, [], null, "violations", { violations: null }])("should refuse %j", (document) => {
    expect(() => violationsReports(document, CONTEXT)).toThrow(PoisonMessageError);
  });

  it("should count each violation, whatever it says", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.jsonValue(), mutated(fixture("sagemaker-violations"))), { maxLength: 20 }), (violations) => {
        const named = violations.map((violation, index) => ({ ...Object(violation), feature_name: `f${index}` }));
        const features = violationsReports({ violations: named }, CONTEXT).flatMap((report) => report.features);
        expect(features).toHaveLength(Math.max(1, violations.length));
      }),
    );
  });

  it("should make a report of any document, or refuse it", () => {
    fc.assert(fc.property(fc.jsonValue(), (document) => expectReportsOrPoison(() => violationsReports(document, CONTEXT))));
    fc.assert(fc.property(mutated(FILE), (document) => expectReportsOrPoison(() => violationsReports(document, CONTEXT))));
  });
});

// Helpers

/** Of all types. */
function featuresOf(violations: readonly unknown[]) {
  return violationsReports({ violations }, CONTEXT).flatMap(({ features }) => features);
}
