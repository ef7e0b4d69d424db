import fc from "fast-check";
import { alignDistributions } from "../../../../functions/core/drift/distributions/aligned-pair";
import type { Evidence } from "../../../../functions/core/drift/drift-report";
import { jensenShannonDistance } from "../../../../functions/core/drift/measures/divergences";
import { evidentlyReport } from "../../../../functions/core/drift/sources/evidently";
import { PoisonMessageError } from "../../../../functions/core/errors";
import { CONTEXT, expectReportsOrPoison, fixture, fixtureFile, mutated, OF_CONTEXT } from "./documents";

const REPORT = fixture("evidently-report");
const SNAPSHOT = fixture("evidently-snapshot");
const FIRST = fixture("evidently-snapshot-first");
const METHODS = fixture("evidently-snapshot-methods");

/** Evidently's default threshold of 0.1, from natural logarithms to base 2. */
const BINARY_THRESHOLD = 0.1 * (1 / Math.sqrt(Math.LN2));

const COLUMN = { column_name: "a", column_type: "num", stattest_name: "psi", stattest_threshold: 0.1 };
const TYPE = (name: string) => `evidently:metric_v2:${name}`;
const VALUE_DRIFT = { metric_name: "ValueDrift(column=age,method=psi,threshold=0.1)", value: 0.3 };

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
        { name: "(dataset)", kind: "data", evidence: score("drifted-columns-share", 0, 0.5) },
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
        { name: "(dataset)", kind: "data", evidence: score("drifted-columns-share", 0, 0.5) },
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

  it.each([
    ["a table of 0.6 by its share", "evidently/table-left-out-0.4.json", [["(dataset)", 0.375, 0.5]]],
    ["embeddings of 0.4", "evidently/embeddings-0.4.json", [["small", 0.9004674304711119, 0.55]]],
    [
      "embeddings of 0.7 beside a column",
      "evidently/embeddings-beside-column-0.7.json",
      [
        ["age", 0.56, 0.05],
        ["small", 0.995, 0.55],
      ],
    ],
    ["embeddings of 0.7 by the method that was chosen", "evidently/embeddings-ratio-0.7.json", [["small", 1, 0.4]]],
    [
      "what is derived from a text",
      "evidently/text-descriptors-0.6.json",
      [
        ["Text Length", 5.1e-17, 0.05],
        ["Non Letter %", 1, 0.05],
      ],
    ],
    ["a classifier of a text's two sides", "evidently/text-domain-classifier-0.4.json", [["review", 1, 0.555]]],
    [
      "a text column, whose threshold is a quantile",
      "evidently/preset-text-0.7.json",
      [
        ["age", 4e-96, 0.05],
        ["const", 1, 0.05],
        ["city", 1.5e-65, 0.05],
        ["review", 1, 0.55],
      ],
    ],
  ])("should read %s", (_name, file, expected) => {
    expect(read(JSON.parse(fixtureFile(file)))).toEqual(
      expected.map(([name, value, threshold]) => [name, expect.closeTo(Number(value), 2), expect.closeTo(Number(threshold), 3)]),
    );
  });

  it.each([
    ["beside some of its columns", { columns: ["a", "b", "c"] }, { count: 2, share: 2 / 3 }],
    ["of columns that are not counted", {}, { count: 0, share: 0 }],
    ["of more columns than are listed", {}, { count: 1, share: 0.5 }],
  ])("should tell the share of drifted columns %s", (_name, config, value) => {
    const count = {
      metric_name: "DriftedColumnsCount(drift_share=0.5)",
      config: { type: TYPE("DriftedColumnsCount"), drift_share: 0.5, ...config },
      value,
    };

    expect(read({ metrics: [count, VALUE_DRIFT] })).toEqual([
      ["age", 0.3, 0.1],
      ["(dataset)", value.share, 0.5],
    ]);
  });

  it("should tell of a table whose columns and share are left out, and of its dataset where that is told", () => {
    const table = { metric: "DataDriftTable", result: { number_of_columns: 2 } };
    const column = { metric: "ColumnDriftMetric", result: { ...COLUMN, drift_score: 0.3 } };
    const alone = { metric: "DataDriftTable", result: { number_of_columns: 1, share_of_drifted_columns: 1, dataset_drift: true } };

    expect(() => evidentlyReport({ metrics: [table] }, CONTEXT)).toThrow(
      "cannot be read: DataDriftTable: its columns are left out",
    );
    expect(unmeasured({ metrics: [table, column] })).toEqual([["DataDriftTable", "its columns are left out"]]);
    expect(read({ metrics: [alone] })).toEqual([["(dataset)", 1, 0.5]]);
  });

  it.each([
    [
      "of 0.6",
      [
        { metric: "ColumnDriftMetric", result: { ...{ column_name: "a", stattest_name: "psi" }, drift_score: 0.1 } },
        { metric: "FutureDriftMetric", result: {} },
      ],
      "FutureDriftMetric",
    ],
    [
      "of 0.7",
      [
        { metric_name: "ValueDrift(column=a,method=psi,threshold=0.1)", value: 0.1 },
        { metric_name: "MultivariateDrift(columns=a)", value: 0.9 },
      ],
      "MultivariateDrift",
    ],
    [
      "of 0.7 by its type",
      [
        { metric_name: "ValueDrift(column=a,method=psi,threshold=0.1)", value: 0.1 },
        { metric_name: "x", config: { type: "evidently:metric_v2:PredictionDrift" }, value: 0.9 },
      ],
      "PredictionDrift",
    ],
  ])("should name a metric of drift that is not known %s", (_name, metrics, named) => {
    expect(unmeasured({ metrics })).toEqual([[named, "a metric of drift that is not known"]]);
    expect(() => evidentlyReport({ metrics: metrics.slice(1) }, CONTEXT)).toThrow(`cannot be read: ${named}: a metric of drift`);
  });

  it("should name embeddings whose method a first release does not tell", () => {
    const metric = { metric_id: "EmbeddingsDrift(embeddings_name=small)", value: 0.9 };

    expect(unmeasured({ metrics: [metric, VALUE_DRIFT] })).toEqual([
      ["EmbeddingsDrift(embeddings_name=small)", "it names no method: update Evidently"],
    ]);
  });

  it.each([
    ["a column", { metrics: [{ metric: "ColumnDriftMetric", result: { ...COLUMN, drift_score: null, drift_detected: false } }] }],
    [
      "a column whose conclusion is missing",
      { metrics: [{ metric: "ColumnDriftMetric", result: { ...COLUMN, drift_score: null } }] },
    ],
    [
      "embeddings",
      {
        metrics: [
          {
            metric: "EmbeddingsDriftMetric",
            result: { embeddings_name: "e", method_name: "mmd", drift_score: null, drift_detected: false },
          },
        ],
      },
    ],
    ["a column of a snapshot", { metrics: [{ metric_name: "ValueDrift(column=a,method=t_test,threshold=0.05)", value: null }] }],
  ])("should tell nothing of %s whose score is NaN", (_name, document) => {
    expect(evidentlyReport(document, CONTEXT).features).toMatchObject([
      { evidence: { type: "unmeasured", why: "no score: Evidently could not compute it" } },
    ]);
  });

  it("should count a drift that Evidently detects, whose score is no number, as a violation of unknown size", () => {
    const column = { metric: "ColumnDriftMetric", result: { ...COLUMN, drift_score: null, drift_detected: true } };
    const tested = {
      metrics: [{ id: "m", metric_name: "ValueDrift(column=a,method=psi,threshold=0.1)", value: null }],
      tests: [
        {
          description: "Drift score is inf. The drift detection method is PSI. The drift threshold is 0.10.",
          status: "FAIL",
          metric_config: { metric_id: "m" },
        },
      ],
    };

    for (const document of [{ metrics: [column] }, tested]) {
      expect(evidentlyReport(document, CONTEXT).features).toMatchObject([{ evidence: { type: "violation" } }]);
    }
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
    ["with embeddings", mutated(JSON.parse(fixtureFile("evidently/embeddings-beside-column-0.7.json")))],
    ["of texts", mutated(JSON.parse(fixtureFile("evidently/text-descriptors-0.6.json")))],
  ])("should make a report of a document %s, or refuse it", (_name, documents) => {
    fc.assert(fc.property(documents, (document) => expectReportsOrPoison(() => [evidentlyReport(document, CONTEXT)])));
  });
});

// Helpers

/** The scores of a report. */
function read(document: unknown) {
  return evidentlyReport(document, CONTEXT).features.map(({ name, evidence }) =>
    evidence.type === "score" ? [name, evidence.score, evidence.threshold] : [name, evidence.type],
  );
}

/** What a report names and could not be read. */
function unmeasured(document: unknown) {
  return evidentlyReport(document, CONTEXT).features.flatMap(({ name, evidence }) =>
    evidence.type === "unmeasured" ? [[name, evidence.why]] : [],
  );
}

function score(metric: string, value: number, threshold: number): Evidence {
  return { type: "score", metric, score: value, threshold };
}
