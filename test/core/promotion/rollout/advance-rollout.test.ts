import { advanceRollout } from "../../../../functions/core/promotion/advance-rollout";
import { answerCandidate, judgeCandidate, overtaken } from "../../../../functions/core/promotion/judge-candidate";
import { alignedState, forgetVersion, observeVersion } from "../../../../functions/core/promotion/observe-version";
import type { PromotedModel } from "../../../../functions/core/promotion/promotion-effects";
import type { PromotionState } from "../../../../functions/core/promotion/promotion-state";
import type { Observation, RolloutDeed } from "../../../../functions/core/promotion/rollout/observation";
import { decodePromotion, encodePromotion } from "../../../../functions/node/promotion-codecs";
import { freshState, idOf, judgementOf, leftToDo, promotedOf, versionOf } from "../../../simulation/candidates";
import { NOON } from "../../../simulation/requests";
import { changedBy, type GivenSettings, REACHED, rolloutSettings, SERVING } from "./rollout-states";

describe("a candidate that passed, of a model with a rollout", () => {
  it("should begin its rollout, and neither be marked nor be the champion yet", () => {
    const state = rolling();

    expect(state.current).toMatchObject({
      stage: "rollout",
      rollout: { at: { is: "before" }, acceptedFor: "every guardrail passed" },
    });
    expect(state.champions).toEqual([]);
    expect(leftToDo(state)).toEqual(["record 1 waiting", "record 1 rollout", "notify a rollout of flight-delay begins"]);
  });

  it("should be accepted, marked and the champion once it serves alone", () => {
    const state = observing(rolling(), SERVING, ...(["promote"] as const).map(ordered), REACHED, ...calmBake(), REACHED);

    expect([state.current, state.champions.map(({ candidateId }) => candidateId)]).toEqual([undefined, [idOf(1)]]);
    expect(leftToDo(state)).toContain("mark 1 approved");
    expect(state.ended).toEqual([expect.objectContaining({ candidateId: idOf(1), outcome: "accepted" })]);
  });

  it("should be marked as rejected once it went back, and the champion stay", () => {
    const state = observing(rolling(), SERVING, REACHED, ordered("rollback"), REACHED);

    expect([state.current, state.champions]).toEqual([undefined, []]);
    expect(leftToDo(state)).toContain("mark 1 rejected");
    const ended = state.outbox.flatMap((effect) =>
      effect.type === "record" && effect.record.step === "ended" ? [effect.record] : [],
    );
    expect(ended).toMatchObject([{ outcome: "rolled-back", by: "ada (declared)", rollout: { step: "ended" } }]);
  });

  it("should offer people to end it in the notice of each step, until it goes back", () => {
    const forward = observing(rolling(), SERVING, REACHED, ordered("hold"));
    const back = observing(forward, ordered("rollback"), changedBy("12% go to 7"), REACHED);

    expect(noticesOf(forward)).toEqual([
      ["a rollout of flight-delay begins", false],
      ["the rollout of flight-delay has started", true],
      ["the rollout of flight-delay has reached its next share", true],
      ["the rollout of flight-delay is held", true],
    ]);
    expect(noticesOf(back).slice(4)).toEqual([
      ["the rollout of flight-delay goes back to the champion", false],
      ["rolled back: a candidate of flight-delay", false],
    ]);
  });

  it("should be stored as it is, whatever happened", () => {
    const state = observing(rolling(), SERVING, REACHED, ordered("hold"));

    expect(decodePromotion(encodePromotion("flight-delay", state))).toEqual(state);
  });
});

describe("a later candidate", () => {
  it("should wait for the end of the rollout, the latest of several, and be judged then", () => {
    const waiting = seen(seen(observing(rolling(), SERVING), 2), 3);
    const repeated = seen(seen(waiting, 3), 2);

    const next = observing(repeated, REACHED, ordered("rollback"), REACHED);

    expect([waiting.current?.candidate.id, waiting.next?.id, repeated.next?.id]).toEqual([idOf(1), idOf(3), idOf(3)]);
    expect(leftToDo(repeated)).toContain("mark 2 rejected");
    expect([next.current, next.next]).toEqual([{ candidate: waiting.next, stage: "guardrails" }, undefined]);
  });

  it("should put the champion back where it replaces what is before it", () => {
    const before = observing(rolling({ laterCandidate: "replaces" }), SERVING, REACHED);

    const replaced = seen(before, 2, { laterCandidate: "replaces" });
    const next = observing(replaced, REACHED);

    expect(replaced.current?.rollout).toMatchObject({ ending: { outcome: "superseded" }, toward: { is: "back" } });
    expect(next.current).toMatchObject({ candidate: { id: idOf(2) }, stage: "guardrails" });
  });

  it.each([
    ["approved", idOf(2)],
    ["rejected", undefined],
  ] as const)("should be left alone where somebody %s it meanwhile", (approval, champion) => {
    const waiting = seen(observing(rolling(), SERVING, REACHED), 2);

    const decided = observeVersion(waiting, model(), versionOf(2, { approval }), NOON + 9);

    expect([decided.next, decided.champions.at(-1)?.candidateId]).toEqual([undefined, champion]);
    expect(decided.current?.candidate.id).toBe(idOf(1));
  });

  it("should take the place of one that is overtaken, once the traffic is back", () => {
    const crowned = observeVersion(
      observing(rolling(), SERVING, REACHED),
      model(),
      versionOf(2, { approval: "approved" }),
      NOON + 9,
    );

    const back = overtaken(crowned, NOON + 10);

    expect(back.current?.rollout?.ending).toMatchObject({ outcome: "superseded" });
    expect(observing(back, REACHED).current).toBeUndefined();
  });
});

describe("what happens to its version", () => {
  it.each([
    ["is gone", (state: PromotionState) => forgetVersion(state, versionOf(1).version, NOON + 9), "gone"],
    ["cannot be used", (state: PromotionState) => lookedAt(state, { readiness: "unusable" }), "gone"],
    ["was rejected by somebody", (state: PromotionState) => lookedAt(state, { approval: "rejected" }), "rejected-by-hand"],
  ] as const)("should put the champion back where it %s", (_what, change, outcome) => {
    const back = change(observing(rolling(), SERVING, REACHED));

    expect(back.current?.rollout).toMatchObject({ ending: { outcome }, toward: { is: "back" } });
    expect(observing(back, REACHED).ended).toEqual([expect.objectContaining({ candidateId: idOf(1), outcome })]);
  });

  it("should end at once what had not begun", () => {
    expect(forgetVersion(rolling(), versionOf(1).version, NOON + 9)).toMatchObject({ ended: [{ outcome: "gone" }] });
  });

  it("should go on where somebody approved it, as the guardrails had", () => {
    const state = observing(rolling(), SERVING, REACHED);

    expect(lookedAt(state, { approval: "approved" })).toEqual(state);
  });

  it("should finish by the registry that it was accepted from, though another one is configured meanwhile", () => {
    const state = observing(rolling(), SERVING, REACHED);
    const moved = promotedOf({ registry: "others", rollout: rolloutSettings() });

    expect(alignedState(state, moved)).toBe(state);
    expect(alignedState(observing(state, ordered("rollback"), REACHED), moved).registry).toBe("others");
  });
});

describe("orders of people", () => {
  it.each<[RolloutDeed, GivenSettings["people"], string]>([
    ["promote", undefined, "taken"],
    ["promote", { promote: ["AROA1"] }, "taken"],
    ["promote", { promote: ["AROA2"] }, "not-allowed"],
    ["promote", { rollBack: ["AROA2"] }, "taken"],
    ["rollback", { promote: [] }, "taken"],
    ["rollback", { rollBack: ["ada@example.com"] }, "taken"],
    ["hold", { rollBack: [] }, "not-allowed"],
    ["continue", undefined, "not-held"],
  ])("should take %s, where %j are named: %s", (deed, people, result) => {
    const overrides = people === undefined ? {} : { people };
    const state = observing(rolling(overrides), SERVING, REACHED);

    const answer = { id: "answer-1", candidateId: idOf(1), do: deed, by: "AROA1:ada@example.com (aws-sqs)", why: "as we say" };

    expect(answerCandidate(state, model(overrides), answer, NOON).result).toBe(result);
  });

  it("should take the same message once, and none about another candidate", () => {
    const state = observing(rolling(), SERVING, REACHED);
    const answer = { id: "answer-1", candidateId: idOf(1), do: "rollback", by: "ada (declared)", why: "no" } as const;

    const once = answerCandidate(state, model(), answer, NOON);

    expect(answerCandidate(once.state, model(), answer, NOON)).toEqual({ state: once.state });
    expect(answerCandidate(state, model(), { ...answer, candidateId: idOf(9) }, NOON).result).toBe("not-rolling");
    expect(answerCandidate(freshState(), model(), answer, NOON).result).toBe("not-rolling");
    expect(once.state.answers).toEqual([expect.not.objectContaining({ why: "no" })]);
  });
});

function model(overrides: Partial<GivenSettings> = {}): PromotedModel {
  return promotedOf({ rollout: rolloutSettings(overrides) });
}

/** The state in which the rollout of the first candidate has not looked at its endpoint yet. */
function rolling(overrides: Partial<GivenSettings> = {}): PromotionState {
  const promoted = model(overrides);
  return judgeCandidate(observeVersion(freshState(), promoted, versionOf(1), NOON), promoted, judgementOf(1), NOON);
}

function observing(state: PromotionState, ...observations: readonly Observation[]): PromotionState {
  return observations.reduce((before, observation) => advanceRollout(before, model(), observation, NOON), state);
}

function seen(state: PromotionState, n: number, overrides: Partial<GivenSettings> = {}): PromotionState {
  return observeVersion(state, model(overrides), versionOf(n), NOON + n);
}

function lookedAt(state: PromotionState, overrides: Parameters<typeof versionOf>[1]): PromotionState {
  return observeVersion(state, model(), versionOf(1, overrides), NOON + 9);
}

function ordered(deed: "promote" | "rollback" | "hold"): Observation {
  return { is: "asked", do: deed, by: "ada (declared)", why: "as we say" };
}

/** Subjects of what people are told, and whether it offers a rollback. */
function noticesOf({ outbox }: PromotionState): [subject: string, offers: boolean][] {
  return outbox.flatMap((effect) => (effect.type === "notify" ? [[effect.subject, effect.text.includes("rollback")]] : []));
}

/** The counts of a bake in which nothing was wrong. */
function calmBake(): Observation[] {
  const first = Math.ceil(NOON / 300_000) * 300_000;
  const windows = Array.from({ length: 24 }, (_, index) => ({
    at: first + index * 300_000,
    candidate: { requests: 2000, errors: 20 },
  }));
  return [{ is: "counted", windows, until: first + 24 * 300_000 }];
}
