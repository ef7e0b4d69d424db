import type { Firestore } from "@google-cloud/firestore";
import fc from "fast-check";
import { RetryableError } from "../../../../functions/core/errors";
import { firestoreBatchStore } from "../../../../functions/gcp/adapters/firestore/batch-store";
import { encodeSegment, MAX_SEGMENT_BYTES } from "../../../../functions/node/batch-codecs";
import { appendAnyhow, collect, largeSegment, MODEL, objectsOf, range, segmentOf } from "../../../contracts/batch-store/samples";
import { describeWithFirestore } from "../../../contracts/firestore-endpoint";
import { countRequests, firestoreError, interceptCommits, loseResponses, refuse } from "../unreliable-firestore";

const TERMS = { batchSize: 100, dedupeHorizonMs: 5_000, retentionMs: 100_000 };
const APPENDED = { outcome: "appended", isSealed: false };
const SEALED = { outcome: "appended", isSealed: true };

describeWithFirestore("firestoreBatchStore", (firestore) => {
  function twoStores() {
    const client = firestore().createDatabase();
    return { client, store: firestoreBatchStore(client), other: firestoreBatchStore(firestore().createClient()) };
  }

  describe("what it costs", () => {
    it("should append, fill and seal with one commit each and no read", async () => {
      // Arrange
      const { client, store } = twoStores();
      await store.append(MODEL, 1, segmentOf("first", 1), TERMS, 1_000);
      const counted = countRequests(client);

      // Act
      await store.append(MODEL, 1, segmentOf("a", 59), TERMS, 1_000);
      const last = await store.append(MODEL, 1, segmentOf("b", 40), TERMS, 1_000);
      await store.append(MODEL, 2, segmentOf("c", 1), TERMS, 1_000);

      // Assert
      expect(last).toEqual(SEALED);
      expect(counted).toEqual({ commits: 3, reads: 0 });
    });

    it("should look once, and commit again, when another instance wrote meanwhile", async () => {
      const { client, store, other } = twoStores();
      await store.append(MODEL, 1, segmentOf("a", 1), TERMS, 1_000);
      await other.append(MODEL, 1, segmentOf("b", 95), TERMS, 1_000);
      const counted = countRequests(client);
      expect(await store.append(MODEL, 1, segmentOf("c", 4), TERMS, 1_000)).toEqual(SEALED);
      expect(counted).toEqual({ commits: 2, reads: 1 });
    });

    it("should let concurrent appends of one instance not get into each other's way", async () => {
      const { client, store } = twoStores();
      const counted = countRequests(client);
      await Promise.all(range(20).map((n) => store.append(MODEL, 1, segmentOf(`s${n}`, 1), TERMS, 1_000)));
      expect(counted).toEqual({ commits: 20, reads: 1 });
    });

    it("should answer a late delivery with a look at the head, and one for the segment wherever it may wait", async () => {
      const { client, store, other } = twoStores();
      await other.append(MODEL, 1, segmentOf("a", 100), TERMS, 1_000);
      await other.append(MODEL, 2, segmentOf("b", 100), TERMS, 1_000);
      const counted = countRequests(client);
      expect(await store.append(MODEL, 1, segmentOf("late", 1), TERMS, 1_000)).toEqual({ outcome: "stale", generation: 3 });
      expect(await store.append(MODEL, 1, segmentOf("b", 100), TERMS, 1_000)).toEqual({ outcome: "duplicate" });
      expect(counted).toEqual({ commits: 0, reads: 4 });
      expect(await store.append(MODEL, 3, segmentOf("late", 1), TERMS, 1_000)).toEqual(APPENDED);
      expect(counted).toEqual({ commits: 1, reads: 4 });
    });
  });

  describe("lost responses", () => {
    const sizes = [1, 100].flatMap((size) => [4, 14].flatMap((code) => [1, 3].map((count) => ({ size, code, count }))));
    it.each(sizes)("should know an append of $size again when $count were lost with code $code", async ({ size, code, count }) => {
      // Arrange
      const { client, store, other } = twoStores();
      loseResponses(client, count, code);

      // Act
      const outcome = await store.append(MODEL, 1, segmentOf("a", size), TERMS, 1_000);

      // Assert
      expect(outcome).toEqual(size === 100 ? SEALED : APPENDED);
      expect(await objectsOf(other, [1])).toHaveLength(size);
      expect(await store.append(MODEL, 1, segmentOf("a", size), TERMS, 1_000)).toEqual({ outcome: "duplicate" });
      const { open, pending } = await other.readHead(MODEL);
      expect(pending.reduce((sum, batch) => sum + batch.count, open.count)).toBe(size);
    });

    it("should call an append appended when others sealed its batch before it was repeated", async () => {
      // Arrange
      const { client, store, other } = twoStores();
      await store.append(MODEL, 1, segmentOf("a", 1), TERMS, 1_000);
      loseResponses(client, 1, 14, () => other.seal(MODEL, 1, "window", TERMS, 2_000));

      // Act, Assert
      expect(await store.append(MODEL, 1, segmentOf("b", 2), TERMS, 1_000)).toEqual(APPENDED);
      expect(await store.readHead(MODEL)).toMatchObject({ open: { generation: 2, count: 0 }, pending: [{ count: 3 }] });
    });

    it("should call an append a duplicate when another delivery of it was first", async () => {
      const { client, store, other } = twoStores();
      await store.append(MODEL, 1, segmentOf("a", 1), TERMS, 1_000);
      await other.append(MODEL, 1, segmentOf("b", 2), TERMS, 1_000);
      refuse(client, [14]);
      expect(await store.append(MODEL, 1, segmentOf("b", 2), TERMS, 1_000)).toEqual({ outcome: "duplicate" });
      expect((await store.readHead(MODEL)).open.count).toBe(3);
    });

    it("should seal, retain, carry and settle once", async () => {
      // Arrange
      const { client, store, other } = twoStores();
      const sealed = async (generation: number) => {
        const batch = (await other.readHead(MODEL)).pending.find((pending) => pending.generation === generation);
        if (batch === undefined) throw new Error(`generation ${generation} is not pending`);
        return batch;
      };
      await store.append(MODEL, 1, segmentOf("a", 5), TERMS, 1_000);

      // Act, Assert
      loseResponses(client, 1, 14);
      expect(await store.seal(MODEL, 1, "window", TERMS, 2_000)).toBe(false);
      loseResponses(client, 2, 14);
      await store.retain(MODEL, await sealed(1), 700_000);
      const first = await sealed(1);
      loseResponses(client, 1, 14);
      expect(await store.carry(MODEL, first, 2, 3)).toBe(true);
      expect(await other.readHead(MODEL)).toMatchObject({
        open: { generation: 2, count: 3, carried: [1], expiresAt: 700_000 },
        pending: [],
      });
      await other.seal(MODEL, 2, "window", TERMS, 3_000);
      const second = await sealed(2);
      loseResponses(client, 1, 14);
      await store.close(MODEL, second, { publishedBy: "deployment00" });
      expect(await other.readHead(MODEL)).toMatchObject({ pending: [], lastPublished: { generation: 2, sealedAt: 3_000 } });
    });
  });

  describe("refusals", () => {
    it.each([4, 8, 10, 13, 14])("should repeat what was refused with code %d", async (code) => {
      const { client, store } = twoStores();
      const commits = refuse(client, [code, code]);
      const reads = refuse(client, [code], "reads");
      expect(await store.append(MODEL, 1, segmentOf("a", 1), TERMS, 1_000)).toEqual(APPENDED);
      expect(commits.tries).toBe(3);
      expect(reads.tries).toBeGreaterThan(0);
      expect((await store.readHead(MODEL)).open.count).toBe(1);
    });

    it("should call it retryable when Firestore keeps refusing, and go on afterwards", async () => {
      // Arrange
      const { client, store } = twoStores();
      refuse(
        client,
        range(12).map(() => 10),
      );

      // Act
      const refused = store.append(MODEL, 1, segmentOf("a", 1), TERMS, 1_000);

      // Assert
      await expect(refused).rejects.toThrow(RetryableError);
      expect(await store.append(MODEL, 1, segmentOf("a", 1), TERMS, 1_000)).toEqual(APPENDED);
    }, 20_000);

    it("should call it retryable when others were always faster", async () => {
      // Arrange
      const { client, store, other } = twoStores();
      let n = 0;
      interceptCommits(client, async (commit) => {
        await other.append(MODEL, 1, segmentOf(`faster-${n++}`, 1), TERMS, 1_000);
        return commit();
      });

      // Act, Assert
      await expect(store.append(MODEL, 1, segmentOf("a", 1), TERMS, 1_000)).rejects.toThrow(
        "an append to flights was refused 12 times in a row; it can be tried again later",
      );
      expect((await other.readHead(MODEL)).open.count).toBe(12);
    }, 20_000);

    it.each([3, 7, 16])("should reject at once with code %d, which no repetition cures", async (code) => {
      const { client, store } = twoStores();
      const met = refuse(client, [code]);
      await expect(store.append(MODEL, 1, segmentOf("a", 1), TERMS, 1_000)).rejects.toMatchObject({ code });
      expect(met.tries).toBe(1);
      expect(await store.append(MODEL, 1, segmentOf("a", 1), TERMS, 1_000)).toEqual(APPENDED);
    });
  });

  describe("races", () => {
    it("should count 50 appends of 10 instances exactly, with seals in between that one wins", async () => {
      // Arrange
      const client = firestore().createDatabase();
      const stores = [firestoreBatchStore(client), ...range(9).map(() => firestoreBatchStore(firestore().createClient()))];
      const storeAt = (n: number) => stores[n % stores.length] ?? firestoreBatchStore(client);
      const terms = { ...TERMS, batchSize: 1_000 };
      await storeAt(0).append(MODEL, 1, segmentOf("first", 1), terms, 1_000);

      // Act
      const appends = range(50).map((n) => appendAnyhow(storeAt(n), segmentOf(`s${n}`, 1 + (n % 3)), terms, 1_000));
      const seals = await Promise.all(stores.map((store) => store.seal(MODEL, 1, "window", terms, 2_000)));
      await Promise.all(appends);

      // Assert
      expect(seals.filter(Boolean)).toHaveLength(1);
      const { open, pending } = await storeAt(0).readHead(MODEL);
      expect(pending).toHaveLength(1);
      expect(await objectsOf(storeAt(1), [1])).toHaveLength(pending[0]?.count ?? -1);
      expect(await objectsOf(storeAt(1), [2])).toHaveLength(open.count);
      expect(open.count + (pending[0]?.count ?? 0)).toBe(1 + range(50).reduce((sum, n) => sum + 1 + (n % 3), 0));
    }, 30_000);

    it("should count every object once and report every seal at most once, whatever is refused or lost", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 14 }),
          fc.integer({ min: 1, max: 12 }),
          fc.array(fc.constantFrom("fine", "fine", "fine", "refused", "lost"), { maxLength: 30 }),
          async (sizes, batchSize, fates) => {
            // Arrange
            const terms = { ...TERMS, batchSize };
            const rest = fates.values();
            const clients = [firestore().createDatabase(), firestore().createClient(), firestore().createClient()];
            for (const client of clients) {
              interceptCommits(client, async (commit) => {
                const fate = rest.next().value ?? "fine";
                if (fate === "refused") throw firestoreError(10);
                const answer = await commit();
                if (fate === "lost") throw firestoreError(14);
                return answer;
              });
            }
            const stores = clients.map((client) => firestoreBatchStore(client));

            // Act
            const seals = await Promise.all(
              sizes.flatMap((size, n) =>
                stores.slice(n % 3, (n % 3) + 1).map((store) => appendAnyhow(store, segmentOf(`s${n}`, size), terms, n)),
              ),
            );

            // Assert
            const [store = firestoreBatchStore(firestore().createClient())] = stores;
            const { open, pending } = await store.readHead(MODEL);
            expect(seals.filter(Boolean)).toHaveLength(pending.length);
            expect(open.count).toBeLessThan(batchSize);
            for (const batch of [open, ...pending]) {
              expect(await objectsOf(store, [batch.generation])).toHaveLength(batch.count);
            }
            const total = sizes.reduce((sum, size) => sum + size, 0);
            expect(pending.reduce((sum, batch) => sum + batch.count, open.count)).toBe(total);
          },
        ),
        { numRuns: 25, seed: jest.getSeed() },
      );
    });
  });

  describe("retention", () => {
    it("should let segments expire by the retention, and later once they are retained", async () => {
      // Arrange
      const { client, store } = twoStores();
      await store.append(MODEL, 1, segmentOf("a", 1), TERMS, 1_001);
      await store.append(MODEL, 1, segmentOf("b", 1), TERMS, 900_000);
      await store.seal(MODEL, 1, "window", TERMS, 900_000);
      await store.append(MODEL, 2, segmentOf("c", 1), TERMS, 900_000);
      const [batch] = (await store.readHead(MODEL)).pending;
      if (batch === undefined) throw new Error("no batch is pending");
      expect(await expiries(client)).toEqual([101_001, 1_000_000, 1_000_000]);

      // Act
      await store.carry(MODEL, batch, 2, 2);
      await store.retain(MODEL, (await store.readHead(MODEL)).open, 950_000);

      // Assert
      expect(await expiries(client)).toEqual([950_000, 1_000_000, 1_000_000]);
      expect((await store.readHead(MODEL)).open.expiresAt).toBe(950_000);
    });

    it("should not call a batch retained that took in another meanwhile", async () => {
      // Arrange
      const { client, store } = twoStores();
      await store.append(MODEL, 1, segmentOf("a", 1), TERMS, 2_000);
      await store.seal(MODEL, 1, "window", TERMS, 3_000);
      await store.append(MODEL, 2, segmentOf("b", 1), TERMS, 1_000);
      const { open, pending } = await store.readHead(MODEL);

      // Act
      for (const batch of pending) await store.carry(MODEL, batch, 2, 1);
      await store.retain(MODEL, open, 950_000);

      // Assert
      expect((await store.readHead(MODEL)).open).toMatchObject({ expiresAt: 101_000, carried: [1] });
      expect(await expiries(client)).toEqual([102_000, 950_000]);
    });

    it("should go by the segment that expires first when the retention was shortened", async () => {
      const { client, store } = twoStores();
      await store.append(MODEL, 1, segmentOf("a", 1), TERMS, 1_000);
      await store.append(MODEL, 1, segmentOf("b", 1), { ...TERMS, retentionMs: 10_000 }, 2_000);
      expect((await store.readHead(MODEL)).open.expiresAt).toBe(12_000);
      expect(await expiries(client)).toEqual([12_000, 101_000]);
    });

    it("should not go by an older view of what expires when", async () => {
      const { client, store } = twoStores();
      await store.append(MODEL, 1, segmentOf("a", 1), TERMS, 1_000);
      const { open } = await store.readHead(MODEL);
      await store.retain(MODEL, open, 900_000);
      await store.retain(MODEL, open, 800_000);
      expect((await store.readHead(MODEL)).open.expiresAt).toBe(900_000);
      expect(await expiries(client)).toEqual([900_000]);
    });

    it("should end at the latest time when a batch is retained by several at once", async () => {
      // Arrange
      const { client, store, other } = twoStores();
      for (const n of range(40)) await store.append(MODEL, 1, segmentOf(`s${n}`, 1), TERMS, 1_000);
      const { open } = await store.readHead(MODEL);

      // Act
      await Promise.all([700_000, 900_000, 800_000].map((until, n) => (n === 0 ? store : other).retain(MODEL, open, until)));

      // Assert
      expect(new Set(await expiries(client))).toEqual(new Set([900_000]));
    });

    it("should not bring back a segment that was removed meanwhile", async () => {
      // Arrange
      const { client, store } = twoStores();
      await store.append(MODEL, 1, segmentOf("a", 1), TERMS, 1_000);
      const { open } = await store.readHead(MODEL);
      let isRemoved = false;
      interceptCommits(client, async (commit) => {
        if (!isRemoved) {
          isRemoved = true;
          await firestore().createClient().doc("batches/flights/generations/1/segments/a").delete();
        }
        return commit();
      });

      // Act
      await store.retain(MODEL, open, 900_000);

      // Assert
      expect(await expiries(client)).toEqual([]);
    });

    async function expiries(client: Firestore): Promise<number[]> {
      const { docs } = await client.collectionGroup("segments").get();
      return docs.map((segment) => segment.get("expireAt").toMillis()).sort((a, b) => a - b);
    }
  });

  describe("documents", () => {
    it("should hold the largest segment", async () => {
      const { store, other } = twoStores();
      const segment = largeSegment("large", MAX_SEGMENT_BYTES);
      await store.append(MODEL, 1, segment, { ...TERMS, batchSize: 1_000_000 }, 1_000);
      expect(await collect(other.readSegments(MODEL, [1]))).toHaveLength(1);
    });

    it("should read segments of more than a page, with any id", async () => {
      const { store, other } = twoStores();
      const ids = [".", "..", "__x__", "a/b", "%2F", "ü", ...range(120).map((n) => `s${n}`)];
      for (const id of ids) await store.append(MODEL, 1, segmentOf(id, 1), { ...TERMS, batchSize: 1_000 }, 1_000);
      const read = await collect(other.readSegments(MODEL, [1]));
      expect(read).toHaveLength(ids.length);
      expect(new Set(read.map(({ id }) => id))).toEqual(new Set(ids));
    });

    it.each([
      ["without an open batch", { pending: [] }],
      ["with a text for a count", { open: { generation: 1, count: "3", carried: [] }, pending: [] }],
      ["with a pending batch of no source", { open: { generation: 2, count: 0, carried: [] }, pending: [{ sources: [] }] }],
    ])("should reject a head %s, and name it", async (_, fields) => {
      const { client, store } = twoStores();
      await client.doc("batches/flights").set(fields);
      const message = "the document batches/flights is not a batch head; restore it from a backup of the database";
      await expect(store.readHead(MODEL)).rejects.toThrow(message);
      await expect(store.append(MODEL, 1, segmentOf("a", 1), TERMS, 1_000)).rejects.toThrow(message);
      await expect(store.seal(MODEL, 1, "window", TERMS, 1_000)).rejects.toThrow(message);
    });

    it.each([
      ["without data", {}],
      ["with a text for data", { data: "x" }],
      ["with bytes of something else", { data: new Uint8Array([1, 2, 3]) }],
    ])("should reject a segment %s, and name it", async (_, fields) => {
      const { client, store } = twoStores();
      await client.doc("batches/flights/generations/1/segments/a").set(fields);
      await expect(collect(store.readSegments(MODEL, [1]))).rejects.toThrow(
        "the document batches/flights/generations/1/segments/a is not a segment; restore it from a backup of the database",
      );
    });

    it("should reject a segment whose id is none of ours, and name it", async () => {
      const { client, store } = twoStores();
      await client.doc("batches/flights/generations/1/segments/%").set({ data: encodeSegment([]) });
      await expect(collect(store.readSegments(MODEL, [1]))).rejects.toThrow("segments/% is not a segment");
    });
  });
});
