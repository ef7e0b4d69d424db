import fc from "fast-check";
import { MAX_FEATURES } from "../../../../functions/core/drift/drift-report";
import { violationsReport } from "../../../../functions/core/drift/sources/sagemaker-violations";
import { PoisonMessageError } from "../../../../functions/core/errors";
import { CONTEXT, expectReportsOrPoison, fixture, mutated, OF_CONTEXT } from "./documents";

const FILE = fixture("sagemaker-violations");

describe("violationsReport", () => {
  it("should read the distance of a drift, and take every other violation for one of unknown size", () => {
    const report = violationsReport(FILE, CONTEXT);

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

  it("should call every feature calm where nothing is violated", () => {
    expect(violationsReport({ violations: [] }, CONTEXT)).toMatchObject({ unlisted: "calm", features: [] });
  });

  it.each([
    ["a number in words", "distance: large exceeds threshold: 0.1"],
    ["NaN", "Baseline drift distance: NaN exceeds threshold: 0.1"],
    ["a share in per cent", "distance: 85% exceeds threshold: 10%"],
    ["a decimal comma", "distance: 0,85 exceeds threshold: 0,1"],
    ["a negative distance", "distance: -0.85 exceeds threshold: 0.1"],
    ["a distance that is too large for a number", "distance: 1e999 exceeds threshold: 0.1"],
    ["a distance that does not exceed its threshold", "distance: 0.05 exceeds threshold: 0.1"],
    ["another sentence", "p_value is 0.0003 <= threshold 0.05"],
    ["an empty sentence", ""],
  ])("should count a drift described by %s as a violation of unknown size", (_name, description) => {
    const violation = { feature_name: "delay", constraint_check_type: "baseline_drift_check", description };

    const { features } = violationsReport({ violations: [violation] }, CONTEXT);

    expect(features[0]?.evidence).toEqual({ type: "violation", check: "baseline_drift_check", description });
  });

  it.each([
    ["a full stop after it", "Baseline drift distance: 0.85 exceeds threshold: 0.1."],
    ["line breaks in it", "Baseline drift distance: 0.85\n  exceeds threshold: 0.1 "],
    ["an exponent", "distance: 8.5e-1 exceeds threshold: 1E-1"],
  ])("should read a distance with %s", (_name, description) => {
    const violation = { feature_name: "x", constraint_check_type: "baseline_drift_check", description };

    const { features } = violationsReport({ violations: [violation] }, CONTEXT);

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

    const { features } = violationsReport({ violations }, CONTEXT);

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

    const { features } = violationsReport({ violations: [violation] }, CONTEXT);

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

    expect(() => violationsReport({ violations }, CONTEXT)).toThrow(
      `got a report of sagemaker-violations with 100000 features, expected at most ${MAX_FEATURES}`,
    );
  });

  it("should refuse a report whose model nobody knows", () => {
    expect(() => violationsReport(FILE, { ...CONTEXT, model: undefined })).toThrow(
      "got a report of sagemaker-violations without a model: put it under drift/<model>/",
    );
  });

  it.each([{}, { violations: {} }, [], null, "violations", { violations: null }])("should refuse %j", (document) => {
    expect(() => violationsReport(document, CONTEXT)).toThrow(PoisonMessageError);
  });

  it("should count each violation, whatever it says", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.jsonValue(), mutated(fixture("sagemaker-violations"))), { maxLength: 20 }), (violations) => {
        const { features } = violationsReport({ violations }, CONTEXT);
        expect(features).toHaveLength(violations.length);
      }),
    );
  });

  it("should make a report of any document, or refuse it", () => {
    fc.assert(fc.property(fc.jsonValue(), (document) => expectReportsOrPoison(() => [violationsReport(document, CONTEXT)])));
    fc.assert(fc.property(mutated(FILE), (document) => expectReportsOrPoison(() => [violationsReport(document, CONTEXT)])));
  });
});
