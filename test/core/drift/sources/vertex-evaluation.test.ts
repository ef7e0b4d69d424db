import fc from "fast-check";
import { evaluateDrift } from "../../../../functions/core/drift/evaluate-drift";
import { readDriftDocument } from "../../../../functions/core/drift/sources/drift-source";
import { evaluationReports, isEvaluation } from "../../../../functions/core/drift/sources/vertex-evaluation";
import { PoisonMessageError } from "../../../../functions/core/errors";
import { qualitySignalsOf } from "../../../../functions/core/quality/quality-signals-of";
import { policyOf } from "../reports";
import { CONTEXT, expectReportsOrPoison, fixture, fixtureText, mutated } from "./documents";

const LIST = "vertex-evaluation/list";
const REGRESSION = "vertex-evaluation/regression";
const [OLDER, NEWER] = ["901", "902"].map((id) => `projects/4711/locations/europe-west4/models/8801/evaluations/${id}`);

describe("evaluationReports", () => {
  it("should read a list as the API writes it, oldest first, with the accuracy of the confusion matrix and its rows", () => {
    const { source, reports } = readDriftDocument(fixtureText(LIST), CONTEXT);

    expect(source).toBe("Vertex AI evaluation");
    expect(reports.map(({ id }) => id).slice(1)).toEqual([OLDER, NEWER]);
    const signals = reports.flatMap((report) => qualitySignalsOf(report).signals);
    const [first, second, third] = ["2026-11-16", "2026-11-23", "2026-11-30"].map((day) => Date.parse(`${day}T00:00:00Z`));
    const common = { model: "flights", monitor: "vertex evaluation", rows: 400, run: "8801@3" };
    const areas = [
      { metric: "au-roc", error: expect.closeTo(0.03, 9) },
      { metric: "au-prc", error: expect.closeTo(0.06, 9) },
    ];
    expect(signals).toEqual([
      ...[{ metric: "accuracy", error: expect.closeTo(0.08, 9) }, ...areas].map((one) => ({
        ...common,
        ...one,
        from: first,
        to: second,
      })),
      ...[{ metric: "accuracy", error: expect.closeTo(0.125, 9) }, ...areas].map((one) => ({
        ...{ ...common, ...one },
        ...{ from: second, to: third },
      })),
    ]);
  });

  it("should say that an evaluation tells no time of its data, unless a window was added to it", () => {
    const [ofTraining] = evaluationReports(fixture(LIST), CONTEXT);

    expect(ofTraining?.window.start).toBe(Date.parse("2026-11-01T10:00:00.000Z"));
    expect(ofTraining && qualitySignalsOf(ofTraining)).toEqual({
      signals: [],
      refusals: [expect.stringContaining("does not say when its data arose")],
    });
  });

  it("should read one evaluation alone, and a bare list", () => {
    const { modelEvaluations } = Object(fixture(LIST));

    expect(isEvaluation(modelEvaluations[0])).toBe(true);
    expect(evaluationReports(modelEvaluations[0], CONTEXT).map(({ id }) => id)).toEqual([NEWER]);
    expect(evaluationReports(modelEvaluations, CONTEXT)).toEqual(evaluationReports(fixture(LIST), CONTEXT));
  });

  it("should say of each metric of a regression, and of a log loss, why it is no signal", () => {
    const reports = [REGRESSION, LIST].map((name) => evaluationReports(fixture(name), CONTEXT).at(-1));

    const refused = reports.map((report) => report && qualitySignalsOf(report).refusals.map((refusal) => refusal.split(" ")[0]));
    expect(refused).toEqual([
      [
        ...["root-mean-squared-error", "mean-absolute-error", "mean-absolute-percentage-error"],
        ...["root-mean-squared-log-error", "r-squared"],
      ],
      ["log-loss"],
    ]);
  });

  it("should tell nothing of drift", () => {
    const evaluations = evaluationReports(fixture(LIST), CONTEXT).map((report) => evaluateDrift(policyOf(), report, []).evaluation);

    expect(evaluations).toMatchObject(Array(3).fill({ severity: "none", features: [] }));
  });

  it.each([
    [{ modelEvaluationSlices: [{ name: "a" }] }, "got slices of an evaluation of Vertex AI"],
    [[{ metricsSchemaUri: "x", metrics: { other: 1 } }], "without a metric that is known"],
    [[{ metricsSchemaUri: "x", metrics: { auRoc: 0.9 }, window: { start: 2, end: 1 } }], "ends before it starts"],
    [[{ metricsSchemaUri: "x", metrics: { confusionMatrix: { rows: [[1, 2], [3]] } } }], "without a metric that is known"],
    [[{ metricsSchemaUri: "x", metrics: { confusionMatrix: { rows: [[0]] } } }], "without a metric that is known"],
  ])("should refuse %j", (document, reason) => {
    expect(isEvaluation(document)).toBe(true);
    expect(() => evaluationReports(document, CONTEXT)).toThrow(PoisonMessageError);
    expect(() => evaluationReports(document, CONTEXT)).toThrow(reason);
  });

  it("should read any document as reports, or refuse it", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(LIST, REGRESSION).chain((name) => mutated(fixture(name))),
        (document) => {
          expectReportsOrPoison(() => evaluationReports(document, CONTEXT));
        },
      ),
      { endOnFailure: true },
    );
  });
});
