import fc from "fast-check";
import { featureScores, OTHER_FEATURES, TOLD_FEATURES } from "../../../functions/core/drift/assess-drift";
import type { FeatureEvaluation } from "../../../functions/core/drift/evaluate-drift";

describe("featureScores", () => {
  it("should tell every feature with its score, by name, and leave out what has none", () => {
    const features = [featureOf("b", 0.2), featureOf("a", 0.1), featureOf("c")];
    expect(featureScores({ features: {} }, features)).toEqual([
      { feature: "a", metric: "psi", score: 0.1 },
      { feature: "b", metric: "psi", score: 0.2 },
    ]);
  });

  it("should tell those that the policy names before others, and the largest score of what exceeds twenty", () => {
    const features = Array.from({ length: 30 }, (_, index) => featureOf(`f${String(index).padStart(2, "0")}`, index / 100));

    const told = featureScores({ features: { f29: {}, f25: {} } }, features).map(({ feature, score }) => [feature, score]);

    expect(told.slice(0, 3)).toEqual([
      ["f25", 0.25],
      ["f29", 0.29],
      ["f00", 0],
    ]);
    expect(told.slice(-2)).toEqual([
      ["f17", 0.17],
      [OTHER_FEATURES, 0.28],
    ]);
    expect(told).toHaveLength(TOLD_FEATURES + 1);
  });

  it.each([
    [0.2, 0.5],
    [0.5, 0.2],
  ])("should tell of several features of one name the largest score: of %d and %d", (...scores) => {
    const told = featureScores(
      { features: {} },
      scores.map((score) => featureOf("a", score)),
    );

    expect(told).toEqual([{ feature: "a", metric: "psi", score: 0.5 }]);
  });

  it("should count a feature that is named as the others are among them", () => {
    const features = [featureOf(OTHER_FEATURES, 0.9), featureOf("a", 0.1)];
    expect(featureScores({ features: {} }, features)).toEqual([
      { feature: "a", metric: "psi", score: 0.1 },
      { feature: OTHER_FEATURES, score: 0.9 },
    ]);
  });

  it("should tell few features, each once and whatever its name, whose set does not depend on scores or order", () => {
    const nameOf = fc.oneof(
      fc.string({ unit: "binary", maxLength: 256 }),
      fc.constantFrom("__proto__", "constructor", "other", "", " "),
    );
    const featuresOf = fc.array(fc.tuple(nameOf, fc.double({ noNaN: false })), { maxLength: 60 });
    fc.assert(
      fc.property(featuresOf, fc.array(nameOf, { maxLength: 3 }), (pairs, named) => {
        const policy = { features: Object.fromEntries(named.map((name) => [name, {}])) };
        const features = pairs.map(([name, score]) => featureOf(name, score));

        const told = featureScores(policy, features);
        const mirrored = featureScores(policy, features.toReversed());

        expect(told.length).toBeLessThanOrEqual(TOLD_FEATURES + 1);
        expect(new Set(told.map(({ feature }) => feature)).size).toBe(told.length);
        expect(mirrored.map(({ feature, score }) => [feature, score])).toEqual(told.map(({ feature, score }) => [feature, score]));
        for (const { score } of told) expect(Number.isFinite(score)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

// Helpers

function featureOf(name: string, score?: number): FeatureEvaluation {
  return {
    name,
    kind: "data",
    outcome: "calm",
    metric: "psi",
    ...(score !== undefined && { score }),
    why: "psi is below",
    windowSeverity: "none",
    state: "none",
    severity: "none",
    isRisen: false,
  };
}
