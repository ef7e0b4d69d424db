import { MODEL, objectsOf, PUBLISHED, range, type Should, sealedBatch, segmentOf, TERMS } from "./samples";

/** A batch that shrank goes into the open one, as a whole and once. */
export function describeCarry(should: Should): void {
  describe("carry", () => {
    should("move a sealed batch into the open one, whole", async ({ store, other }) => {
      // Arrange
      const batch = await sealedBatch(store, 5);
      await store.append(MODEL, 2, segmentOf("b", 2), TERMS, 6_000);

      // Act
      const isCarried = await other.carry(MODEL, batch, 2, 3);

      // Assert
      expect(isCarried).toBe(true);
      expect(await store.readHead(MODEL)).toEqual({
        open: { generation: 2, count: 5, openedAt: 1_000, lastAppendAt: 6_000, expiresAt: 101_000, carried: [1] },
        pending: [],
      });
    });

    should("fill an open batch that is empty", async ({ store }) => {
      const batch = await sealedBatch(store, 5);
      await store.carry(MODEL, batch, 2, 3);

      const { open } = await store.readHead(MODEL);
      expect(open).toEqual({ generation: 2, count: 3, openedAt: 1_000, lastAppendAt: 2_000, expiresAt: 101_000, carried: [1] });
    });

    should("make the carried generations sources of the next sealed batch", async ({ store }) => {
      await store.carry(MODEL, await sealedBatch(store, 5), 2, 3);
      await store.seal(MODEL, 2, "quiet", TERMS, 8_000);
      const [second] = (await store.readHead(MODEL)).pending;
      if (second === undefined) throw new Error("the second batch is not pending");
      expect(second).toMatchObject({ generation: 2, sources: [2, 1], count: 3, openedAt: 1_000, sealedAt: 8_000 });

      await store.carry(MODEL, second, 3, 2);
      expect((await store.readHead(MODEL)).open).toMatchObject({ generation: 3, carried: [2, 1], count: 2 });
    });

    should("take in several batches, one after the other", async ({ store, other }) => {
      // Arrange
      await sealedBatch(store, 5);
      await store.append(MODEL, 2, segmentOf("b", 4), TERMS, 3_000);
      await store.seal(MODEL, 2, "size", TERMS, 4_000);
      const { pending } = await store.readHead(MODEL);

      // Act
      for (const batch of pending) await other.carry(MODEL, batch, 3, batch.count);

      // Assert
      const { open, pending: left } = await store.readHead(MODEL);
      expect(open).toMatchObject({
        generation: 3,
        carried: [1, 2],
        count: 9,
        openedAt: 1_000,
        lastAppendAt: 2_000,
        expiresAt: 101_000,
      });
      expect(left).toEqual([]);
      expect(await objectsOf(store, open.carried)).toHaveLength(9);
    });

    should("have its effect once among 16 callers, and none when it is repeated", async ({ store, other }) => {
      const batch = await sealedBatch(store, 5);
      const carried = await Promise.all(range(16).map((n) => (n % 2 === 0 ? store : other).carry(MODEL, batch, 2, 3)));

      expect(carried.every(Boolean)).toBe(true);
      expect(await store.carry(MODEL, batch, 2, 3)).toBe(true);
      expect((await store.readHead(MODEL)).open).toMatchObject({ count: 3, carried: [1] });
    });

    should("refuse a generation that is no longer open, and leave the batch pending", async ({ store }) => {
      const batch = await sealedBatch(store, 5);
      await store.append(MODEL, 2, segmentOf("b", 1), TERMS, 3_000);
      await store.seal(MODEL, 2, "window", TERMS, 4_000);

      expect(await store.carry(MODEL, batch, 2, 3)).toBe(false);
      expect((await store.readHead(MODEL)).pending).toHaveLength(2);
      expect(await store.carry(MODEL, batch, 3, 3)).toBe(true);
      expect(await store.readHead(MODEL)).toMatchObject({
        open: { generation: 3, count: 3, carried: [1] },
        pending: [{ generation: 2 }],
      });
    });

    should("have no effect on a batch that is closed", async ({ store }) => {
      const batch = await sealedBatch(store, 5);
      await store.close(MODEL, batch, PUBLISHED);

      expect(await store.carry(MODEL, batch, 2, 3)).toBe(true);
      expect((await store.readHead(MODEL)).open).toEqual({ generation: 2, count: 0, carried: [] });
    });

    should("keep the earlier of the two times of expiry", async ({ store }) => {
      const batch = await sealedBatch(store, 5);
      await store.append(MODEL, 2, segmentOf("b", 1), TERMS, 6_000);
      await store.retain(MODEL, batch, 500_000);
      const [retained] = (await store.readHead(MODEL)).pending;
      if (retained === undefined) throw new Error("the retained batch is not pending");

      await store.carry(MODEL, retained, 2, 3);
      expect((await store.readHead(MODEL)).open.expiresAt).toBe(106_000);
    });
  });
}
