import { appendObjects } from "../../../functions/core/batching/collect-arrivals";
import type { LandedObject } from "../../../functions/core/batching/landed-object";
import { MAX_CARRIES, publishBatches, sweepBatches } from "../../../functions/core/batching/publish-batches";
import type { LogRecord } from "../../../functions/core/log/log";
import type { TrainingRequest } from "../../../functions/core/training-request";
import { memoryBatchStore } from "../../../functions/memory/batch-store";
import { memoryRequestQueue } from "../../../functions/memory/coordination";
import { memoryManifestStore } from "../../../functions/memory/manifest-store";
import { memoryDeployment } from "../../../functions/memory/versioned-store";
import { settingsOf } from "../../simulation/data-path";

describe("publishBatches", () => {
  it("should write a sorted manifest and send one request that names it", async () => {
    const world = createWorld({ batchSize: 3 });
    await world.land("d1", ["in/c", "in/b"], 1_000);
    await world.land("d2", ["in/a"], 1_000);

    await world.publish();

    const uri = "memory://data/manifests/flight-delay/memory000000/0000000001";
    expect([...world.manifests.published].map(([at, objects]) => [at, objects.map(({ key }) => key)])).toEqual([
      [uri, ["in/a", "in/b", "in/c"]],
    ]);
    expect(world.requests).toEqual([
      {
        id: "data/flight-delay/1",
        model: "flight-delay",
        causes: [{ type: "data", generation: 1, reason: "size", openedAt: 1_000, sealedAt: 1_000 }],
        priority: 4,
        manifests: [{ uri, objects: 3, bytes: 30, digest: expect.stringMatching(/^[0-9a-f]{16}$/) }],
        requestedAt: 1_000,
      },
    ]);
  });

  it("should carry a batch over when duplicates took it below its size, and keep its age", async () => {
    const world = createWorld({ batchSize: 3, windowMs: 500 });
    await world.land("d1", ["in/a", "in/b"], 1_000);
    await world.land("d2", ["in/a"], 1_100);

    await world.publish();

    expect(world.requests).toEqual([]);
    expect((await world.batches.readHead("flight-delay")).open).toEqual({
      generation: 2,
      count: 2,
      carried: [1],
      openedAt: 1_000,
      lastAppendAt: 1_100,
      expiresAt: 1_000 + world.settings.batch.retentionMs,
    });
    await world.land("d3", ["in/c"], 1_200);
    await world.publish();
    expect(world.requests.map(({ manifests }) => manifests[0]?.objects)).toEqual([3]);
  });

  it("should end a batch that holds nothing new without a request", async () => {
    const world = createWorld({ batchSize: 2 });
    await world.land("d1", ["in/a", "in/b"], 1_000);
    await world.publish();

    await world.land("d2", ["in/a", "in/b"], 2_000);
    await world.publish();

    expect(world.requests).toHaveLength(1);
    expect(world.reports.map(({ event }) => event)).toEqual(["batch-published", "batch-empty"]);
    expect((await world.batches.readHead("flight-delay")).pending).toEqual([]);
  });

  it("should publish a batch that stays short after the last allowed carry", async () => {
    const world = createWorld({ batchSize: 3 });

    for (let delivery = 0; delivery <= 2 * MAX_CARRIES + 2; delivery++) {
      await world.land(`d${delivery}`, ["in/a"], delivery);
      await world.publish();
    }

    expect(world.requests.map(({ id, manifests }) => [id, manifests[0]?.objects])).toEqual([
      [`data/flight-delay/${MAX_CARRIES + 1}`, 1],
    ]);
  });

  it("should recognise a duplicate from a ledger page before the newest, up to the last moment of the horizon", async () => {
    const world = createWorld({ batchSize: 15_000, dedupeHorizonMs: 10 });
    for (let batch = 0; batch < 3; batch++) {
      await world.land(`d${batch}`, keys(batch * 15_000, 15_000), batch);
      await world.publish();
    }

    await world.land("late", [...keys(0, 14_999), "in/new"], 10);
    await world.publish();

    expect(world.requests).toHaveLength(3);
    expect((await world.batches.readHead("flight-delay")).open).toMatchObject({ count: 1, carried: [4] });
  });

  it("should recognise a duplicate up to the last moment of the horizon, and not after it", async () => {
    const world = createWorld({ batchSize: 1, dedupeHorizonMs: 10 });
    await world.land("d1", ["in/a"], 0);
    await world.publish();

    await world.land("d2", ["in/a"], 10);
    await world.publish();
    expect(world.requests).toHaveLength(1);

    await world.land("d3", ["in/a"], 11);
    await world.publish();
    expect(world.requests).toHaveLength(2);
  });

  it("should recognise a duplicate of any batch that the same call published before it", async () => {
    const world = createWorld({ batchSize: 1 });
    for (const [index, key] of ["in/a", "in/b", "in/b", "in/a"].entries()) await world.land(`d${index}`, [key], index);

    await world.publish();

    expect(world.requests.map(({ id }) => id)).toEqual(["data/flight-delay/1", "data/flight-delay/2"]);
  });

  it("should publish a batch by the terms that it was sealed with, whatever the settings say since", async () => {
    const world = createWorld({ batchSize: 3 });
    await world.land("d1", ["in/a", "in/b", "in/c"], 0);
    await world.publish();
    await world.land("d2", ["in/a", "in/d", "in/e"], 1);

    const since = { ...world.settings, batch: { ...world.settings.batch, batchSize: 1, dedupeHorizonMs: 0 } };
    await publishBatches(world.ports, since);

    expect(world.requests).toHaveLength(1);
    expect((await world.batches.readHead("flight-delay")).open).toMatchObject({ count: 2, carried: [2] });
  });

  it("should list a key once, with the bytes of its newest version, however often it was written", async () => {
    const world = createWorld({ batchSize: 2 });
    const versions = ["0060A12", "0060A11", "0060A2"].map((version, n) => ({ key: "in/a", version, bytes: n + 1 }));
    for (const [n, object] of versions.entries()) await world.landObjects(`d${n}`, [object], n);
    await world.publish();
    expect((await world.batches.readHead("flight-delay")).open.count).toBe(2);

    await world.landObjects("d3", [{ key: "in/b", version: "0060A13", bytes: 9 }], 4);
    await world.publish();

    expect(world.requests.map(({ manifests }) => manifests[0])).toMatchObject([{ objects: 2, bytes: 12 }]);
    expect([...world.manifests.published.values()].map((listed) => listed.map(({ key }) => key))).toEqual([["in/a", "in/b"]]);
    await world.landObjects("again", [...versions, { key: "in/b", version: "0060A13", bytes: 9 }], 5);
    await world.publish();
    expect(world.reports.at(-1)).toMatchObject({ event: "batch-empty" });
  });

  it("should count the writes of one key in one delivery as one object of the batch", async () => {
    const world = createWorld({ batchSize: 4 });
    const objects = ["0060B0", "0060B1", "0060B2", "0060B3"].map((version) => ({ key: "in/today.csv", version, bytes: 1 }));

    await world.landObjects("d", objects, 0);
    await world.publish();

    expect((await world.batches.readHead("flight-delay")).open).toMatchObject({ generation: 2, count: 1 });
    expect(world.requests).toEqual([]);
  });

  it("should publish above what the bucket holds when the state was restored, and lose no object", async () => {
    const before = createWorld({ batchSize: 1 });
    for (const n of range(6)) {
      await before.land(`d${n}`, [`in/${n}`], n);
      await before.publish();
    }

    const world = createWorld({ batchSize: 1 }, before.manifests);
    for (const n of [0, 10, 11]) await world.land(`r${n}`, [`in/${n}`], 100 + n);
    for (const n of range(4)) {
      await world.publish();
      await sweepBatches(world.ports, world.settings, 200 + n);
    }

    expect(world.reports.filter(({ level }) => level === "error")).toMatchObject([
      { event: "generation-taken", requestId: "data/flight-delay/1", generation: 1, to: 7 },
      { event: "generation-taken", requestId: "data/flight-delay/2", generation: 2, to: 7 },
      { event: "generation-taken", requestId: "data/flight-delay/3", generation: 3, to: 7 },
    ]);
    // What became of the generations after the backup is not known, so it is asked for again, as it was.
    const again = world.requests.filter(({ id }) => before.requests.some((one) => one.id === id));
    expect(new Set(again.map(({ id }) => id)).size).toBe(6);
    for (const { id, manifests } of again) expect(manifests).toEqual(before.requests.find((one) => one.id === id)?.manifests);
    const listed = world.requests
      .filter((one) => !again.includes(one))
      .flatMap(({ manifests: [one] }) => world.manifests.published.get(one?.uri ?? "") ?? []);
    // What the generations after the backup published is known by their ledgers.
    expect(listed.map(({ key }) => key).sort()).toEqual(["in/10", "in/11"]);
  });

  it("should keep the lists of two deployments on one bucket apart", async () => {
    const shared = memoryManifestStore();
    for (const id of ["aaaaaaaaaaaa", "bbbbbbbbbbbb"]) {
      const world = createWorld({ batchSize: 1 }, shared, async () => id);
      await world.land("d", [`in/${id}`], 0);
      await world.publish();
      expect(world.requests.map(({ manifests: [one] }) => shared.published.get(one?.uri ?? "")?.map(({ key }) => key))).toEqual([
        [`in/${id}`],
      ]);
    }
  });

  it("should recognise what an earlier version published, whose files lay under no deployment", async () => {
    const world = createWorld({ batchSize: 1 });
    const earlier = { model: "flight-delay", generation: 1, data: world.settings.data };
    const objects = [{ key: "in/a", version: "v1", bytes: 10 }];
    await world.manifests.writeLedger(earlier, { entries: [{ generation: 1, sealedAt: 0, objects }], older: [] });
    const head = { open: { generation: 2, count: 0, carried: [] }, pending: [], lastPublished: { generation: 1, sealedAt: 0 } };
    const batches = memoryBatchStore(new Map([["flight-delay", { head, segments: [] }]]));

    await appendObjects(batches, new Map(), { model: "flight-delay", id: "d", objects }, world.settings.batch, 5);
    await publishBatches({ ...world.ports, batches }, world.settings);

    expect(world.reports.map(({ event }) => event)).toEqual(["batch-empty"]);
  });

  it("should tell how long a batch collected", async () => {
    const world = createWorld({ batchSize: 2 });
    await world.land("d1", ["in/a"], 1_000);
    await world.land("d2", ["in/b"], 3_500);

    await world.publish();

    expect(world.reports).toMatchObject([{ event: "batch-published", ageSec: 2.5, distinct: 2, delivered: 2, bytes: 20 }]);
  });

  it("should publish on, and say so, when a ledger was deleted", async () => {
    const world = createWorld({ batchSize: 1 });
    await world.land("d1", ["in/a"], 0);
    await world.publish();
    await world.land("d2", ["in/b"], 1);

    await publishBatches({ ...world.ports, manifests: { ...world.manifests, readLedger: async () => undefined } }, world.settings);

    expect(world.requests).toHaveLength(2);
    expect(world.reports).toContainEqual(expect.objectContaining({ level: "warn", event: "ledger-missing", generation: 1 }));
  });
});

describe("sweepBatches", () => {
  it("should seal after the window, counted from the first object", async () => {
    const world = createWorld({ batchSize: 10, windowMs: 100 });
    await world.land("d1", ["in/a"], 1_000);
    await world.land("d2", ["in/b"], 1_090);

    await sweepBatches(world.ports, world.settings, 1_099);
    expect(world.requests).toEqual([]);
    await sweepBatches(world.ports, world.settings, 1_100);

    expect(world.requests.map(({ causes }) => causes[0])).toEqual([
      { type: "data", generation: 1, reason: "window", openedAt: 1_000, sealedAt: 1_100 },
    ]);
  });

  it("should seal after the quiet period, counted from the last object", async () => {
    const world = createWorld({ batchSize: 10, quietPeriodMs: 50 });
    await world.land("d1", ["in/a"], 1_000);
    await world.land("d2", ["in/b"], 1_040);

    await sweepBatches(world.ports, world.settings, 1_089);
    expect(world.requests).toEqual([]);
    await sweepBatches(world.ports, world.settings, 1_090);

    expect(world.requests.map(({ causes }) => causes[0])).toMatchObject([{ reason: "quiet" }]);
  });

  it("should publish what waits, and tell how much that was", async () => {
    const world = createWorld({ batchSize: 1 });
    await world.land("d1", ["in/a"], 0);

    await sweepBatches(world.ports, world.settings, 1);
    await sweepBatches(world.ports, world.settings, 2);

    const model = "flight-delay";
    expect(world.reports.filter(({ event }) => event === "sweep-repaired")).toEqual([
      { level: "info", event: "sweep-repaired", model, kind: "published", count: 1 },
    ]);
  });

  it("should prolong what is sealed and cannot be published", async () => {
    const world = createWorld({ batchSize: 1, retentionMs: 1_000 });
    await world.land("d1", ["in/a"], 0);
    const unpublishable = {
      ...world.ports,
      manifests: { ...world.manifests, writeManifest: () => Promise.reject(new Error("AccessDenied")) },
    };

    await expect(sweepBatches(unpublishable, world.settings, 501)).rejects.toThrow("AccessDenied");

    expect((await world.batches.readHead("flight-delay")).pending.map(({ expiresAt }) => expiresAt)).toEqual([1_501]);
  });

  it("should prolong what would expire before it is published", async () => {
    const world = createWorld({ batchSize: 10, retentionMs: 1_000 });
    await world.land("d1", ["in/a"], 0);

    await sweepBatches(world.ports, world.settings, 500);
    expect((await world.batches.readHead("flight-delay")).open.expiresAt).toBe(1_000);
    await sweepBatches(world.ports, world.settings, 501);

    expect((await world.batches.readHead("flight-delay")).open.expiresAt).toBe(1_501);
  });
});

// Helpers

function createWorld(batch: Parameters<typeof settingsOf>[0], manifests = memoryManifestStore(), deployment = memoryDeployment) {
  const settings = settingsOf({ windowMs: 1e12, ...batch });
  const requests: TrainingRequest[] = [];
  const reports: LogRecord[] = [];
  const batches = memoryBatchStore();
  const ports = {
    batches,
    deployment,
    manifests,
    requests: memoryRequestQueue(async (request) => {
      requests.push(request);
    }),
    log: (entry: LogRecord) => {
      reports.push(entry);
    },
  };
  const hints = new Map<string, number>();
  const landObjects = (id: string, objects: readonly LandedObject[], now: number) =>
    appendObjects(batches, hints, { model: settings.model, id, objects }, settings.batch, now);
  return {
    landObjects,
    settings,
    ports,
    batches,
    manifests,
    requests,
    reports,
    publish: () => publishBatches(ports, settings),
    land: (id: string, landed: readonly string[], now: number) =>
      landObjects(
        id,
        landed.map((key) => ({ key, version: "v1", bytes: 10 })),
        now,
      ),
  };
}

function keys(from: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `in/${from + index}`);
}

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}
