import fc from "fast-check";
import { requestTraining } from "../../../functions/core/coordination/handle-coordinator-message";
import type { LogRecord } from "../../../functions/core/log/log";
import type { ModelSettings } from "../../../functions/core/model-settings";
import { catchMissedFires, HEARTBEATS } from "../../../functions/core/schedules/heartbeats";
import { lastFireBefore } from "../../../functions/core/schedules/last-fire";
import type { ScheduleSettings } from "../../../functions/core/schedules/schedule-settings";
import { fireMessage, parseScheduledRequest } from "../../../functions/core/schedules/scheduled-request";
import { cronExpression } from "../../../functions/core/schedules/timing";
import type { TrainingRequest } from "../../../functions/core/training-request";
import {
  memoryCoordinatorStore,
  memoryDecisionLog,
  memoryNotifier,
  memoryPipelineLauncher,
} from "../../../functions/memory/coordination";
import { memoryManifestStore } from "../../../functions/memory/manifest-store";
import { memoryDeployment, memoryHeartbeatStore } from "../../../functions/memory/versioned-store";
import { settingsOf } from "../../simulation/data-path";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const START = Date.UTC(2026, 10, 21);
const NIGHTLY: ScheduleSettings = { name: "nightly", cron: "30 2 * * *", timeZone: "UTC", priority: 2 };
const FIRST = START + 2.5 * HOUR_MS;

describe("catchMissedFires", () => {
  it("should send the request that the schedule itself would have sent, once, and report it", async () => {
    const world = createWorld();
    await world.sweepAt(START);

    await world.sweepAt(FIRST + 14 * MINUTE_MS);
    expect(world.sent).toEqual([]);
    await world.sweepAt(FIRST + 15 * MINUTE_MS);
    await world.sweepAt(FIRST + 16 * MINUTE_MS);

    expect(world.sent).toEqual([world.fire(NIGHTLY, FIRST)]);
    expect(world.reports).toEqual([
      {
        level: "warn",
        event: "schedule-missed",
        model: "flight-delay",
        schedule: "nightly",
        requestId: "schedule/flight-delay/nightly-2026-11-21T02-30",
        firedAt: "2026-11-21T02:30:00.000Z",
      },
      { level: "info", event: "sweep-repaired", model: "flight-delay", kind: "schedule", count: 1 },
    ]);
  });

  it("should send nothing for a fire that led to a request, on time or late, and know it from then on without asking", async () => {
    const world = createWorld();
    await world.sweepAt(START);
    await world.request(NIGHTLY, FIRST);

    await world.sweepAt(FIRST + 15 * MINUTE_MS);
    const reads = world.reads();
    await world.sweepAt(FIRST + 16 * MINUTE_MS);

    expect(world.sent).toEqual([]);
    expect(world.reads()).toBe(reads);
  });

  it("should find a request in the log when fifty others came after it", async () => {
    const world = createWorld();
    await world.sweepAt(START);
    await world.request(NIGHTLY, FIRST);
    for (let other = 0; other < 60; other++) await world.request({ ...NIGHTLY, name: "other" }, FIRST + other * MINUTE_MS);

    await world.sweepAt(FIRST + 70 * MINUTE_MS);

    expect(world.sent).toEqual([]);
  });

  it("should not miss a fire at the very time that its schedule was seen first", async () => {
    const world = createWorld();
    await world.sweepAt(FIRST);

    await world.sweepAt(FIRST + 15 * MINUTE_MS);

    expect(world.sent).toEqual([]);
  });

  it("should give each schedule's request the priority of its own", async () => {
    const schedules = [1, 2, 5].map((priority) => ({ ...NIGHTLY, name: `with-${priority}`, priority }));
    const world = createWorld(schedules);
    await world.sweepAt(START);

    await world.sweepAt(FIRST + 15 * MINUTE_MS);

    expect(world.sent.map(({ priority }) => priority)).toEqual([1, 2, 5]);
  });

  it("should count a later fire that was heard of for an earlier one that was not", async () => {
    const world = createWorld();
    await world.sweepAt(START);
    await world.request(NIGHTLY, FIRST + DAY_MS);

    await world.sweepAt(FIRST + DAY_MS + MINUTE_MS);

    expect(world.sent).toEqual([]);
  });

  it("should not count an earlier fire for a later one", async () => {
    const world = createWorld();
    await world.sweepAt(START);
    await world.request(NIGHTLY, FIRST);

    await world.sweepAt(FIRST + DAY_MS + 15 * MINUTE_MS);

    expect(world.sent).toEqual([world.fire(NIGHTLY, FIRST + DAY_MS)]);
  });

  it("should not take the fire of a schedule whose name goes on for its own", async () => {
    const world = createWorld();
    await world.sweepAt(START);
    await world.request({ ...NIGHTLY, name: "nightly-2" }, FIRST);

    await world.sweepAt(FIRST + 15 * MINUTE_MS);

    expect(world.sent).toHaveLength(1);
  });

  it("should make a late original a duplicate", async () => {
    const world = createWorld();
    await world.sweepAt(START);
    await world.sweepAt(FIRST + 15 * MINUTE_MS);
    await world.deliver();

    expect(await world.request(NIGHTLY, FIRST)).toBe("duplicate");
  });

  it.each([
    ["was not there before", []],
    ["had another time", [{ ...NIGHTLY, cron: "0 1 * * *" }]],
    ["went by another clock", [{ ...NIGHTLY, timeZone: "Europe/Berlin" }]],
    ["had another name", [{ ...NIGHTLY, name: "other" }]],
  ])("should not make up for what a schedule missed when it %s", async (_case, before) => {
    const world = createWorld(before);
    await world.sweepAt(START);
    world.configure([NIGHTLY]);

    for (const minutes of [1, 15, 60, 23 * 60]) await world.sweepAt(FIRST + minutes * MINUTE_MS);
    expect(world.sent).toEqual([]);

    await world.sweepAt(FIRST + DAY_MS + 15 * MINUTE_MS);
    expect(world.sent).toHaveLength(1);
  });

  it("should not make up for what fell into the time that a model was taken away for", async () => {
    const world = createWorld();
    await world.sweepAt(START);
    world.remove();
    await world.sweepAt(START + HOUR_MS);
    world.configure([NIGHTLY]);

    await world.sweepAt(START + 30 * DAY_MS);
    await world.sweepAt(START + 30 * DAY_MS + MINUTE_MS);

    expect(world.sent).toEqual([]);
  });

  it("should make up for the newest fire alone after a long outage", async () => {
    const world = createWorld();
    await world.sweepAt(START);

    await world.sweepAt(START + 10 * DAY_MS);

    expect(world.sent).toEqual([world.fire(NIGHTLY, FIRST + 9 * DAY_MS)]);
  });

  it("should look after the other schedules when one cannot be read, and say so", async () => {
    const world = createWorld([{ ...NIGHTLY, name: "broken", timeZone: "Mars/Olympus" }, NIGHTLY]);
    await world.sweepAt(START);

    await world.sweepAt(FIRST + 15 * MINUTE_MS);

    expect(world.sent).toHaveLength(1);
    expect(world.reports).toContainEqual(
      expect.objectContaining({ level: "error", event: "schedule-not-watched", schedule: "broken" }),
    );
  });

  it("should not take a fire for settled when its request could not be sent", async () => {
    const world = createWorld();
    await world.sweepAt(START);

    world.breakQueue();
    await world.sweepAt(FIRST + 15 * MINUTE_MS);
    world.mendQueue();
    await world.sweepAt(FIRST + 16 * MINUTE_MS);

    expect(world.sent).toEqual([world.fire(NIGHTLY, FIRST)]);
  });

  it("should write nothing without schedules, or when there is nothing new", async () => {
    const world = createWorld([]);
    await world.sweepAt(START);
    expect(await world.heartbeats.load(HEARTBEATS)).toBeUndefined();

    world.configure([NIGHTLY]);
    for (const minutes of [0, 1, 2, 3]) await world.sweepAt(START + minutes * MINUTE_MS);
    expect((await world.heartbeats.load(HEARTBEATS))?.version).toBe(1);
  });

  it("should let every fire lead to one request, or, when a later one was there first, to none", async () => {
    const cron = fc.oneof(
      fc.constantFrom("*/10 * * * *", "*/20 * * * *", "7 */2 * * *"),
      fc.tuple(fc.integer({ min: 0, max: 59 }), fc.integer({ min: 0, max: 23 })).map(([minute, hour]) => `${minute} ${hour} * * *`),
    );
    const timeZone = fc.constantFrom("UTC", "Europe/Berlin", "America/Havana", "Australia/Lord_Howe");
    const from = fc.constantFrom(Date.UTC(2026, 9, 24, 12), Date.UTC(2026, 2, 28, 12), Date.UTC(2026, 10, 1), Date.UTC(2026, 3, 4));
    const fates = fc.infiniteStream(fc.constantFrom("heard", "late", "lost", "twice"));
    const ticks = fc.infiniteStream(fc.constantFrom("sweeps", "sweeps", "sweeps", "crashes", "sleeps", "outage"));

    await fc.assert(
      fc.asyncProperty(cron, timeZone, from, fates, ticks, async (text, zone, start, fate, tick) => {
        await playAndCheck(
          { ...NIGHTLY, cron: text, timeZone: zone },
          start,
          () => next(fate),
          () => next(tick),
        );
      }),
      { numRuns: 25 },
    );
  }, 60_000);
});

// Helpers

/** What a sweep that crashes ends with. */
const KILLED = new Error("killed");

type Fate = "heard" | "late" | "lost" | "twice";
type Tick = "sweeps" | "crashes" | "sleeps" | "outage";

function next<T>(stream: Iterator<T>): T {
  return stream.next().value;
}

/** A day and a half of one schedule; a sweep every five minutes, as far as it is not asleep. */
async function playAndCheck(schedule: ScheduleSettings, start: number, nextFate: () => Fate, nextTick: () => Tick): Promise<void> {
  const world = createWorld([schedule]);
  const arrivals: { readonly at: number; readonly firedAt: number }[] = [];
  const due = firesBetween(schedule, start, start + 1.5 * DAY_MS);
  const fates = new Map(due.map((fire) => [fire, nextFate()]));
  const looked: number[] = [];
  const lost = new Set<number>();
  const heard = new Map<number, number>();
  let asleepUntil = start;
  await world.sweepAt(start);
  for (let now = start + MINUTE_MS; now < start + 1.5 * DAY_MS; now += MINUTE_MS) {
    const fate = fates.get(now);
    if (fate === "lost") lost.add(now);
    else if (fate !== undefined) arrivals.push({ at: fate === "late" ? now + 40 * MINUTE_MS : now, firedAt: now });
    if (fate === "twice") arrivals.push({ at: now + 3 * MINUTE_MS, firedAt: now });
    for (const { firedAt } of arrivals.filter(({ at }) => at === now)) {
      if ((await world.request(schedule, firedAt)) !== "duplicate") heard.set(firedAt, now);
    }
    if (now < asleepUntil || now % (5 * MINUTE_MS) !== 0) continue;
    const tick = nextTick();
    if (tick === "outage") asleepUntil = now + 5 * HOUR_MS;
    if (tick === "sleeps") asleepUntil = now + 10 * MINUTE_MS;
    if (tick === "outage" || tick === "sleeps") continue;
    await world.sweepAt(now, tick === "crashes");
    if (tick === "sweeps") looked.push(now);
    for (const firedAt of await world.deliver()) if (!heard.has(firedAt)) heard.set(firedAt, now);
  }
  let laterHeardAt = Number.POSITIVE_INFINITY;
  let after = Number.POSITIVE_INFINITY;
  for (const fire of due.toReversed()) {
    // A sweep for which it was the newest fire that could be missed, before any later one was heard of.
    const until = Math.min(after + 15 * MINUTE_MS, laterHeardAt);
    const isCaught = looked.some((at) => at >= fire + 15 * MINUTE_MS && at < until);
    if (lost.has(fire) && isCaught) expect([fire, heard.has(fire)]).toEqual([fire, true]);
    laterHeardAt = Math.min(laterHeardAt, heard.get(fire) ?? Number.POSITIVE_INFINITY);
    after = fire;
  }
  for (const fire of heard.keys()) expect(due).toContain(fire);
  const started = world.decided().filter(({ outcome }) => outcome !== "duplicate");
  expect(new Set(started.map(({ requestId }) => requestId)).size).toBe(heard.size);
}

/** In order, without those at the two ends themselves. */
function firesBetween({ cron, timeZone }: ScheduleSettings, start: number, end: number): number[] {
  const fires: number[] = [];
  for (let at = end; ; ) {
    const fire = lastFireBefore(cronExpression(cron), timeZone, at - 1);
    if (fire === undefined || fire <= start) return fires;
    fires.unshift(fire);
    at = fire;
  }
}

function createWorld(schedules: readonly ScheduleSettings[] = [NIGHTLY]) {
  const settings: ModelSettings = { ...settingsOf(), policy: { ...settingsOf().policy, deferralExpiresMs: 90 * DAY_MS } };
  const [heartbeats, states, decisions] = [memoryHeartbeatStore(), memoryCoordinatorStore(), memoryDecisionLog()];
  const sent: TrainingRequest[] = [];
  const queue: TrainingRequest[] = [];
  const reports: LogRecord[] = [];
  let models: ModelSettings[] = [{ ...settings, schedules: [...schedules] }];
  let now = START;
  let reads = 0;
  let isBroken = false;
  const coordination = {
    states,
    decisions,
    launcher: memoryPipelineLauncher(),
    notifier: memoryNotifier(),
    deployment: memoryDeployment,
    manifests: memoryManifestStore(),
    log: () => undefined,
    now: () => now,
  };
  const fire = (schedule: ScheduleSettings, firedAt: number) => {
    const { cron, ...rest } = schedule;
    const message = fireMessage({ ...rest, model: "flight-delay", timing: cronExpression(cron) }, new Date(firedAt).toISOString());
    const request = parseScheduledRequest(JSON.parse(message));
    if (request === undefined) throw new Error("not the message of a schedule");
    return request;
  };

  return {
    heartbeats,
    sent,
    reports,
    fire,
    reads: () => reads,
    decided: () => decisions.decisions(),
    configure: (changed: readonly ScheduleSettings[]) => {
      models = [{ ...settings, schedules: [...changed] }];
    },
    remove: () => {
      models = [];
    },
    breakQueue: () => {
      isBroken = true;
    },
    mendQueue: () => {
      isBroken = false;
    },
    /** A sweep that crashes does so before its record is saved. */
    async sweepAt(at: number, isCrashing = false) {
      now = at;
      await catchMissedFires(
        {
          heartbeats: { ...heartbeats, save: (...args) => (isCrashing ? Promise.reject(KILLED) : heartbeats.save(...args)) },
          states: {
            load: (model) => {
              reads++;
              return states.load(model);
            },
          },
          decisions,
          requests: {
            async send(request) {
              if (isBroken) throw new Error("no queue");
              sent.push(request);
              queue.push(request);
            },
          },
          log: (entry) => void reports.push(entry),
          now: () => now,
        },
        models,
      ).catch((error: unknown) => {
        if (error !== KILLED) throw error;
      });
    },
    /** The schedule's own message arrives; resolves to what was decided about it. */
    async request(schedule: ScheduleSettings, firedAt: number) {
      now = Math.max(now, firedAt);
      const decisions = await requestTraining(coordination, settings, fire(schedule, firedAt));
      return decisions[0]?.outcome;
    },
    /** What sweeps sent arrives; resolves to the times of the fires. */
    async deliver() {
      const fires: number[] = [];
      for (const request of queue.splice(0)) {
        await requestTraining(coordination, settings, request);
        fires.push(request.requestedAt);
      }
      return fires;
    },
  };
}
