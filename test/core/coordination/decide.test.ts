import { type CoordinatorState, initialState, RECENT_IDS } from "../../../functions/core/coordination/coordinator-state";
import { decide, reask } from "../../../functions/core/coordination/decide";
import { CHECKS, type CheckName, type Decision } from "../../../functions/core/coordination/decision";
import { answerApproval, clearBlock, pause, resume } from "../../../functions/core/coordination/intervene";
import { MAX_PARKED, MAX_PARKED_MANIFESTS } from "../../../functions/core/coordination/parked-requests";
import type { CoordinatorPolicy } from "../../../functions/core/coordination/policy";
import { MAX_MANIFESTS } from "../../../functions/core/coordination/request-size";
import { committedToday } from "../../../functions/core/coordination/run-cost";
import { MAX_SET_ASIDE, MAX_SET_ASIDE_MANIFESTS, withSetAside } from "../../../functions/core/coordination/set-aside";
import { adoptRun, CAPACITY_WAIT_MS, settleRun, withdrawStart } from "../../../functions/core/coordination/settle-run";
import { turnCalendar } from "../../../functions/core/coordination/turn-calendar";
import type { TrainingRequest } from "../../../functions/core/training-request";
import { DAY_MS, DRIFT, HOUR_MS, MANUAL, NOON, policyOf, requestOf } from "../../simulation/requests";

const MIDNIGHT = Date.UTC(2026, 10, 22);
const NEXT_MONTH = Date.UTC(2026, 11, 1);

describe("decide", () => {
  it("should start what nothing speaks against, reserve its cost, and leave start and record to be done", () => {
    const { decisions, state } = decide(policyOf(), initialState(NOON), requestOf("1"), NOON);

    expect(decisions).toMatchObject([{ outcome: "start", reason: "all-checks-passed", reservedUsd: 100 }]);
    expect(decisions[0]?.checks.map(({ verdict }) => verdict)).toEqual(Array(CHECKS.length).fill("passed"));
    expect(state.runs).toEqual([{ requestId: "data/flight-delay/1", startedAt: NOON, reservedUsd: 100, estimatedUsd: 100 }]);
    expect(state.outbox.map(({ type }) => type)).toEqual(["start", "record"]);
  });

  it.each<[CheckName, Partial<CoordinatorPolicy>, number | undefined]>([
    ["run-in-progress", { maxRuns: 1 }, undefined],
    ["cooldown", { cooldownMs: 6 * HOUR_MS }, NOON + 5 * HOUR_MS],
    ["minimum-new-data", { minNewObjects: 11 }, undefined],
    ["daily-limit", { maxStartsPerDay: 1 }, MIDNIGHT],
    ["daily-budget", { budget: { dailyUsd: 199, monthlyUsd: 1e6 } }, MIDNIGHT],
    ["monthly-budget", { budget: { dailyUsd: 1e6, monthlyUsd: 199 } }, NEXT_MONTH],
    ["volume", { volume: { objects: 20, ageMs: 10 * HOUR_MS }, budget: { dailyUsd: 400, monthlyUsd: 1e6 } }, NOON + 9 * HOUR_MS],
  ])("should defer by %s, and say when and what would change that", (check, policy, dueAt) => {
    const now = NOON;
    const before = started(NOON - HOUR_MS);

    const { decisions, state } = decide(policyOf(policy), before, requestOf("2"), now);

    expect(decisions).toHaveLength(1);
    expect(decisions[0]).toMatchObject({ outcome: "defer", reason: check });
    expect(decisions[0]?.checks.find((result) => result.verdict === "refused")).toMatchObject({
      check,
      cure: { change: expect.any(String) },
    });
    expect(decisions[0]?.dueAt).toBe(dueAt);
    expect(state.parked[0]?.request.id).toBe("data/flight-delay/2");
    expect(state.runs).toEqual(before.runs);
  });

  it.each<[CheckName, Partial<CoordinatorPolicy>, Partial<TrainingRequest>, "start" | "defer"]>([
    ["cooldown", { cooldownMs: DAY_MS }, { priority: 2, causes: [DRIFT] }, "start"],
    ["cooldown", { cooldownMs: DAY_MS }, { priority: 3, causes: [DRIFT] }, "defer"],
    ["cooldown", { cooldownMs: DAY_MS }, { priority: 1, causes: [MANUAL] }, "defer"],
    ["daily-limit", { maxStartsPerDay: 1 }, { priority: 2 }, "start"],
    ["daily-limit", { maxStartsPerDay: 1 }, { priority: 3 }, "defer"],
    ["daily-budget", { budget: { dailyUsd: 150, monthlyUsd: 1e6 } }, { priority: 1 }, "start"],
    ["daily-budget", { budget: { dailyUsd: 150, monthlyUsd: 1e6 } }, { priority: 2 }, "defer"],
    ["monthly-budget", { budget: { dailyUsd: 1e6, monthlyUsd: 150 } }, { priority: 1 }, "start"],
    ["minimum-new-data", { minNewObjects: 11 }, { causes: [MANUAL] }, "start"],
    ["paused", {}, { priority: 1, causes: [DRIFT] }, "defer"],
  ])("should let %s be passed by priority and cause only where the policy says so", (check, policy, request, outcome) => {
    const before = check === "paused" ? pause(started(NOON - HOUR_MS), "ada", "audit", NOON) : started(NOON - HOUR_MS);

    const { decisions } = decide(policyOf(policy), before, requestOf("2", request), NOON);

    expect(decisions[0]?.outcome).toBe(outcome);
    const result = decisions[0]?.checks.find((one) => one.check === check);
    expect(result?.verdict).toBe(outcome === "defer" ? "refused" : check === "minimum-new-data" ? "passed" : "overridden");
  });

  it("should answer a request id that it knows as a duplicate, and change nothing", () => {
    const before = started(NOON);

    const { decisions, state } = decide(policyOf(), before, requestOf("1"), NOON + 1);

    expect(decisions).toMatchObject([{ outcome: "duplicate", checks: [{ check: "duplicate", verdict: "refused" }] }]);
    expect({ ...state, outbox: [], effects: 0 }).toEqual({ ...before, outbox: [], effects: 0 });
  });

  it("should know the newest request ids, and leave older ones to the log", () => {
    const ids = Array.from({ length: RECENT_IDS + 1 }, (_, n) => String(n));

    const state = ids.reduce((state, id) => decide(policyOf(), state, requestOf(id), NOON).state, initialState(NOON));

    expect(state.recentIds).toEqual(ids.slice(1).map((id) => `data/flight-delay/${id}`));
  });

  it("should merge what comes while one waits: every manifest and cause, the highest priority", () => {
    const policy = policyOf({ cooldownMs: DAY_MS });
    const first = decide(policy, started(NOON), requestOf("2"), NOON);

    const { decisions, state } = decide(policy, first.state, requestOf("3", { priority: 3, causes: [MANUAL] }), NOON);

    expect(decisions).toMatchObject([
      { requestId: "data/flight-delay/3", outcome: "merge", into: "data/flight-delay/2", reason: "cooldown" },
    ]);
    expect(state.parked[0]?.request).toMatchObject({
      id: "data/flight-delay/2",
      priority: 3,
      causes: [{ type: "data" }, { type: "manual" }],
      manifests: [{ uri: "s3://data/2.manifest" }, { uri: "s3://data/3.manifest" }],
    });
  });

  it("should start what waited when a later request makes it urgent enough, under the name of the first", () => {
    const policy = policyOf({ cooldownMs: DAY_MS });
    const first = decide(policy, started(NOON), requestOf("2"), NOON);

    const { decisions, state } = decide(policy, first.state, requestOf("3", { priority: 1, causes: [DRIFT] }), NOON);

    expect(decisions.map(({ requestId, outcome }) => [requestId, outcome])).toEqual([
      ["data/flight-delay/3", "merge"],
      ["data/flight-delay/2", "start"],
    ]);
    expect(state.parked).toEqual([]);
    expect(decisions[1]?.request.manifests).toHaveLength(2);
  });

  it("should reject what no day can pay for, and keep apart what one training could not take", () => {
    const policy = policyOf({
      budget: { dailyUsd: 100, monthlyUsd: 1_000 },
      cost: { baseUsd: 0, perGbUsd: 60, perObjectUsd: 0 },
      maxRuns: 1,
    });
    const twoGb = { manifests: [{ uri: "s3://data/x", objects: 1, bytes: 2e9 }] };
    const waiting = decide(policy, started(NOON, policy), requestOf("2"), NOON).state;

    expect(decide(policy, initialState(NOON), requestOf("2", twoGb), NOON).decisions).toMatchObject([
      { outcome: "reject", reason: "estimate-over-budget" },
    ]);
    expect(decide(policy, waiting, requestOf("3", twoGb), NOON).decisions).toMatchObject([
      { outcome: "reject", reason: "estimate-over-budget" },
    ]);
    const second = decide(policy, waiting, requestOf("4"), NOON);
    expect(second.decisions).toMatchObject([{ outcome: "defer", reason: "run-in-progress" }]);
    expect(parkedIds(second.state)).toEqual(["2", "4"]);
  });

  it("should let as many wait as the state can hold, and reject more, with a record", () => {
    const policy = policyOf({
      maxRuns: 1,
      budget: { dailyUsd: 100, monthlyUsd: 1_000 },
      cost: { baseUsd: 0, perGbUsd: 60, perObjectUsd: 0 },
    });
    const ids = Array.from({ length: MAX_PARKED + 1 }, (_, n) => String(n + 2));
    const full = ids.reduce(
      ({ state }, id) => decide(policy, state, requestOf(id), NOON),
      decide(policy, started(NOON, policy), requestOf("x"), NOON),
    );

    expect(full.decisions).toMatchObject([{ outcome: "reject", reason: "backlog-full" }]);
    expect(full.state.parked).toHaveLength(MAX_PARKED);
  });

  it("should neither hold nor ask for what takes more than the state has space for", () => {
    const long = (id: string) => ({
      manifests: Array.from({ length: 60 }, (_, n) => ({ uri: `s3://data/${n % 10}${id.repeat(1_000)}`, objects: 1, bytes: 1 })),
    });
    const paused = pause(initialState(NOON), "ada", "audit", NOON);
    const full = ["1", "2"].reduce((state, id) => decide(policyOf(), state, requestOf(id, long(id)), NOON).state, paused);
    const policy = policyOf({ approval: { ...policyOf().approval, needed: "always" } });
    const { paused: _resumed, ...free } = full;

    const held = decide(policyOf(), full, requestOf("3", long("3")), NOON);
    const asked = decide(policy, free, requestOf("3", { ...long("3"), priority: 1 }), NOON);

    expect(held.decisions).toMatchObject([{ outcome: "reject", reason: "backlog-full" }]);
    expect(asked.decisions).toMatchObject([{ outcome: "reject", reason: "backlog-full" }]);
    expect(full.parked).toHaveLength(2);
  });

  it("should not start what could not wait beside other starts that found no capacity, and start what could", () => {
    const long = (id: string) => ({
      manifests: Array.from({ length: 60 }, (_, n) => ({ uri: `s3://data/${n % 10}${id.repeat(1_000)}`, objects: 1, bytes: 1 })),
    });
    const withdrawn = ["1", "2"].reduce((state, id) => {
      const request = requestOf(id, long(id));
      return withdrawStart(decide(policyOf(), state, request, NOON).state, { type: "start", request }, NOON);
    }, initialState(NOON));

    expect(decide(policyOf(), withdrawn, requestOf("3", long("3")), NOON).decisions).toMatchObject([
      { outcome: "reject", reason: "backlog-full" },
    ]);
    expect(decide(policyOf(), withdrawn, requestOf("3"), NOON).decisions).toMatchObject([{ outcome: "start" }]);
  });

  it("should let what is more urgent overtake data that could not go with it", () => {
    const policy = policyOf({ budget: { dailyUsd: 250, monthlyUsd: 1e6 }, cost: { baseUsd: 0, perGbUsd: 100, perObjectUsd: 0 } });
    const small = { manifests: [{ uri: "s3://data/s", objects: 1, bytes: 5e8 }] };
    const waiting = decide(
      policy,
      started(NOON),
      requestOf("2", { manifests: [{ uri: "s3://data/b", objects: 1, bytes: 2e9 }] }),
      NOON,
    );

    const urgent = decide(policy, waiting.state, requestOf("3", { ...small, priority: 2 }), NOON);
    const ordinary = decide(policy, waiting.state, requestOf("4", small), NOON);

    expect(waiting.decisions[0]).toMatchObject({ outcome: "defer", reason: "daily-budget" });
    expect(urgent.decisions).toMatchObject([{ requestId: "data/flight-delay/3", outcome: "start" }]);
    expect(parkedIds(urgent.state)).toEqual(["2"]);
    expect(ordinary.decisions).toMatchObject([{ outcome: "merge", into: "data/flight-delay/2" }]);
  });

  it("should spend a budget to its last cent, and not more", () => {
    const budget = (dailyUsd: number) => policyOf({ budget: { dailyUsd, monthlyUsd: 1e6 } });

    expect(decide(budget(200), started(NOON), requestOf("2"), NOON).decisions[0]?.outcome).toBe("start");
    expect(decide(budget(199.99), started(NOON), requestOf("2"), NOON).decisions[0]?.outcome).toBe("defer");
  });

  it("should count against a day and a month only the runs that started in them", () => {
    const daily = policyOf({ budget: { dailyUsd: 150, monthlyUsd: 1e6 } });
    const monthly = policyOf({ budget: { dailyUsd: 1e6, monthlyUsd: 150 } });

    expect(decide(daily, started(NOON), requestOf("2"), MIDNIGHT).decisions[0]?.outcome).toBe("start");
    expect(decide(monthly, started(NOON), requestOf("2"), NEXT_MONTH - 1).decisions[0]?.outcome).toBe("defer");
    expect(decide(monthly, started(NOON), requestOf("2"), NEXT_MONTH).decisions[0]?.outcome).toBe("start");
  });

  it.each([
    { dailyUsd: 99, monthlyUsd: 1e6 },
    { dailyUsd: 1e6, monthlyUsd: 99 },
  ])("should reject what costs more than the smaller of the whole budgets: $dailyUsd a day, $monthlyUsd a month", (budget) => {
    const { decisions } = decide(policyOf({ budget }), initialState(NOON), requestOf("1"), NOON);

    expect(decisions).toMatchObject([{ outcome: "reject", reason: "estimate-over-budget" }]);
  });

  it("should reserve the estimate that the history corrected, and keep the one that it did not", () => {
    const { state } = decide(policyOf(), { ...initialState(NOON), costRatio: 2 }, requestOf("1"), NOON);

    expect(state.runs).toMatchObject([{ reservedUsd: 200, estimatedUsd: 100 }]);
  });

  it("should ask for at most twice the worth by volume, and for none of priority 1", () => {
    const policy = policyOf({ volume: { objects: 20, ageMs: 10 * HOUR_MS }, budget: { dailyUsd: 100, monthlyUsd: 1e6 } });
    const before = started(NOON - HOUR_MS);

    const { decisions } = decide(policy, before, requestOf("2"), NOON);
    const urgent = decide(policy, before, requestOf("2", { priority: 1 }), NOON);

    expect(decisions[0]?.checks.find(({ check }) => check === "volume")?.numbers).toEqual({
      worth: 0.6,
      needed: 2,
      spentShare: 2,
    });
    expect(urgent.decisions).toMatchObject([{ outcome: "start" }]);
  });

  it("should take few new objects for enough where any other cause came with them", () => {
    const policy = policyOf({ minNewObjects: 11 });

    const { decisions } = decide(policy, initialState(NOON), requestOf("1", { causes: [...requestOf("").causes, MANUAL] }), NOON);

    expect(decisions).toMatchObject([{ outcome: "start" }]);
  });

  it("should name no time to ask again while one of the refusals waits for an event", () => {
    const { decisions } = decide(policyOf({ maxRuns: 1, cooldownMs: HOUR_MS }), started(NOON), requestOf("2"), NOON);

    const paused = decide(policyOf(), pause(initialState(NOON), "ada", "audit", NOON), requestOf("2"), NOON);

    for (const decision of [decisions[0], paused.decisions[0]]) {
      expect(decision?.outcome).toBe("defer");
      expect(decision).not.toHaveProperty("dueAt");
    }
  });

  it("should merge as many manifests as one training takes, and let as many wait as the state holds", () => {
    const policy = policyOf({ maxRuns: 1 });
    const withManifests = (id: string, count: number) =>
      requestOf(id, { manifests: Array.from({ length: count }, (_, n) => ({ uri: `s3://data/${n}`, objects: 1, bytes: 1 })) });
    const waiting = (first: number) => decide(policy, started(NOON), withManifests("2", first), NOON).state;

    const fits = decide(policy, waiting(MAX_MANIFESTS - 1), withManifests("3", 1), NOON);
    const apart = decide(policy, waiting(MAX_MANIFESTS), withManifests("3", MAX_PARKED_MANIFESTS - MAX_MANIFESTS), NOON);
    const tooMany = decide(policy, apart.state, withManifests("4", 1), NOON);

    expect(fits.decisions).toMatchObject([{ outcome: "merge", into: "data/flight-delay/2" }]);
    expect(apart.decisions).toMatchObject([{ outcome: "defer" }]);
    expect(tooMany.decisions).toMatchObject([{ outcome: "reject", reason: "backlog-full" }]);
  });

  it("should ask again when the last of several refusals is cured", () => {
    const policy = policyOf({ cooldownMs: HOUR_MS, maxStartsPerDay: 1 });

    const { decisions } = decide(policy, started(NOON), requestOf("2"), NOON);

    expect(decisions).toMatchObject([{ reason: "cooldown", dueAt: MIDNIGHT }]);
  });

  it("should keep the month's spending over midnight, and begin anew with the month", () => {
    const policy = policyOf({ budget: { dailyUsd: 1e6, monthlyUsd: 199 } });
    const spent = settleRun(started(NOON), { requestId: "data/flight-delay/1", status: "succeeded", actualUsd: 100 }, NOON);

    expect(decide(policy, spent, requestOf("2"), MIDNIGHT).decisions).toMatchObject([
      { outcome: "defer", reason: "monthly-budget" },
    ]);
    expect(decide(policy, spent, requestOf("2"), NEXT_MONTH).decisions).toMatchObject([{ outcome: "start" }]);
  });

  it("should count days and months by UTC, from midnight on", () => {
    const policy = policyOf({ maxStartsPerDay: 1 });
    const before = started(NOON, policy);

    expect(decide(policy, before, requestOf("2"), MIDNIGHT - 1).decisions[0]?.outcome).toBe("defer");
    expect(decide(policy, before, requestOf("2"), MIDNIGHT).decisions[0]?.outcome).toBe("start");
  });
});

describe("reask", () => {
  const policy = policyOf({ cooldownMs: DAY_MS, deferralExpiresMs: 3 * DAY_MS });

  it("should start what waited once it is due, not before", () => {
    const { state } = decide(policy, started(NOON), requestOf("2"), NOON);

    expect(reask(policy, state, NOON + DAY_MS - 1).decisions).toEqual([]);
    expect(reask(policy, state, NOON + DAY_MS).decisions).toMatchObject([{ requestId: "data/flight-delay/2", outcome: "start" }]);
  });

  it("should end what could not start for too long, with a record", () => {
    const { state } = decide(policy, pause(started(NOON), "ada", "audit", NOON), requestOf("2"), NOON);

    const { decisions, state: after } = reask(policy, state, NOON + 3 * DAY_MS);

    expect(decisions).toMatchObject([
      { outcome: "reject", reason: "expired", checks: expect.arrayContaining([expect.objectContaining({ check: "paused" })]) },
    ]);
    expect(after.parked).toEqual([]);
  });

  it("should count the waiting from the first request, whatever merged since", () => {
    const paused = pause(started(NOON), "ada", "audit", NOON);
    const first = decide(policy, paused, requestOf("2"), NOON).state;
    const merged = decide(policy, first, requestOf("3"), NOON + 2 * DAY_MS).state;

    expect(reask(policy, merged, NOON + 3 * DAY_MS).decisions).toMatchObject([
      { requestId: "data/flight-delay/2", reason: "expired" },
    ]);
  });

  it.each([
    [
      "merged",
      ["1"],
      [
        ["2", "merge"],
        ["3", "merge"],
      ],
    ],
    ["all", ["1", "2", "3"], []],
    [
      "skip",
      [],
      [
        ["1", "reject"],
        ["2", "reject"],
        ["3", "reject"],
      ],
    ],
  ] as const)("should catch up %s with what came during a pause", (catchUp, left, fates) => {
    const before = pause(initialState(NOON), "ada", "audit", NOON);
    const paused = ["1", "2", "3"].reduce((state, id) => decide(policyOf(), state, requestOf(id), NOON).state, before);

    const { decisions, state } = resume(policyOf(), paused, { by: "bob", catchUp }, NOON + 1);

    expect(parkedIds(paused)).toEqual(["1", "2", "3"]);
    expect(decisions.map(({ requestId, outcome }) => [requestId.split("/").at(-1), outcome])).toEqual(fates);
    expect(parkedIds(state)).toEqual(left);
    expect(state).toMatchObject({ resumed: { by: "bob", catchUp, at: NOON + 1 } });
    const { decisions: asked } = reask(policyOf({ maxRuns: 2 }), state, NOON + 1);
    expect(asked.map(({ outcome }) => outcome)).toEqual(left.slice(0, 2).map(() => "start"));
  });

  it("should ask the most urgent first, and keep what then cannot start", () => {
    const policy = policyOf({ maxRuns: 1 });
    const before = pause(initialState(NOON), "ada", "audit", NOON);
    const ordinary = decide(policy, before, requestOf("1"), NOON).state;
    const both = decide(policy, ordinary, requestOf("2", { priority: 2 }), NOON + 1).state;
    const { state } = resume(policy, both, { by: "ada", catchUp: "all" }, NOON + 2);

    const { decisions, state: after } = reask(policy, state, NOON + 2);

    expect(decisions).toMatchObject([{ requestId: "data/flight-delay/2", outcome: "start" }]);
    expect(parkedIds(after)).toEqual(["1"]);
  });

  it("should start after a resume what came during the pause", () => {
    const paused = decide(policyOf(), pause(initialState(NOON), "ada", "audit", NOON), requestOf("1"), NOON).state;

    const { state } = resume(policyOf(), paused, { by: "ada", catchUp: "merged" }, NOON + 1);

    expect(reask(policyOf(), state, NOON + 1).decisions).toMatchObject([{ outcome: "start" }]);
  });
});

describe("settleRun", () => {
  it("should free the slot, replace the reservation by the cost, and make what waits due", () => {
    const policy = policyOf({ maxRuns: 1 });
    const waiting = decide(policy, started(NOON), requestOf("2"), NOON).state;

    const settled = settleRun(waiting, { requestId: "data/flight-delay/1", status: "succeeded", actualUsd: 70 }, NOON + HOUR_MS);

    expect(settled).toMatchObject({ runs: [], day: { starts: 1, spentUsd: 70 }, month: { spentUsd: 70 } });
    expect(settled.costRatio).toBeCloseTo(0.91);
    expect(reask(policy, settled, NOON + HOUR_MS).decisions).toMatchObject([{ outcome: "start", reservedUsd: expect.closeTo(91) }]);
    expect(settleRun(settled, { requestId: "data/flight-delay/1", status: "failed" }, NOON)).toBe(settled);
  });

  it("should count the cost of a run that ends after midnight against the day of its start", () => {
    const settled = settleRun(
      started(NOON),
      { requestId: "data/flight-delay/1", status: "succeeded", actualUsd: 70 },
      MIDNIGHT + 1,
    );

    expect(settled).toMatchObject({ day: { date: "2026-11-22", starts: 0, spentUsd: 0 }, month: { spentUsd: 70 } });
  });

  it.each([
    { what: "at most 10", before: 1, actualUsd: 1e6, after: 10 },
    { what: "at least 0.1", before: 0.1, actualUsd: 1e-6, after: 0.1 },
  ])("should keep the ratio of actual to estimated cost $what, whatever one run cost", ({ before, actualUsd, after }) => {
    const running = { ...started(NOON), costRatio: before };

    const settled = settleRun(running, { requestId: "data/flight-delay/1", status: "succeeded", actualUsd }, NOON + 1);

    expect(settled.costRatio).toBe(after);
  });

  it("should wait after failures in a row, twice as long after each further one, up to the limit", () => {
    const policy = policyOf({ backoff: { afterFailures: 2, delayMs: HOUR_MS, maxDelayMs: 3 * HOUR_MS } });
    const delays = [1, 2, 3, 4, 5].map((failures) => {
      const state: CoordinatorState = { ...initialState(NOON), failures: { inRow: failures, lastAt: NOON } };
      return (decide(policy, state, requestOf("9"), NOON).decisions[0]?.dueAt ?? NOON) - NOON;
    });

    expect(delays.map((ms) => ms / HOUR_MS)).toEqual([0, 1, 2, 3, 3]);
  });

  it("should forget failures after a success, and leave them after a run that a person stopped", () => {
    const failing: CoordinatorState = { ...started(NOON), failures: { inRow: 2, lastAt: NOON } };
    const failuresAfter = (status: "succeeded" | "failed" | "stopped") =>
      settleRun(failing, { requestId: "data/flight-delay/1", status }, NOON + 1).failures;

    expect(failuresAfter("succeeded")).toEqual({ inRow: 0 });
    expect(failuresAfter("failed")).toEqual({ inRow: 3, lastAt: NOON + 1 });
    expect(failuresAfter("stopped")).toEqual({ inRow: 2, lastAt: NOON });
  });
});

describe("settleRun, of what it must not count", () => {
  it("should end a run that a wrong clock started, once, at its cost for today", () => {
    const future = started(NOON + 30 * DAY_MS);

    const settled = settleRun(future, { requestId: "data/flight-delay/1", status: "succeeded", actualUsd: 70 }, NOON);

    expect(settled).toMatchObject({ runs: [], day: { date: "2026-11-21", spentUsd: 70 } });
  });

  const requestId = "data/flight-delay/1";

  it("should count the cost of a run against the month of its start alone", () => {
    const settled = settleRun(started(NOON), { requestId, status: "succeeded", actualUsd: 70 }, NEXT_MONTH);

    expect(settled).toMatchObject({ day: { spentUsd: 0 }, month: { date: "2026-12", spentUsd: 0 } });
  });

  it("should learn nothing of costs from a run whose cost nobody tells", () => {
    const before = decide(policyOf(), { ...initialState(NOON), costRatio: 2 }, requestOf("1"), NOON).state;

    const settled = settleRun({ ...before, costRatio: 1 }, { requestId, status: "succeeded" }, NOON + 1);

    expect(settled).toMatchObject({ costRatio: 1, day: { spentUsd: 200 } });
  });

  it("should learn nothing of durations from a run that ended as it began", () => {
    const before = { ...started(NOON), usualRunMs: HOUR_MS };

    expect(settleRun(before, { requestId, status: "succeeded" }, NOON, NOON).usualRunMs).toBe(HOUR_MS);
    expect(settleRun(started(NOON), { requestId, status: "succeeded" }, NOON, NOON)).not.toHaveProperty("usualRunMs");
  });

  it("should end the back-off at its last moment, counted from the last failure", () => {
    const policy = policyOf({ backoff: { afterFailures: 2, delayMs: HOUR_MS, maxDelayMs: 3 * HOUR_MS } });
    const state: CoordinatorState = { ...initialState(NOON), failures: { inRow: 2, lastAt: NOON } };
    const at = (now: number) => decide(policy, state, requestOf("9"), now).decisions;

    expect(at(NOON + HOUR_MS - 1)).toMatchObject([{ outcome: "defer", reason: "failure-back-off", dueAt: NOON + HOUR_MS }]);
    expect(at(NOON + HOUR_MS)).toMatchObject([{ outcome: "start" }]);
  });
});

describe("withdrawStart", () => {
  const startOf = (id: string) => ({ type: "start", request: requestOf(id) }) as const;

  it("should take a start off the day that it was counted on, and off no other", () => {
    const sameDay = withdrawStart(started(NOON), startOf("1"), NOON + 1);
    const nextDay = withdrawStart(turnCalendar(started(NOON), MIDNIGHT), startOf("1"), MIDNIGHT);

    expect(sameDay.day).toMatchObject({ date: "2026-11-21", starts: 0 });
    expect(nextDay.day).toMatchObject({ date: "2026-11-22", starts: 0 });
  });

  it("should let the cooldown count from the start that is left: the one before it, or a later one", () => {
    const both = decide(policyOf(), started(NOON), requestOf("2"), NOON + HOUR_MS).state;

    expect(withdrawStart(both, startOf("2"), NOON + HOUR_MS).lastStartAt).toBe(NOON);
    expect(withdrawStart(both, startOf("1"), NOON + HOUR_MS).lastStartAt).toBe(NOON + HOUR_MS);
    expect(withdrawStart(started(NOON), startOf("1"), NOON)).not.toHaveProperty("lastStartAt");
  });
});

describe("what must come to an end, and must not count", () => {
  it("should end every back-off, however many failures there were and where the delay is none", () => {
    const policy = policyOf({ backoff: { afterFailures: 1, delayMs: 0, maxDelayMs: HOUR_MS } });
    const state: CoordinatorState = { ...initialState(NOON), failures: { inRow: 2_000, lastAt: NOON } };

    expect(decide(policy, state, requestOf("9"), NOON).decisions).toMatchObject([{ outcome: "start" }]);
  });

  it("should ask for the worth by volume of the next day from its first moment on, when nothing of it is spent", () => {
    const policy = policyOf({ volume: { objects: 20, ageMs: 10 * DAY_MS }, budget: { dailyUsd: 200, monthlyUsd: 1e6 } });
    const young = decide(policy, started(NOON - 3 * DAY_MS), requestOf("2"), NOON);
    const spent = { ...started(NOON - 10 * DAY_MS), day: { date: "2026-11-21", starts: 0, spentUsd: 100 } };
    const old = decide(policy, spent, requestOf("2"), NOON);

    expect(young.decisions).toMatchObject([{ reason: "volume", dueAt: NOON + 7 * DAY_MS }]);
    expect(old.decisions).toMatchObject([{ reason: "volume", dueAt: MIDNIGHT }]);
    expect(reask(policy, old.state, MIDNIGHT).decisions).toMatchObject([{ outcome: "start" }]);
  });

  it("should compare shares of the day's budget in whole micro-dollars", () => {
    const policy = policyOf({
      volume: { objects: 10, ageMs: 3 * HOUR_MS },
      budget: { dailyUsd: 0.9, monthlyUsd: 1 },
      cost: { baseUsd: 0.2, perGbUsd: 0, perObjectUsd: 0 },
    });
    const state = { ...started(NOON - HOUR_MS), runs: [], day: { date: "2026-11-21", starts: 0, spentUsd: 0.1 } };

    expect(decide(policy, state, requestOf("2"), NOON).decisions).toMatchObject([{ outcome: "start" }]);
  });

  it("should hold no more manifests than the state can, also where requests without any wait already", () => {
    const waiting = Array.from({ length: MAX_PARKED }, (_, n) => requestOf(`m${n}`, { causes: [MANUAL], manifests: [] }));
    const many = ["1", "2", "3"].map((id) =>
      requestOf(id, {
        manifests: Array.from({ length: MAX_MANIFESTS }, (_, n) => ({ uri: `s3://data/${id}/${n}`, objects: 1, bytes: 1 })),
      }),
    );
    const paused = pause(initialState(NOON), "ada", "audit", NOON);

    const { state, outcomes } = [...waiting, ...many].reduce(
      (sofar, request) => {
        const { decisions, state } = decide(policyOf(), sofar.state, request, NOON);
        return { state, outcomes: [...sofar.outcomes, decisions[0]?.outcome] };
      },
      { state: paused, outcomes: [] as (string | undefined)[] },
    );

    expect(outcomes.slice(MAX_PARKED)).toEqual(["merge", "merge", "reject"]);
    expect(state.parked.flatMap(({ request }) => request.manifests)).toHaveLength(MAX_PARKED_MANIFESTS);
  });

  it("should keep data of a request once, though its rejection is repeated", () => {
    const once = withSetAside(initialState(NOON), requestOf("1"), "from-the-future", NOON);

    expect(withSetAside(once, requestOf("1"), "from-the-future", NOON + 1).setAside).toHaveLength(1);
  });

  it("should keep the newest of what is set aside, as many requests and manifests as the state can hold", () => {
    const keep = (sizes: readonly number[]) =>
      sizes.reduce((state, count, n) => {
        const manifests = Array.from({ length: count }, (_, index) => ({ uri: `s3://data/${index}`, objects: 1, bytes: 1 }));
        return withSetAside(state, requestOf(String(n), { manifests }), "expired", NOON);
      }, initialState(NOON)).setAside ?? [];

    const many = keep(Array(MAX_SET_ASIDE + 1).fill(1));
    const large = keep([1, MAX_SET_ASIDE_MANIFESTS - 1, 1]);

    expect([many.length, many[0]?.request.id]).toEqual([MAX_SET_ASIDE, "data/flight-delay/1"]);
    expect([large.length, large[0]?.request.id]).toEqual([2, "data/flight-delay/1"]);
  });

  it("should count a start for the day of the state, though the clock of who starts it is a little behind", () => {
    const ahead = turnCalendar(initialState(NOON), MIDNIGHT);

    const { state } = decide(policyOf(), ahead, requestOf("1"), MIDNIGHT - 1_000);

    expect(state.day).toMatchObject({ date: "2026-11-22", starts: 1 });
    expect(committedToday(state)).toBe(100);
    expect(withdrawStart(state, { type: "start", request: requestOf("1") }, MIDNIGHT - 900).day.starts).toBe(0);
  });

  it("should let an approval that a wrong clock dated expire as long after the correction as after the question", () => {
    const policy = policyOf({ approval: { ...policyOf().approval, needed: "always" } });
    const asked = decide(policy, initialState(NOON + 30 * DAY_MS), requestOf("1"), NOON + 30 * DAY_MS).state;

    const corrected = turnCalendar(asked, NOON);

    expect(corrected.approval).toMatchObject({ askedAt: NOON, expiresAt: NOON + DAY_MS });
  });
});

describe("withdrawStart, of what waits beside", () => {
  const startOf = (id: string) => ({ type: "start", request: requestOf(id) }) as const;

  it("should make due what waited for the run's end, so that it does not wait for a run that is not there", () => {
    const policy = policyOf({ maxRuns: 1 });
    const waiting = decide(policy, started(NOON), requestOf("2"), NOON + 1).state;

    const withdrawn = withdrawStart(waiting, startOf("1"), NOON + 2);

    expect(withdrawn.parked).toMatchObject([
      { request: { id: "data/flight-delay/1" }, dueAt: NOON + 2 + CAPACITY_WAIT_MS },
      { request: { id: "data/flight-delay/2" }, dueAt: NOON + 2 },
    ]);
    expect(reask(policy, withdrawn, NOON + 2).decisions).toMatchObject([{ requestId: "data/flight-delay/2", outcome: "start" }]);
  });

  it("should leave the pause of another start that was taken back", () => {
    const both = decide(policyOf(), started(NOON), requestOf("2"), NOON).state;

    const withdrawn = withdrawStart(withdrawStart(both, startOf("1"), NOON), startOf("2"), NOON + 9);

    expect(withdrawn.parked.map(({ dueAt }) => dueAt)).toEqual([NOON + CAPACITY_WAIT_MS, NOON + 9 + CAPACITY_WAIT_MS]);
  });

  it("should count the cooldown from no start that was taken back, in whatever order, and from each that was not", () => {
    const first = decide(policyOf(), initialState(NOON - HOUR_MS), requestOf("1"), NOON - HOUR_MS).state;
    const second = decide(policyOf(), first, requestOf("2"), NOON).state;
    const sameTime = decide(policyOf(), second, requestOf("3"), NOON).state;

    const lastAfter = (state: CoordinatorState, ...ids: readonly string[]) =>
      ids.reduce((sofar, id) => withdrawStart(sofar, startOf(id), NOON), state).lastStartAt;

    expect(lastAfter(second, "1", "2")).toBeUndefined();
    expect(lastAfter(second, "2", "1")).toBeUndefined();
    expect(lastAfter(sameTime, "2")).toBe(NOON);
    expect(lastAfter(sameTime, "3", "2")).toBe(NOON - HOUR_MS);
  });
});

describe("adoptRun", () => {
  it("should ask nobody any more about a request whose run there is", () => {
    const run = { requestId: "data/flight-delay/1", runId: "run-1", startedAt: NOON, reservedUsd: 100, estimatedUsd: 100 };
    const always = policyOf({ approval: { ...policyOf().approval, needed: "always" } });
    const asking = (id: string) => decide(always, initialState(NOON), requestOf(id), NOON).state;

    expect(adoptRun(asking("1"), run)).not.toHaveProperty("approval");
    expect(adoptRun(asking("2"), run).approval).toEqual(asking("2").approval);
  });
});

describe("answerApproval", () => {
  const ask = { needsApproval: true };
  const requestId = "data/flight-delay/2";

  it("should start what as many people as needed approved, each once", () => {
    const policy = policyOf({ approval: { ...policyOf().approval, approvers: 2 } });
    const asked = decide(policy, started(NOON), requestOf("2", ask), NOON);
    const one = answerApproval(policy, asked.state, { requestId, by: "ada", isApproved: true }, NOON);
    if (one.answer !== "more-needed") throw new Error(one.answer);

    const again = answerApproval(policy, one.transition.state, { requestId, by: "ada", isApproved: true }, NOON);
    const two = answerApproval(policy, one.transition.state, { requestId, by: "bob", isApproved: true }, NOON);

    expect(asked.decisions).toMatchObject([{ outcome: "ask", reason: "approval-needed", dueAt: NOON + DAY_MS }]);
    expect(again).toEqual({ answer: "answered-already" });
    expect(decisionsOf(two)).toMatchObject([{ outcome: "start", approvedBy: ["ada", "bob"] }]);
  });

  it.each([1, 2, 3, 4, 5])("should wait for the approval of priority %i as long as the policy says of it", (priority) => {
    const expiresMs: CoordinatorPolicy["approval"]["expiresMs"] = [HOUR_MS, 2 * HOUR_MS, 3 * HOUR_MS, 4 * HOUR_MS, 5 * HOUR_MS];
    const policy = policyOf({ approval: { ...policyOf().approval, expiresMs } });

    const asked = decide(policy, initialState(NOON), requestOf("2", { ...ask, priority }), NOON);

    expect(asked.decisions).toMatchObject([{ outcome: "ask", dueAt: NOON + priority * HOUR_MS }]);
    expect(asked.state.approval?.expiresAt).toBe(NOON + priority * HOUR_MS);
  });

  it("should ask the other checks again when the approval comes late, and keep the approval while they refuse", () => {
    const policy = policyOf({ cooldownMs: HOUR_MS });
    const asked = decide(policy, initialState(NOON), requestOf("2", ask), NOON).state;
    const late = { ...asked, lastStartAt: NOON };

    const answer = answerApproval(policy, late, { requestId, by: "ada", isApproved: true }, NOON + 1);

    expect(decisionsOf(answer)).toMatchObject([{ outcome: "defer", reason: "cooldown", approvedBy: ["ada"] }]);
    if (answer.answer !== "taken") throw new Error(answer.answer);
    expect(reask(policy, answer.transition.state, NOON + HOUR_MS).decisions).toMatchObject([
      { outcome: "start", approvedBy: ["ada"] },
    ]);
  });

  it("should count the waiting of what was approved from when it was asked", () => {
    const policy = policyOf({ cooldownMs: HOUR_MS });
    const asked = { ...decide(policy, initialState(NOON), requestOf("2", ask), NOON).state, lastStartAt: NOON };

    const answer = answerApproval(policy, asked, { requestId, by: "ada", isApproved: true }, NOON + 1);

    expect(answer.answer === "taken" && answer.transition.state.parked).toMatchObject([{ parkedAt: NOON, dueAt: NOON + HOUR_MS }]);
  });

  it("should keep an approval when ordinary data joins what was approved, and apart what needs its own", () => {
    const policy = policyOf({ cooldownMs: HOUR_MS });
    const asked = { ...decide(policy, initialState(NOON), requestOf("2", ask), NOON).state, lastStartAt: NOON };
    const answer = answerApproval(policy, asked, { requestId, by: "ada", isApproved: true }, NOON + 1);
    if (answer.answer !== "taken") throw new Error(answer.answer);
    const joined = (request: TrainingRequest) => decide(policy, answer.transition.state, request, NOON + 2).state;

    const withData = reask(policy, joined(requestOf("3")), NOON + HOUR_MS);
    const withAsking = reask(policy, joined(requestOf("3", ask)), NOON + HOUR_MS);

    expect(withData.decisions).toMatchObject([{ outcome: "start", approvedBy: ["ada"], request: { manifests: [{}, {}] } }]);
    expect(withAsking.decisions).toMatchObject([{ requestId, outcome: "start", request: { manifests: [{}] } }]);
    expect(parkedIds(withAsking.state)).toEqual(["3"]);
  });

  it("should not merge data into what needs an approval, so that a refusal does not refuse the data", () => {
    const policy = policyOf({ cooldownMs: HOUR_MS });
    const data = decide(policy, started(NOON), requestOf("3"), NOON).state;
    const asked = decide(policy, data, requestOf("2", { ...ask, priority: 2, causes: [DRIFT] }), NOON);

    const refused = answerApproval(policy, asked.state, { requestId, by: "ada", isApproved: false }, NOON + 1);

    expect(asked.decisions).toMatchObject([{ requestId, outcome: "ask" }]);
    expect(decisionsOf(refused)).toMatchObject([{ requestId, outcome: "reject" }]);
    if (refused.answer !== "taken") throw new Error(refused.answer);
    expect(reask(policy, refused.transition.state, NOON + HOUR_MS).decisions).toMatchObject([
      { requestId: "data/flight-delay/3", outcome: "start" },
    ]);
  });

  it("should take along the data that waits when what was approved starts, unless it would have to wait for its sake", () => {
    const approved = (policy: CoordinatorPolicy) => {
      const asked = decide(policy, started(NOON), requestOf("2", ask), NOON).state;
      const waiting = decide(policy, asked, requestOf("3"), NOON).state;
      const answer = answerApproval(policy, waiting, { requestId, by: "ada", isApproved: true }, NOON + 1);
      return answer.answer === "taken" ? answer.transition : { decisions: [], state: waiting };
    };
    const cost = { baseUsd: 0, perGbUsd: 100, perObjectUsd: 0 };

    const together = approved(policyOf());
    const tooDear = approved(policyOf({ cost, budget: { dailyUsd: 250, monthlyUsd: 1e6 } }));

    expect(together.decisions).toMatchObject([
      { requestId: "data/flight-delay/3", outcome: "merge", into: requestId },
      { requestId, outcome: "start", request: { manifests: [{}, {}] } },
    ]);
    expect(tooDear.decisions).toMatchObject([{ requestId, outcome: "start", request: { manifests: [{}] } }]);
    expect(tooDear.state.parked).toMatchObject([{ request: { id: "data/flight-delay/3" }, dueAt: NOON + 1 }]);
  });

  it.each([
    ["what is not waiting", "data/flight-delay/7", NOON, "not-waiting"],
    ["after expiry", requestId, NOON + DAY_MS, "expired"],
  ] as const)("should have no effect on %s", (_name, id, now, expected) => {
    const asked = decide(policyOf(), started(NOON), requestOf("2", ask), NOON).state;

    expect(answerApproval(policyOf(), asked, { requestId: id, by: "ada", isApproved: true }, now)).toEqual({ answer: expected });
  });

  it("should reject what a person refused or nobody approved, and ask for what waited meanwhile", () => {
    const asked = decide(policyOf(), started(NOON), requestOf("2", ask), NOON).state;
    const { decisions, state } = decide(policyOf(), asked, requestOf("3"), NOON);

    const refused = answerApproval(policyOf(), state, { requestId, by: "ada", isApproved: false }, NOON + 1);
    const expired = reask(policyOf(), state, NOON + DAY_MS);

    expect(decisions).toMatchObject([{ outcome: "defer", reason: "waiting-for-approval" }]);
    expect(decisionsOf(refused)).toMatchObject([{ outcome: "reject", reason: "not-approved" }]);
    expect(expired.decisions).toMatchObject([{ outcome: "reject", reason: "approval-expired" }]);
    expect(reask(policyOf(), expired.state, NOON + DAY_MS).decisions).toMatchObject([
      { requestId, outcome: "merge", into: "data/flight-delay/3", reason: "taken-along" },
      { requestId: "data/flight-delay/3", outcome: "start" },
    ]);
  });
});

describe("what people are told of", () => {
  const person = { requestId: "data/flight-delay/2", by: "ada", isApproved: false };
  const asked = decide(policyOf(), started(NOON), requestOf("2", { needsApproval: true }), NOON).state;
  const waiting = decide(policyOf({ cooldownMs: DAY_MS }), started(NOON), requestOf("2"), NOON).state;
  const noticesAfter = ({ state }: { readonly state: CoordinatorState }, before: CoordinatorState) =>
    state.outbox.filter(({ number }) => number >= before.effects).map(({ type }) => type);

  it("should be that an approval is waited for, and no more when a person refuses it: who refused it knows", () => {
    const refused = answerApproval(policyOf(), asked, person, NOON + 1);

    expect(asked.outbox.map(({ type }) => type).slice(-2)).toEqual(["record", "notify"]);
    expect("transition" in refused && noticesAfter(refused.transition, asked)).toEqual(["record"]);
  });

  it.each([
    ["nobody approved it in time", () => reask(policyOf(), asked, NOON + DAY_MS), asked],
    ["it waited for too long", () => reask(policyOf({ cooldownMs: 9 * DAY_MS }), waiting, NOON + 7 * DAY_MS), waiting],
    [
      "it was left out when the model was resumed",
      () => resume(policyOf(), waiting, { by: "ada", catchUp: "skip" }, NOON),
      waiting,
    ],
  ])("should be that a request was rejected, as %s", (_, transitionOf, before) => {
    expect(noticesAfter(transitionOf(), before)).toEqual(["record", "notify"]);
  });
});

describe("critical drift", () => {
  const critical = requestOf("9", {
    priority: 1,
    causes: [{ type: "drift", severity: "critical", score: 0.6 }],
    manifests: [],
    blocks: true,
  });
  const never = policyOf({ approval: { ...policyOf().approval, needed: "never" } });
  const asked = decide(never, started(NOON), critical, NOON);

  it("should ask a person, whatever the policy says, and let nothing start by itself", () => {
    const data = decide(never, withoutApproval(asked.state), requestOf("10"), NOON + 1);
    const person = decide(never, withoutApproval(asked.state), requestOf("11", { causes: [MANUAL] }), NOON + 1);

    expect(asked.decisions).toMatchObject([{ requestId: critical.id, outcome: "ask" }]);
    expect(data.decisions).toMatchObject([{ outcome: "defer", reason: "blocked-by-drift" }]);
    expect(person.decisions).toMatchObject([{ outcome: "start" }]);
    expect(person.state.blocked).toEqual({ requestId: critical.id, at: NOON });
  });

  it("should end with the approval of a training, and with a person who clears it", () => {
    const answer = answerApproval(never, asked.state, { requestId: critical.id, by: "ada", isApproved: true }, NOON + 1);
    if (answer.answer !== "taken") throw new Error(answer.answer);
    const waiting = decide(never, withoutApproval(asked.state), requestOf("10"), NOON + 1).state;
    const cleared = clearBlock(waiting, NOON + 2);

    expect(answer.transition.state.blocked).toBeUndefined();
    expect(decisionsOf(answer)).toMatchObject([{ outcome: "start", approvedBy: ["ada"] }]);
    expect(reask(never, cleared, NOON + 2).decisions).toMatchObject([{ requestId: "data/flight-delay/10", outcome: "start" }]);
    expect(clearBlock(cleared, NOON + 3)).toBe(cleared);
  });

  it("should void what was approved before it, so that no older approval starts a training or ends the block", () => {
    const needing = requestOf("2", { needsApproval: true });
    const policy = policyOf({ maxRuns: 1 });
    const asking = decide(policyOf(), started(NOON), needing, NOON).state;
    const approved = answerApproval(policy, asking, { requestId: needing.id, by: "ada", isApproved: true }, NOON);
    if (approved.answer !== "taken") throw new Error(approved.answer);
    const waiting = approved.transition.state;

    const blocked = decide(policy, waiting, critical, NOON + 1).state;
    const settled = settleRun(blocked, { requestId: "data/flight-delay/1", status: "succeeded" }, NOON + 2);

    expect(waiting.parked).toMatchObject([{ approvedBy: ["ada"] }]);
    expect(reask(policy, settled, NOON + 2)).toMatchObject({
      decisions: [{ requestId: needing.id, outcome: "ask", request: { blocks: true } }],
      state: { blocked: { requestId: critical.id } },
    });
  });

  it("should stay when a person refuses the training", () => {
    const answer = answerApproval(never, asked.state, { requestId: critical.id, by: "ada", isApproved: false }, NOON + 1);

    expect(answer.answer === "taken" && answer.transition.state.blocked).toEqual({ requestId: critical.id, at: NOON });
  });
});

// Helpers

function withoutApproval({ approval: _answered, ...state }: CoordinatorState): CoordinatorState {
  return state;
}

/** The state after request 1 started at `at`, with nothing left to do. */
function started(at: number, policy: CoordinatorPolicy = policyOf()): CoordinatorState {
  return { ...decide(policy, initialState(at), requestOf("1"), at).state, outbox: [] };
}

function parkedIds({ parked }: CoordinatorState): string[] {
  return parked.map(({ request }) => request.id.split("/").at(-1) ?? "");
}

function decisionsOf(answer: ReturnType<typeof answerApproval>): readonly Decision[] {
  return answer.answer === "taken" ? answer.transition.decisions : [];
}
