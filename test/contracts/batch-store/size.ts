import { MAX_PENDING } from "../../../functions/core/batching/batch";
import { appendAnyhow, firstOf, MODEL, objectsOf, PUBLISHED, range, type Should, segmentOf, TERMS } from "./samples";

/** The append that reaches the size seals, once. */
export function describeSize(should: Should): void {
  describe("size", () => {
    const terms = { ...TERMS, batchSize: 10 };

    should("seal with the append that reaches it, and open the next generation", async ({ store, other }) => {
      // Act
      const outcomes = [
        await store.append(MODEL, 1, segmentOf("a", 4), terms, 1_000),
        await other.append(MODEL, 1, segmentOf("b", 5), terms, 2_000),
        await store.append(MODEL, 1, segmentOf("c", 1), terms, 3_000),
      ];

      // Assert
      expect(outcomes.map((outcome) => outcome.outcome === "appended" && outcome.isSealed)).toEqual([false, false, true]);
      const { open, pending } = await store.readHead(MODEL);
      expect(open).toEqual({ generation: 2, count: 0, carried: [] });
      expect(pending).toEqual([
        {
          generation: 1,
          sources: [1],
          reason: "size",
          count: 10,
          openedAt: 1_000,
          sealedAt: 3_000,
          expiresAt: 101_000,
          batchSize: 10,
          dedupeHorizonMs: 5_000,
        },
      ]);
    });

    should("take an append that overfills the batch as a whole", async ({ store, other }) => {
      await store.append(MODEL, 1, segmentOf("a", 9), terms, 1_000);
      const outcome = await other.append(MODEL, 1, segmentOf("b", 25), terms, 2_000);

      expect(outcome).toEqual({ outcome: "appended", isSealed: true });
      expect((await store.readHead(MODEL)).pending).toMatchObject([{ generation: 1, count: 34 }]);
      expect(await objectsOf(store, [1])).toHaveLength(34);
    });

    should("seal with the first append of a model when it is large enough", async ({ store }) => {
      expect(await store.append(MODEL, 1, segmentOf("a", 10), terms, 1_000)).toEqual({ outcome: "appended", isSealed: true });
    });

    should("seal each full batch once under 16 writers, and lose nothing", async ({ store, other }) => {
      // Act
      const seals = await Promise.all(
        range(16).map((n) => appendAnyhow(n % 2 === 0 ? store : other, segmentOf(`s${n}`, 4), terms, 1_000 + n)),
      );

      // Assert
      const { open, pending } = await store.readHead(MODEL);
      const counts = pending.map(({ count }) => count);
      expect(counts.every((count) => count >= 10 && count < 14)).toBe(true);
      expect(seals.filter(Boolean)).toHaveLength(pending.length);
      expect(counts.reduce((sum, count) => sum + count, open.count)).toBe(64);
      expect(await objectsOf(store, range(open.generation + 1))).toHaveLength(64);
    });

    should("keep appending to the open batch while MAX_PENDING wait, and seal when one is closed", async ({ store, other }) => {
      // Arrange
      const one = { ...TERMS, batchSize: 1 };
      for (const n of range(MAX_PENDING)) await store.append(MODEL, n + 1, segmentOf(`s${n}`, 1), one, 1_000 + n);
      const open = MAX_PENDING + 1;

      // Act
      const crowded = [
        await store.append(MODEL, open, segmentOf("x", 3), one, 2_000),
        await other.append(MODEL, open, segmentOf("y", 2), one, 2_001),
      ];
      const isSealed = await store.seal(MODEL, open, "window", one, 2_002);
      const { pending, open: grown } = await store.readHead(MODEL);

      // Assert
      expect(crowded).toEqual([
        { outcome: "appended", isSealed: false },
        { outcome: "appended", isSealed: false },
      ]);
      expect(isSealed).toBe(false);
      expect(pending.map(({ generation }) => generation)).toEqual(range(MAX_PENDING).map((n) => n + 1));
      expect(grown).toMatchObject({ generation: open, count: 5 });

      // Act
      await store.close(MODEL, firstOf(pending), PUBLISHED);
      const last = await other.append(MODEL, open, segmentOf("z", 1), one, 3_000);

      // Assert
      expect(last).toEqual({ outcome: "appended", isSealed: true });
      expect((await store.readHead(MODEL)).pending.at(-1)).toMatchObject({ generation: open, count: 6, reason: "size" });
    });
  });
}
