// What a question about a training says must hold for whatever the coordinator may do until it is answered.
import { type CoordinatorState, initialState } from "../../../functions/core/coordination/coordinator-state";
import { decide, reask } from "../../../functions/core/coordination/decide";
import { answerApproval } from "../../../functions/core/coordination/intervene";
import type { CoordinatorPolicy } from "../../../functions/core/coordination/policy";
import type { Message } from "../../../functions/core/notices/message";
import { decisionNotice } from "../../../functions/core/notices/notice";
import { messageOf } from "../../../functions/core/notices/notice-message";
import type { TrainingRequest } from "../../../functions/core/training-request";
import { DAY_MS, DRIFT, HOUR_MS, MANUAL, NOON, policyOf, requestOf } from "../../simulation/requests";
import { AWS } from "./situations";

describe("what a question says that a yes costs", () => {
  const cost = { baseUsd: 10, perGbUsd: 0, perObjectUsd: 0.1 };
  const policy = policyOf({ cost, budget: { dailyUsd: 300, monthlyUsd: 3_000 } });
  const manifests = [{ uri: "s3://data/1.manifest", objects: 100, bytes: 1e9 }];
  const asking = requestOf("1", { manifests, priority: 3, needsApproval: true });

  it("should not be the cost of what it asks for alone, as what waits goes along", () => {
    // Arrange
    const asked = decide(policy, initialState(NOON), asking, NOON).state;
    const batch = requestOf("2", { manifests: [{ uri: "s3://data/2.manifest", objects: 2_000, bytes: 1e9 }] });

    // Act
    const waiting = decide(policy, asked, batch, NOON + 1).state;
    const answer = answerApproval(policy, waiting, { requestId: asking.id, by: "ada", isApproved: true }, NOON + 2);

    // Assert
    expect(answer).toMatchObject({ transition: { state: { runs: [{ requestId: asking.id, reservedUsd: 220 }] } } });
    const { question, facts } = toldOf(asked);
    expect(question?.cost).toMatch(/^From about 20\.00 USD: .* without more data the training leaves 280\.00 USD of it\./);
    expect(question?.cost).toMatch(
      /other requests of the model that wait by then and need no approval.*data that was set aside, as far as the budgets have room/,
    );
    expect(question?.cost).toMatch(/A request of priority 1 among them passes the budgets\.$/);
    expect(facts).toContainEqual({ name: "Data", value: "100 objects, 1 GB, in 1 list; more may go along" });
  });

  it("should say that budgets do not limit it where its priority passes them", () => {
    const { question } = asked(policy, { ...asking, priority: 1 });
    expect(question?.cost).toMatch(/The budgets need not limit that: its priority of 1 passes them\.$/);
    expect(question?.cost).not.toMatch(/have room/);
  });

  it("should name data that is set aside alone where every training needs an approval, as nothing else goes along", () => {
    const always = { ...policy, approval: { ...policy.approval, needed: "always" } } as const;
    const { question } = asked(always, asking);
    expect(question?.cost).toMatch(
      /^From about 20\.00 USD.*data that was set aside by then goes along, as far as the budgets have room/,
    );
    expect(question?.cost).not.toMatch(/other requests/);
  });

  it("should say that data may go along where it has none of its own", () => {
    const { facts } = asked(policy, { ...asking, causes: [DRIFT], manifests: [] });
    expect(facts).toContainEqual({ name: "Data", value: "none of its own; more may go along" });
  });
});

describe("what a question says that happens without an answer", () => {
  const policy = policyOf();
  const asking = requestOf("1", { priority: 3, needsApproval: true });
  const urgent = requestOf("2", { priority: 2, needsApproval: true, causes: [DRIFT] });

  it("should be that a more urgent question may take its place, where one can", () => {
    // Arrange
    const waiting = decide(policy, initialState(NOON), asking, NOON).state;

    // Act
    const displaced = decide(policy, waiting, urgent, NOON + 1);

    // Assert
    expect(displaced.state.approval?.request.id).toBe(urgent.id);
    expect(toldOf(waiting).question?.unanswered).toMatch(
      /an urgent request \(priority 1 or 2\) needs an approval before that, it takes the place.*asked again afterwards/,
    );
    expect(toldOf(displaced.state).question?.unanswered).not.toMatch(/takes the place/);
  });

  it("should be that it is asked again, where its start was taken back and a run of it may exist", () => {
    // Arrange
    const parked = [{ request: asking, parkedAt: NOON - HOUR_MS, dueAt: NOON, withdrawnAt: NOON - HOUR_MS }];

    // Act
    const waiting = reask(policy, { ...initialState(NOON), parked }, NOON).state;
    const after = reask(policy, waiting, NOON + DAY_MS);

    // Assert
    expect(after.state.parked).toHaveLength(1);
    const { question, facts } = toldOf(waiting);
    expect(question?.unanswered).toMatch(
      /and is asked again then: a run of it may exist.*Its data \(10 objects, 1 GB\) stays with it\./,
    );
    expect(question?.unanswered).not.toMatch(/rejected then|goes along/);
    expect(question?.cost).toMatch(/^About 100\.00 USD, /);
    expect(facts).toContainEqual({ name: "Data", value: "10 objects, 1 GB, in 1 list" });
  });
});

describe("what a question says that starts until it is answered", () => {
  const blocking = requestOf("1", {
    causes: [{ type: "drift", severity: "critical", score: 0.7 }],
    priority: 3,
    blocks: true,
    manifests: [],
  });

  it.each<[string, TrainingRequest, boolean]>([
    ["no urgent data", requestOf("2", { priority: 1 }), false],
    ["what a person asks for with priority 2", requestOf("2", { causes: [MANUAL], priority: 2 }), true],
    ["not what a person asks for with priority 3", requestOf("2", { causes: [MANUAL], priority: 3 }), false],
  ])("should hold for a model that is blocked: %s", (_, request, isStarted) => {
    const waiting = decide(policyOf(), initialState(NOON), blocking, NOON).state;

    const later = decide(policyOf(), waiting, request, NOON + 1);

    expect(later.decisions.at(-1)?.outcome === "start").toBe(isStarted);
    const { question, paragraphs } = toldOf(waiting);
    expect(question?.why).toMatch(/blocks the model: .* only what a person asks for starts\.$/);
    expect(paragraphs).toEqual([
      "While the model is blocked and this is not answered, no other training of it starts, except one that a person asks for with priority 1 or 2.",
    ]);
  });

  it("should name urgent ones where nothing else holds them, and none where the question is urgent itself", () => {
    const { paragraphs } = asked(policyOf(), requestOf("1", { priority: 3, needsApproval: true }));
    expect(paragraphs).toEqual([
      "Until it is answered, other trainings of the model wait, except that urgent ones (priority 1 or 2) may start.",
    ]);
    expect(asked(policyOf(), { ...blocking, priority: 1 }).paragraphs).toEqual([
      "Until it is answered, no other training of the model starts.",
    ]);
  });

  it("should name people alone where a freeze holds the rest", () => {
    const frozen = { ...initialState(NOON), paused: { by: "ada", why: "audit", at: NOON, isFreeze: true } } as const;
    const request = requestOf("1", { causes: [MANUAL], priority: 3, needsApproval: true });
    expect(toldOf(decide(policyOf(), frozen, request, NOON).state).paragraphs).toEqual([
      "While the model is frozen and this is not answered, no other training of it starts, except one that a person asks for with priority 1 or 2.",
    ]);
  });
});

// Helpers

function asked(policy: CoordinatorPolicy, request: TrainingRequest): Message {
  return toldOf(decide(policy, initialState(NOON), request, NOON).state);
}

/** What people are told last. */
function toldOf({ outbox }: CoordinatorState): Message {
  const told = outbox.findLast((effect) => effect.type === "notify");
  if (told === undefined) throw new Error("nobody is told");
  return messageOf(decisionNotice(told.subject, told.decision, told.omitted), AWS);
}
