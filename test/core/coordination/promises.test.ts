// What was promised and did not hold, each by its smallest reproduction.
import { initialState } from "../../../functions/core/coordination/coordinator-state";
import { decide, reask } from "../../../functions/core/coordination/decide";
import { decideRequest, endedWithoutRun, requestTraining } from "../../../functions/core/coordination/handle-coordinator-message";
import { answerApproval } from "../../../functions/core/coordination/intervene";
import { LISTED_CAUSES, mergeRequests } from "../../../functions/core/coordination/parked-requests";
import { isOneTraining, MAX_MANIFESTS } from "../../../functions/core/coordination/request-size";
import { withSetAside } from "../../../functions/core/coordination/set-aside";
import { settleRun, withdrawStart } from "../../../functions/core/coordination/settle-run";
import { sweepCoordination } from "../../../functions/core/coordination/sweep-coordination";
import { turnCalendar } from "../../../functions/core/coordination/turn-calendar";
import type { LogEvent } from "../../../functions/core/log/log";
import {
  memoryCoordinatorStore,
  memoryDecisionLog,
  memoryNotifier,
  memoryPipelineLauncher,
} from "../../../functions/memory/coordination";
import { memoryManifestStore } from "../../../functions/memory/manifest-store";
import { memoryDeployment } from "../../../functions/memory/versioned-store";
import { encodeState } from "../../../functions/node/record-codecs";
import { settingsOf } from "../../simulation/data-path";
import { DAY_MS, DRIFT, HOUR_MS, MANUAL, NOON, policyOf, requestOf } from "../../simulation/requests";

describe("data is never rejected for another's sake", () => {
  it("should be set aside when a request expires behind an approval that nobody gives, and go along with the next training", () => {
    const policy = policyOf({ deferralExpiresMs: DAY_MS, approval: { needed: "on-request", approvers: 1, expiresMs: EVER } });
    const asked = decide(
      policy,
      initialState(NOON),
      requestOf("drift", { causes: [DRIFT], manifests: [], needsApproval: true }),
      NOON,
    );
    const waiting = decide(policy, asked.state, requestOf("1"), NOON);

    const expired = reask(policy, waiting.state, NOON + DAY_MS);
    expect(expired.decisions).toMatchObject([{ requestId: "data/flight-delay/1", outcome: "reject", reason: "expired" }]);
    expect(expired.state.setAside).toMatchObject([{ request: { id: "data/flight-delay/1" }, reason: "expired" }]);

    const { approval: _answered, ...free } = expired.state;
    const next = decide(policy, free, requestOf("2"), NOON + DAY_MS);
    expect(next.decisions).toMatchObject([
      { requestId: "data/flight-delay/1", outcome: "merge", reason: "taken-along", into: "data/flight-delay/2" },
      { requestId: "data/flight-delay/2", outcome: "start" },
    ]);
    expect(next.decisions[1]?.request.manifests).toHaveLength(2);
    expect(next.state.setAside).toBeUndefined();
  });

  it("should not lend the priority of what expired, nor use that of what takes it along", () => {
    const policy = policyOf({ budget: { dailyUsd: 15, monthlyUsd: 1_000 }, cost: { baseUsd: 10, perGbUsd: 0, perObjectUsd: 1 } });
    const over = decide(policy, initialState(NOON), requestOf("1"), NOON);
    expect(over.decisions).toMatchObject([{ outcome: "reject", reason: "estimate-over-budget" }]);

    const urgent = decide(policy, over.state, requestOf("2", { causes: [DRIFT], priority: 1, manifests: [] }), NOON);

    expect(urgent.decisions).toMatchObject([{ requestId: "data/flight-delay/2", outcome: "start", reservedUsd: 10 }]);
    expect(urgent.state.setAside).toHaveLength(1);
  });

  it("should let an urgent request pass the approval of one that is not, which is asked for again", () => {
    const low = requestOf("low", { needsApproval: true, manifests: [] });
    const asked = decide(policyOf(), initialState(NOON), low, NOON).state;

    const urgent = decide(policyOf(), asked, requestOf("urgent", { causes: [DRIFT], priority: 1 }), NOON);
    expect(urgent.decisions).toMatchObject([{ requestId: "data/flight-delay/urgent", outcome: "start" }]);

    const both = decide(policyOf(), asked, requestOf("ask", { causes: [DRIFT], priority: 2, needsApproval: true }), NOON);
    expect(both.decisions).toMatchObject([
      { requestId: low.id, outcome: "defer", reason: "waiting-for-approval" },
      { requestId: "data/flight-delay/ask", outcome: "ask" },
    ]);
    expect(both.state).toMatchObject({ approval: { request: { priority: 2 } }, parked: [{ request: { id: low.id } }] });
  });

  it("should come back with the training that names it, once", async () => {
    const world = createWorld({ budget: { dailyUsd: 50, monthlyUsd: 50 } });
    await world.request(requestOf("1"));
    world.policy.budget = { dailyUsd: 1_000, monthlyUsd: 1_000 };

    const takesAlong = ["data/flight-delay/1", "data/flight-delay/none"];
    const decisions = await world.request(requestOf("2", { causes: [MANUAL], manifests: [], takesAlong }));
    await world.request(requestOf("3", { causes: [MANUAL], manifests: [], takesAlong: ["data/flight-delay/1"] }));

    expect(decisions.map(({ requestId, outcome }) => [requestId, outcome])).toEqual([
      ["data/flight-delay/1", "merge"],
      ["data/flight-delay/2", "start"],
    ]);
    const trained = [...world.launcher.runs.values()].map(({ parameters }) => parameters.ManifestUri);
    expect(trained.filter((uri) => uri === "s3://data/1.manifest")).toHaveLength(1);
    expect(world.logged.filter(({ event }) => event === "nothing-to-take-along")).toMatchObject([
      { named: "data/flight-delay/none" },
      { named: "data/flight-delay/1" },
    ]);
  });
});

describe("a training as large as one may be", () => {
  it("should be brought back by a person, and go along by itself", () => {
    const uri = (n: number) => `s3://data/retrigger/manifests/flight-delay/0a1b2c3d4e5f/${String(n).padStart(10, "0")}.manifest`;
    const listing = (count: number) =>
      requestOf("1", { manifests: Array.from({ length: count }, (_, n) => ({ uri: uri(n), objects: 10, bytes: 1e9 })) });
    let count = MAX_MANIFESTS;
    while (!isOneTraining(listing(count))) count--;
    const asides = withSetAside(initialState(NOON), listing(count), "expired", NOON);
    const asking = requestOf("2", { causes: [{ type: "manual", by: "ü".repeat(256), why: "ü".repeat(256) }], manifests: [] });
    const named = { ...asking, takesAlong: ["data/flight-delay/1"] };
    const settings = { ...settingsOf(), policy: policyOf() };

    const byItself = decide(policyOf(), asides, asking, NOON);
    const brought = decideRequest(settings, asides, named, { isDecided: false, ended: [] }, NOON);

    for (const { decisions } of [byItself, brought]) expect(decisions.at(-1)?.request.manifests).toHaveLength(count);
  });
});

describe("a start that was taken back, of which a run may exist", () => {
  const withdrawn = { request: requestOf("1", { needsApproval: true }), parkedAt: NOON, dueAt: NOON, withdrawnAt: NOON };
  const state = { ...initialState(NOON), parked: [withdrawn] };

  it("should stay one while people are asked, when an urgent request comes between, and when nobody answers", () => {
    const asked = reask(policyOf(), state, NOON).state;
    expect(asked.approval).toMatchObject({ request: { id: withdrawn.request.id }, withdrawnAt: NOON });

    const urgent = requestOf("2", { causes: [DRIFT], priority: 2, needsApproval: true });
    expect(decide(policyOf(), asked, urgent, NOON).state.parked).toMatchObject([{ withdrawnAt: NOON }]);

    const expired = reask(policyOf(), asked, NOON + 30 * DAY_MS);
    expect(expired.decisions).toEqual([]);
    expect(expired.state).toMatchObject({ parked: [{ request: { id: withdrawn.request.id }, withdrawnAt: NOON }] });
    expect(expired.state.setAside).toBeUndefined();
  });

  it("should wait where it costs more than the whole budget, as its data may be in no other training", () => {
    const { decisions, state: after } = reask(policyOf({ budget: { dailyUsd: 1, monthlyUsd: 1 } }), state, NOON);
    expect(decisions).toEqual([]);
    expect(after).toMatchObject({ parked: [{ withdrawnAt: NOON }] });
  });

  it("should have its data brought back after a person ended it, and only once", () => {
    const decision = decide(policyOf(), initialState(NOON), requestOf("1"), NOON).decisions[0];
    if (decision === undefined) throw new Error("nothing was decided");
    const history = { decisions: [decision], run: { requestId: decision.requestId, status: "stopped" as const, actualUsd: 0 } };
    expect(endedWithoutRun(history)).toBe(decision);
    expect(endedWithoutRun({ ...history, run: { ...history.run, runId: "run-1" } })).toBeUndefined();

    const merge = { ...decision, outcome: "merge", reason: "taken-along", into: "data/flight-delay/2" } as const;
    const elsewhere = { ...initialState(NOON), outbox: [{ type: "record", number: 0, decision: merge } as const], effects: 1 };
    const again = requestOf("3", { causes: [MANUAL], manifests: [], takesAlong: [decision.requestId] });
    const known = { isDecided: false, ended: [decision.request] };
    expect(decideRequest({ ...settingsOf(), policy: policyOf() }, elsewhere, again, known, NOON).untaken).toEqual([
      decision.requestId,
    ]);
  });
});

describe("overrides by what asked", () => {
  it("should not let drift of priority 3 pass the cooldown because data of priority 2 merged with it", () => {
    const policy = policyOf({ cooldownMs: DAY_MS, maxRuns: 2 });
    const started = decide(policy, initialState(NOON), requestOf("0"), NOON).state;
    const waiting = decide(policy, started, requestOf("drift", { causes: [DRIFT], priority: 3 }), NOON + 1).state;

    const merged = decide(policy, waiting, requestOf("data", { priority: 2 }), NOON + 2);

    expect(merged.decisions).toMatchObject([{ outcome: "merge", reason: "cooldown" }]);
    expect(merged.state.parked[0]?.request).toMatchObject({ priority: 2, askedBy: { drift: 3, data: 2 } });
  });

  it("should remember that a person asked, however many causes came before", () => {
    const many = Array.from({ length: LISTED_CAUSES }, (_, n) => requestOf(String(n), { manifests: [] }));
    const merged = [...many, requestOf("person", { causes: [MANUAL], manifests: [] })].reduce(mergeRequests);
    const policy = policyOf({ minNewObjects: 1_000 });

    expect(merged.causes.some(({ type }) => type === "manual")).toBe(false);
    expect(decide(policy, initialState(NOON), merged, NOON).decisions).toMatchObject([{ outcome: "start" }]);
  });
});

describe("money", () => {
  it("should allow three times 0.10 in a budget of 0.30, reserved or spent, and not a fourth", () => {
    const policy = policyOf({ budget: { dailyUsd: 0.3, monthlyUsd: 0.3 }, cost: { baseUsd: 0.1, perGbUsd: 0, perObjectUsd: 0 } });
    const outcomes: string[] = [];
    let state = initialState(NOON);
    for (const n of [1, 2, 3, 4]) {
      const decided = decide(policy, state, requestOf(String(n), { manifests: [] }), NOON + n);
      outcomes.push(decided.decisions.at(-1)?.outcome ?? "");
      state = settleRun(decided.state, { requestId: `data/flight-delay/${n}`, status: "succeeded" }, NOON + n);
    }
    expect(outcomes).toEqual(["start", "start", "start", "defer"]);
    expect(state.day.spentUsd).toBe(0.3);
  });
});

describe("bounds", () => {
  it("should give up notices that cannot be sent for a day, or are too many, and decide on", async () => {
    const world = createWorld({ approval: { needed: "always", approvers: 1, expiresMs: EVER } });
    world.notify = () => Promise.reject(new Error("the topic is gone"));
    for (let n = 0; n < 60; n++) {
      await world.request(requestOf(String(n), { manifests: [], causes: [MANUAL], priority: 1 + (n % 2) }));
      await world.answer(false);
    }
    expect((await world.state())?.outbox.length).toBeLessThanOrEqual(21);

    world.advance(DAY_MS);
    await world.sweep();

    expect((await world.state())?.outbox).toEqual([]);
    expect(world.logged.filter(({ event }) => event === "notice-dropped").length).toBeGreaterThan(40);
  });

  it("should go on where a clock was days ahead once, and tell of it", async () => {
    const world = createWorld({ cooldownMs: HOUR_MS, maxStartsPerDay: 3, maxRuns: 10 });
    world.advance(5 * DAY_MS);
    await world.request(requestOf("1"));
    await world.request(requestOf("2"));
    world.advance(-5 * DAY_MS);

    await world.sweep();
    world.advance(HOUR_MS);
    await world.sweep();

    expect([...world.launcher.runs.keys()]).toEqual(["data/flight-delay/1", "data/flight-delay/2"]);
    expect(world.logged).toContainEqual(expect.objectContaining({ event: "clock-was-ahead" }));
    expect(await world.state()).toMatchObject({ day: { date: "2026-11-21", starts: 2 }, lastStartAt: NOON + HOUR_MS });
  });

  it("should count on for today and this month, where a clock was in the next month for a while", () => {
    const policy = policyOf({ maxRuns: 9, maxStartsPerDay: 9, budget: { dailyUsd: 2, monthlyUsd: 3 }, cost: COST_1 });
    const first = decide(policy, initialState(NOON), requestOf("1"), NOON).state;
    const second = decide(policy, first, requestOf("2"), NOON).state;
    const ended = settleRun(second, { requestId: "data/flight-delay/1", status: "succeeded" }, NOON + 1);

    // The clock is ahead: a run of November ends, and one starts.
    const ahead = settleRun(ended, { requestId: "data/flight-delay/2", status: "stopped" }, NOON + 15 * DAY_MS);
    const third = decide(policy, ahead, requestOf("3"), NOON + 15 * DAY_MS);

    expect(third.decisions).toMatchObject([{ outcome: "start" }]);
    expect(turnCalendar(third.state, NOON + 2)).toMatchObject({
      day: { date: "2026-11-21", starts: 3, spentUsd: 2 },
      month: { date: "2026-11", spentUsd: 2 },
    });
    expect(decide(policy, third.state, requestOf("4"), NOON + 2).decisions).toMatchObject([
      { outcome: "defer", reason: "daily-budget" },
    ]);
    expect(decide(policy, third.state, requestOf("4"), NOON + DAY_MS).decisions).toMatchObject([
      { outcome: "defer", reason: "monthly-budget" },
    ]);
  });

  it("should remember what was started today, where a clock was a day behind for one tick", () => {
    const policy = policyOf({ maxStartsPerDay: 1 });
    const first = decide(policy, initialState(NOON), requestOf("1"), NOON).state;

    const behind = reask(policy, first, NOON - DAY_MS + 1).state;

    expect(decide(policy, behind, requestOf("2"), NOON + 2).decisions).toMatchObject([{ outcome: "defer", reason: "daily-limit" }]);
  });

  it("should count no fewer than no starts, where a start is taken back whose day a wrong clock made the state forget", () => {
    const policy = policyOf({ maxRuns: 9 });
    const first = decide(policy, initialState(NOON), requestOf("1"), NOON).state;
    const ahead = [1, 2, 3, 4].reduce((state, days) => reask(policy, state, NOON + days * DAY_MS).state, first);
    const corrected = reask(policy, ahead, NOON + 1).state;

    const withdrawn = withdrawStart(corrected, { type: "start", request: requestOf("1") }, NOON + 2);

    expect(withdrawn.day).toMatchObject({ date: "2026-11-21", starts: 0 });
    expect(() => encodeState("flight-delay", withdrawn)).not.toThrow();
  });
});

// Helpers

const COST_1 = { baseUsd: 1, perGbUsd: 0, perObjectUsd: 0 };

const EVER = [9 * DAY_MS, 9 * DAY_MS, 9 * DAY_MS, 9 * DAY_MS, 9 * DAY_MS] as [number, number, number, number, number];

function createWorld(overrides: Parameters<typeof policyOf>[0]) {
  let now = NOON;
  const policy = { ...policyOf(overrides) };
  const settings = { ...settingsOf(), policy };
  const logged: LogEvent[] = [];
  const states = memoryCoordinatorStore();
  const launcher = memoryPipelineLauncher();
  const world = { notify: memoryNotifier().notify };
  const ports = {
    states,
    decisions: memoryDecisionLog(),
    launcher,
    notifier: { notify: (notice: Parameters<typeof world.notify>[0]) => world.notify(notice) },
    manifests: memoryManifestStore(),
    deployment: memoryDeployment,
    watcher: { describe: async () => ({ status: "running" as const }) },
    log: (entry: LogEvent) => void logged.push(entry),
    now: () => now,
  };
  return Object.assign(world, {
    policy,
    logged,
    launcher,
    state: async () => (await states.load(settings.model))?.state,
    request: (request: Parameters<typeof requestTraining>[2]) => requestTraining(ports, settings, request),
    sweep: () => sweepCoordination(ports, settings),
    async answer(isApproved: boolean) {
      const loaded = await states.load(settings.model);
      if (loaded === undefined) return;
      const requestId = loaded.state.approval?.request.id ?? "";
      const answer = answerApproval(policy, loaded.state, { requestId, by: "ada", isApproved }, now);
      if ("transition" in answer) await states.save(settings.model, answer.transition.state, loaded.version);
      await this.sweep();
    },
    advance: (ms: number) => {
      now += ms;
    },
  });
}
