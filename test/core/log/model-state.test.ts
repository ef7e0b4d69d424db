import type { BatchHead } from "../../../functions/core/batching/batch";
import { type CoordinatorState, initialState } from "../../../functions/core/coordination/coordinator-state";
import { settleRun } from "../../../functions/core/coordination/settle-run";
import { INITIAL_DRIFT_STATE } from "../../../functions/core/drift/drift-state";
import { LONGEST_UNTOLD_MIN, modelState, stateTurns, suspectedSince } from "../../../functions/core/log/model-state";
import { settingsOf } from "../../simulation/data-path";
import { DAY_MS, HOUR_MS, NOON, policyOf, requestOf } from "../../simulation/requests";
import { policyOf as driftPolicyOf, evaluateAll, featureOf, reportOf, scored } from "../drift/reports";

const SETTINGS = { ...settingsOf(), policy: policyOf({ budget: { dailyUsd: 100, monthlyUsd: 1_000 } }) };
const RUN = { requestId: "data/flight-delay/1", startedAt: NOON - HOUR_MS, reservedUsd: 30, estimatedUsd: 30 };

describe("modelState", () => {
  it("should tell that nothing is going on, and no ratio or silence that nobody knows", () => {
    const told = modelState(SETTINGS, { head: emptyHead(), state: initialState(NOON), drift: INITIAL_DRIFT_STATE }, NOON);

    expect(told).toEqual({
      runningRuns: 0,
      longestRunSec: 0,
      longestRunRatio: 0,
      budgetUsedDay: 0,
      budgetUsedMonth: 0,
      budgetLeftDayUsd: 100,
      waitingRequests: 0,
      oldestWaitingSec: 0,
      approvalPending: 0,
      blocked: 0,
      paused: 0,
      driftSuspectedSec: 0,
    });
  });

  it("should tell of runs, money, what waits, and what keeps the model from starting", () => {
    const state: CoordinatorState = {
      ...initialState(NOON),
      runs: [RUN, { ...RUN, requestId: "data/flight-delay/2", startedAt: NOON - 60_000 }],
      usualRunMs: HOUR_MS / 2,
      day: { date: "2026-11-21", starts: 3, spentUsd: 50 },
      month: { date: "2026-11", spentUsd: 140 },
      parked: [{ request: requestOf("3"), parkedAt: NOON - 90_000 }],
      approval: { request: requestOf("4"), askedAt: NOON, expiresAt: NOON + 5_000, approvedBy: [] },
      blocked: { requestId: "drift/flight-delay/1", at: NOON },
      paused: { by: "ada", why: "holiday", at: NOON },
    };

    expect(modelState(SETTINGS, { state }, NOON)).toEqual({
      runningRuns: 2,
      longestRunSec: 3_600,
      longestRunRatio: 2,
      budgetUsedDay: 1.1,
      budgetUsedMonth: 0.2,
      budgetLeftDayUsd: -10,
      waitingRequests: 1,
      oldestWaitingSec: 90,
      approvalPending: 1,
      approvalExpiresInSec: 5,
      blocked: 1,
      paused: 1,
    });
  });

  it("should not tell yesterday's money as today's, nor a share of no budget", () => {
    const spent = { ...initialState(NOON - DAY_MS), day: { date: "2026-11-20", starts: 1, spentUsd: 80 } };
    const free = { ...SETTINGS, policy: policyOf({ budget: { dailyUsd: 0, monthlyUsd: 0 } }) };

    expect(modelState(SETTINGS, { state: spent }, NOON)).toMatchObject({ budgetUsedDay: 0, budgetLeftDayUsd: 100 });
    expect(modelState(free, { state: spent }, NOON)).toMatchObject({ budgetUsedDay: undefined, budgetUsedMonth: undefined });
  });

  it("should tell no ratio of a run before one has ended well, and no span below 0 where clocks differ", () => {
    const state = { ...initialState(NOON), runs: [{ ...RUN, startedAt: NOON + 5_000 }] };
    expect(modelState(SETTINGS, { state }, NOON)).toMatchObject({ longestRunSec: 0, longestRunRatio: undefined });
  });

  it("should tell how long nothing landed by the newest that the batches know", () => {
    const sealedAt = NOON - 20_000;
    const open = { generation: 3, count: 1, openedAt: NOON - 9_000, lastAppendAt: NOON - 7_000, carried: [] };
    const lastPublished = { generation: 2, sealedAt };

    const silenceOf = (head: BatchHead) => modelState(SETTINGS, { head }, NOON).dataSilenceSec;

    expect(silenceOf({ open, pending: [], lastPublished })).toBe(7);
    expect(silenceOf({ ...emptyHead(), lastPublished })).toBe(20);
  });

  it("should tell of a monitor's silence since its evaluation, or what an earlier program kept, if one is configured", () => {
    const monitored = { ...SETTINGS, monitoring: { prefix: "drift/", sagemaker: { schedules: ["hourly"] } } };
    const history = [{ monitor: "hourly", windows: [{ start: 0, end: NOON - 60_000, reportIds: [] }], features: [] }];
    const drift = { ...INITIAL_DRIFT_STATE, history };

    expect(modelState(monitored, { drift: { ...drift, evaluatedAt: NOON - 30_000 } }, NOON).monitorSilenceSec).toBe(30);
    expect(modelState(monitored, { drift }, NOON).monitorSilenceSec).toBe(60);
    expect(modelState(monitored, { drift: INITIAL_DRIFT_STATE }, NOON).monitorSilenceSec).toBeUndefined();
    expect(modelState(SETTINGS, { drift }, NOON).monitorSilenceSec).toBeUndefined();
  });
});

describe("suspectedSince", () => {
  const policy = driftPolicyOf({ persistence: { k: 3, n: 3 } });

  it("should tell the first of the windows in which a feature drifted without a break, until it is detected", () => {
    const sinceAfter = (scores: readonly number[]) => {
      const reports = scores.map((score, day) => reportOf(day, [featureOf("fare", scored(score)), featureOf("calm", scored(0))]));
      const end = reports.at(-1)?.window.end ?? 0;
      const since = suspectedSince(policy, evaluateAll(policy, reports).history, end);
      return since === undefined ? undefined : (end - since) / DAY_MS;
    };

    expect(sinceAfter([0.01])).toBeUndefined();
    expect(sinceAfter([0.01, 0.4])).toBe(0);
    expect(sinceAfter([0.4, 0.01, 0.4, 0.4])).toBe(1);
    expect(sinceAfter([0.4, 0.4, 0.4])).toBeUndefined();
  });

  it("should not tell of a suspicion that the policy forgets", () => {
    const report = reportOf(0, [featureOf("fare", scored(0.4))]);
    const { history } = evaluateAll(policy, [report]);

    expect(suspectedSince(policy, history, report.window.end + policy.forgetMs)).toBe(report.window.end);
    expect(suspectedSince(policy, history, report.window.end + policy.forgetMs + 1)).toBeUndefined();
  });
});

describe("the usual duration of a run", () => {
  it("should follow the ends that a cloud saw of successful runs", () => {
    const running = { ...initialState(NOON), runs: [RUN] };
    const endOf = (state: CoordinatorState, status: "succeeded" | "failed", endedAt?: number) =>
      settleRun({ ...state, runs: [RUN] }, { requestId: RUN.requestId, status }, NOON, endedAt);

    const first = endOf(running, "succeeded", NOON);

    expect(first.usualRunMs).toBe(HOUR_MS);
    expect(endOf(first, "succeeded", NOON + HOUR_MS).usualRunMs).toBe(1.2 * HOUR_MS);
    expect(endOf(first, "failed", NOON + HOUR_MS).usualRunMs).toBe(HOUR_MS);
    expect(endOf(first, "succeeded").usualRunMs).toBe(HOUR_MS);
    expect(endOf(first, "succeeded", RUN.startedAt - 1).usualRunMs).toBe(HOUR_MS);
    expect(endOf(running, "failed", NOON)).not.toHaveProperty("usualRunMs");
  });
});

describe("stateTurns", () => {
  it.each([
    [1, 1],
    [15, 1],
    [16, 2],
    [100, 7],
    [300, LONGEST_UNTOLD_MIN],
    [1_000, LONGEST_UNTOLD_MIN],
  ])("should tell each of %i models once in %i minutes, and no more than its share at a time", (of, everyMin) => {
    const turns = stateTurns();
    const told = new Map<number, number>();

    for (let minute = 1; minute <= 2 * everyMin; minute++) {
      const due = positions(of).filter((position) =>
        turns.isDue(modelAt(position), initialState(NOON), placeAt(position, of, minute)),
      );
      expect(due.length).toBeLessThanOrEqual(Math.ceil(of / everyMin));
      for (const position of due) told.set(position, (told.get(position) ?? 0) + 1);
    }

    expect([...told.values()]).toEqual(positions(of).map(() => 2));
  });

  it("should leave no model out where sweeps come late and skip a minute, or two share one", () => {
    const turns = stateTurns();
    const lastTold = new Map<number, number>();

    for (let sweep = 1; sweep <= 200; sweep++) {
      const minute = sweep + (sweep % 3 === 0 ? 0.99 : 0);
      for (const position of positions(300)) {
        if (turns.isDue(modelAt(position), initialState(NOON), placeAt(position, 300, minute))) lastTold.set(position, minute);
        expect(minute - (lastTold.get(position) ?? 0)).toBeLessThanOrEqual(LONGEST_UNTOLD_MIN + 2);
      }
    }
  });

  it("should tell what changed with the next sweep, and not again until its turn", () => {
    const turns = stateTurns();
    const place = (minute: number) => placeAt(5, 300, minute);
    const busy = { ...initialState(NOON), runs: [RUN] };
    const isDue = (state: CoordinatorState, minute: number) => turns.isDue(SETTINGS, state, place(minute));

    expect([isDue(initialState(NOON), 10), isDue(busy, 11), isDue(busy, 12), isDue(initialState(NOON), 13)]).toEqual([
      false,
      true,
      false,
      true,
    ]);
  });

  it("should not take for a change that a model could not be read", () => {
    const turns = stateTurns();
    const isDue = (state: CoordinatorState | undefined, minute: number) => turns.isDue(SETTINGS, state, placeAt(5, 300, minute));

    expect([isDue(initialState(NOON), 10), isDue(undefined, 11), isDue(initialState(NOON), 12)]).toEqual([false, false, false]);
  });

  it("should tell of an awaited approval at every sweep", () => {
    const turns = stateTurns();
    const approval = { request: requestOf("4"), askedAt: NOON, expiresAt: NOON + 5_000, approvedBy: [] };

    const isDue = positions(30).map((minute) =>
      turns.isDue(SETTINGS, { ...initialState(NOON), approval }, placeAt(5, 300, minute)),
    );

    expect(isDue).not.toContain(false);
  });
});

// Helpers

function positions(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

function modelAt(position: number) {
  return { ...SETTINGS, model: `model-${position}` };
}

function placeAt(position: number, of: number, minute: number) {
  return { position, of, at: NOON + minute * 60_000 };
}

function emptyHead(): BatchHead {
  return { open: { generation: 1, count: 0, carried: [] }, pending: [] };
}
