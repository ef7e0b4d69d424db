import { appendObjects } from "../../../functions/core/batching/collect-arrivals";
import { publishBatches } from "../../../functions/core/batching/publish-batches";
import { sweepUndecided } from "../../../functions/core/batching/undecided-batches";
import type { LogRecord } from "../../../functions/core/log/log";
import { pacedLooks } from "../../../functions/core/pacing";
import { memoryBatchStore } from "../../../functions/memory/batch-store";
import { memoryRequestQueue } from "../../../functions/memory/coordination";
import { memoryManifestStore } from "../../../functions/memory/manifest-store";
import { memoryDeployment } from "../../../functions/memory/versioned-store";
import { settingsOf } from "../../simulation/data-path";
import { unreliable } from "../../simulation/unreliable";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const START = 20 * DAY_MS;

describe("sweepUndecided", () => {
  it("should ask again for what a restored state does not know, past batches that were empty, and tell how much that was", async () => {
    const world = createWorld();
    for (const [n, key] of ["in/a", "in/b", "in/b", "in/c"].entries()) await world.publish(key, START + n);
    world.decide(1, START + 10);

    await world.sweep(START + 60 * MINUTE_MS);

    expect(world.asked()).toEqual([4, 2]);
    expect(world.reports.filter(({ event }) => event === "requests-asked-again")).toEqual([
      { level: "warn", event: "requests-asked-again", model: "flight-delay", count: 2 },
    ]);
  });

  it.each(["the log", "the state"])("should ask for a batch behind newer ones that were decided, as %s knows", async (knower) => {
    const world = createWorld();
    for (const n of [1, 2, 3]) await world.publish(`in/${n}`, START + n);
    for (const n of [2, 3]) world.decide(n, START + 10);

    await world.sweep(START + 60 * MINUTE_MS, knower === "the state" ? [2, 3] : []);

    expect(world.asked()).toEqual([1]);
  });

  it("should ask for a batch behind one that was published just now and decided", async () => {
    const world = createWorld();
    await world.publish("in/1", START);
    await world.publish("in/2", START + 20 * MINUTE_MS);

    await world.sweep(START + 21 * MINUTE_MS, [2]);

    expect(world.asked()).toEqual([1]);
  });

  it.each([
    [[], []],
    [[4], [2, 1]],
  ])("should leave what is on its way, and what waits behind it unless a newer one is decided: %j, %j", async (known, asked) => {
    const world = createWorld();
    for (const n of [1, 2, 3, 4]) await world.publish(`in/${n}`, START + 10 * n * MINUTE_MS);

    await world.sweep(START + 44 * MINUTE_MS, known);

    expect(world.asked()).toEqual(asked);
  });

  it.each([
    [20, [1]],
    [21, []],
  ])("should look behind %s newer ones that were decided for: %s", async (decided, asked) => {
    const world = createWorld();
    for (let n = 1; n <= decided + 1; n++) await world.publish(`in/${n}`, START + n);
    const known = Array.from({ length: decided }, (_, index) => index + 2);

    await world.sweep(START + 60 * MINUTE_MS, known);

    expect(world.asked()).toEqual(asked);
  });

  it("should not ask for what is older than two weeks, whose decision may be forgotten", async () => {
    const world = createWorld();
    await world.publish("in/1", START - 15 * DAY_MS);
    await world.publish("in/2", START - 1 * DAY_MS);

    await world.sweep(START);
    expect(world.asked()).toEqual([2]);
    await world.sweep(START + 14 * DAY_MS);
    expect(world.asked()).toEqual([]);
  });

  it("should read nothing behind a decision that is older than two weeks", async () => {
    const world = createWorld();
    for (const n of [1, 2]) await world.publish(`in/${n}`, START - 15 * DAY_MS);
    await world.publish("in/3", START);
    world.decide(2, START - 15 * DAY_MS);

    await world.sweep(START + 60 * MINUTE_MS, [3]);

    expect(world.calls).toEqual(["read"]);
  });

  it("should make no call where the state knows the newest batches, or all but one that is on its way", async () => {
    const world = createWorld();
    for (let n = 1; n <= 30; n++) await world.publish(`in/${n}`, START + n * MINUTE_MS);
    const known = Array.from({ length: 21 }, (_, index) => index + 10);

    await world.sweep(START + 31 * MINUTE_MS, known);
    await world.sweep(START + 90 * MINUTE_MS, known);
    await world.sweep(START + 31 * MINUTE_MS, known.slice(0, -1));

    expect(world.calls).toEqual([]);
  });

  it("should look at most once an hour while nothing is published, at few batches", async () => {
    const world = createWorld();
    for (let n = 1; n <= 30; n++) world.decide(n, START);
    await world.publish("in/a", START);
    const newest = { generation: 30, sealedAt: START, deployment: await memoryDeployment() };

    for (let minute = 20; minute < 80; minute++) await world.sweep(START + minute * MINUTE_MS, [], newest);
    expect(world.calls).toHaveLength(21);
    await world.sweep(START + 80 * MINUTE_MS, [], newest);
    expect(world.calls).toHaveLength(42);
  });

  it("should tell of a look that failed, and look again after ten minutes", async () => {
    const world = createWorld();
    await world.publish("in/a", START);
    world.failNext();

    await world.sweep(START + 20 * MINUTE_MS);
    expect(world.reports.at(-1)).toMatchObject({ event: "handler-failed", function: "sweeper", error: "Error: no answer" });
    await world.sweep(START + 29 * MINUTE_MS);
    expect(world.asked()).toEqual([]);
    await world.sweep(START + 30 * MINUTE_MS);
    expect(world.asked()).toEqual([1]);
  });
});

// Helpers

/** One model of batches of one object, and what was decided on them. */
function createWorld() {
  let now = START;
  let isFailing = false;
  const settings = settingsOf({ windowMs: 1e12, batchSize: 1 });
  const { model } = settings;
  const requests: number[] = [];
  const reports: LogRecord[] = [];
  const calls: string[] = [];
  const decidedAt = new Map<string, number>();
  const ports = {
    batches: memoryBatchStore(),
    deployment: memoryDeployment,
    manifests: memoryManifestStore(),
    requests: memoryRequestQueue(async ({ causes: [cause] }) => {
      if (cause?.type === "data") requests.push(cause.generation);
    }),
    log: (entry: LogRecord) => void reports.push(entry),
    now: () => now,
  };
  const decisions = {
    read: async (id: string) => {
      const at = decidedAt.get(id);
      return at === undefined ? undefined : { decisions: [{ decidedAt: at }] };
    },
  };
  const note = async (point: string) => {
    if (point.startsWith("before ")) calls.push(point.slice("before ".length));
    if (!isFailing) return;
    isFailing = false;
    throw new Error("no answer");
  };
  const noted = { ...ports, decisions: unreliable(decisions, note), manifests: unreliable(ports.manifests, note) };
  const look = pacedLooks(() => now);
  return {
    reports,
    calls,
    publish: async (key: string, at: number) => {
      await appendObjects(
        ports.batches,
        new Map(),
        { model, id: `${at}`, objects: [{ key, version: "v1", bytes: 1 }] },
        settings.batch,
        at,
      );
      await publishBatches(ports, settings);
      requests.splice(0);
    },
    decide: (generation: number, at: number) => void decidedAt.set(`data/${model}/${generation}`, at),
    /** @param known generations that the state has as decided; @param newest published, @default - as the store has it */
    sweep: async (
      at: number,
      known: readonly number[] = [],
      newest?: { generation: number; sealedAt: number; deployment: string },
    ) => {
      now = at;
      const { lastPublished } = await ports.batches.readHead(model);
      const recentIds = known.map((generation) => `data/${model}/${generation}`);
      await sweepUndecided(noted, settings, { newest: newest ?? lastPublished, recentIds }, look);
    },
    /** Generations that were asked for since this was last called. */
    asked: () => requests.splice(0),
    failNext: () => {
      isFailing = true;
    },
  };
}
