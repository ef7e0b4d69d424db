import fc from "fast-check";
import { evidentlyReport } from "../../../../functions/core/drift/sources/evidently";
import { PoisonMessageError } from "../../../../functions/core/errors";
import { CONTEXT, expectReportsOrPoison, fixtureFile, mutated } from "./documents";

const SUITE = JSON.parse(fixtureFile("evidently/test-suite-0.4.json"));
const WITH_ERRORS = JSON.parse(fixtureFile("evidently/test-suite-0.6.json"));
const SUMMARY = { all_passed: false };

describe("findingsOfSuite", () => {
  it("should read each column of a suite with its method, score and threshold", () => {
    const { features } = evidentlyReport(SUITE, CONTEXT);

    expect(new Set(features.map(({ name }) => name))).toEqual(
      new Set(["target", "prediction", "age", "const", "few", "income, net", "city=home", "flag"]),
    );
    expect(features).toContainEqual({
      name: "age",
      kind: "data",
      evidence: { type: "score", metric: "wasserstein-normed", score: 0.641, threshold: 0.1 },
    });
  });

  it("should read embeddings, and name the tests that could not be made", () => {
    const { features } = evidentlyReport(WITH_ERRORS, CONTEXT);

    expect(features).toContainEqual({
      name: "small",
      kind: "data",
      evidence: { type: "score", metric: "embeddings-model", score: 0.868, threshold: 0.55 },
    });
    expect(features.filter(({ evidence }) => evidence.type === "unmeasured")).toMatchObject([
      { name: "Drift per Column", evidence: { why: expect.stringContaining("isn't applicable to feature of type num") } },
      { name: "Drift per Column", evidence: { why: expect.stringContaining("Cannot find column 'absent'") } },
    ]);
  });

  it("should read the metrics, which are not rounded, where they are in the document", () => {
    const { features } = evidentlyReport(JSON.parse(fixtureFile("evidently/test-suite-metrics-0.6.json")), CONTEXT);

    expect(features).toMatchObject([
      { name: "age", evidence: { metric: "p-value", score: 3.0334728343023506e-85 } },
      { name: "city", evidence: { type: "distributions" } },
    ]);
  });

  it.each([
    ["a suite of one column", [test({ parameters: column({ score: 0.2 }) })], [["a", "score"]]],
    ["a column whose score is NaN", [test({ parameters: column({ score: null, detected: false }) })], [["a", "unmeasured"]]],
    ["a drift of no number", [test({ parameters: column({ score: null, detected: true }) })], [["a", "violation"]]],
    [
      "embeddings of a method with a threshold that was set",
      [test({ status: "FAIL", description: embeddings("e", 0.1, "distance") })],
      [["e", "violation"]],
    ],
    [
      "calm embeddings above the threshold that is usual",
      [test({ status: "SUCCESS", description: embeddings("e**x", 0.7, "model") })],
      [["e**x", "score"]],
    ],
    [
      "a test of drift that is not known beside one that is",
      [test({ name: "Drift of everything", parameters: null }), test({ parameters: column({ score: 0.2 }) })],
      [
        ["a", "score"],
        ["Drift of everything", "unmeasured"],
      ],
    ],
    [
      "a column beside tests of other groups",
      [test({ name: "Number of Rows", group: "data_integrity" }), test({ parameters: column({ score: 0.2 }) })],
      [["a", "score"]],
    ],
  ])("should read %s", (_name, tests, expected) => {
    const { features } = evidentlyReport({ tests, summary: SUMMARY }, CONTEXT);

    expect(features.map(({ name, evidence }) => [name, evidence.type])).toEqual(expected);
  });

  it.each([
    ["no test", []],
    ["tests of other groups alone", [test({ name: "Number of Rows", group: "data_integrity" })]],
    ["tests that could not be made alone", [test({ status: "ERROR", description: "no reference data" })]],
    ["a test that is none", [3]],
  ])("should refuse a suite with %s", (_name, tests) => {
    expect(() => evidentlyReport({ tests, summary: SUMMARY }, CONTEXT)).toThrow(PoisonMessageError);
  });

  it("should make a report of any suite, or refuse it", () => {
    fc.assert(
      fc.property(fc.oneof(mutated(SUITE), mutated(WITH_ERRORS)), (document) =>
        expectReportsOrPoison(() => [evidentlyReport(document, CONTEXT)]),
      ),
    );
  });
});

// Helpers

function test(changes: object): object {
  return { name: "Drift per Column", description: "", status: "SUCCESS", group: "data_drift", parameters: {}, ...changes };
}

function column(changes: object): object {
  return { stattest: "PSI", threshold: 0.1, detected: true, column_name: "a", ...changes };
}

function embeddings(name: string, score: number, method: string): string {
  return `Data drift. The drift score for the embedding set **${name}** is ${score}. The drift detection method is **${method}**. `;
}
