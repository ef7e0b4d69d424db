import {
  answerCandidate,
  expireApproval,
  type Judgement,
  judgeCandidate,
  thawed,
} from "../../../functions/core/promotion/judge-candidate";
import { observeVersion } from "../../../functions/core/promotion/observe-version";
import type { PromotedModel } from "../../../functions/core/promotion/promotion-effects";
import type { CandidateCause, PromotionState } from "../../../functions/core/promotion/promotion-state";
import { checkOf, freshState, idOf, judgementOf, leftToDo, promotedOf, promotionOf, versionOf } from "../../simulation/candidates";
import { DAY_MS, HOUR_MS, NOON } from "../../simulation/requests";

const ASKED = promotedOf({ approval: { needed: "always", approvers: 1, isSeparate: false } });
const TWO = promotedOf({ approval: { needed: "always", approvers: 2, isSeparate: false } });
const ON_DRIFT = promotedOf({ approval: { needed: "on-drift", approvers: 1, isSeparate: false } });

describe(judgeCandidate, () => {
  it("should accept a candidate whose guardrails passed: it is the champion, marked, recorded and told", () => {
    const state = judged(promotedOf());

    expect([state.current, state.champions.map(({ candidateId }) => candidateId)]).toEqual([undefined, [idOf(1)]]);
    expect(state.champions[0]?.evaluationSha256).toBe("b".repeat(64));
    expect(state.promotions).toEqual([{ candidateId: idOf(1), at: NOON, metric: "accuracy", value: 0.9 }]);
    expect(leftToDo(state)).toEqual([
      "record 1 waiting",
      "mark 1 approved",
      "record 1 accepted",
      "notify accepted: a candidate of flight-delay",
    ]);
  });

  it("should reject a candidate by the first guardrail that failed, whatever else is not known, and keep the champion", () => {
    const checks = [checkOf("not-known"), checkOf("failed", { name: "slices", sentence: "worse in the north" })];

    const state = judged(promotedOf(), { checks });

    expect([state.current, state.champions]).toEqual([undefined, []]);
    expect(leftToDo(state)).toContain("mark 1 rejected");
    expect(lastRecord(state)).toMatchObject({ outcome: "rejected", why: "slices: worse in the north", checks });
  });

  it("should ask people where a guardrail is not known, and name it", () => {
    const state = judged(promotedOf(), { checks: [checkOf("passed"), checkOf("not-known", { name: "baseline" })] });

    expect(state.current).toMatchObject({ stage: "approval", approval: { askedAt: NOON, approvedBy: [] } });
    expect(lastRecord(state)).toMatchObject({ step: "asked", why: "not known: baseline" });
    expect(leftToDo(state)).toContain("mark 1 waiting");
  });

  it.each([
    ["high", "approval"],
    ["critical", "approval"],
    ["medium", "accepted"],
    [undefined, "accepted"],
  ] as const)(
    "should ask about a model that was trained because of %s drift, where the policy says so: %s",
    (severity, expected) => {
      const cause: CandidateCause = { requestId: "drift/flight-delay/1", priority: 2, ...(severity && { severity }) };

      const state = judged(ON_DRIFT, { cause });

      expect(state.current?.stage ?? "accepted").toBe(expected);
    },
  );

  it("should ask about a model of which it is not known why it was trained, where drift needs an approval", () => {
    expect(judged(ON_DRIFT).current?.stage).toBe("approval");
  });

  it.each([
    [1, HOUR_MS],
    [2, 2 * HOUR_MS],
    [5, DAY_MS],
    [undefined, 4 * HOUR_MS],
  ])("should wait for an answer as long as a request of priority %s does", (priority, expected) => {
    const cause = priority === undefined ? undefined : { requestId: "data/flight-delay/1", priority };

    const { approval } = judged(ASKED, { cause }).current ?? {};

    expect(approval && approval.expiresAt - approval.askedAt).toBe(expected);
  });

  it("should change nothing where the candidate, or the champion, is another one by now", () => {
    const state = observeVersion(freshState(), ASKED, versionOf(1), NOON);

    expect(judgeCandidate(state, ASKED, judgementOf(2), NOON)).toBe(state);
    expect(judgeCandidate(state, ASKED, judgementOf(1, { comparedWith: idOf(7) }), NOON)).toBe(state);
  });

  it("should not say that every guardrail passed where one is not known and the policy lets it pass", () => {
    const { guardrails } = promotionOf();
    const lenient = promotedOf({ guardrails: { ...guardrails, notKnown: "pass" } });

    const state = judged(lenient, { checks: [checkOf("not-known", { isPointNotWorse: true })] });

    expect(lastRecord(state)).toMatchObject({
      outcome: "accepted",
      why: "no guardrail failed, and by its estimate it is no worse where that is not known",
    });
  });

  it("should tell people what the chain would do, and not that it failed", () => {
    const chain = checkOf("failed", { name: "chain", subject: "auc", sentence: "promoting it would freeze" });

    const { outbox } = judged(ASKED, { checks: [checkOf("passed"), chain] });

    const texts = outbox.flatMap((effect) => (effect.type === "notify" ? [effect.text] : []));
    expect(texts).toEqual([expect.stringContaining("\n- chain (auc) would freeze: promoting it would freeze\n")]);
  });

  it("should end a candidate that waits when a later version comes to serve", () => {
    const state = observeVersion(freshState(), ASKED, versionOf(1), NOON);
    const serving = observeVersion(state, ASKED, versionOf(2, { approval: "approved" }), NOON);

    const ended = judgeCandidate(serving, ASKED, judgementOf(1, { comparedWith: idOf(2) }), NOON);

    expect([ended.current, ended.champions.at(-1)?.candidateId]).toEqual([undefined, idOf(2)]);
    expect(leftToDo(ended)).toContain("record 1 superseded");
  });

  it("should count each use of the golden set, but not where nothing of it was read", () => {
    expect(judged(promotedOf()).goldenSet.uses).toBe(1);
    expect(judged(promotedOf(), { value: undefined, checks: [checkOf("not-known")] }).goldenSet.uses).toBe(0);
  });

  it("should freeze automatic training once as many promotions in a row brought no gain, and begin again when thawed", () => {
    const { guardrails } = promotionOf();
    const model = promotedOf({ guardrails: { ...guardrails, chain: { promotions: 3 } } });
    const after = [1, 2, 3, 4, 5].map((n) => chainOf(model, Array(n).fill(0.9)));

    expect(after.map(({ frozenAt }) => frozenAt !== undefined)).toEqual([false, false, false, true, true]);
    expect(leftToDo(after[3] ?? freshState()).at(-1)).toBe("freeze");
    expect(leftToDo(after[4] ?? freshState()).filter((words) => words === "freeze")).toHaveLength(1);
    expect(after.map((state) => lastRecord(state)?.why)).toEqual([
      ...Array(3).fill("every guardrail passed"),
      "every guardrail passed, without a gain: automatic training is frozen",
      "every guardrail passed, without a gain: automatic training stays frozen",
    ]);
    expect(chainOf(model, [0.9, 0.91, 0.92, 0.93]).frozenAt).toBeUndefined();
    const byAnother = chainOf(model, [0.9, 0.9, 0.9]).promotions.map((one) => ({ ...one, metric: "auc" }));
    expect(chainOf(model, [0.9], { promotions: byAnother }).frozenAt).toBeUndefined();
    expect(thawed(after[3] ?? freshState())).toMatchObject({ promotions: [] });
    expect(thawed(after[0] ?? freshState())).toBe(after[0]);
  });
});

describe(answerCandidate, () => {
  it("should accept what one person approves, where one must", () => {
    const { state, result } = answered(judged(ASKED), ASKED, "approve", "ada (declared)");

    expect([result, state.current, state.champions.length]).toEqual(["taken", undefined, 1]);
    expect(lastRecord(state)).toMatchObject({ outcome: "accepted", approvedBy: ["ada (declared)"] });
  });

  it("should wait for a second person, where two must, and for another one than the first", () => {
    const first = answered(judged(TWO), TWO, "approve", "ada (declared)");
    const again = answered(first.state, TWO, "approve", "Ada (declared)", 2);
    const second = answered(again.state, TWO, "approve", "bob (declared)", 3);

    expect([first.result, again.result, second.result]).toEqual(["more-needed", "answered-already", "taken"]);
    expect([first.state.champions.length, second.state.champions.length]).toEqual([0, 1]);
  });

  it("should reject what one person refuses, and say who it was", () => {
    const { state, result } = answered(judged(TWO), TWO, "reject", "ada (declared)");

    expect([result, state.current]).toEqual(["taken", undefined]);
    expect(leftToDo(state)).toContain("mark 1 rejected");
    expect(lastRecord(state)).toMatchObject({ outcome: "not-approved", by: "ada (declared)" });
  });

  it("should take an answer once, however often it is delivered", () => {
    const first = answered(judged(TWO), TWO, "approve", "ada (declared)");
    const again = answered(first.state, TWO, "approve", "ada (declared)");

    expect([again.state, again.result]).toEqual([first.state, undefined]);
  });

  it("should not take an answer that comes too late, or about what nobody waits for", () => {
    const waiting = judged(ASKED);
    const late = answerCandidate(waiting, ASKED, { id: "a", candidateId: idOf(1), do: "approve", by: "ada" }, NOON + 4 * HOUR_MS);
    const other = answerCandidate(waiting, ASKED, { id: "b", candidateId: idOf(9), do: "approve", by: "ada" }, NOON);

    expect([late.result, other.result]).toEqual(["expired", "not-waiting"]);
    expect([late.state.current, other.state.current]).toEqual([waiting.current, waiting.current]);
  });

  it("should not count who asked for the training by hand, where more than one must approve", () => {
    const cause = { requestId: "manual/flight-delay/1", priority: 3, by: ["ada (declared)"] };
    const waiting = judged(TWO, { cause });

    const own = answered(waiting, TWO, "approve", "Ada (declared)");
    const other = answered(own.state, TWO, "approve", "bob (declared)", 2);

    expect([own.result, other.result]).toEqual(["requested-it", "more-needed"]);
    expect(answered(judged(ASKED, { cause }), ASKED, "approve", "ada (declared)").result).toBe("taken");
  });

  it.each([
    ["another evaluation", { evaluationSha256: "d".repeat(64) }],
    ["more that is not known", { checks: [checkOf("not-known", { name: "identity" })] }],
  ] as const)("should ask again where an approved candidate is judged again with %s", (_what, news) => {
    const waiting = judged(ASKED);
    const other = observeVersion(waiting, ASKED, versionOf(0, { approval: "approved", registeredAt: NOON + 1 }), NOON);
    const { state } = answered(other, ASKED, "approve", "ada (declared)");

    const again = judgeCandidate(state, ASKED, judgementOf(1, { comparedWith: idOf(0), ...news }), NOON + 1);

    expect(again.current).toMatchObject({ stage: "approval", approval: { approvedBy: [] } });
    expect(again.champions.at(-1)?.candidateId).toBe(idOf(0));
  });

  it("should keep nothing of an earlier judgement that the evidence no longer tells", () => {
    const waiting = judged(ASKED);
    const other = observeVersion(waiting, ASKED, versionOf(0, { approval: "approved", registeredAt: NOON + 1 }), NOON);
    const { state } = answered(other, ASKED, "approve", "ada (declared)");
    const nothing = { value: undefined, evaluationSha256: undefined, checks: [checkOf("not-known", { name: "golden-set" })] };

    const again = judgeCandidate(state, ASKED, judgementOf(1, { comparedWith: idOf(0), ...nothing }), NOON + 1);

    expect(again.current).not.toHaveProperty("value");
    expect(again.current).not.toHaveProperty("evaluationSha256");
  });

  it("should have a candidate judged again that was approved after another model came to serve, and not ask again", () => {
    const waiting = judged(ASKED);
    const other = observeVersion(waiting, ASKED, versionOf(0, { approval: "approved" }), NOON);

    const { state, result } = answered(other, ASKED, "approve", "ada (declared)");
    const comparedWith = idOf(0);
    const passed = judgeCandidate(state, ASKED, judgementOf(1, { comparedWith }), NOON + 1);
    const failed = judgeCandidate(state, ASKED, judgementOf(1, { comparedWith, checks: [checkOf("failed")] }), NOON + 1);

    expect([result, state.current?.stage]).toEqual(["taken", "guardrails"]);
    expect(passed.champions.at(-1)?.candidateId).toBe(idOf(1));
    expect(lastRecord(failed)).toMatchObject({ outcome: "rejected" });
    expect(failed.champions.at(-1)?.candidateId).toBe(idOf(0));
  });
});

describe(expireApproval, () => {
  it("should end a candidate that nobody approved in time, and none before", () => {
    const waiting = judged(ASKED);

    expect(expireApproval(waiting, NOON + 4 * HOUR_MS - 1)).toBe(waiting);
    const expired = expireApproval(waiting, NOON + 4 * HOUR_MS);
    expect(leftToDo(expired)).toContain("mark 1 rejected");
    expect(lastRecord(expired)).toMatchObject({ outcome: "expired" });
  });
});

// Helpers

/** The state after the first candidate was judged. */
function judged(model: PromotedModel, overrides: Partial<Judgement> = {}): PromotionState {
  return judgeCandidate(observeVersion(freshState(), model, versionOf(1), NOON), model, judgementOf(1, overrides), NOON);
}

/** The state after candidates with these values were accepted one after the other. */
function chainOf(model: PromotedModel, values: readonly number[], from: Partial<PromotionState> = {}): PromotionState {
  return values.reduce(
    (state, value, index) => {
      const comparedWith = state.champions.at(-1)?.candidateId;
      const seen = observeVersion(state, model, versionOf(index + 1), NOON);
      return judgeCandidate(seen, model, judgementOf(index + 1, { value, comparedWith }), NOON + index);
    },
    { ...freshState(), ...from },
  );
}

function answered(state: PromotionState, model: PromotedModel, deed: "approve" | "reject", by: string, n = 1) {
  return answerCandidate(state, model, { id: `answer-${n}`, candidateId: idOf(1), do: deed, by }, NOON + n);
}

function lastRecord({ outbox }: PromotionState) {
  return outbox.flatMap((effect) => (effect.type === "record" ? [effect.record] : [])).at(-1);
}
