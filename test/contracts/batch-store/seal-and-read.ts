import {
  appendAnyhow,
  collect,
  largeSegment,
  MODEL,
  objectsIn,
  objectsOf,
  range,
  type Should,
  sealedBatch,
  segmentOf,
  TERMS,
} from "./samples";

/** The clock seals, and what was sealed can be read. */
export function describeSealAndRead(should: Should): void {
  describe("readHeads", () => {
    should("read those of many models in their order, also those of models never seen", async ({ store, other }) => {
      const models = range(120).map((n) => `model-${n}`);
      await store.append("model-7", 1, segmentOf("a", 7), TERMS, 1_000);
      await store.append("model-118", 1, segmentOf("a", 8), TERMS, 1_000);

      const heads = await other.readHeads(models);

      const counts = heads.map((each) => (each.status === "fulfilled" ? each.value.open.count : each.reason));
      expect(counts).toEqual(range(120).map((n) => ({ 7: 7, 118: 8 })[n] ?? 0));
      expect(heads[118]).toEqual({ status: "fulfilled", value: await store.readHead("model-118") });
      expect(await other.readHeads([])).toEqual([]);
    });
  });

  describe("seal", () => {
    should("end the open generation with a reason", async ({ store, other }) => {
      await store.append(MODEL, 1, segmentOf("a", 3), TERMS, 1_000);
      expect(await other.seal(MODEL, 1, "quiet", TERMS, 4_000)).toBe(true);

      const { open, pending } = await store.readHead(MODEL);
      expect(open).toEqual({ generation: 2, count: 0, carried: [] });
      expect(pending).toMatchObject([
        { generation: 1, reason: "quiet", count: 3, openedAt: 1_000, sealedAt: 4_000, expiresAt: 101_000 },
      ]);
    });

    should("refuse an empty batch and a generation that is not open", async ({ store }) => {
      expect(await store.seal(MODEL, 1, "window", TERMS, 1_000)).toBe(false);
      await sealedBatch(store, 2);
      expect(await store.seal(MODEL, 1, "window", TERMS, 3_000)).toBe(false);
      expect(await store.seal(MODEL, 2, "window", TERMS, 3_000)).toBe(false);
      expect((await store.readHead(MODEL)).pending).toHaveLength(1);
    });

    should("have one winner among 16 callers", async ({ store, other }) => {
      await store.append(MODEL, 1, segmentOf("a", 3), TERMS, 1_000);
      const won = await Promise.all(range(16).map((n) => (n % 2 === 0 ? store : other).seal(MODEL, 1, "window", TERMS, 2_000)));

      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await store.readHead(MODEL)).toMatchObject({ open: { generation: 2 }, pending: [{ generation: 1 }] });
    });

    should("let no append that runs at the same time be lost or counted twice", async ({ store, other }) => {
      // Act
      await Promise.all(
        range(24).map((n) =>
          n % 3 === 2
            ? other.seal(MODEL, Math.ceil(n / 6), "window", TERMS, 1_000 + n)
            : appendAnyhow(n % 2 === 0 ? store : other, segmentOf(`s${n}`, 2), TERMS, 1_000 + n),
        ),
      );

      // Assert
      const { open, pending } = await store.readHead(MODEL);
      expect(await objectsOf(store, [open.generation])).toHaveLength(open.count);
      for (const { generation, count } of pending) expect(await objectsOf(store, [generation])).toHaveLength(count);
      expect(await objectsOf(store, range(open.generation + 1))).toHaveLength(32);
    });
  });

  describe("readSegments", () => {
    should("read one generation, several, or none", async ({ store }) => {
      await sealedBatch(store, 2);
      await store.append(MODEL, 2, segmentOf("b", 3), TERMS, 5_000);

      expect(await objectsOf(store, [1])).toHaveLength(2);
      expect(await objectsOf(store, [2])).toHaveLength(3);
      expect(await objectsOf(store, [1, 2])).toHaveLength(5);
      expect(await objectsOf(store, [7])).toHaveLength(0);
      expect(await objectsOf(store, [])).toHaveLength(0);
    });

    should("give back the ids, and more than a page of segments", async ({ store }) => {
      // Arrange
      const segments = range(12).map((n) => largeSegment(`large-${n}`, store.maxSegmentBytes));
      for (const segment of segments) await store.append(MODEL, 1, segment, TERMS, 1_000);

      // Act
      const read = await collect(store.readSegments(MODEL, [1]));

      // Assert
      expect(new Set(read.map(({ id }) => id))).toEqual(new Set(segments.map(({ id }) => id)));
      expect(read).toHaveLength(segments.length);
      expect(objectsIn(read)).toEqual(objectsIn(segments));
    });
  });
}
