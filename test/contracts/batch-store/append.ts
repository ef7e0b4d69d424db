import { byKeyThenVersion } from "../../../functions/core/batching/landed-object";
import { MODEL, ODD_TEXTS, ODD_VERSIONS, objectsOf, range, type Should, sealedBatch, segmentOf, TERMS } from "./samples";

/** Objects come in: counted once, kept as they were, never in a generation that is not open. */
export function describeAppend(should: Should): void {
  describe("append", () => {
    should("find an empty generation 1 open for a model never seen", async ({ store }) => {
      expect(await store.readHead(MODEL)).toEqual({ open: { generation: 1, count: 0, carried: [] }, pending: [] });
    });

    should("count objects, keep the first time and the last, and expire by the first", async ({ store }) => {
      // Act
      const outcomes = [
        await store.append(MODEL, 1, segmentOf("a", 3), TERMS, 1_000),
        await store.append(MODEL, 1, segmentOf("b", 4), TERMS, 2_000),
      ];

      // Assert
      expect(outcomes).toEqual([
        { outcome: "appended", isSealed: false },
        { outcome: "appended", isSealed: false },
      ]);
      const { open } = await store.readHead(MODEL);
      expect(open).toEqual({ generation: 1, count: 7, openedAt: 1_000, lastAppendAt: 2_000, expiresAt: 101_000, carried: [] });
    });

    should("give back any key and version as they were", async ({ store }) => {
      const objects = ODD_TEXTS.flatMap((key) => ODD_VERSIONS.map((version) => ({ key, version, bytes: Number.MAX_SAFE_INTEGER })));
      await store.append(MODEL, 1, { id: "odd", objects }, TERMS, 1_000);
      expect(await objectsOf(store, [1])).toEqual(objects.toSorted(byKeyThenVersion));
    });

    should("not count a segment twice", async ({ store, other }) => {
      await store.append(MODEL, 1, segmentOf("a", 3), TERMS, 1_000);
      const again = await other.append(MODEL, 1, segmentOf("a", 3), TERMS, 2_000);

      expect(again).toEqual({ outcome: "duplicate" });
      expect((await store.readHead(MODEL)).open).toMatchObject({ count: 3, lastAppendAt: 1_000 });
      expect(await objectsOf(store, [1])).toHaveLength(3);
    });

    should("write nothing to a generation that is sealed", async ({ store, other }) => {
      await sealedBatch(store, 2);
      const late = await other.append(MODEL, 1, segmentOf("late", 5), TERMS, 3_000);

      expect(late).toEqual({ outcome: "stale", generation: 2 });
      expect(await objectsOf(store, [1, 2])).toHaveLength(2);
      expect((await store.readHead(MODEL)).open.count).toBe(0);
    });

    should("write nothing to a generation that is not open yet", async ({ store }) => {
      expect(await store.append(MODEL, 3, segmentOf("a", 1), TERMS, 1_000)).toEqual({ outcome: "stale", generation: 1 });
      expect(await store.append(MODEL, 1, segmentOf("b", 1), TERMS, 1_000)).toMatchObject({ outcome: "appended" });
      expect(await store.append(MODEL, 2, segmentOf("c", 1), TERMS, 1_000)).toEqual({ outcome: "stale", generation: 1 });
      expect(await objectsOf(store, [1, 2, 3])).toHaveLength(1);
    });

    should("count nothing when a segment of a sealed generation is delivered again", async ({ store, other }) => {
      await sealedBatch(store, 2);
      const again = await other.append(MODEL, 1, segmentOf("sealed-1", 2), TERMS, 3_000);

      expect(again.outcome).toBe("duplicate");
      expect((await store.readHead(MODEL)).open.count).toBe(0);
      expect(await objectsOf(store, [1, 2])).toHaveLength(2);
    });

    should("know a redelivery of what waits to be published, whatever stale generation it names", async ({ store, other }) => {
      await sealedBatch(store, 2);
      const terms = { ...TERMS, batchSize: 3 };
      expect(await store.append(MODEL, 2, segmentOf("filling", 3), terms, 3_000)).toMatchObject({ isSealed: true });

      expect(await other.append(MODEL, 1, segmentOf("filling", 3), terms, 4_000)).toEqual({ outcome: "duplicate" });
      expect(await other.append(MODEL, 1, segmentOf("another", 3), terms, 4_000)).toEqual({ outcome: "stale", generation: 3 });
      expect((await store.readHead(MODEL)).open.count).toBe(0);
    });

    should("keep 16 appends at once, and their exact count", async ({ store, other }) => {
      const outcomes = await Promise.all(
        range(16).map((n) => (n % 2 === 0 ? store : other).append(MODEL, 1, segmentOf(`s${n}`, n + 1), TERMS, 1_000 + n)),
      );

      expect(outcomes.every(({ outcome }) => outcome === "appended")).toBe(true);
      expect((await store.readHead(MODEL)).open.count).toBe(136);
      expect(await objectsOf(store, [1])).toHaveLength(136);
    });

    should("count one of 16 equal deliveries at once", async ({ store, other }) => {
      const outcomes = await Promise.all(
        range(16).map((n) => (n % 2 === 0 ? store : other).append(MODEL, 1, segmentOf("same", 5), TERMS, 1_000)),
      );

      expect(outcomes.filter(({ outcome }) => outcome === "appended")).toHaveLength(1);
      expect(outcomes.filter(({ outcome }) => outcome === "duplicate")).toHaveLength(15);
      expect((await store.readHead(MODEL)).open.count).toBe(5);
    });

    should("keep the models apart", async ({ store }) => {
      await store.append(MODEL, 1, segmentOf("a", 3), TERMS, 1_000);
      await store.append("constructor", 1, segmentOf("a", 2), { ...TERMS, batchSize: 2 }, 2_000);

      expect((await store.readHead(MODEL)).open).toMatchObject({ generation: 1, count: 3 });
      expect((await store.readHead("constructor")).open).toMatchObject({ generation: 2, count: 0 });
      expect(await objectsOf(store, [1], "constructor")).toHaveLength(2);
      expect((await store.readHead("flights-2")).open).toMatchObject({ generation: 1, count: 0 });
    });
  });
}
