import type { DriftFeature } from "../../../functions/core/drift/drift-report";
import { respondToDrift } from "../../../functions/core/drift/drift-state";
import { trainingRequestSchema } from "../../../functions/core/training-request";
import { evaluateAll, featureOf, policyOf, reportOf, scored } from "./reports";

const POLICY = policyOf();

describe("respondToDrift", () => {
  it.each([
    { score: 0.01, actions: [] },
    { score: 0.06, actions: ["record"] },
    { score: 0.2, actions: ["record", "request"], priority: 3 },
    { score: 0.4, actions: ["record", "request", "notify"], priority: 2, needsApproval: true },
    { score: 0.7, actions: ["record", "request", "notify"], priority: 1, needsApproval: true, blocks: true },
  ])("should answer a detected $score by $actions", ({ score, actions, ...asked }) => {
    const answers = answersTo([score, score]);

    expect(answers[0]).toEqual([]);
    expect(answers[1]?.map(({ type }) => type)).toEqual(actions);
    const requested = answers[1]?.find(({ type }) => type === "request");
    if (requested?.type === "request") {
      expect(requested.request).toEqual({
        id: "drift/fraud/2026-11-03T00-00-00-2cce80bbc0484001",
        model: "fraud",
        causes: [{ type: "drift", severity: expect.any(String), score, feature: "amount" }],
        manifests: [],
        requestedAt: Date.UTC(2026, 10, 3),
        ...asked,
      });
      expect(trainingRequestSchema.parse(requested.request)).toEqual(requested.request);
    }
  });

  it("should ask again with every window while the drift lasts, and tell and block only when it is reached", () => {
    const answers = answersTo([0.7, 0.7, 0.7, 0, 0.7, 0.7]);

    expect(answers.map((actions) => actions.map(({ type }) => type))).toEqual([
      [],
      ["record", "request", "notify"],
      ["record", "request"],
      [],
      [],
      ["record", "request", "notify"],
    ]);
    expect(answers.map((actions) => actions.some((action) => action.type === "request" && action.request.blocks))).toEqual([
      false,
      true,
      false,
      false,
      false,
      true,
    ]);
  });

  it("should ask for nothing by a window that tells nothing, or a report that it saw", () => {
    const drifting = [0, 1].map((day) => reportOf(day, [featureOf("amount", scored(0.4))]));
    const few = reportOf(2, [featureOf("amount", scored(0.4), { sampleSize: 3 })]);

    const { evaluations } = evaluateAll(POLICY, [...drifting, few, ...drifting]);

    expect(evaluations.slice(2).map((evaluation) => respondToDrift(POLICY, evaluation))).toEqual([[], [], []]);
  });

  it("should name the feature furthest above its threshold, and the first ten in words", () => {
    const features = Array.from({ length: 12 }, (_, index) => featureOf(`f${index}`, scored(0.3 + index / 100)));

    const [, actions] = answersOf([features, features]);

    expect(actions?.find(({ type }) => type === "request")).toMatchObject({
      request: { causes: [{ feature: "f11", score: 0.41 }] },
    });
    expect(actions?.find(({ type }) => type === "notify")).toMatchObject({
      subject: "fraud: drift is high",
      text: expect.stringMatching(/^high drift by own: f0 \(data, high\): psi 0\.3 reaches 0\.3 \(high\).*; 2 more$/),
    });
  });

  it("should take a drift of unknown size for the least of its severity", () => {
    const broken = featureOf("country", { type: "violation", check: "data_type_check" });

    const [, actions] = answersOf([[broken], [broken]]);

    expect(actions?.[1]).toMatchObject({ request: { causes: [{ severity: "medium", score: 0.1, feature: "country" }] } });
  });

  it("should not name a feature that its window told nothing of", () => {
    const broken = featureOf("broken", { type: "violation", check: "data_type_check" });
    const [drifting, few] = [featureOf("amount", scored(0.2)), featureOf("amount", scored(0.2), { sampleSize: 3 })];

    const actions = answersOf([
      [drifting, broken],
      [drifting, broken],
      [few, broken],
    ])[2];

    expect(actions?.[1]).toMatchObject({ request: { causes: [{ severity: "medium", feature: "broken" }] } });
  });

  it("should do what the policy says of a severity", () => {
    const responses = { ...POLICY.responses, medium: { notify: true, block: false } };

    const actions = answersOf(
      [0, 1].map(() => [featureOf("amount", scored(0.2))]),
      policyOf({ responses }),
    )[1];

    expect(actions?.map(({ type }) => type)).toEqual(["record", "notify"]);
  });
});

// Helpers

function answersOf(days: readonly (readonly DriftFeature[])[], policy = POLICY) {
  const { evaluations } = evaluateAll(
    policy,
    days.map((features, day) => reportOf(day, features)),
  );
  return evaluations.map((evaluation) => respondToDrift(policy, evaluation));
}

function answersTo(scores: readonly number[]) {
  return answersOf(scores.map((score) => [featureOf("amount", scored(score))]));
}
