import type { CoordinatorStore } from "../../functions/core/coordination/ports";
import { fullState, largeRequest, NOW, range, stateOf } from "./coordination-samples";

export interface CoordinatorStoreContract {
  readonly name: string;
  /** A store without any state. */
  readonly create: () => CoordinatorStore | Promise<CoordinatorStore>;
  /** A second writer on the state of the store that was created last, as another instance of a function is one. */
  readonly reopen?: () => CoordinatorStore;
}

/** The contract of the `CoordinatorStore` port. Every adapter's test is one call. */
export function describeCoordinatorStore({ name, create, reopen }: CoordinatorStoreContract): void {
  describe(`CoordinatorStore: ${name}`, () => {
    async function writers() {
      const store = await create();
      return { store, other: reopen?.() ?? store };
    }

    it("should know nothing of a model of which nothing was asked", async () => {
      const { store } = await writers();
      expect(await store.load("flights")).toBeUndefined();
    });

    it("should give back what was saved, to every instance", async () => {
      const { store, other } = await writers();
      expect(await store.save("flights", fullState(), 0)).toBe(true);
      expect(await other.load("flights")).toEqual({ state: fullState(), version: 1 });
    });

    it("should give back those of many models at once, in their order, also those that have none", async () => {
      const { store, other } = await writers();
      const models = range(120).map((n) => `model-${n}`);
      await store.save("model-3", stateOf(3), 0);
      await store.save("model-117", stateOf(1), 0);
      await store.save("model-117", stateOf(117), 1);

      const loaded = await other.loadAll(models);

      const found = loaded.flatMap((each, n) => (each.status === "fulfilled" && each.value ? [[n, each.value]] : []));
      expect(loaded).toHaveLength(120);
      expect(loaded.every(({ status }) => status === "fulfilled")).toBe(true);
      expect(found).toEqual([
        [3, { state: stateOf(3), version: 1 }],
        [117, { state: stateOf(117), version: 2 }],
      ]);
      expect(await other.save("model-117", stateOf(118), 2)).toBe(true);
      expect(await other.loadAll([])).toEqual([]);
    });

    it("should replace the whole state, so that what was left out is gone", async () => {
      const { store, other } = await writers();
      await store.save("flights", fullState(), 0);
      expect(await other.save("flights", stateOf(1), 1)).toBe(true);
      expect(await store.load("flights")).toEqual({ state: stateOf(1), version: 2 });
    });

    it.each([
      ["a first save when there is a state", 0],
      ["an older version", 1],
      ["a version that is yet to come", 3],
    ])("should refuse %s, and keep what is there", async (_, version) => {
      // Arrange
      const { store, other } = await writers();
      await store.save("flights", stateOf(1), 0);
      await store.save("flights", stateOf(2), 1);

      // Act
      const isSaved = await other.save("flights", stateOf(9), version);

      // Assert
      expect(isSaved).toBe(false);
      expect(await other.load("flights")).toEqual({ state: stateOf(2), version: 2 });
    });

    it("should refuse the successor of a state that never was", async () => {
      const { store } = await writers();
      expect(await store.save("flights", stateOf(1), 1)).toBe(false);
      expect(await store.load("flights")).toBeUndefined();
    });

    it("should let exactly one of 16 savers win each version, whether or not they save the same", async () => {
      const { store, other } = await writers();
      for (const version of range(6)) {
        const saved = await Promise.all(
          range(16).map((n) => (n % 2 === 0 ? store : other).save("flights", stateOf(version % 2 === 0 ? n : version), version)),
        );
        const winner = saved.indexOf(true);
        expect(saved.filter(Boolean)).toHaveLength(1);
        expect(await store.load("flights")).toEqual({ state: stateOf(version % 2 === 0 ? winner : version), version: version + 1 });
      }
    });

    it("should lose no update of 16 who load, change and save until it stands", async () => {
      const { store, other } = await writers();
      await Promise.all(
        range(16).map(async (n) => {
          const own = n % 2 === 0 ? store : other;
          for (;;) {
            const { state, version } = (await own.load("flights")) ?? { state: stateOf(0), version: 0 };
            const next = { ...state, effects: state.effects + 1, recentIds: [...state.recentIds, `data/flights/${n}`] };
            if (await own.save("flights", next, version)) return;
          }
        }),
      );
      const { state, version } = (await other.load("flights")) ?? { state: stateOf(0), version: 0 };
      expect([state.effects, version]).toEqual([16, 16]);
      expect(new Set(state.recentIds).size).toBe(16);
    });

    it("should keep models apart, even if one's name begins with the other's", async () => {
      const { store, other } = await writers();
      const models = ["flights", "flights-2", "flight", "flights#state"];
      for (const [n, model] of models.entries()) expect(await store.save(model, stateOf(n), 0)).toBe(true);
      for (const [n, model] of models.entries()) expect(await other.load(model)).toEqual({ state: stateOf(n), version: 1 });
    });

    it("should hold a state with 1,000 manifests waiting", async () => {
      const { store, other } = await writers();
      const manifests = range(1_000).map((n) => ({ uri: `s3://lake/retrigger/flights/${n}.manifest`, objects: n, bytes: n }));
      const big = { ...fullState(), parked: [{ request: { ...largeRequest(0), manifests }, parkedAt: NOW }] };
      expect(await store.save("flights", big, 0)).toBe(true);
      expect(await other.load("flights")).toEqual({ state: big, version: 1 });
    });
  });
}
