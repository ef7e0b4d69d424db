import { allowedUri, locateEvaluation, predictionsUri } from "../../../../functions/core/promotion/evaluation/evaluation-uris";

const ALLOWED = { bucket: "acme-models", prefix: "evaluations/" };
const EVALUATION = "s3://acme-models/evaluations/churn/12/evaluation.json";

describe("locateEvaluation", () => {
  it.each([
    ["s3://b/a/evaluation.json", ["s3://b/a/evaluation.json"]],
    ["s3://b/a/metrics.json", ["s3://b/a/metrics.json"]],
    ["s3://b/a/", ["s3://b/a/evaluation.json"]],
    ["gs://b/run/evaluation", ["gs://b/run/evaluation", "gs://b/run/evaluation/evaluation.json"]],
  ])("should look for %s at %j", (uri, places) => {
    expect(locateEvaluation(uri)).toEqual(places);
  });
});

describe("predictionsUri", () => {
  it.each([
    ["golden-predictions.jsonl", "s3://acme-models/evaluations/churn/12/golden-predictions.jsonl"],
    ["./rows/p.jsonl.gz", "s3://acme-models/evaluations/churn/12/rows/p.jsonl.gz"],
    ["s3://acme-models/evaluations/p.jsonl", "s3://acme-models/evaluations/p.jsonl"],
    ["a..b.jsonl", "s3://acme-models/evaluations/churn/12/a..b.jsonl"],
  ])("should find %s", (uri, expected) => {
    expect(predictionsUri(EVALUATION, uri, ALLOWED)).toEqual({ uri: expected });
  });

  it.each([
    ["../11/golden-predictions.jsonl", "without . or .. in it"],
    ["s3://acme-models/evaluations/../secrets/p.jsonl", "without . or .. in it"],
    ["s3://acme-models/evaluations/./p.jsonl", "without . or .. in it"],
    ["s3://acme-models/other/p.jsonl", "expected one that begins with s3://acme-models/evaluations/"],
    ["s3://acme-models-2/evaluations/p.jsonl", "expected one that begins with s3://acme-models/evaluations/"],
    ["gs://acme-models/evaluations/p.jsonl", "expected s3://…, or a path from the evaluation's folder"],
    ["https://example.com/p.jsonl", "expected s3://…, or a path from the evaluation's folder"],
    ["file:///etc/passwd", "expected s3://…, or a path from the evaluation's folder"],
    ["/etc/passwd", "expected s3://…, or a path from the evaluation's folder"],
  ])("should refuse %s", (uri, problem) => {
    const reading = predictionsUri(EVALUATION, uri, ALLOWED);

    expect(reading.uri).toBeUndefined();
    expect(reading.problem).toContain(problem);
  });
});

describe("allowedUri", () => {
  it.each(["", "s3://", "acme-models/evaluations/a", "s3:///evaluations/a", "s3://acme-models", "s3://acme-models/evaluations"])(
    "should refuse %j",
    (uri) => {
      expect(allowedUri(uri, ALLOWED).problem).toMatch(/^got the address /);
    },
  );

  it("should print a hostile address harmless and short", () => {
    const { problem } = allowedUri(`s3://other/\u001b[31m\u202e${"x".repeat(5_000)}`, ALLOWED);

    expect(problem).toMatch(/^[^\p{Cc}\p{Bidi_Control}]{1,500}$/u);
  });
});
