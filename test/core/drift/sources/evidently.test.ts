import fc from "fast-check";
import { alignDistributions } from "../../../../functions/core/drift/aligned-pair";
import type { Evidence } from "../../../../functions/core/drift/drift-report";
import { jensenShannonDistance } from "../../../../functions/core/drift/measures/divergences";
import { evidentlyReport } from "../../../../functions/core/drift/sources/evidently";
import { PoisonMessageError } from "../../../../functions/core/errors";
import { CONTEXT, expectReportsOrPoison, fixture, mutated, OF_CONTEXT } from "./documents";

const REPORT = fixture("evidently-report");
const SNAPSHOT = fixture("evidently-snapshot");
const FIRST = fixture("evidently-snapshot-first");
const METHODS = fixture("evidently-snapshot-methods");

/** Evidently's default threshold of 0.1, from natural logarithms to base 2. */
const BINARY_THRESHOLD = 0.1 * (1 / Math.sqrt(Math.LN2));

describe("evidentlyReport", () => {
  it("should read Report.json() of 0.6.7: scores of numbers, counts of categories", () => {
    expect(evidentlyReport(REPORT, CONTEXT)).toEqual({
      ...OF_CONTEXT,
      monitor: "evidently",
      features: [
        { name: "delay", kind: "label", evidence: score("wasserstein-normed", 0.046231774738504684, 0.1) },
        { name: "guess", kind: "prediction", evidence: score("wasserstein-normed", 0.029914690563761403, 0.1) },
        { name: "distance", kind: "data", evidence: score("wasserstein-normed", 0.029914690563761403, 0.1) },
        { name: "hour", kind: "data", evidence: score("wasserstein-normed", 0.022480139478643774, 0.1) },
        {
          name: "origin",
          kind: "data",
          evidence: {
            type: "distributions",
            reference: { type: "categories", counts: { ATL: 288, DFW: 358, LAX: 263, ORD: 366, PHX: 214, STL: 205, other: 5243 } },
            current: { type: "categories", counts: { ATL: 65, DFW: 94, LAX: 67, ORD: 100, PHX: 51, STL: 42, other: 1161 } },
          },
        },
        { name: "hour", kind: "data", evidence: score("p-value", 0.845085596886516, 0.05) },
      ],
    });
  });

  it("should read the snapshot of 0.7.23, which tells methods and thresholds in each metric", () => {
    expect(evidentlyReport(SNAPSHOT, CONTEXT)).toEqual({
      ...OF_CONTEXT,
      monitor: "evidently",
      features: [
        { name: "delay", kind: "label", evidence: score("wasserstein-normed", 0.04623177473850468, 0.1) },
        { name: "distance", kind: "data", evidence: score("wasserstein-normed", 0.02991469056376141, 0.1) },
        { name: "hour", kind: "data", evidence: score("wasserstein-normed", 0.022480139478643774, 0.1) },
        { name: "origin", kind: "data", evidence: score("jensen-shannon-distance", 0.02852143208137063, BINARY_THRESHOLD) },
      ],
    });
  });

  it("should read the snapshot of 0.7.0, which tells them in its tests alone", () => {
    expect(evidentlyReport(FIRST, CONTEXT)).toEqual({
      ...OF_CONTEXT,
      monitor: "evidently",
      features: [
        { name: "delay", kind: "label", evidence: score("wasserstein-normed", 0.046231774738504684, 0.1) },
        { name: "distance", kind: "data", evidence: score("wasserstein-normed", 0.029914690563761403, 0.1) },
        { name: "hour", kind: "data", evidence: score("wasserstein-normed", 0.022480139478643774, 0.1) },
        { name: "origin", kind: "data", evidence: score("jensen-shannon-distance", 0.028521432081371402, BINARY_THRESHOLD) },
        { name: "distance", kind: "data", evidence: score("p-value", 0.39165371636153296, 0.05) },
      ],
    });
  });

  it("should tell distances from p-values by the method, and take the row count for the sample", () => {
    const { features } = evidentlyReport(METHODS, CONTEXT);

    expect(features.map(({ name, sampleSize, evidence }) => [name, sampleSize, evidence])).toEqual([
      ["distance", 1580, score("p-value", 0.39165371636153296, 0.05)],
      ["distance", 1580, score("psi", 0.007443008181061187, 0.1)],
      ["distance", 1580, score("kullback-leibler-of-reference", 0.003681184523635846, 0.1)],
      ["distance", 1580, score("hellinger-distance", 0.02754859696039898, 0.1)],
      ["distance", 1580, score("jensen-shannon-distance", 0.041080775124984974, BINARY_THRESHOLD)],
      ["distance", 1580, score("energy-distance", 0.5915842146394509, 0.1)],
      ["distance", 1580, score("p-value", 0.25, 0.1)],
      ["origin", 1580, score("p-value", 0.27142697023813384, 0.05)],
      ["origin", 1580, score("psi", 0.004514865727503044, 0.1)],
      ["origin", 1580, score("p-value", 0.156, 0.1)],
    ]);
  });

  it("should give the distance that core computes from the counts of the older generation", () => {
    const [old] = evidentlyReport(REPORT, CONTEXT).features.filter(({ name }) => name === "origin");
    const [now] = evidentlyReport(SNAPSHOT, CONTEXT).features.filter(({ name }) => name === "origin");

    const counted = old?.evidence.type === "distributions" ? old.evidence : undefined;
    const scored = now?.evidence.type === "score" ? now.evidence.score : undefined;
    expect(counted && jensenShannonDistance(alignDistributions(counted.reference, counted.current))).toBeCloseTo(scored ?? -1, 9);
  });

  it("should read the share of drifted columns where a report tells no more", () => {
    const old = { metric: "DatasetDriftMetric", result: { drift_share: 0.5, share_of_drifted_columns: 0.75, dataset_drift: true } };

    expect(evidentlyReport({ metrics: [old] }, CONTEXT).features).toEqual([
      { name: "(dataset)", kind: "data", evidence: score("drifted-columns-share", 0.75, 0.5) },
    ]);
    expect(evidentlyReport(fixture("evidently-snapshot-dataset"), CONTEXT).features).toEqual([
      { name: "(dataset)", kind: "data", evidence: score("drifted-columns-share", 0, 0.5) },
    ]);
  });

  it("should count a column whose score is NaN as a violation of unknown size", () => {
    const description = "no score: Evidently could not compute it";
    const violation = { type: "violation", check: "psi", description };
    const column = { column_name: "a", column_type: "num", stattest_name: "psi", stattest_threshold: 0.1, drift_score: null };
    const metric = { metric_name: "ValueDrift(column=a,method=psi,threshold=0.1)", value: null };

    expect(evidentlyReport({ metrics: [{ metric: "ColumnDriftMetric", result: column }] }, CONTEXT).features[0]?.evidence).toEqual(
      violation,
    );
    expect(evidentlyReport({ metrics: [metric] }, CONTEXT).features[0]?.evidence).toEqual(violation);
  });

  it("should tell from Evidently's conclusion that the score of a team's own method is a p-value", () => {
    const method = { stattest_name: "custom function 'mine'", stattest_threshold: 0.05 };
    const column = { column_name: "a", column_type: "num", ...method };
    const read = (result: object) =>
      evidentlyReport({ metrics: [{ metric: "ColumnDriftMetric", result }] }, CONTEXT).features[0]?.evidence;

    expect(read({ ...column, drift_score: 0.01, drift_detected: true })).toEqual(score("p-value", 0.01, 0.05));
    expect(read({ ...column, drift_score: 0.2, drift_detected: false })).toEqual(score("p-value", 0.2, 0.05));
    expect(read({ ...column, drift_score: 0.2, drift_detected: true })).toEqual(score("custom function 'mine'", 0.2, 0.05));
  });

  it("should read a column whose name holds what separates names", () => {
    const metric = { metric_id: "ValueDrift(column=a,method=b (c),method=psi,threshold=0.2)", value: 0.3 };

    expect(evidentlyReport({ metrics: [metric] }, CONTEXT).features).toEqual([
      { name: "a,method=b (c)", kind: "data", evidence: score("psi", 0.3, 0.2) },
    ]);
  });

  it("should refuse a score that may be a distance or a p-value, and say what to do", () => {
    const metric = { metric_id: "ValueDrift(column=a)", value: 0.3 };

    expect(() => evidentlyReport({ metrics: [metric] }, CONTEXT)).toThrow(
      'ValueDrift of column "a" names no method; run the report with include_tests=True, or update Evidently',
    );
  });

  it.each([
    ["no metric", { metrics: [] }],
    ["no drift metric of 0.7", { metrics: [{ metric_name: "RowCount()", value: 3 }] }],
    ["no drift metric of 0.6", { metrics: [{ metric: "DatasetMissingValuesMetric", result: {} }] }],
    ["a drift metric without its columns", { metrics: [{ metric: "DataDriftTable", result: {} }] }],
    ["another document", { tests: [] }],
  ])("should refuse a report with %s", (_name, document) => {
    expect(() => evidentlyReport(document, CONTEXT)).toThrow(PoisonMessageError);
  });

  it.each([
    ["of any shape", fc.jsonValue()],
    ["of 0.6.7", mutated(REPORT)],
    ["of 0.7.0", mutated(FIRST)],
    ["of 0.7.23", mutated(METHODS)],
  ])("should make a report of a document %s, or refuse it", (_name, documents) => {
    fc.assert(fc.property(documents, (document) => expectReportsOrPoison(() => [evidentlyReport(document, CONTEXT)])));
  });
});

// Helpers

function score(metric: string, value: number, threshold: number): Evidence {
  return { type: "score", metric, score: value, threshold };
}
