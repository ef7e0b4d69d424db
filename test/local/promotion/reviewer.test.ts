import type { PersonAnswer } from "../../../functions/core/coordination/person-answer";
import type { GuardrailCheck } from "../../../functions/core/promotion/guardrails/guardrail";
import type { CandidateRecord } from "../../../functions/core/promotion/promotion-state";
import type { TrainingRequest } from "../../../functions/core/training-request";
import { simulatedReviewer } from "../../../local/promotion/reviewer";
import { virtualClock } from "../../../local/world/time-and-chance";

const HOUR_MS = 3_600_000;
const MONDAY = Date.UTC(2001, 0, 8);
const SATURDAY = Date.UTC(2001, 0, 13);

describe("simulatedReviewer", () => {
  it.each([
    ["a first model", asked({}), ["approve"]],
    ["an estimate that is no worse", asked({ comparedWith: "candidate/m/m-1", checks: [check(true)] }), ["approve"]],
    ["an estimate that is worse", asked({ comparedWith: "candidate/m/m-1", checks: [check(true), check(false)] }), ["reject"]],
    ["a weekend", asked({ registeredAt: SATURDAY }), []],
    ["a step that asks nobody", { ...asked({}), step: "waiting" } as const, []],
  ])("should answer, three hours later, about %s: %j", async (_of, record, expected) => {
    const { reviewer, clock, answers } = createReviewer();

    reviewer.toldOf(record);
    reviewer.toldOf(record);
    await clock.run();

    expect(answers.map((answer) => answer.do)).toEqual(expected);
    // The reader of the queue adds how that is known.
    expect(answers.map(({ by }) => by)).toEqual(expected.map(() => "grace"));
    expect(clock.now()).toBe(expected.length === 0 ? MONDAY : MONDAY + 3 * HOUR_MS);
  });

  it("should ask for a training of a frozen model once, and let the rest go on a day later", async () => {
    const { reviewer, clock, answers, requests } = createReviewer();
    const frozen = { level: "warn", event: "model-frozen", model: "m", requestId: "candidate/m/m-2", why: "a chain" } as const;

    reviewer.heard(frozen);
    reviewer.heard(frozen);
    await clock.run();

    expect(requests).toMatchObject([{ model: "m", causes: [{ type: "manual" }], requestedAt: MONDAY + 20 * HOUR_MS }]);
    expect(answers).toMatchObject([{ do: "resume", catchUp: "merged", model: "m", by: "grace" }]);
    expect(clock.now()).toBe(MONDAY + 44 * HOUR_MS);
  });
});

// Helpers

function createReviewer() {
  const clock = virtualClock(MONDAY);
  const answers: PersonAnswer[] = [];
  const requests: TrainingRequest[] = [];
  const hands = {
    answer: (answer: PersonAnswer) => void answers.push(answer),
    ask: (one: TrainingRequest) => void requests.push(one),
  };
  return { clock, answers, requests, reviewer: simulatedReviewer(clock, hands) };
}

function asked({
  registeredAt = MONDAY,
  ...more
}: Partial<Pick<CandidateRecord, "comparedWith" | "checks">> & { readonly registeredAt?: number }): CandidateRecord {
  const candidate = { id: "candidate/m/m-2", model: "m", version: "arn/2", registeredAt };
  return { candidate, number: 1, at: registeredAt, step: "asked", why: "not known: champion", ...more };
}

function check(isPointNotWorse: boolean): GuardrailCheck {
  return { name: "champion", subject: "auc", verdict: "not-known", numbers: {}, isPointNotWorse, sentence: "too few rows" };
}
