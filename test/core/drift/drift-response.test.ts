import type { DriftFeature } from "../../../functions/core/drift/drift-report";
import { respondToDrift } from "../../../functions/core/drift/drift-state";
import { trainingRequestSchema } from "../../../functions/core/training-request";
import { settingsOf } from "../../simulation/data-path";
import { evaluateAll, featureOf, policyOf, reportOf, scored } from "./reports";

const POLICY = policyOf();
const SETTINGS = { ...settingsOf(), drift: POLICY };
const BEGUN = { asks: true, isAnnounced: true } as const;
const NOT_ASKED = { asks: false, isAnnounced: false } as const;

describe("respondToDrift", () => {
  it.each([
    { score: 0.01, actions: [] },
    { score: 0.06, actions: ["record"] },
    { score: 0.2, actions: ["record", "request"], priority: 3 },
    { score: 0.4, actions: ["record", "request"], priority: 2, needsApproval: true },
    { score: 0.7, actions: ["record", "request"], priority: 1, needsApproval: true, blocks: true },
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

  it("should keep a drift on record with every window, and ask and block with that of the episode alone", () => {
    const evaluation = detected(0.7);
    const typesOf = (episode: Parameters<typeof respondToDrift>[2]) => respondToDrift(SETTINGS, evaluation, episode);

    expect(typesOf(BEGUN)).toMatchObject([{ type: "record" }, { type: "request", request: { blocks: true } }]);
    expect(typesOf(NOT_ASKED)).toMatchObject([{ type: "record" }]);
    const underWay = typesOf({ asks: true, isAnnounced: false });
    expect(underWay).toMatchObject([{ type: "record" }, { type: "request", request: { needsApproval: true } }]);
    expect(underWay[1]).not.toHaveProperty("request.blocks");
  });

  it("should say in the record how the episode stands", () => {
    const [record] = respondToDrift(SETTINGS, detected(0.2), { ...NOT_ASKED, why: "a person refused it; not asked again" });

    expect(record).toMatchObject({ why: expect.stringMatching(/^medium drift by own: .*; a person refused it; not asked again$/) });
  });

  it.each([
    ["a training that a person approves", 0.4, "on-request", []],
    ["a training that no person approves", 0.4, "never", ["fraud: drift is high"]],
    ["a training of a model whose every training is approved", 0.2, "always", []],
    ["a training that needs no approval", 0.2, "on-request", ["fraud: drift is medium"]],
    ["a block, which always needs an approval", 0.7, "never", []],
  ] as const)("should tell people of a drift, unless they are asked to approve its training: %s", (_, score, needed, told) => {
    const responses = { ...POLICY.responses, medium: { ...POLICY.responses.medium, notify: true } };
    const policy = { ...SETTINGS.policy, approval: { ...SETTINGS.policy.approval, needed } };
    const settings = { drift: policyOf({ responses }), policy };

    const actions = respondToDrift(settings, detected(score), BEGUN);

    expect(actions.flatMap((action) => (action.type === "notify" ? [action.subject] : []))).toEqual(told);
    expect(respondToDrift(settings, detected(score), { asks: true, isAnnounced: false })).toHaveLength(2);
    expect(respondToDrift(settings, detected(score), NOT_ASKED)).toHaveLength(1);
  });

  it("should tell of a severity that asks for no training when it is reached, not again while it lasts", () => {
    const responses = { ...POLICY.responses, high: { notify: true, block: false } };
    const high = [featureOf("amount", scored(0.4))];

    const answers = answersOf([high, high, high], policyOf({ responses }), NOT_ASKED);

    expect(answers.map((actions) => actions.map(({ type }) => type))).toEqual([[], ["record", "notify"], ["record"]]);
  });

  it("should ask for nothing by a window that tells nothing, or a report that it saw", () => {
    const drifting = [0, 1].map((day) => reportOf(day, [featureOf("amount", scored(0.4))]));
    const few = reportOf(2, [featureOf("amount", scored(0.4), { sampleSize: 3 })]);

    const { evaluations } = evaluateAll(POLICY, [...drifting, few, ...drifting]);

    expect(evaluations.slice(2).map((evaluation) => respondToDrift(SETTINGS, evaluation, NOT_ASKED))).toEqual([[], [], []]);
  });

  it("should name the feature furthest above its threshold, and the first ten in words", () => {
    const features = Array.from({ length: 12 }, (_, index) => featureOf(`f${index}`, scored(0.304 + index / 100)));

    const [, actions] = answersOf([features, features]);

    expect(actions?.find(({ type }) => type === "request")).toMatchObject({
      request: { causes: [{ feature: "f11", score: 0.414 }] },
    });
    expect(actions?.find(({ type }) => type === "record")).toMatchObject({
      why: expect.stringMatching(
        /^high drift by own: f0 \(data, high\): psi 0\.304 \(0\.3 without what chance adds\) reaches 0\.3 \(high\).*; 2 more$/,
      ),
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

function answersOf(
  days: readonly (readonly DriftFeature[])[],
  policy = POLICY,
  episode: Parameters<typeof respondToDrift>[2] = BEGUN,
) {
  const { evaluations } = evaluateAll(
    policy,
    days.map((features, day) => reportOf(day, features)),
  );
  return evaluations.map((evaluation) => respondToDrift({ ...SETTINGS, drift: policy }, evaluation, episode));
}

function answersTo(scores: readonly number[]) {
  return answersOf(scores.map((score) => [featureOf("amount", scored(score))]));
}

/** A drift that was detected by its second window. */
function detected(score: number) {
  const days = [0, 1].map((day) => reportOf(day, [featureOf("amount", scored(score))]));
  const [, evaluation] = evaluateAll(POLICY, days).evaluations;
  if (evaluation === undefined) throw new Error("no evaluation");
  return evaluation;
}
