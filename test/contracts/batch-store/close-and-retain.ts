import { firstOf, MODEL, objectsOf, PUBLISHED, range, type Should, sealedBatch, segmentOf, TERMS } from "./samples";

/** A batch ends, or is kept until it does. */
export function describeCloseAndRetain(should: Should): void {
  describe("close", () => {
    should("take the batch off, and remember the newest that was published", async ({ store }) => {
      await store.close(MODEL, await sealedBatch(store, 5), PUBLISHED);
      expect(await store.readHead(MODEL)).toEqual({
        open: { generation: 2, count: 0, carried: [] },
        pending: [],
        lastPublished: { generation: 1, sealedAt: 2_000, deployment: PUBLISHED.publishedBy },
      });
    });

    should("remember nothing of a batch that was empty", async ({ store }) => {
      await store.close(MODEL, await sealedBatch(store, 5), PUBLISHED);
      await store.append(MODEL, 2, segmentOf("b", 1), TERMS, 3_000);
      await store.seal(MODEL, 2, "window", TERMS, 4_000);
      await store.close(MODEL, firstOf((await store.readHead(MODEL)).pending), "empty");

      expect(await store.readHead(MODEL)).toMatchObject({ pending: [], lastPublished: { generation: 1 } });
    });

    should("change nothing when it is repeated, or late", async ({ store, other }) => {
      const first = await sealedBatch(store, 5);
      await Promise.all(range(8).map((n) => (n % 2 === 0 ? store : other).close(MODEL, first, PUBLISHED)));
      await store.append(MODEL, 2, segmentOf("b", 1), TERMS, 3_000);
      await store.seal(MODEL, 2, "window", TERMS, 4_000);
      await store.close(MODEL, firstOf((await store.readHead(MODEL)).pending), PUBLISHED);
      const before = await store.readHead(MODEL);

      await store.close(MODEL, first, PUBLISHED);
      await store.close(MODEL, first, "empty");
      expect(await store.readHead(MODEL)).toEqual(before);
    });

    should("do nothing for a model never seen", async ({ store }) => {
      const batch = await sealedBatch(store, 5);
      await store.close("other", batch, PUBLISHED);
      expect(await store.readHead("other")).toEqual({ open: { generation: 1, count: 0, carried: [] }, pending: [] });
    });
  });

  describe("retain", () => {
    should("let the open batch and its segments expire later", async ({ store, other }) => {
      await store.append(MODEL, 1, segmentOf("a", 3), TERMS, 1_000);
      const { open } = await store.readHead(MODEL);
      await other.retain(MODEL, open, 700_000);

      expect((await store.readHead(MODEL)).open).toEqual({ ...open, expiresAt: 700_000 });
      expect(await objectsOf(store, [1])).toHaveLength(3);
    });

    should("let a sealed batch expire later", async ({ store }) => {
      const batch = await sealedBatch(store, 5);
      await store.retain(MODEL, batch, 700_000);
      expect((await store.readHead(MODEL)).pending).toEqual([{ ...batch, expiresAt: 700_000 }]);
    });

    should("bring back no batch that is closed", async ({ store }) => {
      const batch = await sealedBatch(store, 5);
      await store.close(MODEL, batch, "empty");
      await store.retain(MODEL, batch, 700_000);
      expect(await store.readHead(MODEL)).toEqual({ open: { generation: 2, count: 0, carried: [] }, pending: [] });
    });
  });
}
