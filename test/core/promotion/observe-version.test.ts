import { answerCandidate, judgeCandidate } from "../../../functions/core/promotion/judge-candidate";
import {
  adoptedVersion,
  alignedState,
  forgetVersion,
  noticeVersion,
  observeVersion,
} from "../../../functions/core/promotion/observe-version";
import type { RegisteredVersion } from "../../../functions/core/promotion/ports";
import type { PromotionState } from "../../../functions/core/promotion/promotion-state";
import { checkOf, freshState, idOf, judgementOf, leftToDo, promotedOf, promotionOf, versionOf } from "../../simulation/candidates";
import { NOON } from "../../simulation/requests";
import { rolloutSettings } from "./rollout/rollout-states";

const MODEL = promotedOf();

describe(observeVersion, () => {
  it("should make a pending version the candidate, once, however often it is seen", () => {
    const once = seen(freshState(), versionOf(1));
    const twice = seen(once, versionOf(1));

    expect(once.current).toMatchObject({ stage: "guardrails", candidate: { id: idOf(1), registeredAt: NOON + 60_000 } });
    expect(leftToDo(once)).toEqual(["record 1 waiting"]);
    expect(twice).toBe(once);
  });

  it("should wait for a version that is still registering, and forget that it waits once it is there", () => {
    const registering = seen(freshState(), versionOf(1, { readiness: "registering" }));
    const ready = seen(registering, versionOf(1));

    expect([registering.noticed, registering.current]).toEqual([[versionOf(1).version], undefined]);
    expect([ready.noticed, ready.current?.candidate.id]).toEqual([[], idOf(1)]);
  });

  it("should take nothing from a version that failed to register, or was rejected before anybody looked", () => {
    const states = [{ readiness: "unusable" } as const, { approval: "rejected" } as const].map((overrides) =>
      seen(freshState(), versionOf(1, overrides)),
    );

    expect(states.map(({ current, outbox }) => [current, outbox])).toEqual([
      [undefined, []],
      [undefined, []],
    ]);
  });

  it.each([
    ["in their order", [1, 2]],
    ["out of order", [2, 1]],
  ])("should let the later of two candidates take the place of the other, seen %s", (_order, order) => {
    const state = order.reduce((left, n) => seen(left, versionOf(n)), freshState());

    expect(state.current?.candidate.id).toBe(idOf(2));
    expect(state.ended).toEqual([{ candidateId: idOf(1), outcome: "superseded", registeredAt: NOON + 60_000 }]);
    expect(leftToDo(state)).toEqual(
      expect.arrayContaining(["mark 1 rejected", "record 1 superseded", "notify superseded: a candidate of flight-delay"]),
    );
  });

  it.each([
    ["approved", "approved-by-hand", [idOf(1)]],
    ["rejected", "rejected-by-hand", []],
  ] as const)(
    "should let stand that somebody %s the candidate in the registry meanwhile, and write nothing there",
    (approval, outcome, champions) => {
      const state = seen(seen(freshState(), versionOf(1)), versionOf(1, { approval }));

      expect([state.current, state.ended.map((one) => one.outcome)]).toEqual([undefined, [outcome]]);
      expect(state.champions.map(({ candidateId }) => candidateId)).toEqual(champions);
      expect(leftToDo(state).filter((words) => words.startsWith("mark"))).toEqual([]);
      expect(leftToDo(state)).toContain(`record 1 ${outcome}`);
    },
  );

  it("should take no notice of what it wrote to the registry itself", () => {
    const accepted = performed(judgeCandidate(seen(freshState(), versionOf(1)), MODEL, judgementOf(1), NOON));
    const rejected = performed(
      judgeCandidate(
        seen(accepted, versionOf(2)),
        MODEL,
        judgementOf(2, { checks: [checkOf("failed")], comparedWith: idOf(1) }),
        NOON,
      ),
    );

    expect(seen(accepted, versionOf(1, { approval: "approved" }))).toBe(accepted);
    expect(seen(rejected, versionOf(2, { approval: "rejected" }))).toBe(rejected);
  });

  it("should take no notice of a verdict that is not written yet", () => {
    const accepted = judgeCandidate(seen(freshState(), versionOf(1)), MODEL, judgementOf(1), NOON);

    expect(seen(accepted, versionOf(1, { approval: "pending" }))).toBe(accepted);
    expect(seen(accepted, versionOf(1, { approval: "rejected" }))).toBe(accepted);
  });

  it("should make a rejected candidate the champion that somebody approved in the registry later, and tell it", () => {
    const judgement = judgementOf(1, { checks: [checkOf("failed")] });
    const rejected = performed(judgeCandidate(seen(freshState(), versionOf(1)), MODEL, judgement, NOON));

    const approved = seen(rejected, versionOf(1, { approval: "approved" }));

    expect(approved.champions.map(({ candidateId }) => candidateId)).toEqual([idOf(1)]);
    expect(leftToDo(approved)).toEqual(["record 1 approved-by-hand", "notify approved by hand: a candidate of flight-delay"]);
    expect(seen(performed(approved), versionOf(1, { approval: "approved" }))).toEqual(performed(approved));
  });

  it("should give its model a new evaluation, when a champion is registered again and approved in the registry", () => {
    const judgement = judgementOf(1, { evaluationSha256: "ab".repeat(32) });
    const accepted = performed(judgeCandidate(seen(freshState(), versionOf(1)), MODEL, judgement, NOON));
    const evaluationUri = "s3://lake/evaluations/again/evaluation.json";

    const again = seen(accepted, versionOf(2, { approval: "approved", evaluationUri }));

    expect(accepted.champions.at(-1)).toMatchObject({ candidateId: idOf(1), evaluationSha256: "ab".repeat(32) });
    expect(again.champions.at(-1)).toMatchObject({ candidateId: idOf(2), evaluationUri });
    expect(again.champions.at(-1)).not.toHaveProperty("evaluationSha256");
  });

  it("should give the place of a champion that somebody rejected in the registry to the one before it", () => {
    const first = performed(judgeCandidate(seen(freshState(), versionOf(1)), MODEL, judgementOf(1), NOON));
    const judgement = judgementOf(2, { comparedWith: idOf(1) });
    const second = performed(judgeCandidate(seen(first, versionOf(2)), MODEL, judgement, NOON + 1));

    const withdrawn = seen(second, versionOf(2, { approval: "rejected" }));

    expect(withdrawn.champions.map(({ candidateId }) => candidateId)).toEqual([idOf(1)]);
    expect(leftToDo(withdrawn)).toContain("record 2 rejected-by-hand");
  });
});

describe("the order of registration", () => {
  const serving = performed(judgeCandidate(seen(freshState(), versionOf(3)), MODEL, judgementOf(3), NOON));
  const championOf = (state: PromotionState) => state.champions.at(-1)?.candidateId;

  it("should end a candidate that is older than the champion, as what is deployed is newer", () => {
    const state = seen(serving, versionOf(2));

    expect([state.current, championOf(state)]).toEqual([undefined, idOf(3)]);
    expect(leftToDo(state)).toEqual(expect.arrayContaining(["mark 2 rejected", "record 2 superseded"]));
  });

  it("should keep the champion where an older version is approved by hand, until the champion is rejected", () => {
    const both = performed(seen(serving, versionOf(2, { approval: "approved" })));
    const left = seen(both, versionOf(3, { approval: "rejected" }));

    expect([championOf(both), championOf(left)]).toEqual([idOf(3), idOf(2)]);
  });

  it("should take no notice of what was registered before promotion began, but for the first champion", () => {
    const begun = { ...freshState(), since: NOON + 5 * 60_000 };

    expect(seen(begun, versionOf(4))).toBe(begun);
    expect(seen(serving, versionOf(3))).toBe(serving);
    const older = seen({ ...serving, since: NOON + 5 * 60_000 }, versionOf(2, { approval: "approved" }));
    expect([championOf(older), older.outbox]).toEqual([idOf(3), []]);
    const newer = seen({ ...serving, since: NOON + 5 * 60_000 }, versionOf(4, { approval: "approved" }));
    expect([championOf(newer), leftToDo(newer)]).toEqual([idOf(4), expect.arrayContaining(["record 4 approved-by-hand"])]);
    expect(championOf(seen(begun, versionOf(4, { approval: "approved" })))).toBe(idOf(4));
  });

  it("should not take a version for new whose end is so long ago that it is forgotten", () => {
    const many = Array.from({ length: 230 }, (_, n) => n + 1);
    const state = many.reduce((left, n) => performed(seen(left, versionOf(n, { approval: "rejected" }))), freshState());

    expect(seen(state, versionOf(2))).toBe(state);
    expect(seen(state, versionOf(231)).current?.candidate.id).toBe(idOf(231));
  });

  it("should take no notice of a version of another registry", () => {
    const state = noticeVersion(freshState(), versionOf(1).version);

    expect(seen(state, versionOf(1, { registry: "others", approval: "approved" }))).toEqual(freshState());
  });
});

describe(adoptedVersion, () => {
  it("should make the version that served before the first champion, and tell nobody", () => {
    const state = adoptedVersion(freshState(), MODEL, versionOf(7, { approval: "approved" }));

    expect(state.champions).toEqual([expect.objectContaining({ candidateId: idOf(7), at: NOON + 7 * 60_000 })]);
    expect(state.outbox).toEqual([]);
    expect(seen(state, versionOf(7, { approval: "approved" }))).toBe(state);
  });
});

describe(forgetVersion, () => {
  it("should end the candidate whose version is gone, and write nothing to the registry", () => {
    const state = forgetVersion(seen(freshState(), versionOf(1)), versionOf(1).version, NOON);

    expect([state.current, state.ended[0]?.outcome]).toEqual([undefined, "gone"]);
    expect(leftToDo(state).filter((words) => words.startsWith("mark"))).toEqual([]);
  });

  it("should let the champion before it serve where the champion's version is gone", () => {
    const first = judgeCandidate(seen(freshState(), versionOf(1)), MODEL, judgementOf(1), NOON);
    const second = judgeCandidate(seen(first, versionOf(2)), MODEL, judgementOf(2, { comparedWith: idOf(1) }), NOON + 1);

    const left = forgetVersion(second, versionOf(2).version, NOON + 2);

    expect(left.champions.map(({ candidateId }) => candidateId)).toEqual([idOf(1)]);
  });
});

describe("a candidate that waits for the end of a rollout", () => {
  const rolling = promotedOf({ rollout: rolloutSettings() });
  const started = judgeCandidate(seen(freshState(), versionOf(1)), rolling, judgementOf(1), NOON);
  const waiting = seen(started, versionOf(2));

  it.each([
    ["failed to register", (state: PromotionState) => seen(state, versionOf(2, { readiness: "unusable" }))],
    ["is gone", (state: PromotionState) => forgetVersion(state, versionOf(2).version, NOON)],
    ["was rejected in the registry", (state: PromotionState) => seen(state, versionOf(2, { approval: "rejected" }))],
    ["was replaced by a later one", (state: PromotionState) => seen(state, versionOf(3))],
  ])("should end alone where it %s, and leave the rollout as it is", (_what, end) => {
    const left = end(waiting);

    expect([waiting.next?.id, waiting.current?.rollout]).toEqual([idOf(2), started.current?.rollout]);
    expect(left.current).toEqual(waiting.current);
    expect(left.ended.map(({ candidateId }) => candidateId)).toEqual([idOf(2)]);
    expect(left.next?.id).not.toBe(idOf(2));
  });
});

describe(noticeVersion, () => {
  it("should keep each version once, and no more than there is room for", () => {
    const versions = Array.from({ length: 100 }, (_, n) => `v${n % 80}`);

    const { noticed } = versions.reduce(noticeVersion, freshState());

    expect(noticed).toHaveLength(50);
    expect(new Set(noticed).size).toBe(50);
  });
});

describe(alignedState, () => {
  const accepted = judgeCandidate(seen(freshState(), versionOf(1)), MODEL, judgementOf(1), NOON);

  it("should not change what is about the configured registry and golden set", () => {
    expect(alignedState(accepted, MODEL)).toBe(accepted);
  });

  it("should forget candidates of another registry, but not what is left to do", () => {
    const state = alignedState(accepted, promotedOf({ registry: "delays-2" }));

    expect([state.registry, state.champions, state.ended]).toEqual(["delays-2", [], []]);
    expect([state.outbox, state.effects, state.records]).toEqual([accepted.outbox, accepted.effects, accepted.records]);
  });

  it("should mind no difference in the case of a registry's name", () => {
    expect(alignedState(accepted, promotedOf({ registry: "Delays" }))).toBe(accepted);
  });

  it("should have judged again, approved by nobody, what people are asked about when the guardrails' settings change", () => {
    const two = promotedOf({ approval: { needed: "always", approvers: 2, isSeparate: false } });
    const asked = judgeCandidate(seen(freshState(), versionOf(1)), two, judgementOf(1), NOON);
    const answer = { id: "answer-1", candidateId: idOf(1), do: "approve", by: "ada (declared)" } as const;
    const { state } = answerCandidate(asked, two, answer, NOON);
    const { guardrails } = promotionOf();
    const stricter = { ...two, promotion: { ...two.promotion, guardrails: { ...guardrails, confidence: 0.99 } } };

    expect(alignedState(state, two)).toBe(state);
    expect(alignedState(state, stricter).current).toMatchObject({ stage: "guardrails", candidate: { id: idOf(1) } });
    expect(alignedState(state, stricter).current).not.toHaveProperty("approval");
  });

  it("should begin the chain and the count of uses again on another golden set", () => {
    const { guardrails } = promotionOf();
    const goldenSet = { sha256: "c".repeat(64), rows: 5 };

    const state = alignedState(accepted, promotedOf({ guardrails: { ...guardrails, goldenSet } }));

    expect([accepted.promotions.length, accepted.goldenSet.uses]).toEqual([1, 1]);
    expect([state.promotions, state.goldenSet]).toEqual([[], { sha256: "c".repeat(64), uses: 0 }]);
    expect(state.champions).toEqual(accepted.champions);
  });
});

// Helpers

function seen(state: PromotionState, version: RegisteredVersion): PromotionState {
  return observeVersion(state, MODEL, version, NOON);
}

function performed(state: PromotionState): PromotionState {
  return { ...state, outbox: [] };
}
