import fc from "fast-check";
import { evaluateDrift } from "../../../../functions/core/drift/evaluate-drift";
import { readDriftDocument } from "../../../../functions/core/drift/sources/drift-source";
import { isModelQuality, modelQualityReport } from "../../../../functions/core/drift/sources/sagemaker-model-quality";
import { monitoringRunReport } from "../../../../functions/core/drift/sources/sagemaker-monitoring-run";
import { PoisonMessageError } from "../../../../functions/core/errors";
import { qualitySignalsOf } from "../../../../functions/core/quality/quality-signals-of";
import { policyOf } from "../reports";
import { CONTEXT, expectReportsOrPoison, fixture, fixtureText, mutated } from "./documents";

const BINARY = "model-quality/binary";
const ZEROS = "model-quality/multiclass-zeros";
const REGRESSION = "model-quality/regression";

describe("modelQualityReport", () => {
  it("should read each metric of a binary classification, and none of the constant classifier", () => {
    const { source, reports } = readDriftDocument(fixtureText(BINARY), CONTEXT);

    const [{ signals, refusals }] = reports.map(qualitySignalsOf) as [ReturnType<typeof qualitySignalsOf>];
    expect([source, reports.length, refusals]).toEqual(["SageMaker model quality", 1, []]);
    expect(signals.map(({ metric, error }) => [metric, Number(error.toFixed(4))])).toEqual([
      ["recall", 0.4],
      ["precision", 0.1429],
      ["accuracy", 0.125],
      ["true-positive-rate", 0.4],
      ["true-negative-rate", 0.0333],
      ["false-positive-rate", 0.0333],
      ["false-negative-rate", 0.4],
      ["auc", 0.09],
      ["f0-5", 0.2105],
      ["f1", 0.2941],
      ["f2", 0.3617],
    ]);
    const [from, to] = ["2026-11-29T00:00:00Z", "2026-11-30T00:00:00Z"].map(Date.parse);
    expect(signals).toEqual(signals.map((signal) => ({ ...signal, monitor: "sagemaker-model-quality", from, to, rows: 400 })));
  });

  it("should believe a confusion matrix more than metrics that are all 0 beside it, and say so", () => {
    const report = modelQualityReport(fixture(ZEROS), CONTEXT);

    expect(qualitySignalsOf(report).signals).toMatchObject([{ metric: "accuracy", error: expect.closeTo(0.1, 9), rows: 100 }]);
    expect(report.features.at(-1)?.evidence).toEqual({
      type: "unmeasured",
      metric: "accuracy",
      why: "the file tells an accuracy of 0, its confusion matrix one of 0.9: its other metrics are not read",
    });
  });

  it("should say of each metric of a regression why it is no signal", () => {
    const { signals, refusals } = qualitySignalsOf(modelQualityReport(fixture(REGRESSION), CONTEXT));

    expect(signals).toEqual([]);
    expect(refusals.map((refusal) => refusal.split(" ")[0])).toEqual(["mae", "mse", "rmse", "r2"]);
  });

  it("should take the window of its context where the file tells none", () => {
    expect(modelQualityReport(fixture(ZEROS), CONTEXT).window).toEqual(CONTEXT.window);
  });

  it("should refuse a file without a metric that is known", () => {
    const document = { dataset: { item_count: 1 }, regression_metrics: { other: { value: 1 }, mae: { value: "NaN" } } };

    expect(() => modelQualityReport(document, CONTEXT)).toThrow(PoisonMessageError);
  });

  it("should not take an evaluation of a training for one of what was served", () => {
    const { dataset: _, ...evaluation } = Object(fixture(BINARY));

    expect(isModelQuality(evaluation)).toBe(false);
  });

  it("should read any document as reports, or refuse it", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(BINARY, ZEROS, REGRESSION).chain((name) => mutated(fixture(name))),
        (document) => {
          expectReportsOrPoison(() => [modelQualityReport(document, CONTEXT)]);
        },
      ),
      { endOnFailure: true },
    );
  });
});

describe("monitoringRunReport", () => {
  it("should tell how well the model does beside what is violated, of which alone a drift is judged", () => {
    const violations = fixture("model-monitor/model-quality");
    const [without, report] = [undefined, fixture(BINARY)].map((statistics) =>
      monitoringRunReport("quality", { ...FILES, violations, statistics }, CONTEXT),
    );
    if (without === undefined || report === undefined) throw new Error("there is no report");

    expect(qualitySignalsOf(report).signals).toContainEqual(
      expect.objectContaining({ metric: "accuracy", error: 0.125, rows: 400, from: CONTEXT.window.start, to: CONTEXT.window.end }),
    );
    const [judged, judgedWithout] = [report, without].map((one) => evaluateDrift(policyOf(), one, []).evaluation);
    expect(judged).toEqual(judgedWithout);
    expect(judged?.features.length).toBeGreaterThan(0);
  });
});

// Helpers

const FILES = { statistics: undefined, baselineStatistics: undefined, constraints: undefined };
