import type { BatchStore } from "../../../functions/core/batching/batch";
import { appendObjects } from "../../../functions/core/batching/collect-arrivals";
import { RetryableError } from "../../../functions/core/errors";
import { memoryBatchStore } from "../../../functions/memory/batch-store";
import { unreliable } from "../../simulation/unreliable";

describe("appendObjects", () => {
  it("should write one segment per delivery, and nothing for its redelivery", async () => {
    const { store, calls } = counted(memoryBatchStore());
    const delivery = { model: "m", id: "d1", objects: objectsOf(3) };

    const first = await appendObjects(store, new Map(), delivery, TERMS, 1_000);
    const again = await appendObjects(store, new Map(), delivery, TERMS, 2_000);

    expect(first).toEqual({ appended: 3, isSealed: false });
    expect(again).toEqual({ appended: 0, isSealed: false });
    expect(calls).toEqual(["append", "append"]);
    expect((await store.readHead("m")).open).toMatchObject({ count: 3, openedAt: 1_000, lastAppendAt: 1_000 });
  });

  it("should split a delivery that exceeds the store's segment size", async () => {
    const store: BatchStore = { ...memoryBatchStore(), maxSegmentBytes: 100 };

    const result = await appendObjects(store, new Map(), { model: "m", id: "d1", objects: objectsOf(10) }, TERMS, 0);

    const segments = await Array.fromAsync(store.readSegments("m", [1]));
    expect(result.appended).toBe(10);
    expect(segments.map(({ objects }) => objects.length)).toEqual([3, 3, 3, 1]);
  });

  it("should fill a segment to its last byte", async () => {
    const objectBytes = "in/0".length + "v1".length + 24;
    const store: BatchStore = { ...memoryBatchStore(), maxSegmentBytes: 2 * objectBytes };

    await appendObjects(store, new Map(), { model: "m", id: "d1", objects: objectsOf(4) }, TERMS, 0);

    const segments = await Array.fromAsync(store.readSegments("m", [1]));
    expect(segments.map(({ objects }) => objects.length)).toEqual([2, 2]);
  });

  it("should lose nothing when a delivery breaks off and comes again in another order", async () => {
    const memory: BatchStore = { ...memoryBatchStore(), maxSegmentBytes: 100 };
    const breaking: BatchStore = {
      ...memory,
      append: (model, generation, segment, terms, at) =>
        segment.id.endsWith(".1") ? Promise.reject(new Error("throttled")) : memory.append(model, generation, segment, terms, at),
    };
    const delivery = { model: "m", id: "d1", objects: objectsOf(10) };

    await expect(appendObjects(breaking, new Map(), delivery, TERMS, 0)).rejects.toThrow("throttled");
    await appendObjects(memory, new Map(), { ...delivery, objects: delivery.objects.toReversed() }, TERMS, 0);

    const segments = await Array.fromAsync(memory.readSegments("m", [1]));
    expect(new Set(segments.flatMap(({ objects }) => objects.map(({ key }) => key))).size).toBe(10);
  });

  it("should say that a batch was filled also when more of the delivery followed", async () => {
    const store: BatchStore = { ...memoryBatchStore(), maxSegmentBytes: 100 };

    const result = await appendObjects(
      store,
      new Map(),
      { model: "m", id: "d1", objects: objectsOf(4) },
      { ...TERMS, batchSize: 3 },
      0,
    );

    expect(result).toEqual({ appended: 4, isSealed: true });
  });

  it("should find the open generation by itself, and remember it", async () => {
    const memory = memoryBatchStore();
    await appendObjects(memory, new Map(), { model: "m", id: "d0", objects: objectsOf(1) }, { ...TERMS, batchSize: 1 }, 0);
    const { store, calls } = counted(memory);
    const hints = new Map<string, number>();

    await appendObjects(store, hints, { model: "m", id: "d1", objects: objectsOf(1) }, TERMS, 0);
    await appendObjects(store, hints, { model: "m", id: "d2", objects: objectsOf(1) }, TERMS, 0);

    expect(calls).toEqual(["append", "append", "append"]);
    expect(hints).toEqual(new Map([["m", 2]]));
  });

  it("should say that a batch was filled", async () => {
    const store = memoryBatchStore();

    const result = await appendObjects(
      store,
      new Map(),
      { model: "m", id: "d1", objects: objectsOf(7) },
      { ...TERMS, batchSize: 5 },
      0,
    );

    expect(result).toEqual({ appended: 7, isSealed: true });
  });

  it("should give the messages back when the generation never stands still", async () => {
    let generation = 1;
    const store: BatchStore = { ...memoryBatchStore(), append: async () => ({ outcome: "stale", generation: ++generation }) };

    const append = appendObjects(store, new Map(), { model: "m", id: "d1", objects: objectsOf(1) }, TERMS, 0);

    await expect(append).rejects.toThrow(RetryableError);
  });
});

// Helpers

const TERMS = { batchSize: 100, dedupeHorizonMs: 0, retentionMs: 1_000 };

function objectsOf(count: number) {
  return Array.from({ length: count }, (_, index) => ({ key: `in/${index}`, version: "v1", bytes: 1 }));
}

function counted(store: BatchStore) {
  const calls: string[] = [];
  const observed = unreliable(store, async (point) => {
    const [side, name] = point.split(" ");
    if (side === "before" && name === "append") calls.push(name);
  });
  return { store: observed, calls };
}
