import { embeddingsEvidence, evidenceOf } from "../../../../functions/core/drift/sources/evidently-score";

describe("evidenceOf", () => {
  it.each([
    ["detects drift below its usual threshold", 0.52, true, { type: "violation" }],
    ["detects drift", 0.7, true, { type: "score", score: 0.7, threshold: 0.55 }],
    ["detects none above its usual threshold", 0.6, false, { type: "score", score: 0.6, threshold: 0.6 }],
    ["detects none", 0.5, false, { type: "score", score: 0.5, threshold: 0.55 }],
    ["tells nothing", 0.7, undefined, { type: "score", score: 0.7, threshold: 0.55 }],
  ])("should go by Evidently's conclusion of a text where it %s", (_name, score, isDetected, expected) => {
    const measured = { method: "Percentile text content drift", score, threshold: 0.95, isDetected };

    expect(evidenceOf(measured)).toMatchObject(expected);
  });

  it("should take the threshold of a text's absolute method as it is", () => {
    const measured = { method: "Absolute text content drift", score: 0.6, threshold: 0.55, isDetected: true };

    expect(evidenceOf(measured)).toMatchObject({ type: "score", score: 0.6, threshold: 0.55 });
  });
});

describe("embeddingsEvidence", () => {
  it.each([
    ["model", 0.55],
    ["distance", 0.2],
    ["ratio", 0.2],
    ["mmd", 0.015],
  ])("should know the threshold of %s", (method, threshold) => {
    expect(embeddingsEvidence({ method, score: 0.6 })).toEqual({
      type: "score",
      metric: `embeddings-${method}`,
      score: 0.6,
      threshold,
    });
  });

  it.each([
    ["by its conclusion", true, "violation"],
    ["by its calm", false, "score"],
    ["not at all without one", undefined, "unmeasured"],
  ])("should judge a method of a team's own %s", (_name, isDetected, type) => {
    expect(embeddingsEvidence({ method: "mine", score: 0.6, isDetected })).toMatchObject({ type });
  });
});
