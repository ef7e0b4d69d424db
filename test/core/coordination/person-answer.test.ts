import { type CoordinatorState, initialState, RECENT_ANSWERS } from "../../../functions/core/coordination/coordinator-state";
import { decide } from "../../../functions/core/coordination/decide";
import { handleCoordinatorMessage, requestTraining } from "../../../functions/core/coordination/handle-coordinator-message";
import { handleAnswer, takeAnswer } from "../../../functions/core/coordination/intervene";
import { type Deed, identityOf, isRolloutOrder, isSamePerson } from "../../../functions/core/coordination/person-answer";
import type { CoordinatorPolicy } from "../../../functions/core/coordination/policy";
import { parseCoordinatorMessage } from "../../../functions/core/coordinator-message";
import { PoisonMessageError } from "../../../functions/core/errors";
import type { LogRecord } from "../../../functions/core/log/log";
import { promotionAnswers } from "../../../functions/core/promotion/take-candidate";
import type { Cause, TrainingRequest } from "../../../functions/core/training-request";
import {
  memoryCoordinatorStore,
  memoryDecisionLog,
  memoryNotifier,
  memoryPipelineLauncher,
} from "../../../functions/memory/coordination";
import { memoryManifestStore } from "../../../functions/memory/manifest-store";
import { memoryPromotionStore } from "../../../functions/memory/promotion";
import { memoryDeployment } from "../../../functions/memory/versioned-store";
import { settingsOf } from "../../simulation/data-path";
import { answerOf, HOUR_MS, MANUAL, NOON, policyOf, requestOf } from "../../simulation/requests";

const REQUEST_ID = "data/flight-delay/2";
const APPROVE: Deed = { do: "approve", requestId: REQUEST_ID };
const BY_ADA: Cause = { type: "manual", by: "ada (declared)", why: "new labels" };
const PAUSE: Deed = { do: "pause", why: "audit" };
const RESUME: Deed = { do: "resume", catchUp: "merged" };

describe("isSamePerson", () => {
  it.each([
    ["Ada", " ada"],
    ["ada (declared)", "ADA (declared)"],
    ["ada lovelace (declared)", "Ada\u00a0\t Lovelace (declared)"],
    ["ａｄａ (declared)", "ada (declared)"],
    ["zoe\u0308 (declared)", "Zo\u00eb (declared)"],
    ["a\u200bda (declared)", "ada (declared)"],
    ["ada", "ada (declared)"],
    ["AROA1:ada@example.com (aws-sqs)", "AROA2:ada@example.com (aws-sqs)"],
    ["AROA1:ada@example.com (aws-sqs)", "ada@example.com"],
  ])("should take %j and %j for one", (one, other) => {
    expect(isSamePerson(one, other)).toBe(true);
  });

  it.each([
    ["ada (declared)", "bob (declared)"],
    ["AIDA1 (aws-sqs)", "AIDA2 (aws-sqs)"],
    ["AROA1:ada (aws-sqs)", "AROA1:bob (aws-sqs)"],
    ["team:ada (declared)", "team2:ada (declared)"],
  ])("should tell %j from %j", (one, other) => {
    expect(isSamePerson(one, other)).toBe(false);
  });
});

describe("parseCoordinatorMessage", () => {
  it("should take for the person whom the queue attests, whatever the message says", () => {
    const message = parseCoordinatorMessage(answerOf(1, "grace", APPROVE), { sender: "AROA1:eve" });

    expect(message).toMatchObject({ action: "answer", answer: { by: "AROA1:eve (aws-sqs)", do: "approve" } });
  });

  it("should say that a person is only declared where the queue attests nobody", () => {
    expect(parseCoordinatorMessage(answerOf(1, "grace", PAUSE))).toMatchObject({ answer: { by: "grace (declared)" } });
    expect(parseCoordinatorMessage(answerOf(1, "grace (aws-sqs)", PAUSE))).toMatchObject({
      answer: { by: "grace (aws-sqs) (declared)" },
    });
  });

  it.each([
    [undefined, "ada (declared)"],
    ["AIDAEVE", "AIDAEVE (aws-sqs)"],
  ])("should name who asks for a training by hand, with the sender %s as %s", (sender, by) => {
    const message = parseCoordinatorMessage(requestOf("2", { causes: [MANUAL] }), sender === undefined ? {} : { sender });

    expect(message).toMatchObject({ request: { causes: [{ type: "manual", by }] } });
  });

  it.each(["", " \t", "\u200b\u2800"])("should refuse a name and a reason of which nothing can be seen: %j", (blank) => {
    const told = "got a blank text; expected 1 to";
    const asked = (cause: object) => requestOf("2", { causes: [{ ...MANUAL, ...cause } as Cause] });

    expect(() => parseCoordinatorMessage(answerOf(1, blank, APPROVE))).toThrow(`${told} 200 characters`);
    expect(() => parseCoordinatorMessage(answerOf(1, "ada", { ...PAUSE, why: blank }))).toThrow(`${told} 256 characters`);
    expect(() => parseCoordinatorMessage(asked({ by: blank }))).toThrow(PoisonMessageError);
    expect(() => parseCoordinatorMessage(asked({ why: blank }))).toThrow(PoisonMessageError);
  });

  it("should keep within a cause the longest name that anybody declares", () => {
    const cause = { type: "manual", by: "a".repeat(256), why: "new labels" } as const;
    const signed = parseCoordinatorMessage(requestOf("2", { causes: [cause] }));

    expect(signed.action === "request" && parseCoordinatorMessage(signed.request)).toMatchObject({ action: "request" });
  });
});

describe("takeAnswer", () => {
  it("should count one person once, under whatever spelling", () => {
    const { state, results } = answered(asked(2), [1, "Ada", APPROVE], [2, " ａda", APPROVE], [3, "bob", APPROVE]);

    expect(results).toEqual(["more-needed", "answered-already", "taken"]);
    expect(state.answers?.map(({ by, result }) => [by, result])).toEqual([
      ["Ada (declared)", "more-needed"],
      [" ａda (declared)", "answered-already"],
      ["bob (declared)", "taken"],
    ]);
  });

  it("should count one person once who approved before identities were verified", () => {
    const before = asked(2);
    const { approval } = before;
    if (approval === undefined) throw new Error("nothing waits");

    const { results } = answered({ ...before, approval: { ...approval, approvedBy: ["ada"] } }, [1, "ADA", APPROVE]);

    expect(results).toEqual(["answered-already"]);
  });

  it.each([
    { approvers: 2, result: "requested-it" },
    { approvers: 1, result: "taken" },
  ])("should answer the requester's approval with $result where $approvers must approve", ({ approvers, result }) => {
    const before = asked(approvers, { causes: [BY_ADA] });

    const { results } = answeredOf(approvers, before, [1, "Ada", APPROVE]);

    expect(results).toEqual([result]);
  });

  it("should let the requester refuse what they asked for", () => {
    const before = asked(2, { causes: [BY_ADA] });

    expect(answered(before, [1, "ada", { ...APPROVE, do: "reject" }]).results).toEqual(["taken"]);
  });

  it("should not pause again when a pause arrives once more after the resume", () => {
    const { state, results } = answered(initialState(NOON), [1, "ada", PAUSE], [2, "ada", RESUME], [1, "ada", PAUSE]);

    expect(results).toEqual(["taken", "taken", undefined]);
    expect(state.paused).toBeUndefined();
  });

  it("should pause again when somebody does so again", () => {
    const { state } = answered(initialState(NOON), [1, "ada", PAUSE], [2, "ada", RESUME], [3, "ada", PAUSE]);

    expect(state.paused).toEqual({ by: "ada (declared)", why: "audit", at: NOON + 3 });
  });

  it.each<[string, Deed]>([
    ["paused-already", PAUSE],
    ["not-waiting", { do: "reject", requestId: "data/flight-delay/9" }],
    ["not-blocked", { do: "clear" }],
    ["not-running", { do: "settle", requestId: REQUEST_ID, status: "failed" }],
  ])("should record that an answer had no effect: %s", (result, deed) => {
    const before = answered(initialState(NOON), [1, "ada", PAUSE]).state;

    const { state, results } = answered(before, [2, "bob", deed]);

    expect(results).toEqual([result]);
    expect({ ...state, answers: before.answers }).toEqual(before);
    expect(state.answers?.at(-1)).toMatchObject({ do: deed.do, by: "bob (declared)", result });
  });

  it("should remember so many answers, the newest", () => {
    const many = Array.from({ length: RECENT_ANSWERS + 5 }, (_, index): Given => [index, "ada", RESUME]);

    const { state } = answered(initialState(NOON), ...many);

    expect(state.answers?.map(({ id }) => id)).toEqual(many.slice(5).map(([n]) => answerOf(n, "ada", RESUME).id));
  });
});

describe("handleCoordinatorMessage with an answer", () => {
  it("should start what was approved, and record who approved it and how that is known", async () => {
    const world = createWorld({ approval: { ...policyOf().approval, approvers: 2 } });
    await requestTraining(world.ports, world.settings, requestOf("2", { needsApproval: true }));

    await world.take(1, "ada", APPROVE, "AROA1:ada");
    await world.take(2, "grace", APPROVE, "AROA2:ada");
    await world.take(3, "grace", APPROVE, "AROA1:grace");

    expect([...world.launcher.runs.keys()]).toEqual([REQUEST_ID]);
    expect(world.decisions.decisions().at(-1)).toMatchObject({
      outcome: "start",
      approvedBy: ["AROA1:ada (aws-sqs)", "AROA1:grace (aws-sqs)"],
    });
    expect(world.told()).toEqual([
      {
        level: "info",
        event: "answer-taken",
        model: "flight-delay",
        requestId: REQUEST_ID,
        answer: "approve",
        result: "more-needed",
      },
      {
        level: "warn",
        event: "answer-without-effect",
        model: "flight-delay",
        requestId: REQUEST_ID,
        answer: "approve",
        result: "answered-already",
      },
      { level: "info", event: "answer-taken", model: "flight-delay", requestId: REQUEST_ID, answer: "approve", result: "taken" },
    ]);
  });

  it("should not tell the log who answered", async () => {
    const world = createWorld();

    await world.take(1, "ada", PAUSE);
    await world.take(1, "ada", PAUSE);

    expect(JSON.stringify(world.log)).not.toContain("ada");
    expect(world.told()).toMatchObject([{ result: "taken" }, { result: "repeated" }]);
  });

  it("should say that there is no rollout, and keep nothing, where nothing is promoted", async () => {
    const world = createWorld();
    const order = { do: "rollback", requestId: "candidate/flight-delay/delays-1", why: "complaints" } as const;

    await world.take(1, "ada", order);
    await handleAnswer(
      { ...world.ports, candidateAnswers: promotionAnswers({ promotions: memoryPromotionStore(), now: () => NOON }) },
      world.settings,
      { ...answerOf(2, "ada", order), by: "ada (declared)" },
    );

    expect(world.told()).toMatchObject([
      { event: "answer-without-effect", answer: "rollback", result: "not-rolling" },
      { event: "answer-without-effect", answer: "rollback", result: "not-rolling" },
    ]);
    expect(await world.state()).toBeUndefined();
  });

  it("should end a run as a person says, once, with the record of who said so", async () => {
    const world = createWorld();
    await requestTraining(world.ports, world.settings, requestOf("2"));
    const settle: Deed = { do: "settle", requestId: REQUEST_ID, status: "stopped", cost: 3 };

    await world.take(1, "ada", settle);
    await world.take(1, "ada", settle);
    await world.take(2, "bob", { ...settle, status: "failed" });

    const run = { status: "stopped", actualUsd: 3, settledBy: "ada (declared)" };
    expect((await world.decisions.read(REQUEST_ID))?.run).toMatchObject(run);
    expect(await world.state()).toMatchObject({ runs: [], day: { spentUsd: 3 } });
    expect(world.told().map(({ result }) => result)).toEqual(["taken", "repeated", "not-running"]);
  });

  it("should give up a start that is still to be done when its run is settled", async () => {
    const world = createWorld();
    const launcher = { start: () => Promise.reject(new Error("no answer")) };
    await requestTraining({ ...world.ports, launcher }, world.settings, requestOf("2"));

    await world.take(1, "ada", { do: "settle", requestId: REQUEST_ID, status: "stopped" });

    expect(world.launcher.runs.size).toBe(0);
    expect(await world.state()).toMatchObject({ runs: [], outbox: [], setAside: [{ reason: "settled-unstarted" }] });
  });

  it("should settle a run although the state could not be saved at the first delivery", async () => {
    const world = createWorld();
    await requestTraining(world.ports, world.settings, requestOf("2"));
    const states = { ...world.ports.states, save: () => Promise.reject(new Error("throttled")) };
    const message = answerOf(1, "ada", { do: "settle", requestId: REQUEST_ID, status: "failed" });
    const first = handleCoordinatorMessage({ ...world.ports, states }, world.settings, parseCoordinatorMessage(message));
    await expect(first).rejects.toThrow("throttled");

    await handleCoordinatorMessage(world.ports, world.settings, parseCoordinatorMessage(message));

    expect(await world.state()).toMatchObject({ runs: [], answers: [{ result: "taken" }] });
  });

  it("should leave no state for a model that is not configured", async () => {
    const world = createWorld();

    await handleCoordinatorMessage(world.ports, undefined, parseCoordinatorMessage(answerOf(1, "ada", PAUSE)));

    expect(world.told()).toEqual([
      { level: "warn", event: "answer-of-unknown-model", answer: "pause", why: "no model flight-delay is configured" },
    ]);
    expect(await world.state()).toBeUndefined();
  });
});

// Helpers

type Given = readonly [n: number, by: string, deed: Deed];

/** The state in which request 2 waits for so many approvers. */
function asked(approvers: number, request: Partial<TrainingRequest> = {}): CoordinatorState {
  return decide(approvedBy(approvers), initialState(NOON), requestOf("2", { needsApproval: true, ...request }), NOON).state;
}

function approvedBy(approvers: number): CoordinatorPolicy {
  return policyOf({ approval: { ...policyOf().approval, approvers } });
}

/** The state after declared answers, a millisecond apart, where two must approve. */
function answered(before: CoordinatorState, ...given: readonly Given[]) {
  return answeredOf(2, before, ...given);
}

function answeredOf(approvers: number, before: CoordinatorState, ...given: readonly Given[]) {
  const results: unknown[] = [];
  const state = given.reduce((sofar, [n, by, deed], index) => {
    const answer = { ...answerOf(n, by, deed), by: identityOf(by, "declared") };
    if (isRolloutOrder(answer)) throw new Error("expected an answer that the coordinator takes");
    const taken = takeAnswer({ policy: approvedBy(approvers) }, sofar, answer, NOON + index + 1);
    results.push(taken.result);
    return taken.state;
  }, before);
  return { state, results };
}

function createWorld(policy: Partial<CoordinatorPolicy> = {}) {
  const log: LogRecord[] = [];
  const [launcher, decisions, states] = [memoryPipelineLauncher(), memoryDecisionLog(), memoryCoordinatorStore()];
  const settings = { ...settingsOf(), policy: policyOf(policy) };
  const ports = {
    states,
    decisions,
    launcher,
    notifier: memoryNotifier(),
    manifests: memoryManifestStore(),
    deployment: memoryDeployment,
    log: (entry: LogRecord) => void log.push(entry),
    now: () => NOON + HOUR_MS / 2,
  };
  return {
    ports,
    settings,
    launcher,
    decisions,
    log,
    told: () => log.filter(({ event }) => String(event).startsWith("answer-")),
    state: async () => (await states.load(settings.model))?.state,
    /** @param sender whom the queue attests */
    take: (n: number, by: string, deed: Deed, sender?: string) => {
      const message = parseCoordinatorMessage(answerOf(n, by, deed), sender === undefined ? {} : { sender });
      return handleCoordinatorMessage(ports, settings, message);
    },
  };
}
